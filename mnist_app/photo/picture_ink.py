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

from mnist_app.arrays import Image, Mask
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
_COLOURS, _RGBA = 3, 4


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
    if not is_drawing(pixels):
        return PictureInk(handwriting(to_rgb(pixels), find_handwriting), True)
    height, width = pixels.shape[:2]
    factor = min(
        (MOST_DRAWING_PIXELS / (height * width)) ** 0.5, MOST_DRAWING_SIDE / max(height, width)
    )
    return PictureInk(ink_extraction.to_ink(resized(pixels, min(1.0, factor))), False)


def is_drawing(pixels: Image) -> bool:
    """Tell a drawing, whose ground is transparent or of one colour, from a photograph or scan.

    What fills a rectangle on such a ground is a photograph or a sheet pasted there.
    """
    if min(pixels.shape[:2]) < LEAST_PHOTO_SIDE:
        return True
    if pixels.ndim > 2 and pixels.shape[2] == _RGBA:  # noqa: PLR2004
        alpha = cv2.extractChannel(np.ascontiguousarray(pixels), _COLOURS)
        if cv2.minMaxLoc(alpha)[0] < _OPAQUE:
            return True
    step = max(1, max(pixels.shape[:2]) // SAMPLE_SIDE)
    sample = np.ascontiguousarray(pixels[::step, ::step])
    sample = sample.reshape(*sample.shape[:2], -1)
    if sample.shape[2] == _RGBA:
        sample = np.asarray(cv2.cvtColor(sample, cv2.COLOR_RGBA2RGB), np.uint8)
    edge = np.concatenate([sample[0], sample[-1], sample[:, 0], sample[:, -1]])
    is_even = bool((edge == edge[0]).all())  # most drawings: nothing to sort
    ground = edge[0].astype(np.float64) if is_even else np.median(edge, axis=0)
    flat = _within(sample, ground, GROUND_TOLERANCE)
    other = flat.size - np.count_nonzero(flat)
    if other > (1 - GROUND_SHARE) * flat.size:
        return False
    if not is_even and _within(edge[np.newaxis], ground, EDGE_TOLERANCE).mean() < EDGE_SHARE:
        return False
    _, _, width, height = cv2.boundingRect((~flat).view(np.uint8))
    is_strip = 2 * min(width, height) <= max(width, height)  # a one, for example
    return is_strip or bool(other < ink_extraction.SHEET_FILL * width * height)


def _within(sample: Image, ground: npt.NDArray[np.float64], tolerance: int) -> Mask:
    """Return which pixels of ``sample`` (h, w, c) are within ``tolerance`` of ``ground``."""
    low, high = np.ceil(ground - tolerance), np.floor(ground + tolerance)
    inside = cv2.inRange(sample, tuple(low.tolist()), tuple(high.tolist()))
    return np.asarray(inside, np.uint8) > 0


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
    """Return a grey, RGB or RGBA picture as RGB, uint8 (h, w, 3); what is transparent is white."""
    if pixels.ndim == 2:  # noqa: PLR2004
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)
    if pixels.shape[2] == _COLOURS:
        return pixels
    share = pixels[..., _COLOURS:].astype(np.float32) / _OPAQUE
    blended = pixels[..., :_COLOURS] * share + _OPAQUE * (1 - share)
    return np.asarray(np.rint(blended), np.uint8)


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
