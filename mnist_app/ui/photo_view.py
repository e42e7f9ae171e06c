"""The part of a picture that a person wants read, and which way up it is."""

from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np

from mnist_app.arrays import Image
from mnist_app.errors import InvalidImageError
from mnist_app.preprocessing.normalize import Box

MINIMUM_SIDE: Final = 16
"""Minimum width and height of a box in pixels of the picture. The smallest digits that are read are
about as high."""
_ROTATIONS: Final = (
    None,
    cv2.ROTATE_90_CLOCKWISE,
    cv2.ROTATE_180,
    cv2.ROTATE_90_COUNTERCLOCKWISE,
)
"""OpenCV's names of quarter turns, by their number; it is faster than NumPy."""


@dataclass(frozen=True)
class View:
    """A picture turned clockwise by ``quarter_turns``, 0 to 3, and then cut to ``box``.

    ``box`` is in pixels of the turned picture; None stands for all of it.
    """

    quarter_turns: int = 0
    box: Box | None = None

    def turned_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of the turned picture, whose file has ``size``."""
        return size[::-1] if self.quarter_turns % 2 else size

    def region(self, size: tuple[int, int]) -> Box:
        """Return the part of the turned picture that is read, in its pixels.

        ``size`` is width and height of the picture before it is turned. Raises `InvalidImageError`
        if the box is outside the picture or too small.
        """
        width, height = self.turned_size(size)
        if self.box is None:
            return (0, 0, width, height)
        x, y, wide, high = self.box
        left, top = max(x, 0), max(y, 0)
        wide, high = min(x + wide, width) - left, min(y + high, height) - top
        if wide <= 0 or high <= 0:
            raise InvalidImageError(
                "The box is outside the picture. Drag it around what should be read."
            )
        if min(wide, high) < MINIMUM_SIDE:
            raise InvalidImageError(
                "The box is too small to read: {width}×{height} pixels of the photo. Drag a larger "
                "one, or take the photo from closer.",
                width=wide,
                height=high,
            )
        return (left, top, wide, high)

    def turned(self, quarter_turns: int, size: tuple[int, int]) -> Self:
        """Return the view of the same part, turned clockwise by ``quarter_turns`` more."""
        box, (width, height) = self.box, self.turned_size(size)
        for _ in range(quarter_turns % 4):
            if box is not None:
                x, y, wide, high = box
                box = (height - y - high, x, high, wide)
            width, height = height, width
        return type(self)((self.quarter_turns + quarter_turns) % 4, box)

    def turn(self, picture: Image) -> Image:
        """Return ``picture``, uint8 (height, width) or (height, width, n), turned."""
        code = _ROTATIONS[self.quarter_turns % 4]
        return picture if code is None else np.asarray(cv2.rotate(picture, code), np.uint8)

    def cut(self, picture: Image) -> Image:
        """Return ``picture`` turned and cut to the box. Raises as `region` does."""
        height, width = picture.shape[:2]
        x, y, wide, high = self.region((width, height))
        return np.ascontiguousarray(self.turn(picture)[y : y + high, x : x + wide])


WHOLE: Final = View()
"""The picture as its file has it."""
