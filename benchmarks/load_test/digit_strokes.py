"""Digits as a pupil's pen would leave them on the canvas.

Every digit is a handful of pen strokes in a unit square (x right, y down, origin top left). A
drawing is one of them at a random place, size, slant and unsteadiness, written down as the
Fabric.js objects that the canvas component sends to the page.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Stroke = list[Point]

POINTS_PER_STROKE = 32
MARGIN = 0.12  # of the canvas side, kept free on every side


@dataclass(frozen=True)
class Drawing:
    """One digit as drawn: the pen strokes in canvas pixels, in the order of drawing."""

    digit: int
    strokes: tuple[tuple[Point, ...], ...]


def compose(digit: int, rng: random.Random, side: int = 340) -> Drawing:
    """Draw `digit` (0-9) somewhere on a `side` x `side` canvas; the ink's centre stays inside."""
    size = rng.uniform(0.45, 0.95) * side * (1 - 2 * MARGIN)
    slant, turn = rng.uniform(-0.15, 0.15), rng.uniform(-0.12, 0.12)
    room = side - 2 * MARGIN * side - size
    left, top = (MARGIN * side + rng.uniform(0, room) for _ in "xy")
    shake = 0.012 * size

    def place(point: Point) -> Point:
        x, y = point[0] - 0.5, point[1] - 0.5
        x -= slant * y
        x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        x, y = (x + 0.5) * size + left, (y + 0.5) * size + top
        return _clamp(x + rng.gauss(0, shake), side), _clamp(y + rng.gauss(0, shake), side)

    strokes = tuple(tuple(place(p) for p in _resample(stroke)) for stroke in _SHAPES[digit])
    return Drawing(digit, strokes)


def fabric_objects(
    strokes: tuple[tuple[Point, ...], ...], width: float, colour: str
) -> list[dict[str, object]]:
    """Pen strokes as the list `objects` of the canvas component's drawing."""
    return [_fabric_path(stroke, width, colour) for stroke in strokes]


def _fabric_path(points: tuple[Point, ...], width: float, colour: str) -> dict[str, object]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _FABRIC_DEFAULTS | {
        "left": round((min(xs) + max(xs)) / 2, 4),
        "top": round((min(ys) + max(ys)) / 2, 4),
        "width": round(max(xs) - min(xs), 4),
        "height": round(max(ys) - min(ys), 4),
        "stroke": colour,
        "strokeWidth": width,
        "path": _pencil_path(points),
    }


def _pencil_path(points: tuple[Point, ...]) -> list[list[str | float]]:
    """Join points as Fabric's pencil does: curves from midpoint to midpoint, a line to end on."""
    rounded = [(round(x, 3), round(y, 3)) for x, y in points]
    path: list[list[str | float]] = [["M", *rounded[0]]]
    for (x, y), (next_x, next_y) in pairwise(rounded):
        path.append(["Q", x, y, (x + next_x) / 2, (y + next_y) / 2])
    path.append(["L", *rounded[-1]])
    return path


def _resample(stroke: Stroke) -> Stroke:
    """Space `POINTS_PER_STROKE` points evenly along a line."""
    lengths = [math.dist(a, b) for a, b in pairwise(stroke)]
    total, points, walked, index = sum(lengths), [], 0.0, 0
    for step in range(POINTS_PER_STROKE):
        target = total * step / (POINTS_PER_STROKE - 1)
        while index < len(lengths) - 1 and walked + lengths[index] < target:
            walked += lengths[index]
            index += 1
        share = min(1.0, (target - walked) / lengths[index])
        (ax, ay), (bx, by) = stroke[index], stroke[index + 1]
        points.append((ax + share * (bx - ax), ay + share * (by - ay)))
    return points


def _arc(centre: Point, radii: Point, start: float, end: float, steps: int = 24) -> list[Point]:
    """Points of an ellipse from `start` to `end` degrees; 0 is right, 90 is down."""
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [
        (centre[0] + radii[0] * math.cos(a), centre[1] + radii[1] * math.sin(a)) for a in angles
    ]


def _clamp(value: float, side: int) -> float:
    return min(max(value, 0.0), float(side))


_SHAPES: tuple[list[Stroke], ...] = (
    [_arc((0.5, 0.5), (0.32, 0.48), -90, -455)],
    [[(0.34, 0.22), (0.54, 0.02), (0.54, 0.98)]],
    [[*_arc((0.5, 0.28), (0.3, 0.26), -170, 25), (0.2, 0.96), (0.84, 0.96)]],
    [_arc((0.47, 0.26), (0.28, 0.24), -150, 90) + _arc((0.47, 0.73), (0.32, 0.24), -90, 150)],
    [[(0.42, 0.03), (0.18, 0.62), (0.86, 0.62)], [(0.66, 0.3), (0.64, 0.98)]],
    [
        [(0.28, 0.04), (0.25, 0.45), *_arc((0.48, 0.68), (0.32, 0.28), -135, 140)],
        [(0.28, 0.04), (0.8, 0.04)],
    ],
    [[(0.66, 0.03), (0.36, 0.36), *_arc((0.5, 0.7), (0.28, 0.26), -190, -540)]],
    [[(0.16, 0.05), (0.84, 0.05), (0.4, 0.97)]],
    [_arc((0.5, 0.26), (0.25, 0.24), 90, -270) + _arc((0.5, 0.74), (0.3, 0.24), -90, 270)],
    [[*_arc((0.48, 0.29), (0.26, 0.26), -10, -370), (0.72, 0.6), (0.66, 0.98)]],
)

# What Fabric 7 writes beside the path of a pen stroke: a real message is mostly this.
_FABRIC_DEFAULTS: dict[str, object] = {
    **dict.fromkeys(
        (
            "lockMovementX",
            "lockMovementY",
            "lockRotation",
            "lockScalingX",
            "lockScalingY",
            "lockSkewingX",
            "lockSkewingY",
            "lockScalingFlip",
        ),
        False,
    ),
    "type": "Path",
    "version": "7.4.0",
    "originX": "center",
    "originY": "center",
    "fill": None,
    "strokeDashArray": None,
    "strokeLineCap": "round",
    "strokeDashOffset": 0,
    "strokeLineJoin": "round",
    "strokeUniform": False,
    "strokeMiterLimit": 10,
    "scaleX": 1,
    "scaleY": 1,
    "angle": 0,
    "flipX": False,
    "flipY": False,
    "opacity": 1,
    "shadow": None,
    "visible": True,
    "backgroundColor": "",
    "fillRule": "nonzero",
    "paintFirst": "fill",
    "globalCompositeOperation": "source-over",
    "skewX": 0,
    "skewY": 0,
}
