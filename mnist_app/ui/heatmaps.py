"""Numbers over an image as colours: orange where they speak for something, blue where against."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Image
from mnist_app.explain.feature_maps import ReceptiveField
from mnist_app.preprocessing.normalize import IMAGE_SIDE

FOR: Final = (230, 159, 0)
AGAINST: Final = (86, 180, 233)
"""RGB; the two are told apart with every kind of colour vision (Okabe & Ito)."""
DIMMED: Final = 0.45
"""How much of the ink's brightness is left where it lies under the colours."""


def signed(numbers: Floats, scale: float) -> Image:
    """Return ``numbers``, (h, w), as RGB: 0 is black, ``scale`` is `FOR`, -``scale`` `AGAINST`."""
    share = _share(numbers, scale)
    return np.asarray(np.rint(share * _colours(numbers)), np.uint8)


def over(image: Image, numbers: Floats, scale: float) -> Image:
    """Return ``image``, uint8 (h, w), dimmed, as RGB under the colours of ``numbers``, (h, w)."""
    share = _share(numbers, scale)
    dimmed = DIMMED * image[..., np.newaxis]
    return np.asarray(np.rint((1 - share) * dimmed + share * _colours(numbers)), np.uint8)


def spread(numbers: Floats, window: ReceptiveField, scale: int) -> Floats:
    """Return a map's numbers over the image, float32 (28 * scale, 28 * scale).

    Each comes to lie where the middle of what it depends on does. Numbers of a smaller map run
    smoothly into each other; those of single pixels stay squares.
    """
    side = IMAGE_SIDE * scale
    step = window.step * scale
    # OpenCV counts from the centre of a pixel.
    first = (window.first + 0.5) * scale - 0.5
    if window.step == 1 and window.size == 1:
        return numbers.repeat(scale, axis=0).repeat(scale, axis=1)
    placed = cv2.warpAffine(
        np.ascontiguousarray(numbers),
        np.array([[step, 0, first], [0, step, first]]),
        (side, side),
        flags=cv2.INTER_LINEAR,
    )
    return np.asarray(placed, np.float32)


def grey(numbers: Floats, scale: float) -> Image:
    """Return ``numbers`` as grey levels, uint8 of their shape: 0 is black, ``scale`` white."""
    return np.asarray(np.rint(255 * np.clip(numbers / max(scale, 1e-9), 0, 1)), np.uint8)


def _share(numbers: Floats, scale: float) -> npt.NDArray[np.float64]:
    share = np.clip(np.abs(numbers.astype(np.float64)) / max(scale, 1e-9), 0, 1)
    return np.asarray(share[..., np.newaxis])


def _colours(numbers: Floats) -> npt.NDArray[np.int64]:
    return np.where(numbers[..., np.newaxis] > 0, np.array(FOR), np.array(AGAINST))
