"""From a network's logits to calibrated probabilities, and to the score of acceptance.

A network has ten logits, one per digit, or eleven: the last one then stands for "no digit".
"""

from typing import Final

import numpy as np

from mnist_app.arrays import DIGITS, Floats

MINIMUM_CONFIDENCE: Final = 0.5
"""Confidence, 0 to 1, above which a digit is accepted: more than of all other digits together."""


def calibrated(logits: Floats, temperature: float) -> Floats:
    """Return the probability of each digit, given that there is one, float32 (n, 10).

    ``logits`` is float32 (n, 10) or (n, 11). The probabilities are softmax(logits / temperature)
    over the first ten, so each row sums to 1. Source: Guo et al. 2017, “On Calibration of Modern
    Neural Networks”.
    """
    return softmax(logits[:, :DIGITS], temperature)


def digit_scores(logits: Floats, temperature: float) -> Floats:
    """Return the `acceptance_scores`, float32 (n,), of logits float32 (n, 10) or (n, 11)."""
    return acceptance_scores(calibrated(logits, temperature), softmax(logits, temperature))


def acceptance_scores(digits: Floats, answers: Floats) -> Floats:
    """Return the scores, float32 (n,) from 0 to 1, that the acceptance threshold is compared with.

    ``digits`` are the probabilities from `calibrated`, ``answers`` the softmax of all logits. With
    ten answers the score is the confidence. With eleven it is the probability that there is a
    digit at all, or 0 if no digit reaches `MINIMUM_CONFIDENCE`: ambiguity between digits is scored
    separately from "no digit".
    """
    confidence = digits.max(axis=1)
    if answers.shape[1] == DIGITS:
        return np.asarray(confidence, np.float32)
    any_digit = answers[:, :DIGITS].sum(axis=1)
    return np.asarray(any_digit * (confidence > MINIMUM_CONFIDENCE), np.float32)


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return the softmax of each row over the temperature, float32 of the same shape."""
    scaled = logits.astype(np.float64) / temperature
    shifted = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)
