"""A drawing that a game or a score keeps, with what the network made of it."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image
from mnist_app.prediction import Prediction

KEPT_SIDE: Final = 150
"""Width and height of a kept drawing, in pixels: 22 kB of memory."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """A drawing and its reading.

    ``ink`` is uint8 (`KEPT_SIDE`, `KEPT_SIDE`), white on black; ``seconds`` is when it was read,
    counted from the start of the round.
    """

    ink: Image
    prediction: Prediction
    seconds: float = 0.0

    @classmethod
    def of(cls, ink: Image, prediction: Prediction, seconds: float = 0.0) -> "Attempt":
        """Return the attempt of ``ink``, uint8 (height, width), which is made smaller."""
        return cls(reduced_ink(ink), prediction, seconds)


def reduced_ink(ink: Image) -> Image:
    """Return ``ink``, uint8 (height, width), at uint8 (`KEPT_SIDE`, `KEPT_SIDE`)."""
    size = (KEPT_SIDE, KEPT_SIDE)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.uint8)
