"""What a trained network can do, measured once and written down as ``report.json``.

Schema of the report (all figures are plain JSON numbers; shares and probabilities are 0-1)::

    format                   1
    recipe                   every field of the recipe, see recipes.Recipe
    seed                     the recipe's seed
    trained                  date and time of the evaluation, ISO 8601, UTC
    training_seconds         time spent in epochs, validation included
    parameters               trained numbers in the network
    multiply_adds            multiplications (each with an addition) to read one image
    model_bytes              size of model.tflite
    versions                 {"python", "keras", "tensorflow", "numpy", "scikit-learn"}
    data                     {"name": "mnist" or "synthetic", "source", "md5": {array: MD5 of the
                             array as an IDX file}, "train_images", "validation_images",
                             "test_images": how many there are}
    curves                   {"loss", "accuracy", "validation_loss", "validation_accuracy"}, each
                             a list with one figure per epoch; "loss" and "accuracy" are means
                             over the epoch while it ran
    calibration              {"temperature", "acceptance_threshold"}, fitted on validation images
    validation, test         figures of one set of images:
      images, errors           how many there are, how many are misread
      accuracy                 share that is read right
      accuracy_interval        [low, high]: 95 % Wilson score interval
      negative_log_likelihood  mean over the images, calibrated
      expected_calibration_error
      accepted                 share that is accepted: confidence at or above the threshold
      accuracy_accepted        share of the accepted that is read right; null if none is
      confusion_matrix         10 rows (true digit) of 10 counts (digit read)
      digits                   10 × {"digit", "images", "precision", "recall", "f1"}
      reliability              15 bins of confidence, {"low", "high", "images", "confidence",
                               "accuracy"}; the last two are means, null in an empty bin
    test_looks               every time that this recipe's network was tested, oldest first:
                             [{"date", "purpose", "accuracy", "seed", "epochs"}]

``errors.npz`` beside it holds the misread test images as `mnist_app.pretrained.Misread` says.
"""

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from mnist_app.pretrained import Misread
from mnist_app.training.calibration import (
    Floats,
    calibrated,
    fit_temperature,
    fit_threshold,
    negative_log_likelihood,
)
from mnist_app.training.datasets import Dataset
from mnist_app.training.fit import Run, Split
from mnist_app.training.networks import logits_model, multiply_adds
from mnist_app.training.recipes import Recipe

REPORT_FORMAT: Final = 1
RELIABILITY_BINS: Final = 15
CONFIDENCE_LEVEL: Final = 0.95
_DIGITS: Final = np.arange(10)
_BATCH: Final = 1000

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The report, and what was misread of the test set."""

    report: dict[str, Any]
    misread: Misread
    temperature: float
    threshold: float


def evaluate(
    run: Run,
    recipe: Recipe,
    images: Split,
    dataset: Dataset,
    *,
    purpose: str,
    earlier_looks: list[dict[str, Any]],
) -> Evaluation:
    """Calibrate on the validation images, then look at the test images: once, and on record.

    ``purpose`` says why they are looked at; ``earlier_looks`` are those recorded before.
    """
    network = logits_model(run.model)
    temperature, threshold, validation = validate(network, images)
    probabilities = calibrated(logits(network, dataset.test_images), temperature)
    test = figures(probabilities, dataset.test_labels, threshold)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    look = {
        "date": now,
        "purpose": purpose,
        "accuracy": test["accuracy"],
        "seed": recipe.seed,
        "epochs": run.epochs,
    }
    report = {
        "format": REPORT_FORMAT,
        "recipe": recipe.as_data(),
        "seed": recipe.seed,
        "trained": now,
        "training_seconds": round(run.seconds, 1),
        "parameters": int(network.count_params()),
        "multiply_adds": multiply_adds(network),
        "versions": _versions(),
        "data": {
            "name": dataset.name,
            "source": dataset.source,
            "md5": dict(dataset.md5),
            "train_images": len(images.train_labels),
            "validation_images": len(images.validation_labels),
            "test_images": len(dataset.test_labels),
        },
        "curves": run.curves,
        "calibration": {"temperature": temperature, "acceptance_threshold": threshold},
        "validation": validation,
        "test": test,
        "test_looks": [*earlier_looks, look],
    }
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != dataset.test_labels)
    return Evaluation(
        report,
        Misread(
            index=wrong.astype(np.int64),
            images=dataset.test_images[wrong],
            labels=dataset.test_labels[wrong].astype(np.int64),
            probabilities=probabilities[wrong],
        ),
        temperature,
        threshold,
    )


def validate(network: Any, images: Split) -> tuple[float, float, dict[str, Any]]:
    """Return temperature, acceptance threshold and figures, all from the validation images.

    ``network`` returns logits.
    """
    raw = logits(network, images.validation_images)
    temperature = fit_temperature(raw, images.validation_labels)
    probabilities = calibrated(raw, temperature)
    threshold = fit_threshold(probabilities)
    return temperature, threshold, figures(probabilities, images.validation_labels, threshold)


def logits(network: Any, images: Bytes) -> Floats:
    """Return the logits, float32 (n, 10), of images uint8 (n, 28, 28)."""
    result: Floats = network.predict(images, batch_size=_BATCH, verbose=0)
    return result


def figures(probabilities: Floats, labels: Bytes, threshold: float) -> dict[str, Any]:
    """Return the figures of one set of images, as the report's schema names them.

    ``probabilities`` is calibrated, float32 (n, 10); ``labels`` is (n,), n at least 1.
    """
    read = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = read == labels
    accepted = confidence >= threshold
    bins = reliability(confidence, right)
    interval = binomtest(int(right.sum()), len(right)).proportion_ci(
        confidence_level=CONFIDENCE_LEVEL, method="wilson"
    )
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, read, labels=_DIGITS, zero_division=0
    )
    return {
        "images": len(labels),
        "errors": int((~right).sum()),
        "accuracy": float(right.mean()),
        "accuracy_interval": [float(interval.low), float(interval.high)],
        "negative_log_likelihood": negative_log_likelihood(probabilities, labels),
        "expected_calibration_error": expected_calibration_error(bins),
        "accepted": float(accepted.mean()),
        "accuracy_accepted": float(right[accepted].mean()) if accepted.any() else None,
        "confusion_matrix": confusion_matrix(labels, read, labels=_DIGITS).tolist(),
        "digits": [
            {
                "digit": int(digit),
                "images": int(support[digit]),
                "precision": float(precision[digit]),
                "recall": float(recall[digit]),
                "f1": float(f1[digit]),
            }
            for digit in _DIGITS
        ],
        "reliability": bins,
    }


def reliability(
    confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """Return `RELIABILITY_BINS` equal bins of confidence with their mean confidence and accuracy.

    ``confidence`` is (n,) in 0-1 and ``right`` (n,) says whether the digit was read right. A bin
    reaches from above ``low`` to ``high``. Source: Guo et al. 2017, section 2.
    """
    edges = np.linspace(0.0, 1.0, RELIABILITY_BINS + 1)
    place = np.digitize(confidence, edges[1:-1], right=True)
    bins = []
    for number in range(RELIABILITY_BINS):
        inside = place == number
        bins.append(
            {
                "low": float(edges[number]),
                "high": float(edges[number + 1]),
                "images": int(inside.sum()),
                "confidence": float(confidence[inside].mean()) if inside.any() else None,
                "accuracy": float(right[inside].mean()) if inside.any() else None,
            }
        )
    return bins


def expected_calibration_error(bins: list[dict[str, Any]]) -> float:
    """Return the mean gap between confidence and accuracy over the bins, weighted by images."""
    total = sum(row["images"] for row in bins)
    gaps = [
        row["images"] * abs(row["confidence"] - row["accuracy"]) for row in bins if row["images"]
    ]
    return float(sum(gaps) / total)


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
