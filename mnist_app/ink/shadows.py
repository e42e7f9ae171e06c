"""Shadows narrower than the paper's estimate can follow: found by the width of strokes, taken out.

A shadow's edge may be as sharp as a stroke's, and the tip of a finger's shadow as dark. But strokes
have one width, and two edges that close together. So the width at which most sharp edges come out
is measured, by openings of growing size as in granulometry (Matheron 1975; Serra, "Image Analysis
and Mathematical Morphology", 1982): what is much wider is light, not ink.
"""

from typing import Final

import cv2
import numpy as np

from mnist_app.ink import Image
from mnist_app.ink.paper_lines import Lines

WIDTHS: Final = (3, 5, 7, 9, 13, 17, 23, 31, 41, 55)
"""Of a stroke, as tried, in pixels of the picture at half its size."""
THICKEST: Final = 1 / 10
"""Width of a stroke over the longer side; a finger's shadow is wider."""
EDGE_WIDTH: Final = 5
"""Of these pixels; an edge of ink rises within so many."""
LEAST_SHARPNESS: Final = 0.7
"""Rise of an edge over the cover beside it."""
LEAST_STRENGTH: Final = 0.4
"""Rise of an edge over that of the strong ones; fainter ones are printed lines' or dirt's."""
LEAST_EDGES: Final = 0.6
"""Share of all the sharp edges there are that are seen already at the width of a stroke."""
WIDEST: Final = 2.1
"""In widths of a stroke: where strokes cross or meet, ink is wider than one."""
GRAIN: Final = 5
"""Of these pixels; gaps in a stroke are narrower."""
LINE_STRIP, LINE_KERNEL = 7, 9
"""Pixels of the half within which a printed line lies, and that are looked at beside it."""

_HALF: Final = 2


def without_shadows(cover: Image, lines: Lines, floor: float) -> tuple[Image, float]:
    """Return ``cover`` without what is much wider than a stroke, and the width of a stroke.

    ``cover`` is uint8 (height, width): the share of light swallowed, 0 for paper, 255 for all;
    what swallows no more than ``floor`` is no ink. ``lines`` are still in it, and stay. The width
    is in pixels, and 0 where there are no sharp edges: then nothing is taken out.
    """
    size = (-(-cover.shape[1] // _HALF), -(-cover.shape[0] // _HALF))
    half = np.asarray(cv2.resize(cover, size, interpolation=cv2.INTER_AREA), np.uint8)
    width = stroke_width(_filled(_cut(half, lines)), floor)
    if not width:
        return cover, 0.0
    wide = cv2.dilate(_opened(half, round(WIDEST * width) | 1), np.ones((3, 3), np.uint8))
    # Along a shadow's edge the side that is more like ink counts: its blur is no ink.
    light = cv2.bitwise_not(cv2.resize(cv2.GaussianBlur(wide, (0, 0), 1.0), cover.shape[::-1]))
    left = cv2.divide(cv2.bitwise_not(cover), np.maximum(light, 1), scale=255)
    return np.asarray(cv2.bitwise_not(left), np.uint8), float(_HALF * width)


def stroke_width(cover: Image, floor: float) -> int:
    """Return the least of `WIDTHS` at which most of the sharp edges show, 0 if there are none."""
    strong, all_edges, found = 0.0, 0.0, 0
    most = max(WIDTHS[0], THICKEST * max(cover.shape))
    for width in (width for width in reversed(WIDTHS) if width <= most):
        highest, rise = _edges(np.asarray(cv2.subtract(cover, _opened(cover, width)), np.uint8))
        is_sharp = (rise > 1.5 * floor) & (rise >= np.float32(LEAST_SHARPNESS) * highest)
        if not strong:
            if not is_sharp.any():
                return 0
            strong = float(np.percentile(highest[is_sharp], 75))
        edges = float(rise[is_sharp & (rise > LEAST_STRENGTH * strong)].sum(dtype=np.int64))
        all_edges = max(all_edges, edges)
        if edges < LEAST_EDGES * all_edges:
            break
        found = width
    return found


def _edges(cover: Image) -> tuple[Image, Image]:
    """Return the highest level near each pixel, and by how much it rises there."""
    window = np.ones((EDGE_WIDTH, EDGE_WIDTH), np.uint8)
    highest = cv2.dilate(cover, window)
    rise = cv2.subtract(highest, cv2.erode(cover, window))
    return np.asarray(highest, np.uint8), np.asarray(rise, np.uint8)


def _filled(cover: Image) -> Image:
    """Return ``cover`` without the gaps that the paper's grain leaves in pencil and chalk."""
    kernel = np.ones((GRAIN, GRAIN), np.uint8)
    return np.asarray(cv2.morphologyEx(cover, cv2.MORPH_CLOSE, kernel), np.uint8)


def _opened(cover: Image, side: int) -> Image:
    return np.asarray(
        cv2.morphologyEx(cover, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)), np.uint8
    )


def _cut(half: Image, lines: Lines) -> Image:
    """Return ``half`` without what is narrow, across a line, where there is a printed line."""
    height, width = half.shape
    for found, kernel, is_across in (
        (lines.across, (LINE_KERNEL, 1), True),
        (lines.down, (1, LINE_KERNEL), False),
    ):
        if not found:
            continue
        strips = np.zeros_like(half)
        for start, end in found:
            one, other = round(start / _HALF), round(end / _HALF)
            first, last = ((0, one), (width, other)) if is_across else ((one, 0), (other, height))
            cv2.line(strips, first, last, 1, LINE_STRIP)
        opened = cv2.morphologyEx(half, cv2.MORPH_OPEN, np.ones(kernel, np.uint8))
        half = np.where(strips > 0, opened, half)
    return half
