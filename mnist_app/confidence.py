"""From a network's logits to how sure it is: of each digit, and that it sees a digit at all.

A network ends in ten logits, one a digit, or in eleven: the last one then stands for "no digit".
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

DIGITS: Final = 10


def calibrated(logits: Floats, temperature: float) -> Floats:
    """Return how probable each digit is if it is one, float32 (n, 10), rows sum to 1.

    ``logits`` is float32 (n, 10) or (n, 11). The temperature is that of Guo et al. 2017, “On
    Calibration of Modern Neural Networks”: softmax(logits / temperature).
    """
    return softmax(logits[:, :DIGITS], temperature)


def digit_scores(logits: Floats, temperature: float) -> Floats:
    """Return what a reading is accepted by, float32 (n,): from 0 to 1.

    It is the probability of the likeliest digit among all of the network's answers. So it is low
    where the network hesitates between two digits, and where it sees none.
    """
    return np.asarray(softmax(logits, temperature)[:, :DIGITS].max(axis=1), np.float32)


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return the softmax of each row over the temperature, float32 of the same shape."""
    scaled = logits.astype(np.float64) / temperature
    shifted = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)
