"""Maps of signed numbers as colours: orange for positive, blue for negative numbers."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Image
from mnist_app.explain.feature_maps import ReceptiveField
from mnist_app.preprocessing.normalize import IMAGE_SIDE

FOR: Final = (230, 159, 0)
"""RGB of positive numbers: evidence for a digit."""
AGAINST: Final = (86, 180, 233)
"""RGB of negative numbers. The two are a colour-blind safe pair (Okabe and Ito)."""
IMAGE_BRIGHTNESS: Final = 0.45
"""Share of an image's brightness that is left under an overlay."""


def diverging(numbers: Floats, scale: float) -> Image:
    """Return ``numbers``, (h, w), as RGB: 0 is black, ``scale`` is `FOR`, -``scale`` `AGAINST`."""
    return np.asarray(np.rint(_strength(numbers, scale) * _colours(numbers)), np.uint8)


def overlay(image: Image, numbers: Floats, scale: float) -> Image:
    """Return ``image``, uint8 (h, w), dimmed, as RGB under the colours of ``numbers``, (h, w)."""
    strength = _strength(numbers, scale)
    dimmed = IMAGE_BRIGHTNESS * image[..., np.newaxis]
    return np.asarray(np.rint((1 - strength) * dimmed + strength * _colours(numbers)), np.uint8)


def upsample(numbers: Floats, field: ReceptiveField, scale: int) -> Floats:
    """Return a feature map at the size of the image, float32 (28 * scale, 28 * scale).

    Each number lies at the middle of its receptive field, ``field``. Maps of lower resolution are
    interpolated linearly; numbers of single pixels become squares.
    """
    if field.step == 1 and field.size == 1:
        return numbers.repeat(scale, axis=0).repeat(scale, axis=1)
    side = IMAGE_SIDE * scale
    step = field.step * scale
    # OpenCV's coordinates are those of pixel centres.
    first = (field.first + 0.5) * scale - 0.5
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


def _strength(numbers: Floats, scale: float) -> npt.NDArray[np.float64]:
    """Return the absolute values over ``scale``, from 0 to 1, (h, w, 1)."""
    share = np.clip(np.abs(numbers.astype(np.float64)) / max(scale, 1e-9), 0, 1)
    return np.asarray(share[..., np.newaxis])


def _colours(numbers: Floats) -> npt.NDArray[np.int64]:
    """Return `FOR` or `AGAINST` for each number, (h, w, 3)."""
    return np.where(numbers[..., np.newaxis] > 0, np.array(FOR), np.array(AGAINST))
