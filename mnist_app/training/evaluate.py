"""Calibration of a trained network, and its evaluation on the test images, which is recorded."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from mnist_app.arrays import DIGITS, Floats, Labels
from mnist_app.bundle import Misread
from mnist_app.calibration import (
    ACCEPTED_SHARE,
    ACCEPTED_SHARE_OF_HELD_OUT_WRITERS,
    fit_temperature,
    fit_threshold,
)
from mnist_app.confidence import calibrated, digit_scores
from mnist_app.model_report import REPORT_FORMAT, ClassSummary, Figures, ModelReport
from mnist_app.training.data.class_split import ClassSplit
from mnist_app.training.data.datasets import Dataset
from mnist_app.training.data.epochs import Split
from mnist_app.training.fit import Run
from mnist_app.training.inference import logits
from mnist_app.training.metrics import figures
from mnist_app.training.networks import multiply_adds
from mnist_app.training.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Calibration:
    """Temperature and acceptance threshold, and the figures of the images they are fitted on.

    ``validation`` are the figures of MNIST's validation images, ``held_out_writers`` those of the
    pen digits of held-out writers, None without any.
    """

    temperature: float
    threshold: float
    validation: Figures
    held_out_writers: Figures | None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Report of a trained network, its misread test images, and its calibration."""

    report: ModelReport
    misread: Misread
    calibration: Calibration


def calibrate(model: Any, images: Split) -> Calibration:
    """Fit temperature and acceptance threshold on images that were not trained on.

    These are the digits of held-out writers if there are some, otherwise the validation images.
    """
    validation = logits(model, images.validation_images), images.validation_labels
    writers = None
    if len(images.validation_pen_labels):
        writers = logits(model, images.validation_pen_images), images.validation_pen_labels
    outputs, labels = writers or validation
    temperature = fit_temperature(outputs, labels)
    accepted = ACCEPTED_SHARE_OF_HELD_OUT_WRITERS if writers else ACCEPTED_SHARE
    threshold = fit_threshold(digit_scores(outputs, temperature), accepted)
    return Calibration(
        temperature=temperature,
        threshold=threshold,
        validation=_figures(*validation, temperature, threshold),
        held_out_writers=_figures(*writers, temperature, threshold) if writers else None,
    )


def evaluate(
    run: Run,
    recipe: Recipe,
    dataset: Dataset,
    images: Split,
    calibration: Calibration,
    *,
    purpose: str,
    earlier_uses: Sequence[dict[str, Any]],
) -> Evaluation:
    """Evaluate the network of ``run`` on the test images, once, and record this use of them.

    ``purpose`` is the reason on record; ``earlier_uses`` are the uses recorded before.
    """
    outputs = logits(run.model, dataset.test_images)
    test = _figures(outputs, dataset.test_labels, calibration.temperature, calibration.threshold)
    report = {
        "format": REPORT_FORMAT,
        "recipe": recipe.as_data(),
        "seed": recipe.seed,
        "trained": _now(),
        "training_seconds": round(run.seconds, 1),
        "parameters": int(run.model.count_params()),
        "multiply_adds": multiply_adds(run.model),
        "versions": _versions(),
        "data": _data(dataset, images, calibration),
        "curves": run.curves,
        "calibration": {
            "temperature": calibration.temperature,
            "acceptance_threshold": calibration.threshold,
        },
        "validation": calibration.validation,
        "validation_strangers": calibration.held_out_writers,
        "classroom": _classroom(run.model, dataset.class_split, calibration),
        "test": test,
        "seeds": [_seed_result(run, recipe, test.accuracy)],
        "test_looks": [*earlier_uses, *_test_set_uses(run, recipe, purpose, test.accuracy)],
    }
    probabilities = calibrated(outputs, calibration.temperature)
    return Evaluation(ModelReport.of(report), _misread(dataset, probabilities), calibration)


def with_seed(report: ModelReport, run: Run, recipe: Recipe, dataset: Dataset) -> ModelReport:
    """Return ``report`` with the accuracy on the test images of ``run``, from another seed."""
    outputs = logits(run.model, dataset.test_images)
    accuracy = float((outputs[:, :DIGITS].argmax(axis=1) == dataset.test_labels).mean())
    purpose = "another seed, to show how much chance decides"
    return report.amended(
        seeds=[*report.content["seeds"], _seed_result(run, recipe, accuracy)],
        test_looks=[
            *report.content["test_looks"],
            *_test_set_uses(run, recipe, purpose, accuracy),
        ],
    )


def _figures(outputs: Floats, labels: Labels, temperature: float, threshold: float) -> Figures:
    accepted = digit_scores(outputs, temperature) >= threshold
    return figures(calibrated(outputs, temperature), labels, accepted)


def _misread(dataset: Dataset, probabilities: Floats) -> Misread:
    """Return the misread test images; ``probabilities`` (n, 10) are those of all test images."""
    index = np.flatnonzero(probabilities.argmax(axis=1) != dataset.test_labels)
    return Misread(
        index=index.astype(np.int64),
        images=dataset.test_images[index],
        labels=dataset.test_labels[index].astype(np.int64),
        probabilities=probabilities[index],
    )


def _data(dataset: Dataset, images: Split, calibration: Calibration) -> dict[str, Any]:
    """Return the report's description of the data."""
    data = {
        "name": dataset.name,
        "source": dataset.source,
        "md5": dict(dataset.md5),
        "train_images": len(images.train_labels),
        "validation_images": calibration.validation.images,
        "test_images": len(dataset.test_labels),
    }
    if dataset.pen_digits is not None and images.train_pen_digits:
        data["pens"] = dataset.pen_digits.sha256
        data["train_pens"] = len(images.train_pen_digits)
    return data


def _classroom(
    model: Any, drawings: ClassSplit | None, calibration: Calibration
) -> ClassSummary | None:
    """Return what the report says of a class, with the figures of its pupils who test."""
    if drawings is None:
        return None
    test = drawings.test
    outputs = logits(model, test.images)
    return ClassSummary(
        sha256=drawings.sha256,
        train_pupils=len(drawings.train.pupils),
        validation_pupils=len(drawings.validation.pupils),
        test_pupils=len(test.pupils),
        train_drawings=len(drawings.train.labels),
        test=_figures(outputs, test.labels, calibration.temperature, calibration.threshold),
    )


def _seed_result(run: Run, recipe: Recipe, accuracy: float) -> dict[str, Any]:
    return {
        "seed": recipe.seed,
        "accuracy": accuracy,
        "training_seconds": round(run.seconds, 1),
    }


def _test_set_uses(run: Run, recipe: Recipe, purpose: str, accuracy: float) -> list[dict[str, Any]]:
    """Return the records of a run's uses of the test images.

    They are its evaluation, and the training itself if the recipe watches the test images.
    """
    uses = [(purpose, accuracy)]
    if recipe.validate_on == "test":
        watched = "watched after every epoch, as the recipe says; nothing was chosen by it"
        uses.insert(0, (watched, run.curves["validation_accuracy"][-1]))
    return [
        {
            "date": _now(),
            "purpose": reason,
            "accuracy": reached,
            "seed": recipe.seed,
            "epochs": recipe.epochs,
        }
        for reason, reached in uses
    ]


def _versions() -> dict[str, str]:
    libraries = ("keras", "tensorflow", "numpy", "scikit-learn")
    return {"python": platform.python_version(), **{name: version(name) for name in libraries}}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
