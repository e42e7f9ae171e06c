"""Shadows narrower than the paper's estimate can follow: found by the width of strokes, taken out.

A shadow's edge may be as sharp as a stroke's, and the tip of a finger's shadow as dark. But strokes
have one width, and two edges that close together. So the width at which most sharp edges come out
is measured, by openings of growing size as in granulometry (Matheron 1975; Serra, "Image Analysis
and Mathematical Morphology", 1982): what is much wider is light, not ink.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.photo.ruled_lines import STROKE, RuledLines, line_level

WIDTHS: Final = (3, 5, 7, 9, 13, 17, 23, 31, 41, 55)
"""Of a stroke, as tried, in pixels of the picture at half its size."""
THICKEST: Final = 1 / 10
"""Width of a stroke over the longer side; a finger's shadow is wider."""
EDGE_WIDTH: Final = 5
"""Of these pixels; an edge of ink rises within so many."""
LEAST_SHARPNESS: Final = 0.7
"""Rise of an edge over the absorbance beside it."""
LEAST_STRENGTH: Final = 0.4
"""Rise of an edge over that of the strong ones; fainter ones are printed lines' or dirt's."""
LEAST_EDGES: Final = 0.6
"""Share of all the sharp edges there are that are seen already at the width of a stroke."""
WIDEST: Final = 2.1
"""In widths of a stroke: where strokes cross or meet, ink is wider than one."""
THICK_STRENGTH, THICK_SHARPNESS = 0.8, 0.85
"""What is wider but absorbs this share of what strokes do, and whose edge rises by this share of
that, is a thicker pen's."""
GRAIN: Final = 5
"""Of these pixels; gaps in a stroke are narrower."""
LINE_STRIP, LINE_KERNEL = 7, 9
"""Pixels of the half within which a printed line lies, and that are looked at beside it."""

_HALF: Final = 2


def remove_shadows(absorbance: Image, lines: RuledLines, floor: float) -> tuple[Image, float]:
    """Return ``absorbance`` without what is much wider than a stroke, and the width of a stroke.

    ``absorbance`` is uint8 (height, width): the share of light absorbed, 0 for paper, 255 for all;
    what absorbs no more than ``floor`` is no ink. ``lines`` are still in it, and stay. The width
    is in pixels, and 0 where there are no sharp edges: then nothing is taken out.
    """
    size = (-(-absorbance.shape[1] // _HALF), -(-absorbance.shape[0] // _HALF))
    half = np.asarray(cv2.resize(absorbance, size, interpolation=cv2.INTER_AREA), np.uint8)
    cut = _filled(_cut(half, lines))
    width = stroke_width(cut, floor)
    if not width:
        return absorbance, 0.0
    bare = _opened(half, round(WIDEST * width) | 1)
    ink = _thick_ink(bare, _strong(cut, width, floor))
    wide = cv2.dilate(np.where(ink, 0, bare).astype(np.uint8), np.ones((3, 3), np.uint8))
    # Along a shadow's edge the side that is more like ink counts: its blur is no ink.
    light = cv2.bitwise_not(cv2.resize(cv2.GaussianBlur(wide, (0, 0), 1.0), absorbance.shape[::-1]))
    left = cv2.divide(cv2.bitwise_not(absorbance), np.maximum(light, 1), scale=255)
    return np.asarray(cv2.bitwise_not(left), np.uint8), float(_HALF * width)


def sharp_edges(
    absorbance: Image, width: int, least: float
) -> tuple[Image, Image, npt.NDArray[np.bool_]]:
    """Return the highest level near each pixel, by how much it rises there, and where sharply.

    Near is what lies in a square of ``width`` pixels around it; what rises no more than ``least``
    is no edge.
    """
    window = np.ones((width, width), np.uint8)
    highest = np.asarray(cv2.dilate(absorbance, window), np.uint8)
    rise = np.asarray(cv2.subtract(highest, cv2.erode(absorbance, window)), np.uint8)
    return highest, rise, (rise > least) & (rise >= np.float32(LEAST_SHARPNESS) * highest)


def stroke_width(absorbance: Image, floor: float) -> int:
    """Return the least of `WIDTHS` at which most of the sharp edges show, 0 if there are none."""
    strong, all_edges, found = 0.0, 0.0, 0
    most = max(WIDTHS[0], THICKEST * max(absorbance.shape))
    for width in (width for width in reversed(WIDTHS) if width <= most):
        narrow = np.asarray(cv2.subtract(absorbance, _opened(absorbance, width)), np.uint8)
        highest, rise, is_sharp = sharp_edges(narrow, EDGE_WIDTH, 1.5 * floor)
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


def _strong(absorbance: Image, width: int, floor: float) -> float:
    """Return what strokes of that width absorb."""
    narrow = np.asarray(cv2.subtract(absorbance, _opened(absorbance, width)), np.uint8)
    highest, _, is_sharp = sharp_edges(narrow, EDGE_WIDTH, floor)
    return float(np.percentile(highest[is_sharp], 75)) if is_sharp.any() else 0.0


def _thick_ink(wide: Image, strong: float) -> npt.NDArray[np.bool_]:
    """Return where ``wide`` is a thick pen's stroke: as dark as others, sharp, no finger."""
    mask = (wide > THICK_STRENGTH * strong).view(np.uint8)
    if not mask.any():
        return mask > 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    _, rise, _ = sharp_edges(wide, EDGE_WIDTH, 0)
    rim = cv2.erode(mask, np.ones((3, 3), np.uint8)) < mask
    sides = np.maximum(np.bincount(labels[rim], minlength=count), 1)
    edge = np.bincount(labels[rim], rise[rim], minlength=count) / sides
    inside = mask > 0
    area = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    level = np.bincount(labels[inside], wide[inside], minlength=count) / area
    kept = (edge >= THICK_SHARPNESS * level) & (2 * area <= THICKEST * max(wide.shape) * sides)
    kept[0] = False
    grown = cv2.dilate(np.asarray(kept[labels], np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray(grown > 0)


def _filled(absorbance: Image) -> Image:
    """Return ``absorbance`` without the gaps that the paper's grain leaves in pencil and chalk."""
    kernel = np.ones((GRAIN, GRAIN), np.uint8)
    return np.asarray(cv2.morphologyEx(absorbance, cv2.MORPH_CLOSE, kernel), np.uint8)


def _opened(absorbance: Image, side: int) -> Image:
    return np.asarray(
        cv2.morphologyEx(absorbance, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)), np.uint8
    )


def _cut(half: Image, lines: RuledLines) -> Image:
    """Return ``half`` without what is narrow, across a line, where there is a printed line.

    A stroke that lies along a line is much darker than it, and stays.
    """
    across = _cut_across(half, lines.across)
    return np.asarray(_cut_across(np.ascontiguousarray(across.T), lines.down).T, np.uint8)


def _cut_across(half: Image, found: list[tuple[float, float]]) -> Image:
    if not found:
        return half
    lines_darkest = np.zeros_like(half)
    for line in ((start / _HALF, end / _HALF) for start, end in found):
        darkest = min(255, max(1, round(STROKE * line_level(half, line))))
        ends = (0, round(line[0])), (half.shape[1], round(line[1]))
        cv2.line(lines_darkest, *ends, darkest, LINE_STRIP)
    opened = cv2.morphologyEx(half, cv2.MORPH_OPEN, np.ones((LINE_KERNEL, 1), np.uint8))
    return np.where((lines_darkest > 0) & (half <= lines_darkest), opened, half)
