"""The ink in a picture of any kind: a drawing of one ground colour, a photograph or a scan.

In a drawing, ink is what differs from the ground. In everything else a network says which pixels
are handwriting (`mnist_app.ink_network`). It knows strokes of two to twenty pixels' width, and how
large a picture's digits are is not known, so it looks at the picture at several sizes, and what it
says is averaged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.preprocessing import ink_extraction

FindHandwriting = Callable[[Image], Image]
"""Takes uint8 (h, w, 3) RGB and returns how probably each pixel is handwriting, uint8 (h, w)."""

LARGEST_SIDE: Final = 768
"""Longer side in pixels of the closest look at a photograph; limits time."""
SIDES: Final = (128, 192, 384, LARGEST_SIDE)
"""Longer sides in pixels at which the network looks at a picture."""
ENLARGED_SIDE: Final = 384
"""Longer side in pixels up to which pictures are enlarged: more shows nothing new."""
MAXIMUM_ENLARGEMENT: Final = 8.0
"""A tiny picture is not enlarged more than this."""
LEAST_SHARE: Final = 0.002
"""Least probability, and distance from 1, with which one look counts in the mean of the logits."""
LEAST, MOST = 0.3, 0.7
"""Probabilities of handwriting that become no ink and full ink."""
GROUND_TOLERANCE, EDGE_TOLERANCE = 2, 8
"""Levels by which the ground of a drawing, and what is along its edge, differ from one colour."""
GROUND_SHARE, EDGE_SHARE = 0.4, 0.95
"""Shares of a drawing's pixels, and of those along its edge, that have the colour of the ground."""
LEAST_PHOTO_SIDE: Final = 16
"""Pixels of the shorter side; what is smaller shows too little to be a photograph."""
SAMPLE_SIDE: Final = 256
"""Pixels of the longer side of the sample by which drawings are told from photographs."""
MOST_DRAWING_PIXELS: Final = 4_000_000
"""A larger drawing is reduced: a digit needs no more, and the memory of a server is limited."""
MOST_DRAWING_SIDE: Final = 16_384
"""Pixels of the longer side; a longer drawing is reduced. OpenCV takes 32,767 at most."""
MOST_RESIZED_SIDE: Final = 2_000_000
"""Pixels; of a longer side every n-th is taken: OpenCV's tables for resizing take 12 bytes each."""

_OPAQUE = 255
_RGBA = 4


@dataclass(frozen=True, eq=False)
class PictureInk:
    """The ink in a picture.

    ``ink`` is uint8 (height, width), paper 0, the strongest ink 255. That of a photograph has the
    size of the closest look at it, that of a very large drawing is reduced.
    """

    ink: Image
    is_photograph: bool


def find_ink(image: object, find_handwriting: FindHandwriting) -> PictureInk:
    """Return the ink in a drawing or photograph; only this function decides which of them it is.

    ``image`` is as for `ink_extraction.to_ink`, which reads the drawings. Raises
    `InvalidImageError` for any other type, dtype, rank or size.
    """
    pixels = ink_extraction.check_image(image)
    height, width = pixels.shape[:2]
    factor = min(
        1.0,
        (MOST_DRAWING_PIXELS / (height * width)) ** 0.5,
        MOST_DRAWING_SIDE / max(height, width),
    )
    if not ink_extraction.is_opaque(pixels):
        return PictureInk(ink_extraction.to_ink(resized(pixels, factor)), False)
    step = max(1, max(height, width) // SAMPLE_SIDE)
    sample = pixels[::step, ::step]
    distance = ink_extraction.distance_from_background(sample)
    if min(height, width) >= LEAST_PHOTO_SIDE and not is_drawing(sample, distance):
        return PictureInk(handwriting(to_rgb(pixels), find_handwriting), True)
    if step > 1:
        distance = ink_extraction.distance_from_background(resized(pixels, factor))
    return PictureInk(ink_extraction.full_contrast(distance), False)


def is_drawing(sample: Image, distance: npt.NDArray[np.float64] | Image) -> bool:
    """Tell a drawing, whose ground has one colour, from a photograph or scan.

    ``distance`` is that of each pixel of ``sample`` from its background. What fills a rectangle
    on such a ground is a photograph or a sheet pasted there.
    """
    if ink_extraction.edge(distance).any():
        # The ground is the median colour there, which may lie between two levels.
        ground = np.atleast_1d(np.median(ink_extraction.edge(sample), axis=0))
        planes = np.moveaxis(np.atleast_3d(sample), 2, 0)
        distance = np.abs(planes - ground[:, np.newaxis, np.newaxis]).max(axis=0)
        if np.mean(ink_extraction.edge(distance) <= EDGE_TOLERANCE) < EDGE_SHARE:
            return False
    other = distance > GROUND_TOLERANCE
    count = np.count_nonzero(other)
    if count > (1 - GROUND_SHARE) * other.size:
        return False
    _, _, width, height = cv2.boundingRect(other.view(np.uint8))
    is_strip = 2 * min(width, height) <= max(width, height)  # a one, for example
    return is_strip or bool(count < ink_extraction.SHEET_FILL * width * height)


def handwriting(picture: Image, find_handwriting: FindHandwriting) -> Image:
    """Return the handwriting in a photograph, uint8 (h, w), at the size of the closest look.

    ``picture`` is uint8 (height, width, 3) RGB.
    """
    own = max(picture.shape[:2])
    largest = min(max(own, ENLARGED_SIDE), MAXIMUM_ENLARGEMENT * own)
    sides = [side for side in SIDES if side <= largest] or SIDES[:1]
    looks = []
    for side in reversed(sides):  # each smaller look is made from the larger one
        picture = resized(picture, side / max(picture.shape[:2]))
        looks.append(find_handwriting(picture))
    size = looks[0].shape[::-1]
    logits = np.zeros(looks[0].shape, np.float32)
    for look in looks:
        share = cv2.resize(look, size, interpolation=cv2.INTER_LINEAR).astype(np.float32) / _OPAQUE
        share = np.clip(share, LEAST_SHARE, 1 - LEAST_SHARE)
        logits += np.log(share / (1 - share)) / len(looks)
    levels = (1 / (1 + np.exp(-logits)) - LEAST) / (MOST - LEAST)
    return np.asarray(np.rint(np.clip(levels, 0, 1) * _OPAQUE), np.uint8)


def to_rgb(pixels: Image) -> Image:
    """Return a grey, RGB or opaque RGBA picture as RGB, uint8 (h, w, 3)."""
    if pixels.ndim == 2:  # noqa: PLR2004
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)
    if pixels.shape[2] == _RGBA:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    return pixels


def resized(pixels: Image, factor: float) -> Image:
    """Return ``pixels`` made smaller or larger by ``factor``."""
    if factor == 1:
        return pixels
    height, width = pixels.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    if factor > 1:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    down, across = (-(-side // MOST_RESIZED_SIDE) for side in (height, width))
    pixels = np.ascontiguousarray(pixels[::down, ::across])
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
