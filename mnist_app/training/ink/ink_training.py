"""Training of the ink network: composed pictures, a checkpoint after every epoch, resumable.

Another process composes the pictures of the next epoch meanwhile. Pictures and their order depend
on the recipe, its seed and the number of the epoch alone.
"""

import json
import math
import multiprocessing
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from mnist_app.arrays import Images
from mnist_app.errors import DivergenceError, TrainingError
from mnist_app.training.data.pen_digits import PenDigit, by_hand
from mnist_app.training.fit import STATE_FILE, replace_state
from mnist_app.training.ink.compositor import composed
from mnist_app.training.ink.ink_recipe import InkRecipe
from mnist_app.training.ink.network import build_ink_network, ink_loss
from mnist_app.training.keras_setup import keras
from mnist_app.training.progress import ProgressBar
from mnist_app.training.recipe import TRAINING_WRITERS

TRAINING, VALIDATION = 0, 1
"""First words of the seeds of pictures."""
WARM_UP_STEPS: Final = 100
INK: Final = 128
"""Least level of a target that counts as ink when overlap is measured."""
_BATCH: Final = 64


@dataclass(eq=False)
class InkRun:
    """A Keras model in training and its curves, one value an epoch.

    ``overlap`` is the intersection over union of ink found and true ink in validation pictures.
    """

    model: Any
    loss: list[float] = field(default_factory=list)
    overlap: list[float] = field(default_factory=list)
    seconds: float = 0.0


def train_ink(
    recipe: InkRecipe, digits: Sequence[PenDigit], folder: Path, *, resume: bool = False
) -> InkRun:
    """Train on pictures of the pen ``digits``, with a checkpoint in ``folder`` after every epoch.

    With ``resume`` training goes on from a checkpoint there. Digits of writers who are kept for
    final figures are not used. Raises `TrainingError` if the checkpoint is of another recipe,
    `DivergenceError` if the loss becomes infinite or NaN.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    run = _last_checkpoint(folder, recipe) if resume else None
    run = run or InkRun(_compiled(recipe))
    held_out = [digit for digit in digits if digit.writer in recipe.validation_writers]
    validation = composed(by_hand(held_out), (VALIDATION, recipe.seed), recipe.validation_pictures)
    bar = ProgressBar(recipe.epochs, len(run.loss))
    with closing(bar), closing(_epochs(recipe, digits, len(run.loss))) as epochs:
        for pictures, targets in epochs:
            started = time.monotonic()
            run.loss.append(_one_epoch(run, recipe, pictures, targets))
            run.overlap.append(overlap(run.model, *validation))
            run.seconds += time.monotonic() - started
            _save_checkpoint(run, recipe, folder)
            done = len(run.loss)
            bar.write(
                f"Epoch {done}/{recipe.epochs}  loss {run.loss[-1]:.4f}  "
                f"validation overlap {run.overlap[-1]:.2%}",
                done,
            )
            bar.advance(done, "")
    return run


def _compiled(recipe: InkRecipe) -> Any:
    """Return a new network with its optimizer and loss."""
    steps = math.ceil(recipe.pictures / recipe.batch_size) * recipe.passes * recipe.epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0,
        max(1, steps - WARM_UP_STEPS),
        warmup_target=recipe.learning_rate,
        warmup_steps=WARM_UP_STEPS,
    )
    model = build_ink_network()
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)
    model.compile(optimizer, loss=ink_loss)
    return model


def _one_epoch(run: InkRun, recipe: InkRecipe, pictures: Images, targets: Images) -> float:
    """Learn from the pictures of an epoch; return the mean loss of the last pass."""
    random = np.random.default_rng([recipe.seed, len(run.loss)])
    loss = 0.0
    for _ in range(recipe.passes):
        order = random.permutation(len(pictures))
        colours = random.permutation(3)
        history = run.model.fit(
            pictures[order][..., colours],
            targets[order][..., np.newaxis],
            batch_size=recipe.batch_size,
            shuffle=False,
            verbose=0,
        ).history
        loss = float(history["loss"][0])
        if not math.isfinite(loss):
            raise DivergenceError(
                f"The loss became {loss}, so this run cannot go on. Try a smaller learning rate, "
                "such as --set learning_rate=0.001"
            )
    return loss


def overlap(model: Any, pictures: Images, targets: Images) -> float:
    """Return the intersection over union of the ink that ``model`` finds and true ink."""
    common = either = 0
    for start in range(0, len(pictures), _BATCH):
        logits = np.asarray(model.predict_on_batch(pictures[start : start + _BATCH]))
        found, true = logits[..., 0] > 0, targets[start : start + _BATCH] >= INK
        common += int((found & true).sum())
        either += int((found | true).sum())
    return common / max(1, either)


def _epochs(
    recipe: InkRecipe, digits: Sequence[PenDigit], first: int
) -> Generator[tuple[Images, Images]]:
    """Yield pictures and targets of each epoch from ``first`` on, composed one epoch ahead."""
    writers = set(TRAINING_WRITERS) - set(recipe.validation_writers)
    hands = by_hand([digit for digit in digits if digit.writer in writers])
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        coming = pool.submit(composed, hands, (TRAINING, recipe.seed, first), recipe.pictures)
        for number in range(first + 1, recipe.epochs + 1):
            present = coming.result()
            if number < recipe.epochs:
                seed = (TRAINING, recipe.seed, number)
                coming = pool.submit(composed, hands, seed, recipe.pictures)
            yield present


def _save_checkpoint(run: InkRun, recipe: InkRecipe, folder: Path) -> None:
    """Write the model, then replace the state file, which names the model's file, atomically."""
    model_file = f"epoch-{len(run.loss)}.keras"
    run.model.save(folder / model_file)
    state = {
        "recipe": recipe.as_data(),
        "model": model_file,
        "loss": run.loss,
        "overlap": run.overlap,
        "seconds": run.seconds,
    }
    replace_state(folder, state)


def _last_checkpoint(folder: Path, recipe: InkRecipe) -> InkRun | None:
    """Return the run in ``folder``, None if there is none; raise `TrainingError` if it differs."""
    if not (folder / STATE_FILE).is_file():
        return None
    try:
        state = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
        if state["recipe"] != recipe.as_data():
            raise TrainingError(
                f"The checkpoint in {folder} is of another recipe. Give the same settings as "
                "before, start again without --resume, or delete that folder."
            )
        model = keras.saving.load_model(
            folder / Path(state["model"]).name, custom_objects={"ink_loss": ink_loss}
        )
        return InkRun(model, list(state["loss"]), list(state["overlap"]), float(state["seconds"]))
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise TrainingError(
            f"The checkpoint in {folder} cannot be read ({error}). Start again without --resume, "
            "or delete that folder."
        ) from error
