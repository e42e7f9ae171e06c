"""Which components of what swallows light a pen may have written: no dirt, no ends of lines."""

from typing import Final

import cv2
import numpy as np

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


def without_dirt(mask: Image, cover: Image, rise: Image, *, stroke: float, is_lined: bool) -> Image:
    """Return ``mask``, 0 or 1, with only those components that a pen may have written."""
    height, width = mask.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
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
    touches = (left <= 1) | (top <= 1) | (left + wide >= width - 1) | (top + high >= height - 1)
    if is_lined:
        kept &= ~(touches & (sides <= 2 * STRAIGHT * np.hypot(wide, high)))
    largest = size[kept].max(initial=0)
    if largest < LEAST_HEIGHT * max(mask.shape):
        return np.zeros_like(mask)
    kept &= size >= np.where(touches, LEAST_SIZE_AT_EDGE, LEAST_SIZE) * largest
    return np.asarray(kept[labels], np.uint8)
