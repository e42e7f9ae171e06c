"""Normalises the ink of one digit to a 28×28 image by the procedure that made MNIST.

The procedure is that of the QMNIST reconstruction (Yadav & Bottou 2019,
facebookresearch/qmnist, ``making_qmnist/xnist.lsh``): a square crop centred on the bounding box,
area-averaged to 20×20, peak to 255, centre of mass to the middle of a 28×28 image by whole pixels.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Floats, Image
from mnist_app.errors import InvalidImageError

Box = tuple[int, int, int, int]
"""x, y, width, height in whole pixels; x to the right, y down, origin at the top left."""

IMAGE_SIDE: Final = 28
"""Side of the network's input in pixels."""
DIGIT_BOX: Final = 20
"""Side in pixels to which the square crop around a digit is scaled."""
MASS_CENTRE: Final = 14
"""Row and column of the pixel with the centre of mass (means over MNIST: 13.99 and 14.01)."""
MINIMUM_SIDE_FRACTION: Final = 10 / 128
"""Minimum side of the crop, as a share of the drawing's shorter side: 10 px of NIST's 128-px scans.

It limits the magnification of a dot.
"""
INK_LEVEL: Final = 32
"""Minimum grey level, of 255, of the pixels that the bounding box encloses."""
MAXIMUM_CROP_SIDE: Final = 4096
"""Maximum side of a crop in pixels; ink of larger extent is reduced first. Limits memory."""


@dataclass(frozen=True, eq=False)
class NormalizationSteps:
    """Intermediate results of the normalisation of a digit; images are uint8, white on black.

    ``box`` is the tight bounding box of the ink in the drawing, ``square`` the crop around it
    (it may extend beyond the drawing; pixels there are black), ``crop`` its pixels (side, side),
    reduced if there are more than `MAXIMUM_CROP_SIDE`,
    ``small`` the crop at (20, 20) with its peak at 255, ``image`` the result (28, 28).
    """

    box: Box
    square: Box
    crop: Image
    small: Image
    image: Image


def normalize_digit(ink: Image, minimum_side: float = 0.0) -> Image | None:
    """Return the MNIST-style image, uint8 (28, 28), of the digit in ``ink``.

    ``ink`` is uint8 (height, width), 0 for paper and up to 255 for ink; ``minimum_side`` is the
    minimum side of the crop in its pixels. Returns None if there is no ink.
    """
    found = normalization_steps(ink, minimum_side)
    return None if found is None else found.image


def normalization_steps(ink: Image, minimum_side: float = 0.0) -> NormalizationSteps | None:
    """Return all intermediate results of `normalize_digit`, which takes the same arguments."""
    box = bounding_box(ink)
    if box is None:
        return None
    square = square_around(box, minimum_side)
    reduction = -(-square[2] // MAXIMUM_CROP_SIDE)
    crop = cut_out(ink, square) if reduction == 1 else _reduced_crop(ink, box, reduction)
    small = peak_to_255(area_average(crop))
    return NormalizationSteps(box, square, crop, small, centre_by_mass(small))


def steps_of_drawing(ink: Image) -> NormalizationSteps | None:
    """Return the steps from a whole drawing to the MNIST-style image, or None if it is blank.

    ``ink`` is uint8 (height, width), 0 for paper and up to 255 for ink, as large as the canvas: the
    minimum side of the crop depends on its size, see `minimum_crop_side`.
    """
    return normalization_steps(ink, minimum_crop_side(ink.shape))


def minimum_crop_side(shape: tuple[float, ...]) -> float:
    """Return the minimum side in pixels of a digit's crop on a canvas of ``shape``."""
    return MINIMUM_SIDE_FRACTION * min(shape)


def downsample_without_centering(ink: Image) -> Image:
    """Return the whole of ``ink`` area-averaged to uint8 (28, 28), neither cropped nor centred.

    It serves as a comparison for `normalize_digit`. A drawing that is not square is padded with
    black to a square, evenly on both sides.
    """
    height, width = ink.shape
    side = max(height, width)
    square = cut_out(ink, (-((side - width) // 2), -((side - height) // 2), side, side))
    small = cv2.resize(square, (IMAGE_SIDE, IMAGE_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def bounding_box(ink: Image) -> Box | None:
    """Return the tight bounding box of all levels of at least `INK_LEVEL`, or None without any."""
    mask = (ink >= INK_LEVEL).view(np.uint8)
    x, y, width, height = cv2.boundingRect(mask)
    return (x, y, width, height) if width else None


def square_around(box: Box, minimum_side: float = 0.0) -> Box:
    """Return the square centred on ``box``: side max(width, height, minimum_side).

    If the difference is odd, the extra pixel is at the right and at the bottom, as in the QMNIST
    reconstruction.
    """
    x, y, width, height = box
    side = max(width, height, math.floor(minimum_side + 0.5))
    return (x - (side - width) // 2, y - (side - height) // 2, side, side)


def scale_box(box: Box, shape: tuple[int, ...], other: tuple[int, ...]) -> Box:
    """Return ``box`` in the pixels of the same picture resized from ``shape`` to ``other``.

    Fractions of a pixel are rounded outwards; the result is clipped to the picture.
    """
    x, y, width, height = box
    across, down = other[1] / shape[1], other[0] / shape[0]
    left, top = math.floor(x * across), math.floor(y * down)
    right, bottom = math.ceil((x + width) * across), math.ceil((y + height) * down)
    return (left, top, min(right, other[1]) - left, min(bottom, other[0]) - top)


def cut_out(ink: Image, box: Box) -> Image:
    """Return the pixels in ``box``; those outside ``ink`` are black."""
    x, y, width, height = box
    left, top = max(x, 0), max(y, 0)
    inside = ink[top : max(y + height, 0), left : max(x + width, 0)]
    crop = np.zeros((height, width), np.uint8)
    crop[top - y : top - y + inside.shape[0], left - x : left - x + inside.shape[1]] = inside
    return crop


def _reduced_crop(ink: Image, box: Box, reduction: int) -> Image:
    """Return the square crop around ``box``, of a side ``reduction`` times shorter."""
    x, y, width, height = box
    size = (max(1, width // reduction), max(1, height // reduction))
    small = cv2.resize(ink[y : y + height, x : x + width], size, interpolation=cv2.INTER_AREA)
    return cut_out(np.asarray(small, np.uint8), square_around((0, 0, *size)))


def area_average(crop: Image) -> Floats:
    """Return the square ``crop`` as float32 (20, 20), each pixel the mean of the area under it.

    A crop smaller than 20 pixels is doubled until it is not, as in the QMNIST reconstruction.
    """
    while crop.shape[0] < DIGIT_BOX:
        crop = crop.repeat(2, axis=0).repeat(2, axis=1)
    small = cv2.resize(
        crop.astype(np.float32), (DIGIT_BOX, DIGIT_BOX), interpolation=cv2.INTER_AREA
    )
    return np.asarray(small, np.float32)


def peak_to_255(image: Floats) -> Image:
    """Return ``image`` scaled so that its maximum is 255, rounded to uint8; zeros stay zeros."""
    peak = float(image.max())
    if peak <= 0:
        return np.zeros(image.shape, np.uint8)
    return np.asarray(image * (255.0 / peak) + 0.5, np.uint8)


def centre_by_mass(small: Image) -> Image:
    """Return ``small`` pasted into a black (28, 28) image with the centre of mass at index 14.

    The shift is a whole number of pixels, floor(14.5 - c); pixels beyond the edge are cut off.
    """
    moments = cv2.moments(small)
    shift_y = math.floor(MASS_CENTRE + 0.5 - moments["m01"] / moments["m00"])
    shift_x = math.floor(MASS_CENTRE + 0.5 - moments["m10"] / moments["m00"])
    # A crop of the small image that starts at (-x, -y) pastes it at (x, y).
    return cut_out(small, (-shift_x, -shift_y, IMAGE_SIDE, IMAGE_SIDE))


def check_normalized(images: object, method: str, *, batch: bool = True) -> None:
    """Raise `InvalidImageError`, which names the ``method`` that was called, for a wrong array.

    With ``batch`` the array must be uint8 (n, 28, 28), otherwise uint8 (28, 28).
    """
    found = type(images).__name__
    if isinstance(images, np.ndarray):
        fits = images.ndim == 2 + batch and images.shape[-2:] == (IMAGE_SIDE, IMAGE_SIDE)
        if fits and images.dtype == np.uint8:
            return
        found = f"{images.dtype} {images.shape}"
    wanted = "MNIST-style images, uint8 (n, 28, 28)"
    wanted = wanted if batch else "one MNIST-style image, uint8 (28, 28)"
    raise InvalidImageError(
        "{method} takes {wanted}, not {found}. For drawings and pictures use read_digit.",
        method=method,
        wanted=wanted,
        found=found,
    )
