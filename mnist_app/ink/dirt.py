"""Which components of what swallows light a pen may have written: no dirt, no ends of lines."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.ink import Image
from mnist_app.ink.shadows import LEAST_SHARPNESS

LEAST_SIZE: Final = 0.12
"""Longer side of a component over that of the largest; what is smaller is dirt."""
LEAST_SIZE_AT_EDGE: Final = 0.5
"""The same for a component at the picture's edge."""
LEAST_HEIGHT: Final = 1 / 80
"""Longer side of the largest component over that of the picture; a digit is no smaller."""
LEAST_THICKNESS: Final = 0.2
"""Of a component, in widths of a stroke; what is thinner is the rest of a line, or noise."""
STRAIGHT: Final = 1.15
"""Length of a component over its diagonal. On lined paper, what is straight and goes on beyond the
picture's edge is a line."""
LEAST_AREA: Final = 12
BESIDE_NEAR, BESIDE_FAR = 5, 11
"""Kernels in pixels: what lies between the reach of both is what is beside a component."""
MOST_OPEN, MOST_OPEN_RATIO = 0.1, 2.0
"""Share of what is beside a component: where more is nearly as dark, it goes on there, as a bit of
a shadow or of a line does; beside ink there is paper. On a smeared board, and where a shadow
touches the digits, it may be so many times the share of the darkest of the large components."""
LARGE: Final = 0.2
"""Longer side of a component over that of the largest, which may be no ink."""
LEAST_LEVEL: Final = 0.65
"""Of a component, over that of the darkest: one pen swallows as much everywhere."""


def without_dirt(
    mask: Image, cover: Image, rise: Image, shadowed: Image, *, stroke: float, is_lined: bool
) -> Image:
    """Return ``mask``, 0 or 1, with only those components that a pen may have written.

    All are uint8 (height, width): ``cover`` is the share of light that ink swallows, ``shadowed``
    the same with shadows and printed lines still in it, ``rise`` by how much ``cover`` rises
    nearby. ``stroke`` is the width of a stroke in pixels.
    """
    height, width = mask.shape
    count, found, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels = np.asarray(found, np.int32)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    rim = cv2.erode(mask, np.ones((3, 3), np.uint8)) < mask
    at_rim = labels[rim]
    pixels = np.maximum(np.bincount(at_rim, minlength=count), 1)
    edge = np.bincount(at_rim, rise[rim], minlength=count) / pixels
    inside = labels > 0
    total = np.bincount(labels[inside], cover[inside], minlength=count)
    area = stats[:, cv2.CC_STAT_AREA]
    level = total / np.maximum(area, 1)
    kept = (area >= LEAST_AREA) & (edge >= LEAST_SHARPNESS * level)
    # Gaps that the paper's grain leaves in a stroke are none of its sides.
    filled = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    outer = rim & (cv2.erode(filled, np.ones((3, 3), np.uint8)) < filled)
    sides = np.bincount(labels[outer], minlength=count)
    kept &= 2 * area >= LEAST_THICKNESS * stroke * sides
    kept[0] = False
    size = np.maximum(wide, high)
    is_large = kept & (size >= LARGE * size[kept].max(initial=0))
    darkest = int(np.where(is_large, level, 0).argmax())
    goes_on = _open(labels, count, cover, shadowed)
    kept &= goes_on <= max(MOST_OPEN, MOST_OPEN_RATIO * goes_on[darkest])
    kept &= level >= LEAST_LEVEL * level[darkest]
    touches = (left <= 1) | (top <= 1) | (left + wide >= width - 1) | (top + high >= height - 1)
    if is_lined:
        kept &= ~(touches & (sides <= 2 * STRAIGHT * np.hypot(wide, high)))
    largest = size[kept].max(initial=0)
    if largest < LEAST_HEIGHT * max(mask.shape):
        return np.zeros_like(mask)
    kept &= size >= np.where(touches, LEAST_SIZE_AT_EDGE, LEAST_SIZE) * largest
    return np.asarray(kept[labels], np.uint8)


def _open(
    labels: npt.NDArray[np.int32], count: int, cover: Image, shadowed: Image
) -> npt.NDArray[np.float64]:
    """Return of what is beside each component, 0 for none, the share that is not much lighter."""
    near, far = (np.ones((side, side), np.uint8) for side in (BESIDE_NEAR, BESIDE_FAR))
    inside = labels > 0
    owner = cv2.dilate(labels.astype(np.float32), far)
    beside = (owner > 0) & (cv2.dilate(inside.view(np.uint8), near) == 0)
    ink, dark = (
        cv2.dilate(np.where(inside, picture, 0).astype(np.uint8), far)[beside].astype(np.float32)
        for picture in (cover, shadowed)
    )
    paper = shadowed[beside].astype(np.float32)
    # What the ink swallows of the light that is left to it there.
    differs = 255 * (dark - paper) / (256 - paper)
    owners = owner[beside].astype(np.int64)
    places = np.maximum(np.bincount(owners, minlength=count), 1)
    return np.bincount(owners, 2 * differs < ink, minlength=count) / places
