"""The commands `fit` and `report` of `train_model.py`, step by step."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mnist_app.bundle import Bundle, load_bundle
from mnist_app.confidence import calibrated
from mnist_app.errors import TrainingError
from mnist_app.model_report import Figures
from mnist_app.training.data.datasets import Dataset, check_trained_on
from mnist_app.training.data.epochs import split
from mnist_app.training.evaluate import Calibration, calibrate, evaluate, with_seed
from mnist_app.training.export import check_destination, load_keras_model, publish_bundle
from mnist_app.training.filming import add_film, can_be_filmed
from mnist_app.training.fit import train
from mnist_app.training.html_report import Samples, write
from mnist_app.training.inference import logits
from mnist_app.training.networks import summary
from mnist_app.training.recipe import Recipe
from mnist_app.training.recipes import FILMED
from mnist_app.training.teachable import can_be_taught, make_teachable
from mnist_app.words import both

SAMPLES = 24
"""Correctly read test images on a report's page."""
SAMPLE_SEED = 0
PURPOSE = "the figures of the published bundle"
"""Reason for the evaluation on the test images, as the report records it."""


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
    """Train ``recipe``, evaluate it on the test images and publish it at ``folder``.

    With ``seeds`` above 1 it is trained again from the next seeds, to measure the spread; the
    first network is published, whatever the others reach. Checkpoints go to ``runs``. Raises
    `TrainingError`, `BundleError` or `OSError`; what makes publication impossible is found before
    training.
    """
    earlier_uses = check_destination(folder, dataset, replace=replace)
    _announce(recipe, dataset)
    images = split(recipe, dataset)
    is_filmed = can_be_filmed(recipe)
    run = train(recipe, images, runs / folder.name, resume=resume, film=is_filmed)
    if recipe.validate_on == "test":
        calibration = _calibration_of_second_network(recipe, dataset, runs / folder.name, resume)
    else:
        calibration = calibrate(run.model, images)
    print(f"Validation: {in_words(calibration.validation)}", flush=True)
    others = []
    for other in _other_seeds(recipe, seeds):
        other_folder = runs / f"{folder.name}-seed-{other.seed}"
        others.append((other, train(other, images, other_folder, resume=resume)))
    result = evaluate(
        run, recipe, dataset, images, calibration, purpose=PURPOSE, earlier_uses=earlier_uses
    )
    report = result.report
    for other, other_run in others:
        report = with_seed(report, other_run, other, dataset)
    publish_bundle(run.model, dataclasses.replace(result, report=report), folder)
    if can_be_taught(recipe):
        make_teachable(load_bundle(folder), recipe, dataset)
    if is_filmed:
        add_film(load_bundle(folder), run.moments, images)
    print(f"Test: {in_words(report.test)}", flush=True)
    if report.classroom is not None:
        print(f"Pupils it did not learn from: {in_words(report.classroom.test)}", flush=True)
    _print_spread(recipe, [seed.accuracy for seed in report.seeds])
    print(f"Published at {folder}", flush=True)


def validate(
    recipe: Recipe, dataset: Dataset, folder: Path, *, resume: bool = False, seeds: int = 1
) -> list[Calibration]:
    """Train ``recipe`` from one or several seeds and evaluate it on validation images alone.

    No test image is used and nothing is published: a recipe that watches the test images is trained
    with a random share of the training images held out instead. Checkpoints go to ``folder``, and
    for further seeds beside it. Raises `TrainingError` or `OSError`.
    """
    recipe = _without_test_images(recipe)
    _announce(recipe, dataset)
    images = split(recipe, dataset)
    found = []
    for one in (recipe, *_other_seeds(recipe, seeds)):
        first = one.seed == recipe.seed
        one_folder = folder if first else folder.with_name(f"{folder.name}-seed-{one.seed}")
        run = train(one, images, one_folder, resume=resume)
        found.append(calibrate(run.model, images))
        print(f"Validation: {in_words(found[-1].validation)}", flush=True)
    _print_spread(recipe, [one.validation.accuracy for one in found])
    return found


def film(bundle: Bundle, recipe: Recipe, dataset: Dataset, runs: Path) -> None:
    """Train the network of ``bundle`` once more, and add the film of that training to the bundle.

    ``recipe`` and ``dataset`` are those of the bundle. Checkpoints go to ``runs``, and a run there
    goes on. Raises `TrainingError` if they are not, or if such a training is not filmed;
    `BundleError` or `OSError` as `amend` does.
    """
    check_trained_on(bundle, dataset)
    if not can_be_filmed(recipe):
        raise TrainingError(
            f"The training of “{bundle.name}” cannot be filmed: only that of {both(FILMED)} is, "
            "without batch normalisation and with validation images"
        )
    _announce(recipe, dataset)
    images = split(recipe, dataset)
    run = train(recipe, images, runs / f"{bundle.name}-film", resume=True, film=True)
    found = add_film(bundle, run.moments, images)
    end = (
        "It ends with the network of the bundle."
        if found.ends_with_bundle
        else "It ends with another network than that of the bundle: processors round differently."
    )
    print(f"{len(found.images)} moments of the training. {end}", flush=True)


def _announce(recipe: Recipe, dataset: Dataset) -> None:
    count = len(dataset.train_labels)
    print(f"Training “{recipe.name}” on {count} images from {dataset.source}.", flush=True)


def _other_seeds(recipe: Recipe, seeds: int) -> Iterator[Recipe]:
    """Yield ``recipe`` with each further seed, and print which one is trained."""
    for seed in range(recipe.seed + 1, recipe.seed + seeds):
        print(f"Seed {seed}, to measure the spread:", flush=True)
        yield dataclasses.replace(recipe, seed=seed)


def _print_spread(recipe: Recipe, accuracies: list[float]) -> None:
    if len(accuracies) > 1:
        reached = ", ".join(f"{accuracy:.2%}" for accuracy in accuracies)
        print(f"From the seeds {recipe.seed} to {recipe.seed + len(accuracies) - 1}: {reached}")


def _calibration_of_second_network(
    recipe: Recipe, dataset: Dataset, folder: Path, resume: bool
) -> Calibration:
    """Calibrate a recipe that watches the test images, and so has no validation images.

    Temperature and threshold are those of a second network, trained likewise but for a held-out
    share, so that the test images decide nothing.
    """
    print("Once more with a share held out, to calibrate without the test images:", flush=True)
    second = _without_test_images(recipe)
    images = split(second, dataset)
    run = train(second, images, folder.with_name(f"{folder.name}-calibration"), resume=resume)
    return calibrate(run.model, images)


def _without_test_images(recipe: Recipe) -> Recipe:
    if recipe.validate_on != "test":
        return recipe
    return dataclasses.replace(recipe, validate_on="random")


def report(bundle: Bundle, dataset: Dataset, folder: Path) -> Path:
    """Write the report of ``bundle`` into ``folder`` and return its page.

    ``dataset`` must be the one that the bundle was trained and tested on. Raises `TrainingError`,
    `BundleError` or `OSError`.
    """
    check_trained_on(bundle, dataset)
    model = load_keras_model(bundle.folder)
    right = _right_readings(model, bundle, dataset)
    return write(bundle, summary(model), right, folder)


def _right_readings(model: Any, bundle: Bundle, dataset: Dataset) -> Samples:
    """Return `SAMPLES` correctly read test images, drawn at random."""
    random = np.random.default_rng(SAMPLE_SEED)
    right = np.setdiff1d(np.arange(len(dataset.test_labels)), bundle.misread().index)
    index = np.sort(random.choice(right, min(SAMPLES, len(right)), replace=False))
    return Samples(
        index=index,
        images=dataset.test_images[index],
        labels=dataset.test_labels[index].astype(np.int64),
        probabilities=calibrated(
            logits(model, dataset.test_images[index]), bundle.settings.temperature
        ),
    )


def in_words(figures: Figures) -> str:
    """Return the main figures of a set of images as one line."""
    low, high = figures.accuracy_interval
    return (
        f"{figures.accuracy:.2%} of {figures.images} images read right "
        f"(95 % interval {low:.2%} to {high:.2%}), {figures.errors} misread"
    )
