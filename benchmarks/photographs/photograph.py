"""One photograph, as a phone stores it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_app.preprocessing.image_files import decode_picture

Floats = npt.NDArray[Any]
"""Numbers of any shape, float32 or float64: OpenCV's stubs do not tell which they return."""


@dataclass(frozen=True)
class Photograph:
    """One photograph as a JPEG file, and in words what is on it and how it was taken."""

    jpeg: bytes
    conditions: tuple[str, ...]

    @property
    def picture(self) -> npt.NDArray[np.uint8]:
        """The picture, uint8 (height, width, 3) RGB, turned upright as the app turns a file."""
        return decode_picture(self.jpeg, "photograph.jpg")
