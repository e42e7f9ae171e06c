"""From a network's logits to calibrated probabilities, and to the score of acceptance.

A network has ten logits, one per digit, or eleven: the last one then stands for "no digit".
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import DIGITS, Floats
from mnist_app.reading_settings import RotatedCopies

MINIMUM_CONFIDENCE: Final = 0.5
"""Confidence, 0 to 1, above which a digit is accepted: more than of all other digits together."""


def calibrated(logits: Floats, temperature: float) -> Floats:
    """Return the probability of each digit, given that there is one, float32 (n, 10).

    ``logits`` is float32 (n, 10) or (n, 11). The probabilities are softmax(logits / temperature)
    over the first ten, so each row sums to 1. Source: Guo et al. 2017, “On Calibration of Modern
    Neural Networks”.
    """
    return softmax(logits[:, :DIGITS], temperature)


def digit_scores(
    logits: Floats,
    temperature: float,
    rotated: Floats | None = None,
    settings: RotatedCopies | None = None,
) -> Floats:
    """Return the scores, float32 (n,) from 0 to 1, that the acceptance threshold is compared with.

    With ten logits the score is the confidence. With eleven it is the probability that there is a
    digit at all, or 0 if no digit reaches `MINIMUM_CONFIDENCE`: ambiguity between digits is scored
    separately from "no digit".

    ``rotated`` float32 (copies, n, 11) are the logits of rotated copies. With ``settings`` they
    change the scores of the images that are ambiguous, see `is_ambiguous`; those of the others are
    ignored.
    """
    confidence = calibrated(logits, temperature).max(axis=1)
    if logits.shape[1] == DIGITS:
        return np.asarray(confidence, np.float32)
    scores = _digit_probability(logits, temperature)
    if rotated is not None and settings is not None:
        mean = np.asarray(rotated.mean(axis=0), np.float32)
        both = (1 - settings.weight) * logits + settings.weight * mean
        ambiguous = is_ambiguous(logits, temperature, settings)
        scores = np.where(ambiguous, _digit_probability(both, temperature), scores)
    return np.where(confidence > MINIMUM_CONFIDENCE, scores, 0).astype(np.float32)


def is_ambiguous(
    logits: Floats, temperature: float, settings: RotatedCopies
) -> npt.NDArray[np.bool_]:
    """Return for which images rotated copies are needed, (n,): for none with ten logits."""
    if logits.shape[1] == DIGITS:
        return np.zeros(len(logits), np.bool_)
    own = _digit_probability(logits, temperature)
    return np.asarray((own > settings.ambiguous_above) & (own < settings.ambiguous_below), np.bool_)


def _digit_probability(logits: Floats, temperature: float) -> Floats:
    """Return the probability that there is any digit, float32 (n,)."""
    return np.asarray(softmax(logits, temperature)[:, :DIGITS].sum(axis=1), np.float32)


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return the softmax of each row over the temperature, float32 of the same shape."""
    scaled = logits.astype(np.float64) / temperature
    shifted = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)
