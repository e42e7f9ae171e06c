"""Drawn digits as the Fabric.js objects that the canvas component sends to the page.

A digit is a list of pen strokes in a unit square (x right, y down, origin top left), drawn at
random position, size, slant and unsteadiness.
"""

import json
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Pair = tuple[float, float]

POINTS_PER_STROKE: Final = 32
MARGIN: Final = 0.12
"""Share of the canvas side that a steady hand leaves free on every side."""


@dataclass(frozen=True, eq=False)
class DrawnDigit:
    """One digit: its strokes in the order of drawing, float64 (n, 2), in canvas pixels."""

    digit: int
    strokes: tuple[Points, ...]


def draw_digit(digit: int, rng: random.Random, side: int) -> DrawnDigit:
    """Return ``digit`` (0-9) drawn at random on a canvas of ``side``×``side`` pixels."""
    size = rng.uniform(0.45, 0.95) * side * (1 - 2 * MARGIN)
    slant, angle = rng.uniform(-0.15, 0.15), rng.uniform(-0.12, 0.12)
    room = side - 2 * MARGIN * side - size
    corner = [MARGIN * side + rng.uniform(0, room) for _ in "xy"]
    shear = np.array([[1, 0], [-slant, 1]])
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    strokes = []
    for stroke in _SHAPES[digit]:
        points = ((_resampled(stroke) - 0.5) @ shear @ rotation + 0.5) * size + corner
        unsteadiness = [[rng.gauss(0, 0.012 * size) for _ in "xy"] for _ in points]
        strokes.append(np.clip(points + unsteadiness, 0, side))
    return DrawnDigit(digit, tuple(strokes))


def fabric_objects(strokes: tuple[Points, ...], width: float, colour: str) -> list[dict[str, Any]]:
    """Return pen strokes as the list ``objects`` of the canvas component's drawing."""
    return [_fabric_path(stroke, width, colour) for stroke in strokes]


def _fabric_path(points: Points, width: float, colour: str) -> dict[str, Any]:
    low, high = points.min(axis=0), points.max(axis=0)
    (left, top), (wide, high) = np.round((low + high) / 2, 4), np.round(high - low, 4)
    return _FABRIC_PATH | {
        "left": float(left),
        "top": float(top),
        "width": float(wide),
        "height": float(high),
        "stroke": colour,
        "strokeWidth": width,
        "path": _pencil_path(np.round(points, 3).tolist()),
    }


def _pencil_path(points: list[list[float]]) -> list[list[str | float]]:
    """Join points as Fabric's pencil does: curves from midpoint to midpoint, then a line."""
    path: list[list[str | float]] = [["M", *points[0]]]
    for (x, y), (next_x, next_y) in pairwise(points):
        path.append(["Q", x, y, (x + next_x) / 2, (y + next_y) / 2])
    path.append(["L", *points[-1]])
    return path


def _resampled(stroke: Points) -> Points:
    """Return `POINTS_PER_STROKE` points at equal distances along a stroke."""
    walked = np.append(0, np.cumsum(np.hypot(*np.diff(stroke, axis=0).T)))
    at = np.linspace(0, walked[-1], POINTS_PER_STROKE)
    return np.stack([np.interp(at, walked, stroke[:, axis]) for axis in (0, 1)], axis=1)


def _arc(centre: Pair, radii: Pair, start: float, end: float) -> Points:
    """Return points of an ellipse from ``start`` to ``end`` degrees; 0 is right, 90 is down."""
    angles = np.deg2rad(np.linspace(start, end, 25))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii + centre


def _stroke(*parts: Points | Pair) -> Points:
    """Return points and arcs joined to one stroke."""
    return np.vstack(parts)


_SHAPES: Final[tuple[list[Points], ...]] = (
    [_arc((0.5, 0.5), (0.32, 0.48), -90, -455)],
    [_stroke((0.34, 0.22), (0.54, 0.02), (0.54, 0.98))],
    [_stroke(_arc((0.5, 0.28), (0.3, 0.26), -170, 25), (0.2, 0.96), (0.84, 0.96))],
    [
        _stroke(
            _arc((0.47, 0.26), (0.28, 0.24), -150, 90), _arc((0.47, 0.73), (0.32, 0.24), -90, 150)
        )
    ],
    [_stroke((0.42, 0.03), (0.18, 0.62), (0.86, 0.62)), _stroke((0.66, 0.3), (0.64, 0.98))],
    [
        _stroke((0.28, 0.04), (0.25, 0.45), _arc((0.48, 0.68), (0.32, 0.28), -135, 140)),
        _stroke((0.28, 0.04), (0.8, 0.04)),
    ],
    [_stroke((0.66, 0.03), (0.36, 0.36), _arc((0.5, 0.7), (0.28, 0.26), -190, -540))],
    [_stroke((0.16, 0.05), (0.84, 0.05), (0.4, 0.97))],
    [_stroke(_arc((0.5, 0.26), (0.25, 0.24), 90, -270), _arc((0.5, 0.74), (0.3, 0.24), -90, 270))],
    [_stroke(_arc((0.48, 0.29), (0.26, 0.26), -10, -370), (0.72, 0.6), (0.66, 0.98))],
)

_FABRIC_PATH: Final[dict[str, Any]] = json.loads(
    """{"lockMovementX": false, "lockMovementY": false, "lockRotation": false,
    "lockScalingX": false, "lockScalingY": false, "lockSkewingX": false, "lockSkewingY": false,
    "lockScalingFlip": false, "type": "Path", "version": "7.4.0", "originX": "center",
    "originY": "center", "fill": null, "strokeDashArray": null, "strokeLineCap": "round",
    "strokeDashOffset": 0, "strokeLineJoin": "round", "strokeUniform": false,
    "strokeMiterLimit": 10, "scaleX": 1, "scaleY": 1, "angle": 0, "flipX": false, "flipY": false,
    "opacity": 1, "shadow": null, "visible": true, "backgroundColor": "", "fillRule": "nonzero",
    "paintFirst": "fill", "globalCompositeOperation": "source-over", "skewX": 0, "skewY": 0}"""
)
"""What Fabric 7 writes beside the path of a pen stroke; most of a real message."""
