"""Augmentation: randomly distorted copies of training images.

An image is rotated, sheared, scaled and shifted about `MASS_CENTRE`, and distorted elastically
(Simard et al. 2003, “Best Practices for Convolutional Neural Networks Applied to Visual Document
Analysis”), by random amounts that imitate other handwriting.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Images
from mnist_app.preprocessing.normalize import MASS_CENTRE

BEND_KNOTS: Final = 5
"""Rows and columns of the grid of random displacements; pixels between are interpolated."""


class Amounts(Protocol):
    """How much images are changed; a recipe of `mnist_app.training` declares it, too.

    ``turn_degrees``, ``slant`` (x over y), ``zoom`` (share) and ``shift_pixels`` are maximum
    changes; ``bend_pixels`` is the standard deviation of the displacement of a knot.
    """

    @property
    def turn_degrees(self) -> float: ...  # noqa: D102
    @property
    def slant(self) -> float: ...  # noqa: D102
    @property
    def zoom(self) -> float: ...  # noqa: D102
    @property
    def shift_pixels(self) -> float: ...  # noqa: D102
    @property
    def bend_pixels(self) -> float: ...  # noqa: D102


@dataclass(frozen=True)
class Distortion:
    """`Amounts` as plain numbers."""

    turn_degrees: float = 0.0
    slant: float = 0.0
    zoom: float = 0.0
    shift_pixels: float = 0.0
    bend_pixels: float = 0.0


def augments(amounts: Amounts) -> bool:
    """Tell whether ``amounts`` change images at all."""
    changes = (amounts.turn_degrees, amounts.slant, amounts.zoom, amounts.shift_pixels)
    return any((*changes, amounts.bend_pixels))


def augment(images: Images, amounts: Amounts, random: np.random.Generator) -> Images:
    """Return a copy of images uint8 (n, 28, 28), each changed by random amounts of its own.

    Rotation, shear, zoom and shift are uniform between minus and plus the values of ``amounts``.
    """
    changed = np.empty_like(images)
    matrices = affine_matrices(len(images), amounts, random)
    if not amounts.bend_pixels:
        for index, matrix in enumerate(matrices):
            size = images[index].shape[::-1]
            changed[index] = cv2.warpAffine(images[index], matrix, size, flags=cv2.INTER_LINEAR)
        return changed
    height, width = images.shape[1:]
    y, x = np.mgrid[:height, :width]
    grid = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    for index, matrix in enumerate(matrices):
        sources = (cv2.invertAffineTransform(matrix) @ grid).reshape(2, height, width)
        sources += _bends((height, width), amounts.bend_pixels, random)
        across, down = sources.astype(np.float32)
        changed[index] = cv2.remap(images[index], across, down, cv2.INTER_LINEAR)
    return changed


def _bends(
    shape: tuple[int, int], pixels: float, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return random displacements of all pixels in x and y, (2, height, width), in pixels."""
    knots = random.normal(0, pixels, (BEND_KNOTS, BEND_KNOTS, 2))
    smooth = cv2.resize(knots, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.moveaxis(np.asarray(smooth, np.float64), 2, 0))


def affine_matrices(
    count: int, amounts: Amounts, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return ``count`` random affine matrices (2, 3), which map points (x, y) of an image.

    `MASS_CENTRE` moves by the shift alone.
    """

    def uniform(limit: float) -> npt.NDArray[np.float64]:
        return random.uniform(-limit, limit, count)

    angle, shear = np.deg2rad(uniform(amounts.turn_degrees)), uniform(amounts.slant)
    scale_x, scale_y = 1 + uniform(amounts.zoom), 1 + uniform(amounts.zoom)
    shift = np.stack([uniform(amounts.shift_pixels), uniform(amounts.shift_pixels)], axis=1)
    cosine, sine = np.cos(angle), np.sin(angle)
    # rotation · shear · scaling, multiplied out
    linear = np.empty((count, 2, 2))
    linear[:, 0, 0] = cosine * scale_x
    linear[:, 0, 1] = (cosine * shear - sine) * scale_y
    linear[:, 1, 0] = sine * scale_x
    linear[:, 1, 1] = (sine * shear + cosine) * scale_y
    centre = np.full(2, float(MASS_CENTRE))
    offset = centre + shift - linear @ centre
    return np.concatenate([linear, offset[:, :, None]], axis=2)
