"""What `train_model.py fit` and `report` do, step by step, once their words are understood."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from mnist_app.bundle import Bundle
from mnist_app.confidence import calibrated
from mnist_app.errors import TrainingError
from mnist_app.training.averaged_model import Reading
from mnist_app.training.data.datasets import Dataset
from mnist_app.training.data.epochs import split
from mnist_app.training.evaluate import (
    Calibration,
    Reader,
    add_seed,
    calibrate,
    evaluate,
    logits,
)
from mnist_app.training.export import check_destination, load_keras_model, publish_bundle
from mnist_app.training.fit import Run, train
from mnist_app.training.html_report import Samples, write
from mnist_app.training.networks import summary
from mnist_app.training.recipe import Recipe

SAMPLES = 24
SAMPLE_SEED = 0
PURPOSE = "the figures of the published bundle"


def fit(
    recipe: Recipe,
    dataset: Dataset,
    folder: Path,
    runs: Path,
    *,
    replace: bool = False,
    resume: bool = False,
    seeds: int = 1,
) -> None:
    """Train ``recipe`` and publish it at ``folder``; refuse before training what can be refused.

    With ``seeds`` above 1 it is trained again from the next seeds, only to see how much chance
    decides: the first is published, whatever the others reach. Checkpoints go to ``runs``.
    Raises `TrainingError`, `BundleError` or `OSError`.
    """
    looks = check_destination(folder, dataset, replace=replace)
    _say(f"Training “{recipe.name}” on {len(dataset.train_labels)} images from {dataset.source}.")
    run, calibration = _trained(recipe, dataset, runs / folder.name, resume=resume)
    others = []
    for seed in range(recipe.seed + 1, recipe.seed + seeds):
        other = dataclasses.replace(recipe, seed=seed)
        _say(f"Seed {seed}, to see how much chance decides:")
        others.append(
            (other, train(other, dataset, runs / f"{folder.name}-seed-{seed}", resume=resume))
        )
    result = evaluate(run, recipe, dataset, calibration, purpose=PURPOSE, earlier_looks=looks)
    for other, other_run in others:
        add_seed(result.report, other_run, other, dataset)
    publish_bundle(run.model, result, folder)
    _say(f"Test: {in_words(result.report['test'])}")
    if others:
        reached = ", ".join(f"{row['accuracy']:.2%}" for row in result.report["seeds"])
        _say(f"From the seeds {recipe.seed} to {recipe.seed + seeds - 1}: {reached}")
    _say(f"Published at {folder}")


def try_out(recipe: Recipe, dataset: Dataset, folder: Path, *, resume: bool = False) -> Calibration:
    """Train ``recipe`` and judge it by validation images alone; nothing is published."""
    _say(f"Training “{recipe.name}” on {len(dataset.train_labels)} images from {dataset.source}.")
    return _trained(recipe, dataset, folder, resume=resume)[1]


def report(bundle: Bundle, dataset: Dataset, folder: Path) -> Path:
    """Write the report of ``bundle`` into ``folder`` and return its page.

    ``dataset`` must be the one that the bundle was trained and tested on. Raises `TrainingError`,
    `BundleError` or `OSError`.
    """
    if bundle.report()["data"]["md5"] != dataset.md5:
        raise TrainingError(
            f"“{bundle.name}” was trained on {bundle.report()['data']['source']}, and this is "
            "other data. Name the same data with --data FILE_OR_FOLDER"
        )
    model = load_keras_model(bundle.folder)
    right = _right_readings(model, bundle, dataset)
    return write(bundle, summary(model), right, folder)


def _right_readings(model: Any, bundle: Bundle, dataset: Dataset) -> Samples:
    """Return a few test images, drawn at random, that are read right."""
    random = np.random.default_rng(SAMPLE_SEED)
    right = np.setdiff1d(np.arange(len(dataset.test_labels)), bundle.misread().index)
    index = np.sort(random.choice(right, min(SAMPLES, len(right)), replace=False))
    probabilities = calibrated(
        logits(Reading(model, bundle.views), dataset.test_images[index]), bundle.temperature
    )
    return Samples(
        index=index,
        images=dataset.test_images[index],
        labels=dataset.test_labels[index].astype(np.int64),
        probabilities=probabilities,
    )


def _trained(
    recipe: Recipe, dataset: Dataset, folder: Path, *, resume: bool
) -> tuple[Run, Calibration]:
    """Train, then calibrate on validation images.

    A recipe that watches the test images holds none out. Its temperature and threshold come from
    a second network, trained likewise but for a held-out share: the test images choose nothing.
    """
    run = train(recipe, dataset, folder, resume=resume)
    if recipe.validate_on != "test":
        calibration = calibrate(_reader(run, recipe), split(recipe, dataset))
    else:
        _say("Once more with a share held out, to calibrate without the test images:")
        held_out = dataclasses.replace(recipe, validate_on="random")
        second = folder.with_name(f"{folder.name}-calibration")
        other = train(held_out, dataset, second, resume=resume)
        calibration = calibrate(_reader(other, recipe), split(held_out, dataset))
    _say(f"Validation: {in_words(calibration.validation)}")
    return run, calibration


def _reader(run: Run, recipe: Recipe) -> Reader:
    return Reader(run.model, recipe.views, second_look=recipe.second_look)


def in_words(figures: dict[str, Any]) -> str:
    """Return the main figures of one set of images as a line."""
    low, high = figures["accuracy_interval"]
    return (
        f"{figures['accuracy']:.2%} of {figures['images']} images read right "
        f"(95 % interval {low:.2%} to {high:.2%}), {figures['errors']} misread"
    )


def _say(text: str) -> None:
    print(text, flush=True)
