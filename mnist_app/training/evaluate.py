"""Calibrates a trained network and measures it once: `mnist_app.model_report` and misread images.

The misread test images are those of ``errors.npz``, see `mnist_app.bundle.Misread`.
"""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from mnist_app.arrays import Floats, Images, Labels
from mnist_app.augmented_copies import turned
from mnist_app.bundle import Misread
from mnist_app.confidence import DIGITS, calibrated, digit_scores
from mnist_app.model_report import REPORT_FORMAT, Figures, ModelReport
from mnist_app.training.averaged_model import Reading
from mnist_app.training.calibration import (
    ACCEPTED,
    ACCEPTED_OF_STRANGERS,
    fit_temperature,
    fit_threshold,
)
from mnist_app.training.data.datasets import Dataset
from mnist_app.training.data.epochs import Split
from mnist_app.training.fit import Run
from mnist_app.training.metrics import figures
from mnist_app.training.networks import logits_model
from mnist_app.training.recipe import Recipe

_BATCH: Final = 1000


@dataclass(frozen=True, eq=False)
class Calibration:
    """What was fitted on validation images, and the figures of these images themselves."""

    temperature: float
    threshold: float
    validation: Figures
    strangers: Figures | None
    """The same of the writers who were held out, if any were."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The report, and what was misread of the test set."""

    report: ModelReport
    misread: Misread
    calibration: Calibration


@dataclass(frozen=True, eq=False)
class Looks:
    """What a network says of images: ``logits`` float32 (n, 10) or (n, 11).

    ``turned`` float32 (2, n, 10 or 11) is the same of the images turned, None without second look.
    """

    logits: Floats
    turned: Floats | None

    def scores(self, temperature: float) -> Floats:
        """Return what the readings are accepted by, see `digit_scores`."""
        return digit_scores(self.logits, temperature, self.turned)


class Reader:
    """A Keras network that reads as a recogniser does: in views, and with a second look or not."""

    def __init__(self, model: Any, views: int = 1, *, second_look: bool = False) -> None:
        """Read with ``model`` in so many ``views``; both as for `Reading`."""
        self.network: Final = Reading(model, views)
        self._second: Final = logits_model(model) if second_look else None

    def look(self, images: Images) -> Looks:
        """Return what it says of images uint8 (n, 28, 28)."""
        again = None
        if self._second is not None:
            again = np.stack([logits(self._second, view) for view in turned(images)])
        return Looks(logits(self.network, images), again)


def calibrate(reader: Reader, images: Split) -> Calibration:
    """Fit temperature and acceptance threshold on images that the network did not learn from.

    They are the digits of the writers who are held out, where there are some; else the validation
    images of MNIST.
    """
    own = reader.look(images.validation_images), images.validation_labels
    strangers = None
    if len(images.validation_pen_labels):
        strangers = reader.look(images.validation_pen_images), images.validation_pen_labels
    seen, labels = strangers or own
    temperature = fit_temperature(seen.logits, labels)
    accepted = ACCEPTED_OF_STRANGERS if strangers else ACCEPTED
    threshold = fit_threshold(seen.scores(temperature), accepted)
    return Calibration(
        temperature=temperature,
        threshold=threshold,
        validation=_figures(*own, temperature, threshold),
        strangers=_figures(*strangers, temperature, threshold) if strangers else None,
    )


def _figures(seen: Looks, labels: Labels, temperature: float, threshold: float) -> Figures:
    accepted = seen.scores(temperature) >= threshold
    return figures(calibrated(seen.logits, temperature), labels, accepted)


def evaluate(
    run: Run,
    recipe: Recipe,
    dataset: Dataset,
    images: Split,
    calibration: Calibration,
    *,
    purpose: str,
    earlier_looks: Sequence[dict[str, Any]],
) -> Evaluation:
    """Look at the test images: once, and on record.

    ``purpose`` says why they are looked at; ``earlier_looks`` are those recorded before.
    """
    reader = Reader(run.model, recipe.views, second_look=recipe.second_look)
    seen = reader.look(dataset.test_images)
    probabilities = calibrated(seen.logits, calibration.temperature)
    test = _figures(seen, dataset.test_labels, calibration.temperature, calibration.threshold)
    report = {
        "format": REPORT_FORMAT,
        "recipe": recipe.as_data(),
        "seed": recipe.seed,
        "trained": _now(),
        "training_seconds": round(run.seconds, 1),
        "parameters": int(reader.network.count_params()),
        "multiply_adds": reader.network.multiply_adds(),
        "versions": _versions(),
        "data": {
            "name": dataset.name,
            "source": dataset.source,
            "md5": dict(dataset.md5),
            "train_images": len(images.train_labels),
            "validation_images": calibration.validation.images,
            "test_images": len(dataset.test_labels),
            **_pens(dataset, images),
        },
        "curves": run.curves,
        "calibration": {
            "temperature": calibration.temperature,
            "acceptance_threshold": calibration.threshold,
        },
        "validation": calibration.validation,
        "validation_strangers": calibration.strangers,
        "test": test,
        "seeds": [
            {
                "seed": recipe.seed,
                "accuracy": test.accuracy,
                "training_seconds": round(run.seconds, 1),
            }
        ],
        "test_looks": [
            *earlier_looks,
            *watched_looks(run, recipe),
            look(recipe, purpose, test.accuracy),
        ],
    }
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != dataset.test_labels)
    misread = Misread(
        index=wrong.astype(np.int64),
        images=dataset.test_images[wrong],
        labels=dataset.test_labels[wrong].astype(np.int64),
        probabilities=probabilities[wrong],
    )
    return Evaluation(ModelReport.of(report), misread, calibration)


def _pens(dataset: Dataset, images: Split) -> dict[str, Any]:
    if dataset.pen_digits is None or not images.train_pen_digits:
        return {}
    return {"pens": dataset.pen_digits.sha256, "train_pens": len(images.train_pen_digits)}


def with_seed(report: ModelReport, run: Run, recipe: Recipe, dataset: Dataset) -> ModelReport:
    """Return ``report`` with the accuracy on the test images of ``run``, from another seed."""
    raw = logits(Reading(run.model, recipe.views), dataset.test_images)
    read = raw[:, :DIGITS].argmax(axis=1)
    accuracy = float((read == dataset.test_labels).mean())
    result = {
        "seed": recipe.seed,
        "accuracy": accuracy,
        "training_seconds": round(run.seconds, 1),
    }
    purpose = "another seed, to show how much chance decides"
    looks = [*watched_looks(run, recipe), look(recipe, purpose, accuracy)]
    return report.amended(
        seeds=[*report.content["seeds"], result],
        test_looks=[*report.content["test_looks"], *looks],
    )


def watched_looks(run: Run, recipe: Recipe) -> list[dict[str, Any]]:
    """Return the look that a run took which watched the test images while it trained."""
    if recipe.validate_on != "test":
        return []
    purpose = "watched after every epoch, as the recipe says; nothing was chosen by it"
    return [look(recipe, purpose, run.curves["validation_accuracy"][-1])]


def look(recipe: Recipe, purpose: str, accuracy: float) -> dict[str, Any]:
    """Return the record of one look at the test images."""
    return {
        "date": _now(),
        "purpose": purpose,
        "accuracy": accuracy,
        "seed": recipe.seed,
        "epochs": recipe.epochs,
    }


def logits(network: Any, images: Images) -> Floats:
    """Return the logits, float32 (n, 10) or (n, 11), of images uint8 (n, 28, 28)."""
    return np.asarray(network.predict(images, batch_size=_BATCH, verbose=0), np.float32)


def save_misread(misread: Misread, path: Path) -> None:
    """Write the misread test images as ``errors.npz``."""
    np.savez_compressed(
        path,
        index=misread.index,
        images=misread.images,
        labels=misread.labels,
        probabilities=misread.probabilities,
    )


def _versions() -> dict[str, str]:
    libraries = ("keras", "tensorflow", "numpy", "scikit-learn")
    return {"python": platform.python_version(), **{name: version(name) for name in libraries}}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
