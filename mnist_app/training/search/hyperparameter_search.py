"""Hyper-parameter search with Optuna: many short training runs, compared by validation loss.

The objective is the validation loss after the last epoch. Accuracy is reported too, but its steps
are too coarse to compare good networks: one of 6,000 images is 0.017 %.
"""

import dataclasses
import json
import math
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import optuna
import tensorflow as tf
from optuna.trial import FrozenTrial
from sklearn.model_selection import train_test_split

from mnist_app.errors import DivergenceError, TrainingError
from mnist_app.training.data.datasets import Dataset
from mnist_app.training.data.epochs import SPLIT_SEED, Split, split
from mnist_app.training.fit import train
from mnist_app.training.keras_setup import keras
from mnist_app.training.networks import build, multiply_adds
from mnist_app.training.recipe import Recipe
from mnist_app.training.search import trials
from mnist_app.training.search.journal_storage import JournalStudyStorage, StudyStorage
from mnist_app.training.search.postgres_storage import PostgresStudyStorage
from mnist_app.training.search.results import (
    ACCURACY,
    MULTIPLY_ADDS,
    PARAMETERS,
    RECIPE_FILE,
    best,
    write_results,
)
from mnist_app.training.search.spaces import Space
from mnist_app.training.search.trial_progress import TrialProgress

_PRUNING_START: Final = 3
"""Pruning begins after one third of a trial's epochs, and is repeated each time twice as late."""


@dataclasses.dataclass(frozen=True)
class Search:
    """A recipe, the space of its fields to search, and the data to train and validate on."""

    recipe: Recipe
    space: Space
    dataset: Dataset

    def __post_init__(self) -> None:
        """Raise `TrainingError` if the recipe validates on test images."""
        if self.recipe.validate_on == "test":
            raise TrainingError(
                f"The recipe “{self.recipe.name}” validates on the test images, which must not be "
                "used for a choice. Search with --set validate_on=random"
            )

    def stamp(self) -> str:
        """Return the fixed settings, the space and the checksums of the data as JSON.

        Searches with the same stamp may share a study.
        """
        searched = {"name", "title", "epochs", "validation", *self.space.fields}
        kept = {
            field: value for field, value in self.recipe.as_data().items() if field not in searched
        }
        used = {part: md5 for part, md5 in self.dataset.md5.items() if not part.startswith("test")}
        stamp = {"recipe": kept, "space": self.space.as_data(), "data": used}
        return json.dumps(stamp, sort_keys=True)


def command(
    what: Search,
    name: str,
    folder: Path,
    *,
    storage: str | None,
    lost_after: int,
    total: int,
    seed: int,
) -> None:
    """Run ``train_model.py search``: open the study, work on it, print where the result is.

    ``storage`` is the address of a database; None keeps the study in ``folder``. Raises
    `TrainingError`, `OSError`, `KeyboardInterrupt`.
    """
    store: StudyStorage = (
        PostgresStudyStorage(storage, name, lost_after=lost_after)
        if storage
        else JournalStudyStorage(folder)
    )
    print(
        f"Searching “{what.recipe.name}”: {total} trials of {what.space.epochs} epochs, study "
        f"“{name}” in {store.name}",
        flush=True,
    )
    found = search(what, store, name, folder, total=total, seed=seed)
    if found is None:
        raise TrainingError(
            "No trial was trained to the end, so there is no best recipe. Raise --trials"
        )
    file = folder / RECIPE_FILE
    print(f"The best recipe is in {file}. To train it: train_model.py fit {file}", flush=True)


def search(
    what: Search, store: StudyStorage, name: str, folder: Path, *, total: int, seed: int
) -> Recipe | None:
    """Work on study ``name`` in ``store`` until it has ``total`` trials; return the best recipe.

    Writes the best recipe, a table of the trials and plots to ``folder``, also after Ctrl-C, from
    the trials finished so far. Returns None if no trial was trained to the end. Raises
    `TrainingError`, `OSError`, `KeyboardInterrupt`.
    """
    # `TrialProgress` reports the trials instead
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    tf.get_logger().setLevel("ERROR")
    with store.translated_errors():
        study = trials.open_study(store, name, what.stamp(), _pruner(what.space))
        progress = TrialProgress(total, trials.tally(study).finished)
        recipe = dataclasses.replace(
            what.recipe, epochs=what.space.epochs, validation=what.space.validation
        )
        images = split(recipe, _data_for_trials(what))

        def objective(trial: optuna.Trial) -> float:
            return _validation_loss(recipe, what.space, images, trial, progress)

        def after_trial(trial: FrozenTrial, now: trials.Tally) -> None:
            if not trials.over_limit(trial):
                progress.trial(trial, now.finished, best(study))

        try:
            trials.run(study, store, objective, total=total, seed=seed, after_trial=after_trial)
        finally:
            progress.close()
            found = write_results(study, what.recipe, what.space, folder, seed=seed)
    return found


def _data_for_trials(what: Search) -> Dataset:
    """Return the data without its test images, and with as many others as the space defines."""
    dataset = what.dataset
    chosen = np.arange(len(dataset.train_labels))
    if what.space.images is not None and what.space.images < len(chosen):
        chosen, _ = train_test_split(
            chosen,
            train_size=what.space.images,
            stratify=dataset.train_labels,
            random_state=SPLIT_SEED,
        )
        chosen.sort()
    return dataclasses.replace(
        dataset,
        train_images=dataset.train_images[chosen],
        train_labels=dataset.train_labels[chosen],
        test_images=dataset.test_images[:0],
        test_labels=dataset.test_labels[:0],
    )


def _validation_loss(
    base: Recipe, space: Space, images: Split, trial: optuna.Trial, progress: TrialProgress
) -> float:
    """Train the recipe that ``trial`` samples and return its validation loss.

    Raises `optuna.TrialPruned` if the network exceeds a limit, if the loss is not finite, or if the
    trial falls behind the others.
    """
    recipe = dataclasses.replace(base, **space.draw(trial))
    _keep_within_limits(recipe, space, trial)

    def after_epoch(done: int, figures: dict[str, float]) -> None:
        loss = figures["validation_loss"]
        trial.report(loss, done)
        trial.set_user_attr(ACCURACY, figures[ACCURACY])
        progress.epoch(trial.number, done, space.epochs, figures)
        if not math.isfinite(loss) or (done < space.epochs and trial.should_prune()):
            raise optuna.TrialPruned

    try:
        with tempfile.TemporaryDirectory(prefix="mnist-search-") as checkpoints:
            run = train(recipe, images, Path(checkpoints), after_epoch=after_epoch)
    except DivergenceError as error:
        raise optuna.TrialPruned from error
    finally:
        keras.backend.clear_session()  # else the networks of all trials stay in memory
    return run.curves["validation_loss"][-1]


def _keep_within_limits(recipe: Recipe, space: Space, trial: optuna.Trial) -> None:
    """Measure the network of ``recipe``; raise `optuna.TrialPruned` if it exceeds a limit."""
    try:
        model = build(recipe, steps=1)
    except TrainingError as error:  # the convolutions reduce the image to nothing
        trial.set_constraint("image", 1.0)
        raise optuna.TrialPruned from error
    over = False
    for name, value, limit in (
        (PARAMETERS, model.count_params(), space.most_parameters),
        (MULTIPLY_ADDS, multiply_adds(model), space.most_multiply_adds),
    ):
        trial.set_user_attr(name, int(value))
        if limit is not None:
            trial.set_constraint(name, value / limit - 1)
            over = over or value > limit
    if over:
        raise optuna.TrialPruned


def _pruner(space: Space) -> optuna.pruners.BasePruner:
    """Return successive halving: each time, the worse half of the trials is stopped."""
    return optuna.pruners.SuccessiveHalvingPruner(
        min_resource=max(1, space.epochs // _PRUNING_START), reduction_factor=2
    )
