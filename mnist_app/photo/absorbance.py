"""Estimates the share of light that the ink in a photograph absorbs, whatever the light.

What paper and light alone would look like is estimated by a morphological closing: strokes are
narrower than its kernel and vanish, edges of shadows stay where they are. Dividing by it leaves the
share of light that the ink absorbs. Of shadows as narrow as the kernel, it leaves the ink and the
shadow: `shadows` separates them.
"""

from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image

THICKEST_STROKE: Final = 1 / 6
"""Share of the longer side; what is thicker belongs to the background."""
PAPER_REDUCTION: Final = 2
DARK_LEVELS, BOARD_LEVELS = 4, 16
"""Added to all levels on paper, on a blackboard, before they are divided: noise in the dark is not
blown up then."""
POLARITY_SIDE: Final = 240
LIGHTEST_BOARD: Final = 150
"""A blackboard's usual grey level is lower: chalk must be seen on it. Paper in low light may be as
dark."""

_OPAQUE: Final = 255
_RAISED: Final = np.minimum(np.arange(256) + DARK_LEVELS, _OPAQUE).astype(np.uint8)
_RAISED_MORE: Final = np.minimum(np.arange(256) + BOARD_LEVELS, _OPAQUE).astype(np.uint8)
DARK_SEEN: Final = np.asarray(_OPAQUE - _RAISED, np.uint8)
BRIGHT_SEEN: Final = (_OPAQUE - _OPAQUE * BOARD_LEVELS / (np.arange(256) + BOARD_LEVELS)).astype(
    np.uint8
)
"""Of each level, what is absorbed of the most light there can be, by a blackboard of the least."""


def is_light_on_dark(grey: Image) -> bool:
    """Tell chalk on a blackboard from ink on paper: what differs from its surroundings more.

    A strip too narrow to be reduced to `POLARITY_SIDE` is paper.
    """
    factor = min(1.0, POLARITY_SIDE / max(grey.shape))
    if round(factor * min(grey.shape)) < 1 or np.median(grey) > LIGHTEST_BOARD:
        return False
    tiny = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    around = cv2.medianBlur(tiny, max(3, max(tiny.shape) // 4 | 1))
    ratio = np.log((tiny.astype(np.float32) + 8) / (around.astype(np.float32) + 8))
    lighter, darker = (np.clip(sign * ratio, 0, None) ** 3 for sign in (1, -1))
    return float(lighter.sum()) > float(darker.sum())


def estimate_absorbance(picture: Image, light_on_dark: bool) -> Image:
    """Return the share of light that ink absorbs, 255 for all, in the channel where it is most.

    Where the ink is the lighter one, it is the share that the blackboard beside it absorbs.
    """
    height, width = picture.shape[:2]
    paper = _paper(picture, cv2.MORPH_OPEN if light_on_dark else cv2.MORPH_CLOSE)
    if light_on_dark:
        divided = cv2.divide(
            cv2.LUT(paper, _RAISED_MORE), cv2.LUT(picture, _RAISED_MORE), scale=_OPAQUE
        )
    else:
        divided = cv2.divide(cv2.LUT(picture, _RAISED), cv2.LUT(paper, _RAISED), scale=_OPAQUE)
    absorbed = cv2.bitwise_not(divided)
    channels = cv2.split(absorbed)
    absorbance = channels[0]
    for channel in channels[1:]:
        absorbance = cv2.max(absorbance, channel)
    # The closing follows the brightest noise: blank paper lies below it by as much everywhere.
    eighth = cv2.resize(
        absorbance, (-(-width // 8), -(-height // 8)), interpolation=cv2.INTER_NEAREST
    )
    usual = cv2.resize(cv2.medianBlur(eighth, 61), (width, height))
    return np.asarray(cv2.subtract(absorbance, usual), np.uint8)


def _paper(picture: Image, operation: int) -> Image:
    """Return ``picture`` as it would be without ink on it.

    ``operation`` is a closing for dark ink, an opening for light ink.
    """
    height, width = picture.shape[:2]
    size = (-(-width // PAPER_REDUCTION), -(-height // PAPER_REDUCTION))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    side = max(3, round(THICKEST_STROKE * max(size)) | 1)
    # Beyond its edge the picture goes on, or a shadow in a corner would be taken for ink.
    wide = cv2.copyMakeBorder(small, side, side, side, side, cv2.BORDER_REPLICATE)
    bare = cv2.morphologyEx(wide, operation, np.ones((side, side), np.uint8))
    # Along the edge of a shadow the side that is more like ink counts: its blur is no ink.
    nearer = cv2.erode if operation == cv2.MORPH_CLOSE else cv2.dilate
    inner = cv2.GaussianBlur(
        nearer(bare, np.ones((3, 3), np.uint8))[side:-side, side:-side], (0, 0), 1.0
    )
    return np.asarray(cv2.resize(inner, (width, height)), np.uint8)
