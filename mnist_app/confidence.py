"""From a network's logits to how sure it is: of each digit, and that it sees a digit at all.

A network ends in ten logits, one a digit, or in eleven: the last one then stands for "no digit".
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats

DIGITS: Final = 10
LEAST_CONFIDENCE: Final = 0.5
"""A digit that is read must be likelier than all others together."""
SECOND_SHARE: Final = 0.4
"""What the second look weighs in whether there is a digit at all."""
DOUBT: Final = (0.1, 0.995)
"""Where a digit is less or more probable than this at the first look, a second one is not needed:
of some 47,000 held-out images, of digits and of other things, it would have changed none."""


def calibrated(logits: Floats, temperature: float) -> Floats:
    """Return how probable each digit is if it is one, float32 (n, 10), rows sum to 1.

    ``logits`` is float32 (n, 10) or (n, 11). The temperature is that of Guo et al. 2017, “On
    Calibration of Modern Neural Networks”: softmax(logits / temperature).
    """
    return softmax(logits[:, :DIGITS], temperature)


def digit_scores(logits: Floats, temperature: float, turned: Floats | None = None) -> Floats:
    """Return what a reading is accepted by, float32 (n,): from 0 to 1.

    Of eleven logits it is the probability that there is a digit at all, whichever, or 0 where the
    network hesitates between digits: to hesitate is something else than to see none, and a sum of
    both doubts would spend on the one what it takes to find the other. Of ten logits it is the
    confidence.

    ``turned`` float32 (views, n, 11) are the logits of the second look, if there was one (see
    `mnist_app.augmented_copies.turned`). Of those `in_doubt` they have a say in whether there is a digit; what
    they are for the others does not matter.
    """
    confidence = calibrated(logits, temperature).max(axis=1)
    if logits.shape[1] == DIGITS:
        return np.asarray(confidence, np.float32)
    scores = _some_digit(logits, temperature)
    if turned is not None:
        second = np.asarray(turned.mean(axis=0), np.float32)
        both = (1 - SECOND_SHARE) * logits + SECOND_SHARE * second
        doubted = in_doubt(logits, temperature)
        scores = np.where(doubted, _some_digit(both, temperature), scores)
    return np.where(confidence > LEAST_CONFIDENCE, scores, 0).astype(np.float32)


def in_doubt(logits: Floats, temperature: float) -> npt.NDArray[np.bool_]:
    """Tell which readings a second look may change, (n,): of ten logits none."""
    if logits.shape[1] == DIGITS:
        return np.zeros(len(logits), np.bool_)
    first = _some_digit(logits, temperature)
    return np.asarray((first > DOUBT[0]) & (first < DOUBT[1]), np.bool_)


def _some_digit(logits: Floats, temperature: float) -> Floats:
    """Return how probable it is that there is a digit, whichever, float32 (n,)."""
    return np.asarray(softmax(logits, temperature)[:, :DIGITS].sum(axis=1), np.float32)


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return the softmax of each row over the temperature, float32 of the same shape."""
    scaled = logits.astype(np.float64) / temperature
    shifted = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)
