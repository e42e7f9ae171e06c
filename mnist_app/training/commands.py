"""What `train_model.py fit` does, step by step, once its words are understood."""

import dataclasses
from pathlib import Path
from typing import Any

from mnist_app.training.datasets import Dataset
from mnist_app.training.evaluate import Calibration, add_seed, calibrate, evaluate
from mnist_app.training.export import check_destination, publish_bundle
from mnist_app.training.fit import Run, split, train
from mnist_app.training.recipes import Recipe

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


def _trained(
    recipe: Recipe, dataset: Dataset, folder: Path, *, resume: bool
) -> tuple[Run, Calibration]:
    """Train, then calibrate on validation images.

    A recipe that watches the test images holds none out. Its temperature and threshold come from
    a second network, trained likewise but for a held-out share: the test images choose nothing.
    """
    run = train(recipe, dataset, folder, resume=resume)
    if recipe.validate_on != "test":
        calibration = calibrate(run, split(recipe, dataset))
    else:
        _say("Once more with a share held out, to calibrate without the test images:")
        held_out = dataclasses.replace(recipe, validate_on="random")
        second = folder.with_name(f"{folder.name}-calibration")
        calibration = calibrate(
            train(held_out, dataset, second, resume=resume), split(held_out, dataset)
        )
    _say(f"Validation: {in_words(calibration.validation)}")
    return run, calibration


def in_words(figures: dict[str, Any]) -> str:
    """Return the main figures of one set of images as a line."""
    low, high = figures["accuracy_interval"]
    return (
        f"{figures['accuracy']:.2%} of {figures['images']} images read right "
        f"(95 % interval {low:.2%} to {high:.2%}), {figures['errors']} misread"
    )


def _say(text: str) -> None:
    print(text, flush=True)
