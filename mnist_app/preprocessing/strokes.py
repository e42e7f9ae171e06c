"""Renders pen strokes as a browser's canvas does: round caps and joins, smooth edges."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image, Points

OVERSAMPLING: Final = 4
"""Subpixels along each side of a pixel; its coverage is their mean, as in browsers."""
CURVE_STEPS: Final = 8
"""Line segments that approximate a quadratic curve between two pointer events."""
_FRACTION_BITS: Final = 4
"""Binary places of the fixed-point coordinates that OpenCV draws with."""
_TIMES: Final = np.linspace(0.0, 1.0, CURVE_STEPS + 1)[1:]
_BERNSTEIN: Final = np.stack([(1 - _TIMES) ** 2, 2 * _TIMES * (1 - _TIMES), _TIMES**2], axis=1)
"""Bernstein weights of start, control point and end at each step of a quadratic Bézier curve."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """One stroke of the pen.

    ``points`` is float32 (n, 2), x to the right and y down, in pixels of the canvas with (0, 0) at
    its top left corner; ``width`` is the brush width in pixels.
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
        # The origin of a canvas is a pixel's corner, that of OpenCV a pixel's centre.
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


def transform_strokes(
    strokes: Sequence[Stroke], *, thickness: float, size: float, right: float, down: float
) -> list[Stroke]:
    """Return ``strokes`` with another brush width, size and position.

    ``thickness`` multiplies the brush width. ``size`` scales the points about the centre of their
    bounding box and leaves the brush width alone; ``right`` and ``down`` shift them, in pixels.
    """
    if not strokes:
        return []
    points = np.concatenate([stroke.points for stroke in strokes])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    centre = (middle + np.array([right, down])).astype(np.float32)
    return [
        Stroke((stroke.points - middle) * np.float32(size) + centre, stroke.width * thickness)
        for stroke in strokes
    ]


def flatten_path(commands: Sequence[Sequence[object]]) -> Points:
    """Return the points, float32 (n, 2), of a path of absolute SVG commands M, L and Q.

    A quadratic curve becomes `CURVE_STEPS` line segments. Raises ValueError for other commands and
    for coordinates that are not finite numbers.
    """
    # Start, control point and end of each command's curve; M and L repeat their one point.
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
