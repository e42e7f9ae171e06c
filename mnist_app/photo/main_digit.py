"""Tells the digit that a photograph shows from what else is in it: parts of neighbours, specks."""

from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image

LEAST_LEVEL: Final = 64
"""Least level of ink, of 255, that connects strokes."""
LEAST_SHARE: Final = 0.06
"""Least area of a part of the digit as a share of its largest part."""
WHOLE_SHARE: Final = 0.25
"""Area, as a share of the largest component's, from which on a component may be the digit."""


def main_digit(ink: Image) -> Image:
    """Return ``ink``, uint8 (h, w), without what is no part of the one digit that it shows.

    What the picture's edge cuts off is a neighbour or a frame, unless there is nothing else.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink >= LEAST_LEVEL).view(np.uint8))
    if count <= 2:  # noqa: PLR2004 - the background and one component
        return ink
    height, width = ink.shape
    left, top, wide, high, area = stats[1:].T
    is_cut = (left == 0) | (top == 0) | (left + wide == width) | (top + high == height)
    is_whole = ~is_cut & (area >= WHOLE_SHARE * area.max())
    if is_whole.any():
        is_kept = ~is_cut & (area >= LEAST_SHARE * area[is_whole].max())
    else:
        is_kept = area == area.max()
    kept = np.isin(labels, np.flatnonzero(is_kept) + 1).astype(np.uint8)
    return np.asarray(ink * cv2.dilate(kept, np.ones((3, 3), np.uint8)), np.uint8)
