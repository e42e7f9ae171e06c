"""Pen strokes to ink, as a browser's canvas draws them: round caps, round joins, smooth edges."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image, Points

OVERSAMPLING: Final = 4
"""Each pixel's coverage is counted on a grid of 4×4, as fine as browsers smooth their edges."""
CURVE_STEPS: Final = 8
"""Straight pieces by which a quadratic curve between two pointer events is drawn."""
_FRACTION_BITS: Final = 4
_TIMES: Final = np.linspace(0.0, 1.0, CURVE_STEPS + 1)[1:]
_BERNSTEIN: Final = np.stack([(1 - _TIMES) ** 2, 2 * _TIMES * (1 - _TIMES), _TIMES**2], axis=1)
"""Weights of first point, control point and end at each step of a quadratic Bézier curve."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """One stroke of the pen.

    ``points`` float32 (n, 2), x to the right and y down, in pixels of the canvas with (0, 0) at
    its top left corner; ``width`` the brush width in pixels.
    """

    points: Points
    width: float


def draw(strokes: Iterable[Stroke], height: int, width: int) -> Image:
    """Return the ink of ``strokes`` on a canvas, uint8 (height, width), paper 0, ink 255."""
    fine = np.zeros((height * OVERSAMPLING, width * OVERSAMPLING), np.uint8)
    limit = 4.0 * max(height, width)
    for stroke in strokes:
        if not len(stroke.points):
            continue
        # A canvas counts from a pixel's corner, OpenCV from its centre.
        points = np.clip(stroke.points, -limit, limit) * OVERSAMPLING - 0.5
        fixed = np.rint(points * (1 << _FRACTION_BITS)).astype(np.int32)
        thickness = max(1, round(stroke.width * OVERSAMPLING))
        if bool((fixed == fixed[0]).all()):
            radius = round(thickness / 2 * (1 << _FRACTION_BITS))
            centre = (int(fixed[0, 0]), int(fixed[0, 1]))
            cv2.circle(fine, centre, radius, 255, cv2.FILLED, shift=_FRACTION_BITS)
        else:
            cv2.polylines(
                fine, [fixed.reshape(-1, 1, 2)], False, 255, thickness, shift=_FRACTION_BITS
            )
    ink = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(ink, np.uint8)


def changed(
    strokes: Sequence[Stroke], *, thickness: float, size: float, right: float, down: float
) -> list[Stroke]:
    """Return ``strokes`` as if the same digit had been drawn otherwise.

    ``thickness`` is by how much the brush is wider. ``size`` is by how much the digit is larger,
    around the middle of its box and with the same brush; ``right`` and ``down`` are by how many
    pixels it lies elsewhere.
    """
    if not strokes:
        return []
    points = np.concatenate([stroke.points for stroke in strokes])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    place = (middle + np.array([right, down])).astype(np.float32)
    return [
        Stroke((stroke.points - middle) * np.float32(size) + place, stroke.width * thickness)
        for stroke in strokes
    ]


def flatten_path(commands: Sequence[Sequence[object]]) -> Points:
    """Return the points, float32 (n, 2), of a path of SVG commands M, L and Q (absolute).

    Quadratic curves become `CURVE_STEPS` straight pieces. Raises ValueError for anything else.
    """
    # First point, control point and end of each command's curve; a line is one without steps.
    curves: list[tuple[float, ...]] = []
    is_curve: list[bool] = []
    for command in commands:
        name, numbers = command[0], _finite_numbers(command[1:])
        if name in ("M", "L") and len(numbers) == 2:  # noqa: PLR2004
            curves.append(numbers * 3)
        elif name == "Q" and len(numbers) == 4 and curves:  # noqa: PLR2004
            curves.append(curves[-1][-2:] + numbers)
        else:
            raise ValueError(f"not a command of a drawn path: {command!r}")
        is_curve.append(name == "Q")
    points = _BERNSTEIN @ np.array(curves, np.float64).reshape(-1, 3, 2)
    kept = np.array(is_curve, bool)[:, np.newaxis] | (np.arange(1, CURVE_STEPS + 1) == CURVE_STEPS)
    return np.asarray(points[kept], np.float32)


def _finite_numbers(values: Sequence[object]) -> tuple[float, ...]:
    numbers = tuple(float(v) for v in values if isinstance(v, int | float) and math.isfinite(v))
    if len(numbers) != len(values):
        raise ValueError("a path has a coordinate that is no number")
    return numbers
