"""Drawings of every kind for the canvas: digits, letters, scribbles, tiny, at the edge, dots."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.load_test.digit_strokes import draw_digit
from mnist_app.training.negatives import hershey
from mnist_app.ui.canvas.canvas_spec import SIDE

Points = npt.NDArray[np.float64]
KINDS: Final = ("digit", "letter", "scribble", "tiny", "at the edge", "dots")
STEP: Final = 9.0
"""Maximum distance between two events of the pen, in pixels of the canvas."""
MAXIMUM_STROKES: Final = 6
"""Strokes of a glyph that are drawn; some have dozens."""


@dataclass(frozen=True, eq=False)
class PenDrawing:
    """A drawing's kind and the events of the pen: each stroke float64 (n, 2), canvas pixels.

    Strokes begin on the canvas and may leave it.
    """

    kind: str
    strokes: tuple[Points, ...]


def drawings(count: int, seed: int) -> list[PenDrawing]:
    """Return that many drawings, of all `KINDS` in turn."""
    rng = random.Random(seed)
    return [_drawing(KINDS[index % len(KINDS)], rng) for index in range(count)]


def _drawing(kind: str, rng: random.Random) -> PenDrawing:
    strokes: Sequence[Points]
    if kind == "letter":
        strokes = _placed(rng.choice(hershey.glyphs()), rng.uniform(0.3, 0.9) * SIDE, rng)
    elif kind == "scribble":
        corners = _random_points(rng.randint(3, 12), rng)
        strokes = _placed([corners], rng.uniform(10, SIDE), rng)
    elif kind == "dots":
        strokes = [np.repeat(_random_points(1, rng), rng.randint(1, 3), axis=0) for _ in "ab"]
    else:
        strokes = draw_digit(rng.randrange(10), rng, SIDE).strokes
        if kind == "tiny":
            strokes = _placed(strokes, rng.uniform(2, 40), rng)
        if kind == "at the edge":
            shift = [rng.uniform(-120, 120), rng.uniform(-120, 120)]
            strokes = [stroke + shift for stroke in strokes]
    return PenDrawing(kind, tuple(_events(stroke) for stroke in strokes[:MAXIMUM_STROKES]))


def _random_points(count: int, rng: random.Random) -> Points:
    return np.array([[rng.uniform(0, SIDE), rng.uniform(0, SIDE)] for _ in range(count)])


def _placed(
    strokes: Iterable[npt.NDArray[np.floating]], size: float, rng: random.Random
) -> list[Points]:
    """Return ``strokes`` scaled to a longer side of ``size`` at a random place on the canvas."""
    given = [np.asarray(stroke, np.float64) for stroke in strokes]
    points = np.concatenate(given)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = size / max(float(extent.max()), 1e-6)
    corner = [rng.uniform(0, max(SIDE - side, 0)) for side in extent * scale]
    return [(stroke - low) * scale + corner for stroke in given]


def _events(stroke: Points) -> Points:
    """Return the points of ``stroke`` at distances of up to `STEP`, the first on the canvas."""
    begun = np.vstack([np.clip(stroke[:1], 1, SIDE - 1), stroke[1:]])
    events = [begun[:1]]
    for start, end in pairwise(begun):
        count = max(1, int(np.ceil(np.abs(end - start).max() / STEP)))
        events.append(start + (end - start) * np.arange(1, count + 1)[:, np.newaxis] / count)
    return np.concatenate(events)
