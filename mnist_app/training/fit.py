"""A training run: seeded, with progress on the screen and a checkpoint after every epoch.

An epoch (the order of the images, their augmentation, the units that dropout disables) depends on
the recipe, its seed and the epoch's number alone. So a run that is resumed from its last checkpoint
ends with the same network as an uninterrupted one.
"""

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from mnist_app.arrays import Images, Labels
from mnist_app.errors import DivergenceError, TrainingError
from mnist_app.training import filming
from mnist_app.training.data.epochs import Split, epoch
from mnist_app.training.distillation import soft_labels
from mnist_app.training.keras_setup import keras
from mnist_app.training.networks import build
from mnist_app.training.progress import EpochProgress
from mnist_app.training.recipe import Recipe
from mnist_app.training.recipes import teachers_of

STATE_FILE: Final = "state.json"
MOMENTS: Final = ".npz"
"""Suffix of the file that a filmed run has beside the model of its last epoch."""
CURVES: Final = {
    "loss": "loss",
    "accuracy": "accuracy",
    "validation_loss": "val_loss",
    "validation_accuracy": "val_accuracy",
}
"""Figures recorded per epoch: their names in the report, and those in Keras's history."""


@dataclass(eq=False)
class Run:
    """A Keras model in training, its curves (one value per epoch) and the time spent in epochs.

    If it is filmed, ``moments`` are its weights after some batches, ``film_batches``, which are
    counted from the first epoch.
    """

    model: Any
    curves: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in CURVES})
    seconds: float = 0.0
    moments: filming.Moments = field(default_factory=dict)
    film_batches: frozenset[int] = frozenset()

    @property
    def epochs(self) -> int:
        """Number of epochs done."""
        return len(self.curves["loss"])


def train(
    recipe: Recipe,
    images: Split,
    folder: Path,
    *,
    resume: bool = False,
    after_epoch: Callable[[int, dict[str, float]], None] | None = None,
    film: bool = False,
) -> Run:
    """Train ``recipe`` on ``images``, keeping a checkpoint in ``folder`` after every epoch.

    With ``resume`` the run goes on from the checkpoint there, if there is one; without, a
    checkpoint there is removed. ``after_epoch`` replaces the display of progress: it is called
    after every epoch with the number of epochs done and the figures named in `CURVES`, and an
    exception from it ends the run. With ``film`` the run keeps weights for `filming.add_film`.

    Raises `TrainingError` if the loss becomes NaN or infinite (`DivergenceError`), if the
    checkpoint is of another recipe or other data, or if it cannot be written. The teachers of a
    recipe are trained first, with checkpoints in folders of their own.
    """
    tf.config.experimental.enable_op_determinism()
    batches = math.ceil(images.images_per_epoch(recipe) / recipe.batch_size)
    stamp = {"recipe": recipe.as_data(), **images.checksums}
    teachers = [
        train(teacher, images, folder / f"teacher-{teacher.seed}", resume=resume).model
        for teacher in teachers_of(recipe)
    ]
    keras.utils.set_random_seed(recipe.seed)
    run = _last_checkpoint(folder, stamp, film=film) if resume else None
    if run is None:
        _remove_checkpoints(folder)
        run = Run(build(recipe, recipe.epochs * batches))
        if film:
            run.moments[0] = filming.weights_of(run.model)
    if film:
        run.film_batches = filming.moments(recipe.epochs * batches)
    progress = None
    if after_epoch is None:
        progress = EpochProgress(recipe.epochs, batches, done=run.epochs)
        after_epoch = progress.epoch
    epochs = _epochs_ahead(recipe, images, run.epochs)
    with closing(progress) if progress else nullcontext():
        while run.epochs < recipe.epochs:
            started = time.monotonic()
            epoch_images, labels = next(epochs)
            targets = soft_labels(teachers, epoch_images) if teachers else _targets(recipe, labels)
            figures = _one_epoch(run, recipe, images, (epoch_images, targets), progress)
            for name, values in run.curves.items():
                values.append(figures[name])
            run.seconds += time.monotonic() - started
            with _explained_if_unwritable(folder):
                _save_checkpoint(run, folder, stamp)
            after_epoch(run.epochs, figures)
    return run


def _epochs_ahead(recipe: Recipe, images: Split, first: int) -> Iterator[tuple[Images, Labels]]:
    """Yield the images and labels of each epoch, from epoch ``first`` on.

    The next epoch is drawn while the network trains on the present one: drawing occupies one
    processor core, and training leaves part of the others idle.
    """
    coming = _drawn(recipe, images, first)
    for number in range(first + 1, recipe.epochs + 1):
        present = coming.result()
        if number < recipe.epochs:
            coming = _drawn(recipe, images, number)
        yield present


def _drawn(recipe: Recipe, images: Split, number: int) -> Future[tuple[Images, Labels]]:
    """Begin to draw epoch ``number`` in a daemon thread, which does not delay Ctrl-C."""
    future: Future[tuple[Images, Labels]] = Future()

    def draw() -> None:
        try:
            future.set_result(epoch(recipe, images, number))
        except Exception as error:  # noqa: BLE001 - raised again by Future.result
            future.set_exception(error)

    threading.Thread(target=draw, name=f"epoch {number + 1}", daemon=True).start()
    return future


def _one_epoch(
    run: Run,
    recipe: Recipe,
    images: Split,
    drawn: tuple[Images, Any],
    progress: EpochProgress | None,
) -> dict[str, float]:
    """Train one epoch on the images and targets in ``drawn`` and return its figures."""
    number = run.epochs
    count = len(drawn[0])
    before = number * math.ceil(count / recipe.batch_size)
    _seed_dropout(run.model, recipe.seed, number)
    epoch_images, targets = drawn
    validation_images, validation_labels = images.validation_set()

    def after_batch(batch: int, logs: dict[str, float]) -> None:
        if not math.isfinite(logs["loss"]):
            raise DivergenceError(
                f"The loss became {logs['loss']} in epoch {number + 1}, so this run cannot go on. "
                "Try a smaller learning rate, such as --set learning_rate=0.0003"
            )
        if progress:
            progress.batch(batch + 1, logs["loss"])
        if before + batch + 1 in run.film_batches:
            seen = number * count + min((batch + 1) * recipe.batch_size, count)
            run.moments[seen] = filming.weights_of(run.model)

    history = run.model.fit(
        epoch_images,
        targets,
        batch_size=recipe.batch_size,
        validation_data=(validation_images, _targets(recipe, validation_labels)),
        validation_batch_size=1000,
        initial_epoch=number,
        epochs=number + 1,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=after_batch)],
    ).history
    return {name: float(history[theirs][0]) for name, theirs in CURVES.items()}


def _targets(recipe: Recipe, labels: npt.NDArray[np.uint8]) -> Any:
    one_hot = recipe.loss == "categorical_crossentropy"
    return keras.utils.to_categorical(labels, recipe.classes) if one_hot else labels


def _seed_dropout(model: Any, seed: int, number: int) -> None:
    """Seed dropout for epoch ``number``, so that it does not depend on the epochs before."""
    for index, layer in enumerate(model.layers):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            words = np.random.SeedSequence((seed, number, index)).generate_state(2)
            generator.state.assign(words.astype(generator.state.dtype))


def _remove_checkpoints(folder: Path) -> None:
    """Make ``folder`` and remove the checkpoints of earlier runs, nothing else."""
    with _explained_if_unwritable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for old in (*folder.glob(STATE_FILE), *_epoch_files(folder)):
            old.unlink()


def _save_checkpoint(run: Run, folder: Path, stamp: dict[str, Any]) -> None:
    """Write the model, then replace the state file, which names the model's file, atomically."""
    model_file = f"epoch-{run.epochs}.keras"
    run.model.save(folder / model_file)
    if run.moments:
        filming.save(run.moments, (folder / model_file).with_suffix(MOMENTS))
    state = {**stamp, "model": model_file, "curves": run.curves, "seconds": run.seconds}
    replace_state(folder, state)


def replace_state(folder: Path, state: dict[str, Any]) -> None:
    """Write the state file anew, atomically; files of epochs other than its model's are removed."""
    fresh = folder / f"{STATE_FILE}.new"
    fresh.write_text(json.dumps(state, indent=2), encoding="utf-8")
    fresh.replace(folder / STATE_FILE)
    for old in _epoch_files(folder):
        if old.stem != Path(state["model"]).stem:
            old.unlink()


def _epoch_files(folder: Path) -> list[Path]:
    return [*folder.glob("epoch-*.keras"), *folder.glob(f"epoch-*{MOMENTS}")]


@contextmanager
def _explained_if_unwritable(folder: Path) -> Iterator[None]:
    """Turn an `OSError` into a `TrainingError` that says what to do."""
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"No checkpoint can be written to {folder} ({error.strerror or error}). Make room "
            "there and go on with --resume, or choose another folder with --runs FOLDER"
        ) from error


def _last_checkpoint(folder: Path, stamp: dict[str, Any], *, film: bool) -> Run | None:
    """Return the run in ``folder``, None if there is none.

    Raises `TrainingError` if it cannot be read, or if it does not carry ``stamp``: the recipe and
    the checksums of the data.
    """
    if not (folder / STATE_FILE).is_file():
        return None
    try:
        state = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
        same = all(state[name] == value for name, value in stamp.items())
        model_file = folder / Path(state["model"]).name
        model = keras.saving.load_model(model_file, safe_mode=True) if same else None
        curves = {name: list(state["curves"][name]) for name in CURVES}
        moments = filming.load(model_file.with_suffix(MOMENTS)) if film else {}
        run = Run(model, curves, state["seconds"], moments)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise TrainingError(
            f"The checkpoint in {folder} cannot be read ({error}). "
            "Start again without --resume, or delete that folder."
        ) from error
    if not same:
        raise TrainingError(
            f"The checkpoint in {folder} is of another recipe, other settings or other data. "
            "Give the same ones as before, start again without --resume, or delete that folder."
        )
    return run
