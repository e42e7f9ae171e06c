"""Sets digits side by side as one hand writes a number, in units of the digits' height."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.photograph import Floats

Digit = tuple[Floats, ...]

SMALLEST_GAP: Final = 0.08
"""Between the ink of neighbours, as a share of the height: tight, but plainly apart."""
_STEP: Final = 0.01
"""Between two points of a stroke that has been drawn smoothly."""
_OVERLAP: Final = 0.2
"""How much further than its gap a digit's box may reach under its neighbour's, as 7 over 4."""


def write_line(
    digits: Sequence[Sequence[Floats]],
    random: np.random.Generator,
    pen: float,
    slope: float,
) -> tuple[Digit, ...]:
    """Return the digits in one line, x right and y down, the baseline through the origin.

    The unit is the median height of the digits. ``pen`` is the width of the line that will be
    drawn, ``slope`` the radians by which the line of writing falls.
    """
    heights = [_box(digit)[1, 1] - _box(digit)[0, 1] for digit in digits]
    widths = [_box(digit)[1, 0] - _box(digit)[0, 0] for digit in digits]
    unit = max(float(np.median(heights)), float(np.median(widths)) / 2, 1e-6)
    tight = random.random() < 0.15
    usual = random.uniform(SMALLEST_GAP, 0.13) if tight else random.uniform(0.12, 0.38)
    line: list[Digit] = []
    for digit in digits:
        wobble = np.clip(random.normal(0, 0.035), -0.09, 0.09)
        gap = pen + max(SMALLEST_GAP, usual + random.normal(0, 0.12 * usual + 0.01))
        box = _box(digit)
        foot = np.array([box[0, 0], box[1, 1]], np.float32)
        flat = tuple(
            _smooth((stroke - foot) / unit) + np.array([0, wobble], np.float32) for stroke in digit
        )
        start = max((_clear(before, flat, gap) for before in line[-2:]), default=0.0)
        line.append(tuple(stroke + np.array([start, 0], np.float32) for stroke in flat))
    turn = np.array(
        [[np.cos(slope), np.sin(slope)], [-np.sin(slope), np.cos(slope)]], dtype=np.float32
    )
    middle = np.array([_box([s for d in line for s in d])[:, 0].mean(), 0], np.float32)
    return tuple(tuple((stroke - middle) @ turn for stroke in digit) for digit in line)


def all_points(line: Sequence[Digit]) -> Floats:
    """Return the points of all strokes, float32 (n, 2)."""
    return np.concatenate([stroke for digit in line for stroke in digit])


def _box(digit: Sequence[Floats]) -> Floats:
    points = np.concatenate([np.asarray(stroke, np.float32) for stroke in digit])
    return np.stack([points.min(axis=0), points.max(axis=0)])


def _smooth(stroke: Floats) -> Floats:
    """Return the stroke with points close together and without the tablet's corners."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    stroke = stroke[np.concatenate([[True], steps > 0])]
    along = np.concatenate([[0], np.cumsum(steps[steps > 0])])
    if len(stroke) < 2:
        return np.repeat(stroke, 2, axis=0)
    places = np.linspace(0, along[-1], max(3, round(along[-1] / _STEP)))
    dense = np.stack([np.interp(places, along, axis) for axis in stroke.T], axis=1)
    soft = cv2.GaussianBlur(dense, (1, 9), 1.6, borderType=cv2.BORDER_REPLICATE)
    soft[[0, -1]] = dense[[0, -1]]
    return soft.astype(np.float32)


def _clear(before: Digit, digit: Digit, gap: float) -> float:
    """Return where ``digit`` must start so that it comes no nearer than ``gap`` to the other."""
    left, right = np.concatenate(before), np.concatenate(digit)
    boxes = float(left[:, 0].max() - right[:, 0].min()) + gap - _OVERLAP
    fall = left[::2, None, 1] - right[None, ::2, 1]
    near = np.abs(fall) < gap
    if not near.any():
        return boxes
    reach = left[::2, None, 0] - right[None, ::2, 0] + np.sqrt(np.maximum(gap**2 - fall**2, 0))
    return max(boxes, float(reach[near].max()))
