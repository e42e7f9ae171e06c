"""Drawings that are no digit, as thirty pupils at a canvas make them; training does not use these.

Each kind is a function of random numbers (and of strangers' digits) to a canvas, RGBA.
"""

from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np

from benchmarks.canvas_drawings import BRUSHES, CANVAS_SIDE, Images, Points, on_canvas, rgba
from mnist_app.preprocessing.normalize import bounding_box
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.training.data.pen_digits import PenDigit

Random = np.random.Generator
Kind = Callable[[Sequence[PenDigit], Random], Images]

LINE_DEGREES: Final = 30.0
"""How far a line may be from horizontal; a steeper one is a 1."""


def scribble(_: Sequence[PenDigit], random: Random) -> Images:
    """Return one stroke that wanders about: a random walk of a pen with some momentum."""
    steps = int(random.integers(80, 300))
    pushes = random.normal(0, 1, (steps, 2))
    momentum = random.uniform(0.8, 0.95)
    speed = np.zeros(2)
    places = np.zeros((steps, 2))
    for step in range(1, steps):
        # the further the pen is, the more the hand pulls it back
        speed = momentum * speed + pushes[step] - 0.02 * places[step - 1]
        places[step] = places[step - 1] + speed
    return on_canvas([places.astype(np.float32)], random)


def dot(_: Sequence[PenDigit], random: Random) -> Images:
    """Return what a tap leaves: a point, or a stroke of a few pixels."""
    start = random.uniform(30, CANVAS_SIDE - 30, 2)
    points = start + np.cumsum(random.normal(0, 1, (int(random.integers(1, 6)), 2)), axis=0)
    stroke = Stroke(points.astype(np.float32), random.uniform(*BRUSHES))
    return rgba(draw([stroke], CANVAS_SIDE, CANVAS_SIDE))


def blob(_: Sequence[PenDigit], random: Random) -> Images:
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


def line(_: Sequence[PenDigit], random: Random) -> Images:
    """Return a line within 30° of horizontal, drawn by hand."""
    along = np.linspace(0, 1, 40)
    tremble = np.cumsum(random.normal(0, 0.004, 40)) + random.normal(0, 0.05) * along * (1 - along)
    turn = np.deg2rad(random.uniform(-LINE_DEGREES, LINE_DEGREES))
    x = along * np.cos(turn) - tremble * np.sin(turn)
    y = along * np.sin(turn) + tremble * np.cos(turn)
    return on_canvas([np.stack([x, y], axis=1).astype(np.float32)], random)


def two_digits(strangers: Sequence[PenDigit], random: Random) -> Images:
    """Return two digits of one writer side by side."""
    first = strangers[int(random.integers(len(strangers)))]
    own = [digit for digit in strangers if digit.writer == first.writer]
    second = own[int(random.integers(len(own)))]
    gap = random.uniform(0.05, 0.4)
    left, right = _of_height_one(first), _of_height_one(second)
    edge = max(float(stroke[:, 0].max()) for stroke in left) + gap
    return on_canvas([*left, *(stroke + np.float32([edge, 0]) for stroke in right)], random)


def half_digit(strangers: Sequence[PenDigit], random: Random) -> Images:
    """Return the upper, lower, left or right half of a digit's ink."""
    digit = strangers[int(random.integers(len(strangers)))]
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


def _of_height_one(digit: PenDigit) -> list[Points]:
    points = np.concatenate(digit.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    height = max(float(high[1] - low[1]), float(high[0] - low[0]) / 2, 1e-6)
    return [((stroke - low) / height).astype(np.float32) for stroke in digit.strokes]
