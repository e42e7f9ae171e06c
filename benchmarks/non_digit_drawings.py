"""Drawings on the canvas that are no digit, of kinds that training does not use.

Each kind is a function of pen digits and random numbers to a canvas, RGBA.
"""

from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np

from benchmarks.canvas_drawings import BRUSHES, CANVAS_SIDE, on_canvas, rgba
from mnist_app.arrays import Image, Points
from mnist_app.preprocessing.normalize import bounding_box
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.training.data.pen_digits import PenDigit

Random = np.random.Generator
Kind = Callable[[Sequence[PenDigit], Random], Image]

LINE_DEGREES: Final = 30.0
"""Maximum angle of a line to the horizontal; a steeper one is a 1."""


def scribble(_: Sequence[PenDigit], random: Random) -> Image:
    """Return one stroke: the random walk of a pen with momentum."""
    steps = int(random.integers(80, 300))
    pushes = random.normal(0, 1, (steps, 2))
    momentum = random.uniform(0.8, 0.95)
    speed = np.zeros(2)
    points = np.zeros((steps, 2))
    for step in range(1, steps):
        # A spring pulls the pen back to the start.
        speed = momentum * speed + pushes[step] - 0.02 * points[step - 1]
        points[step] = points[step - 1] + speed
    return on_canvas([points.astype(np.float32)], random)


def dot(_: Sequence[PenDigit], random: Random) -> Image:
    """Return a tap: a point, or a stroke of a few pixels."""
    start = random.uniform(30, CANVAS_SIDE - 30, 2)
    points = start + np.cumsum(random.normal(0, 1, (int(random.integers(1, 6)), 2)), axis=0)
    stroke = Stroke(points.astype(np.float32), random.uniform(*BRUSHES))
    return rgba(draw([stroke], CANVAS_SIDE, CANVAS_SIDE))


def blob(_: Sequence[PenDigit], random: Random) -> Image:
    """Return a filled shape with a wavy edge."""
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(1, 6):
        radius += random.normal(0, 0.25 / wave) * np.cos(wave * angle + random.uniform(0, 6.3))
    radius = np.maximum(radius, 0.2)
    shape = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    shape[:, 0] *= random.uniform(0.6, 1.6)
    shape *= random.uniform(0.15, 0.4) * CANVAS_SIDE / np.abs(shape).max()
    middle = random.uniform(0.42, 0.58, 2) * CANVAS_SIDE
    ink = np.zeros((CANVAS_SIDE, CANVAS_SIDE), np.uint8)
    cv2.fillPoly(ink, [np.rint(shape + middle).astype(np.int32)], 255, cv2.LINE_AA)
    return rgba(ink)


def line(_: Sequence[PenDigit], random: Random) -> Image:
    """Return a line within 30° of horizontal, drawn by hand."""
    along = np.linspace(0, 1, 40)
    tremble = np.cumsum(random.normal(0, 0.004, 40)) + random.normal(0, 0.05) * along * (1 - along)
    angle = np.deg2rad(random.uniform(-LINE_DEGREES, LINE_DEGREES))
    x = along * np.cos(angle) - tremble * np.sin(angle)
    y = along * np.sin(angle) + tremble * np.cos(angle)
    return on_canvas([np.stack([x, y], axis=1).astype(np.float32)], random)


def two_digits(digits: Sequence[PenDigit], random: Random) -> Image:
    """Return two digits of one writer side by side."""
    first = _chosen(digits, random)
    second = _chosen([digit for digit in digits if digit.writer == first.writer], random)
    gap = random.uniform(0.05, 0.4)
    left, right = _of_height_one(first), _of_height_one(second)
    edge = max(float(stroke[:, 0].max()) for stroke in left) + gap
    return on_canvas(
        [*left, *(stroke + np.array([edge, 0], np.float32) for stroke in right)], random
    )


def half_digit(digits: Sequence[PenDigit], random: Random) -> Image:
    """Return the upper, lower, left or right half of a digit's ink."""
    digit = _chosen(digits, random)
    canvas = on_canvas(digit.strokes, random)
    box = bounding_box(canvas[..., 0])
    if box is None:
        raise ValueError("a digit leaves ink")
    x, y, width, height = box
    kept = np.zeros(canvas.shape[:2], bool)
    half = int(random.integers(4))
    rows = slice(y, y + height // 2) if half == 0 else slice(y + height // 2, y + height)
    columns = slice(x, x + width // 2) if half == 2 else slice(x + width // 2, x + width)
    kept[(rows, slice(None)) if half < 2 else (slice(None), columns)] = True
    return rgba(np.where(kept, canvas[..., 0], 0).astype(np.uint8))


KINDS: Final[dict[str, Kind]] = {
    "scribbles": scribble,
    "dots": dot,
    "filled blobs": blob,
    "lines within 30° of horizontal": line,
    "two digits side by side": two_digits,
}
FOR_INFORMATION: Final[dict[str, Kind]] = {"half digits": half_digit}


def _chosen(digits: Sequence[PenDigit], random: Random) -> PenDigit:
    return digits[int(random.integers(len(digits)))]


def _of_height_one(digit: PenDigit) -> list[Points]:
    points = np.concatenate(digit.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    height = max(float(high[1] - low[1]), float(high[0] - low[0]) / 2, 1e-6)
    return [((stroke - low) / height).astype(np.float32) for stroke in digit.strokes]
