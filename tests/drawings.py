"""Drawings that tests share: digits as strokes, and random scrawls."""

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.ui.canvas.canvas_spec import SIDE

# Points in a unit square, x right and y down, one list per stroke.
DIGITS: dict[int, list[list[tuple[float, float]]]] = {
    0: [
        [
            (0.5 + 0.32 * float(np.cos(a)), 0.5 + 0.48 * float(np.sin(a)))
            for a in np.linspace(-1.57, 4.8, 24)
        ]
    ],
    1: [[(0.5, 0.02), (0.5, 0.98)]],
    2: [
        [
            (0.2, 0.25),
            (0.3, 0.06),
            (0.55, 0.0),
            (0.76, 0.14),
            (0.74, 0.36),
            (0.5, 0.62),
            (0.2, 0.96),
            (0.82, 0.96),
        ]
    ],
    4: [[(0.6, 0.0), (0.12, 0.62), (0.86, 0.62)], [(0.62, 0.3), (0.62, 1.0)]],
    7: [[(0.15, 0.03), (0.85, 0.03), (0.42, 1.0)]],
}


def strokes_of(digit: int, *, left: float, top: float, size: float, brush: float) -> list[Stroke]:
    """Return the strokes of ``digit`` in a square of ``size`` pixels at (left, top)."""
    corner = np.array([left, top], np.float32)
    return [
        Stroke(np.asarray(points, np.float32) * np.float32(size) + corner, brush)
        for points in DIGITS[digit]
    ]


def drawn(
    digit: int, *, left: float = 80, top: float = 60, size: float = 180, brush: float = 22
) -> Image:
    """Return the ink of ``digit`` on the app's digit canvas."""
    return draw(strokes_of(digit, left=left, top=top, size=size, brush=brush), SIDE, SIDE)


def scrawl(seed: int, side: int = 300) -> Image:
    """Return the ink of a random scrawl of one to three strokes, well inside the canvas."""
    random = np.random.default_rng(seed)
    strokes = []
    for _ in range(int(random.integers(1, 4))):
        points = random.uniform(0.3 * side, 0.7 * side, (int(random.integers(2, 9)), 2))
        strokes.append(Stroke(points.astype(np.float32), float(random.uniform(6, 30))))
    return draw(strokes, side, side)


def on_background(
    ink: Image, paper: tuple[int, ...], pen: tuple[int, ...]
) -> npt.NDArray[np.uint8]:
    """Return ``ink`` as a picture with these colours, uint8 (h, w, channels)."""
    share = ink[..., np.newaxis] / 255.0
    mixed = np.array(paper) * (1 - share) + np.array(pen) * share
    return np.floor(mixed + 0.5).astype(np.uint8)
