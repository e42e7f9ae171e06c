"""Readings and drawings with chosen properties, for tests of what is made of them."""

import numpy as np

from mnist_app.arrays import DIGITS, Image
from mnist_app.prediction import Prediction
from mnist_app.ui.attempt import Attempt


def reading(
    digit: int,
    certainty: float = 0.97,
    *,
    accepted: bool = True,
    no_digit: float | None = None,
    image: Image | None = None,
) -> Prediction:
    """Return a reading of ``digit``; ``no_digit`` is the probability that it is none."""
    confidence = certainty / (1 - (no_digit or 0.0))
    probabilities = np.full(DIGITS, (1 - confidence) / (DIGITS - 1), np.float32)
    probabilities[digit] = confidence
    seen = np.zeros((28, 28), np.uint8) if image is None else image
    return Prediction(
        digit, confidence, accepted, probabilities, seen, no_digit_probability=no_digit
    )


def attempt(prediction: Prediction, seconds: float = 0.0) -> Attempt:
    """Return an attempt with this reading and a plain drawing."""
    return Attempt.of(np.full((340, 340), 255, np.uint8), prediction, seconds)


def with_ink(pixels: int) -> Image:
    """Return an image, uint8 (28, 28), with this number of white pixels."""
    image = np.zeros(784, np.uint8)
    image[:pixels] = 255
    return image.reshape(28, 28)
