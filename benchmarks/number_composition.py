"""Numbers in people's own handwriting: digits of one writer's pen, set side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image, Points
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.training.data.pen_digits import PenDigit

HEIGHTS: Final = (50.0, 110.0)
"""Least and greatest height of a number's digits, in pixels."""
HEIGHT_SPREAD: Final = 0.15
WIDTH_SPREAD: Final = 0.1
"""Share by which a digit may be larger or smaller, wider or narrower than its neighbours."""
BASELINE_SPREAD: Final = 0.1
"""Share of the height by which a digit may stand above or below the line."""
SLOPE_DEGREES: Final = 5.0
SLANT: Final = 0.35
"""Greatest slant of a number, in pixels to the side for a pixel up."""
SLANT_SPREAD: Final = 0.05
PEN_WIDTHS: Final = (0.07, 0.16)
"""Least and greatest width of the pen, as a share of the height."""
MARGIN: Final = 0.4
"""Paper around the ink, as a share of the height."""


@dataclass(frozen=True, eq=False)
class Number:
    """A number as its writer's pen would leave it.

    ``text`` its digits, lines joined by a newline; ``ink`` uint8 (height, width); ``inks`` that of
    each digit alone, of the same shape, in reading order. ``nesting`` is how far, in heights, one
    digit reaches over its neighbour at most, both made upright.
    """

    text: str
    ink: Image
    inks: tuple[Image, ...]
    nesting: float


@dataclass(frozen=True, eq=False)
class _Placed:
    """One digit in its place: strokes in pixels, and the mask of its ink with its corner."""

    strokes: tuple[Points, ...]
    mask: Image
    left: int
    top: int

    def moved(self, right: int) -> "_Placed":
        """Return the digit further to the right by so many pixels."""
        shift = np.array([right, 0], np.float32)
        strokes = tuple(stroke + shift for stroke in self.strokes)
        return _Placed(strokes, self.mask, self.left + right, self.top)

    def extent(self, lean: float) -> tuple[float, float]:
        """Return where the ink begins and ends if the writing is made upright."""
        rows, columns = np.nonzero(self.mask)
        upright = columns + self.left + lean * (rows + self.top)
        return float(upright.min()), float(upright.max() + 1)


def compose(
    lines: Sequence[Sequence[PenDigit]],
    gaps: Sequence[Sequence[float]],
    random: np.random.Generator,
    *,
    slant: float | None = None,
    leading: float = 1.5,
    usual_height: float | None = None,
) -> Number:
    """Return the digits of ``lines`` as one drawing.

    ``gaps`` holds, for each line, the distance from each digit to the next as a share of the
    digits' height: the least distance of their ink, not that of their bounding boxes, so that a
    digit may reach under the bar of a seven. A negative one lets them overlap by as much. Height,
    pen, slant, slope and baseline are drawn at random; ``slant`` may be given. ``leading`` is the
    distance from line to line in heights. With ``usual_height``, that of the writer's digits as
    they were written, each keeps the height that it had among the others; without, all are about
    as tall.
    """
    height = float(random.uniform(*HEIGHTS))
    pen = height * float(random.uniform(*PEN_WIDTHS))
    lean = float(random.uniform(-SLANT, SLANT)) if slant is None else slant
    slope = float(np.tan(np.deg2rad(random.uniform(-SLOPE_DEGREES, SLOPE_DEGREES))))
    digits: list[_Placed] = []
    nesting = 0.0
    for row, (line, line_gaps) in enumerate(zip(lines, gaps, strict=True)):
        start = float(random.uniform(0, height)) if row else 0.0
        base = row * leading * height
        written: list[_Placed] = []
        for place, digit in enumerate(line):
            baseline = base + height * float(random.uniform(-BASELINE_SPREAD, BASELINE_SPREAD))
            across = written[-1].left + written[-1].mask.shape[1] if written else start
            shape = _shaped(digit, height, lean, random, usual_height) + np.array(
                [0, baseline + slope * across]
            )
            placed = _placed(np.split(shape, _ends(digit)), pen)
            if written:
                gap = line_gaps[place - 1] * height
                placed = placed.moved(_right_of(written[-1], placed, gap))
                over = written[-1].extent(lean)[1] - placed.extent(lean)[0]
                nesting = max(nesting, over / height)
            written.append(placed)
        digits += written
    text = "\n".join("".join(str(d.label) for d in line) for line in lines)
    return _drawn(text, digits, pen, nesting)


def _ends(digit: PenDigit) -> list[int]:
    return np.cumsum([len(stroke) for stroke in digit.strokes])[:-1].tolist()


def _shaped(
    digit: PenDigit,
    height: float,
    lean: float,
    random: np.random.Generator,
    usual_height: float | None,
) -> Points:
    """Return all points of ``digit`` at its size and slant, its foot on y = 0."""
    points = np.concatenate(digit.strokes).astype(np.float64)
    points -= [points[:, 0].min(), points[:, 1].max()]
    wide, high = (float(side) for side in np.ptp(points, axis=0))
    size = height * (1 + float(random.uniform(-HEIGHT_SPREAD, HEIGHT_SPREAD)))
    scale = height / usual_height if usual_height else size / max(high, 0.7 * wide, 1.0)
    stretch = 1 + float(random.uniform(-WIDTH_SPREAD, WIDTH_SPREAD))
    own_lean = lean + float(random.normal(0, SLANT_SPREAD))
    x = points[:, 0] * scale * stretch - own_lean * points[:, 1] * scale
    return np.stack([x, points[:, 1] * scale], axis=1).astype(np.float32)


def _placed(strokes: Sequence[Points], pen: float) -> _Placed:
    everything = np.concatenate(strokes)
    left, top = (int(edge) for edge in np.floor(everything.min(axis=0) - pen))
    right, bottom = (int(edge) for edge in np.ceil(everything.max(axis=0) + pen))
    moved = [Stroke(stroke - np.float32([left, top]), pen) for stroke in strokes]
    mask = (draw(moved, bottom - top, right - left) >= 128).view(np.uint8)
    return _Placed(tuple(strokes), mask, left, top)


def _right_of(one: _Placed, other: _Placed, gap: float) -> int:
    """Return by how much ``other`` must move to stand ``gap`` pixels to the right of ``one``."""
    reach = max(round(gap), 0)
    top = min(one.top, other.top) - reach
    bottom = max(one.top + len(one.mask), other.top + len(other.mask)) + reach
    rights, lefts = np.full(bottom - top, -np.inf), np.full(bottom - top, np.inf)
    for row, inked in enumerate(one.mask, start=one.top - top):
        if inked.any():
            rights[row] = one.left + len(inked) - inked[::-1].argmax()
    for row, inked in enumerate(other.mask, start=other.top - top):
        if inked.any():
            lefts[row] = other.left + inked.argmax()
    # Ink above and below counts too, as far as the gap reaches.
    nearby = cv2.dilate(rights[:, np.newaxis], np.ones((2 * reach + 1, 1), np.uint8))[:, 0]
    overlap = (nearby - lefts).max()
    if not np.isfinite(overlap):
        overlap = one.left + one.mask.shape[1] - other.left
    return round(float(overlap) + gap)


def _drawn(text: str, digits: Sequence[_Placed], pen: float, nesting: float) -> Number:
    border = round(MARGIN * HEIGHTS[0])
    left = min(digit.left for digit in digits) - border
    top = min(digit.top for digit in digits) - border
    width = max(digit.left + digit.mask.shape[1] for digit in digits) + border - left
    height = max(digit.top + digit.mask.shape[0] for digit in digits) + border - top
    corner = np.float32([left, top])
    inks = tuple(
        draw([Stroke(stroke - corner, pen) for stroke in digit.strokes], height, width)
        for digit in digits
    )
    return Number(text, np.maximum.reduce(inks), inks, nesting)
