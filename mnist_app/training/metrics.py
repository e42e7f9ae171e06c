"""Figures of one set of images: accuracy, confusion matrix, per digit, reliability."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from mnist_app.arrays import DIGITS, Floats
from mnist_app.bundle import KNOWN_LABEL_ERRORS
from mnist_app.calibration import negative_log_likelihood
from mnist_app.model_report import DigitFigures, Figures, ReliabilityBin
from mnist_app.proportion import interval

RELIABILITY_BINS: Final = 15
"""Number of bins of the reliability diagram, as in Guo et al. 2017."""
_DIGIT_LABELS: Final = np.arange(DIGITS)


def figures(
    probabilities: Floats, labels: npt.NDArray[np.uint8], accepted: npt.NDArray[np.bool_]
) -> Figures:
    """Return the figures of one set of images.

    ``probabilities`` is calibrated, float32 (n, 10); ``labels`` is (n,), n at least 1;
    ``accepted`` (n,) is True for the accepted predictions.
    """
    read = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = read == labels
    bins = reliability(confidence, right)
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, read, labels=_DIGIT_LABELS, zero_division=0
    )
    matrix = confusion_matrix(labels, read, labels=_DIGIT_LABELS).tolist()
    return Figures(
        images=len(labels),
        errors=int((~right).sum()),
        accuracy=float(right.mean()),
        accuracy_interval=interval(int(right.sum()), len(right)),
        negative_log_likelihood=negative_log_likelihood(probabilities, labels),
        expected_calibration_error=expected_calibration_error(bins),
        accepted=float(accepted.mean()),
        accuracy_accepted=float(right[accepted].mean()) if accepted.any() else None,
        confusion_matrix=tuple(tuple(row) for row in matrix),
        digits=tuple(
            DigitFigures(
                digit=int(digit),
                images=int(support[digit]),
                precision=float(precision[digit]),
                recall=float(recall[digit]),
                f1=float(f1[digit]),
            )
            for digit in _DIGIT_LABELS
        ),
        reliability=bins,
    )


def reliability(
    confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]
) -> tuple[ReliabilityBin, ...]:
    """Return `RELIABILITY_BINS` equal bins of confidence with their mean confidence and accuracy.

    ``confidence`` is (n,) in 0-1 and ``right`` (n,) is True where the digit was read right. A bin
    reaches from above ``low`` to ``high``. Source: Guo et al. 2017, section 2.
    """
    edges = np.linspace(0.0, 1.0, RELIABILITY_BINS + 1)
    bin_of_image = np.digitize(confidence, edges[1:-1], right=True)
    bins = []
    for number in range(RELIABILITY_BINS):
        inside = bin_of_image == number
        bins.append(
            ReliabilityBin(
                low=float(edges[number]),
                high=float(edges[number + 1]),
                images=int(inside.sum()),
                confidence=float(confidence[inside].mean()) if inside.any() else None,
                accuracy=float(right[inside].mean()) if inside.any() else None,
            )
        )
    return tuple(bins)


def expected_calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Return the mean gap between confidence and accuracy over the bins, weighted by images."""
    gaps = [
        row.images * abs(row.confidence - row.accuracy)
        for row in bins
        if row.confidence is not None and row.accuracy is not None
    ]
    return float(sum(gaps) / sum(row.images for row in bins))


def accuracy_without_known_label_errors(misread: npt.NDArray[np.int64], images: int) -> float:
    """Return the share of right readings among MNIST's test images that have a sound label.

    ``misread`` holds the indices of the misread test images, ``images`` is the number of all.
    """
    errors = sum(int(index) not in KNOWN_LABEL_ERRORS for index in misread)
    return 1 - errors / (images - len(KNOWN_LABEL_ERRORS))
