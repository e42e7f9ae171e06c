"""The sheet or board that a photograph shows, where the desk or the wall around it is seen too."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.ink import Image

SIDE: Final = 240
"""Pixels of the longer side of what is looked at."""
CLOSING: Final = 13
"""Of these pixels: ink on the sheet is narrower and vanishes."""
LEAST_AREA: Final = 0.12
"""Share of the picture."""
MOST_AREA: Final = 0.97
LEAST_FILL: Final = (0.8, 0.8, 0.9)
"""Share of the smallest rectangle around it, at any angle, where it reaches no, one and two sides
of the picture: a pool of light is round, and what shadows leave reaches more sides."""
LEAST_CONVEXITY: Final = 0.93
LEAST_STEP: Final = 1.2
"""Levels inside over levels outside, six pixels apart: light falls off more slowly."""
LEAST_STEP_DOWN: Final = 2.0
"""Levels outside over levels inside for a blackboard: a phone's shadow is as rectangular, but a
blackboard is darker than a shadow."""
LEVELS: Final = range(4, 96, 4)
"""Percentiles of grey that are tried as the sheet's least level."""
MARGIN: Final = 0.02
"""Share of the longer side by which the sheet's own edge is kept out."""


def find_sheet(grey: Image) -> npt.NDArray[np.bool_] | None:
    """Return where the sheet is in a photograph, bool (height, width), or None.

    ``grey`` is uint8 (height, width). None means that the sheet fills the picture, as does what
    cannot be told from that.
    """
    height, width = grey.shape
    factor = min(1.0, SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    tiny = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    if min(tiny.shape) < 3 * CLOSING:
        return None
    outline = _outline(tiny)
    if outline is None:
        outline = _outline(np.asarray(cv2.bitwise_not(tiny), np.uint8), is_negative=True)
    if outline is None:
        return None
    large = np.rint((outline + 0.5) / factor - 0.5).astype(np.int32)
    mask = cv2.drawContours(np.zeros(grey.shape, np.uint8), [large], -1, 1, cv2.FILLED)
    inset = max(1, round(MARGIN * max(height, width)))
    # The picture's own edge is none of the sheet's.
    wide = cv2.copyMakeBorder(mask, inset, inset, inset, inset, cv2.BORDER_REPLICATE)
    kept = cv2.erode(wide, np.ones((2 * inset + 1, 2 * inset + 1), np.uint8))
    return np.asarray(kept[inset:-inset, inset:-inset] > 0)


def _outline(tiny: Image, *, is_negative: bool = False) -> npt.NDArray[np.int32] | None:
    """Return the outline of the largest light area that is shaped like a sheet, or None."""
    closed = cv2.morphologyEx(tiny, cv2.MORPH_CLOSE, np.ones((CLOSING, CLOSING), np.uint8))
    bare: Image = np.asarray(cv2.medianBlur(closed, 5), np.uint8)
    for level in np.unique(np.percentile(bare, LEVELS)):
        light = (bare > level).view(np.uint8)
        light = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
        outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if not outlines:
            continue
        largest = np.asarray(max(outlines, key=cv2.contourArea), np.int32)
        if _is_sheet(largest, bare) and _is_step(largest, bare, is_negative=is_negative):
            return largest
    return None


def _is_sheet(outline: npt.NDArray[np.int32], bare: Image) -> bool:
    height, width = bare.shape
    area = cv2.contourArea(outline)
    if not LEAST_AREA * bare.size <= area <= MOST_AREA * bare.size:
        return False
    x, y, wide, high = cv2.boundingRect(outline)
    sides = (x <= 2) + (y <= 2) + (x + wide >= width - 2) + (y + high >= height - 2)  # noqa: PLR2004
    _, (one, other), _ = cv2.minAreaRect(outline)
    if sides >= len(LEAST_FILL) or area < LEAST_FILL[sides] * one * other:
        return False
    return area >= LEAST_CONVEXITY * cv2.contourArea(cv2.convexHull(outline))


def _is_step(outline: npt.NDArray[np.int32], bare: Image, *, is_negative: bool) -> bool:
    """Tell whether levels just inside differ enough from those just outside, if there is any."""
    mask = cv2.drawContours(np.zeros(bare.shape, np.uint8), [outline], -1, 1, cv2.FILLED)
    kernel = np.ones((7, 7), np.uint8)
    inside = mask > cv2.erode(mask, kernel)
    outside = cv2.dilate(mask, kernel) > mask
    if not outside.any() or not inside.any():
        return False
    near = cv2.dilate(outside.view(np.uint8), kernel) > 0
    inside &= near
    without = float(np.median(bare[outside]))
    if is_negative:
        # Half of what is inside may be the blur of the edge.
        return 256 - without >= LEAST_STEP_DOWN * (256 - float(np.percentile(bare[inside], 75)))
    return float(np.median(bare[inside])) + 1 >= LEAST_STEP * (without + 1)
