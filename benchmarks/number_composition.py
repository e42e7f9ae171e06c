"""Whole numbers composed of pen digits of one writer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image, Points
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.training.data.pen_digits import PenDigit

HEIGHTS: Final = (50.0, 110.0)
"""Minimum and maximum height of a number's digits, in pixels."""
HEIGHT_SPREAD: Final = 0.15
"""Maximum deviation of a digit's height from that of the number, as a share."""
WIDTH_SPREAD: Final = 0.1
"""Maximum deviation of a digit's width, as a share."""
BASELINE_SPREAD: Final = 0.1
"""Maximum distance of a digit from the baseline, as a share of the height."""
SLOPE_DEGREES: Final = 5.0
"""Maximum slope of the baseline."""
SLANT: Final = 0.35
"""Maximum slant of a number, in pixels to the right per pixel up."""
SLANT_SPREAD: Final = 0.05
"""Standard deviation of a digit's slant from that of the number."""
PEN_WIDTHS: Final = (0.07, 0.16)
"""Minimum and maximum width of the pen, as a share of the height."""
MARGIN: Final = 0.4
"""Paper around the ink, as a share of the minimum height."""


@dataclass(frozen=True, eq=False)
class Number:
    """A number in one writer's hand.

    ``text`` is its digits, lines joined by a newline; ``ink`` uint8 (height, width); ``inks`` the
    ink of each digit alone, of the same shape, in reading order; ``strokes`` those of all digits in
    the order in which they were written. ``nesting`` is the maximum overlap of two neighbours'
    horizontal extents in digit heights, both made upright.
    """

    text: str
    ink: Image
    inks: tuple[Image, ...]
    strokes: tuple[Stroke, ...]
    nesting: float


@dataclass(frozen=True, eq=False)
class _PlacedDigit:
    """One digit at its position: strokes in pixels, the mask of its ink and the mask's corner."""

    strokes: tuple[Points, ...]
    mask: Image
    left: int
    top: int

    def moved(self, right: int) -> "_PlacedDigit":
        """Return the digit ``right`` pixels further to the right."""
        shift = np.array([right, 0], np.float32)
        strokes = tuple(stroke + shift for stroke in self.strokes)
        return _PlacedDigit(strokes, self.mask, self.left + right, self.top)

    def extent(self, lean: float) -> tuple[float, float]:
        """Return the left and right end of the ink after the slant is removed."""
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

    ``gaps`` holds, for each line, the distances from digit to digit in digit heights: the minimum
    distance of their ink, not of their bounding boxes, so that a digit may reach under the bar of
    a seven. A negative gap is an overlap. Height, pen, slant, slope and baseline are random;
    ``slant`` may be given. ``leading`` is the distance from line to line in heights. With
    ``usual_height``, the median height of the writer's digits in the units of their strokes, each
    digit keeps its relative height; without, all have about the same.
    """
    height = float(random.uniform(*HEIGHTS))
    pen = height * float(random.uniform(*PEN_WIDTHS))
    lean = float(random.uniform(-SLANT, SLANT)) if slant is None else slant
    slope = float(np.tan(np.deg2rad(random.uniform(-SLOPE_DEGREES, SLOPE_DEGREES))))
    digits: list[_PlacedDigit] = []
    nesting = 0.0
    for row, (line, line_gaps) in enumerate(zip(lines, gaps, strict=True)):
        start = float(random.uniform(0, height)) if row else 0.0
        base = row * leading * height
        written: list[_PlacedDigit] = []
        for index, digit in enumerate(line):
            baseline = base + height * float(random.uniform(-BASELINE_SPREAD, BASELINE_SPREAD))
            across = written[-1].left + written[-1].mask.shape[1] if written else start
            shape = _shaped(digit, height, lean, random, usual_height) + np.array(
                [0, baseline + slope * across]
            )
            placed = _placed(np.split(shape, _ends(digit)), pen)
            if written:
                gap = line_gaps[index - 1] * height
                placed = placed.moved(_right_of(written[-1], placed, gap))
                over = written[-1].extent(lean)[1] - placed.extent(lean)[0]
                nesting = max(nesting, over / height)
            written.append(placed)
        digits += written
    text = "\n".join("".join(str(d.label) for d in line) for line in lines)
    return _drawn(text, digits, pen, nesting)


def by_writer(digits: Iterable[PenDigit]) -> dict[int, list[PenDigit]]:
    """Return the digits of each writer, writers in ascending order."""
    found: dict[int, list[PenDigit]] = {}
    for digit in digits:
        found.setdefault(digit.writer, []).append(digit)
    return dict(sorted(found.items()))


def _ends(digit: PenDigit) -> list[int]:
    ends: list[int] = np.cumsum([len(stroke) for stroke in digit.strokes])[:-1].tolist()
    return ends


def _shaped(
    digit: PenDigit,
    height: float,
    lean: float,
    random: np.random.Generator,
    usual_height: float | None,
) -> Points:
    """Return all points of ``digit`` at its size and slant, its lowest point at y = 0."""
    points = np.concatenate(digit.strokes).astype(np.float64)
    points -= [points[:, 0].min(), points[:, 1].max()]
    wide, high = (float(side) for side in np.ptp(points, axis=0))
    size = height * (1 + float(random.uniform(-HEIGHT_SPREAD, HEIGHT_SPREAD)))
    scale = height / usual_height if usual_height else size / max(high, 0.7 * wide, 1.0)
    stretch = 1 + float(random.uniform(-WIDTH_SPREAD, WIDTH_SPREAD))
    own_lean = lean + float(random.normal(0, SLANT_SPREAD))
    x = points[:, 0] * scale * stretch - own_lean * points[:, 1] * scale
    return np.stack([x, points[:, 1] * scale], axis=1).astype(np.float32)


def _placed(strokes: Sequence[Points], pen: float) -> _PlacedDigit:
    points = np.concatenate(strokes)
    left, top = (int(edge) for edge in np.floor(points.min(axis=0) - pen))
    right, bottom = (int(edge) for edge in np.ceil(points.max(axis=0) + pen))
    corner = np.array([left, top], np.float32)
    moved = [Stroke(stroke - corner, pen) for stroke in strokes]
    mask = (draw(moved, bottom - top, right - left) >= 128).view(np.uint8)
    return _PlacedDigit(tuple(strokes), mask, left, top)


def _right_of(one: _PlacedDigit, other: _PlacedDigit, gap: float) -> int:
    """Return how far to move ``other`` until it is ``gap`` pixels to the right of ``one``."""
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
    # Rows above and below count too, within the gap.
    nearby = cv2.dilate(rights[:, np.newaxis], np.ones((2 * reach + 1, 1), np.uint8))[:, 0]
    overlap = (nearby - lefts).max()
    if not np.isfinite(overlap):
        overlap = one.left + one.mask.shape[1] - other.left
    return round(float(overlap) + gap)


def _drawn(text: str, digits: Sequence[_PlacedDigit], pen: float, nesting: float) -> Number:
    border = round(MARGIN * HEIGHTS[0])
    left = min(digit.left for digit in digits) - border
    top = min(digit.top for digit in digits) - border
    width = max(digit.left + digit.mask.shape[1] for digit in digits) + border - left
    height = max(digit.top + digit.mask.shape[0] for digit in digits) + border - top
    corner = np.array([left, top], np.float32)
    strokes = [[Stroke(stroke - corner, pen) for stroke in digit.strokes] for digit in digits]
    inks = tuple(draw(own, height, width) for own in strokes)
    return Number(text, np.maximum.reduce(inks), inks, tuple(chain(*strokes)), nesting)
