"""Strokes of doodles: spirals, zigzags, stars, grids and other scribbles."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Points

Drawing = list[Points]
Random = np.random.Generator

FIGURE_EIGHTS: Final = ((1, 1), (1, 2), (2, 1))
"""Frequency ratios of Lissajous figures that are ovals or eights, and are left out."""


def doodle(random: Random) -> Drawing:
    """Return the strokes of a spiral, a zigzag, a star, or the like, about 1 in size."""
    return DOODLES[int(random.integers(len(DOODLES)))](random)


def _spiral(random: Random) -> Drawing:
    turns = random.uniform(1.6, 5)
    t = np.linspace(0.02, 1, 90)
    angle = 2 * np.pi * turns * t * random.choice([-1, 1]) + random.uniform(0, 2 * np.pi)
    return [_curve(t * np.cos(angle), t * np.sin(angle) * random.uniform(0.5, 1.5))]


def _zigzag(random: Random) -> Drawing:
    corners = int(random.integers(6, 16))
    x = np.linspace(0, random.uniform(0.3, 1.6), corners) + random.normal(0, 0.03, corners)
    y = (np.arange(corners) % 2) * random.uniform(0.3, 1.0) + random.normal(0, 0.06, corners)
    return [_rotated(_corners(np.stack([x, y], axis=1)), random)]


def _lissajous(random: Random) -> Drawing:
    while True:
        across, down = (int(n) for n in random.integers(1, 6, 2))
        common = math.gcd(across, down)
        if (across // common, down // common) not in FIGURE_EIGHTS:
            break
    t = np.linspace(0, 2 * np.pi * random.uniform(0.6, 1), 120)
    return [_curve(np.sin(across * t + random.uniform(0.3, 2.8)), np.sin(down * t))]


def _polygon(random: Random) -> Drawing:
    """Return a triangle, a square or a star; other polygons look like a 0."""
    star = bool(random.integers(2))
    corners = int(random.integers(4, 9)) if star else int(random.integers(3, 5))
    radius = np.ones(2 * corners if star else corners)
    if star:
        radius[1::2] = random.uniform(0.25, 0.6)
    angle = np.arange(len(radius)) * 2 * np.pi / len(radius) + random.uniform(0, 2 * np.pi)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    points += random.normal(0, 0.05, points.shape)
    return [_corners(np.concatenate([points, points[:1]]))]


def _rays(random: Random) -> Drawing:
    count = int(random.integers(3, 8))
    angle = np.arange(count) * 2 * np.pi / count + random.normal(0, 0.15, count)
    inner = random.choice([0.0, random.uniform(0, 0.6)])
    ends = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return [_corners(np.stack([inner * end, end * random.uniform(0.8, 1.1)])) for end in ends]


def _bars(random: Random) -> Drawing:
    """Return parallel strokes, crossed by others or not: tallies, hashes, grids."""
    count = int(random.integers(2, 6))
    strokes = [
        np.array([[x, 0.0], [x + random.normal(0, 0.05), 1.0]])
        for x in np.linspace(0, random.uniform(0.3, 1.2), count) + random.normal(0, 0.03, count)
    ]
    for _ in range(int(random.integers(0, 4))):
        y, right = random.uniform(0, 1), strokes[-1][0, 0]
        strokes.append(np.array([[-0.2, y], [right + 0.2, y + random.normal(0, 0.15)]]))
    matrix = _rotation(random)
    return [_corners(stroke) @ matrix for stroke in strokes]


def _loops(random: Random) -> Drawing:
    """Return a row of loops or waves."""
    t = np.linspace(0, 2 * np.pi * random.uniform(2, 5), 120)
    wide, high = random.uniform(0.02, 0.2), random.uniform(0.2, 1)
    x = wide * t + random.uniform(0, 0.4) * np.cos(t)
    return [_rotated(_curve(x, high * np.sin(t) * random.uniform(0.5, 1)), random)]


def _rings(random: Random) -> Drawing:
    """Return circles inside each other or side by side."""
    t = np.linspace(0, 2 * np.pi, 50)
    circle = _curve(np.cos(t), np.sin(t))
    if random.integers(2):
        return [circle, circle * random.uniform(0.3, 0.55)]
    step = random.uniform(0.8, 2.2)
    return [circle + np.array([index * step, 0]) for index in range(int(random.integers(2, 4)))]


DOODLES: Final[tuple[Callable[[Random], Drawing], ...]] = (
    _spiral,
    _zigzag,
    _lissajous,
    _polygon,
    _rays,
    _bars,
    _loops,
    _rings,
)


def _curve(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Points:
    return np.stack([x, y], axis=1).astype(np.float32)


def _corners(points: npt.NDArray[np.float64]) -> Points:
    """Return the polyline through ``points``, 12 points a side, so that it can be distorted."""
    steps = np.linspace(0, len(points) - 1, 12 * (len(points) - 1) + 1)
    indices = np.arange(len(points))
    return _curve(np.interp(steps, indices, points[:, 0]), np.interp(steps, indices, points[:, 1]))


def rotation(angle: float) -> npt.NDArray[np.float64]:
    """Return the matrix (2, 2) that rotates rows of points (x, y) by ``angle`` radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, sine], [-sine, cosine]])


def _rotation(random: Random) -> npt.NDArray[np.float32]:
    return rotation(random.uniform(0, 2 * np.pi)).astype(np.float32)


def _rotated(points: Points, random: Random) -> Points:
    return points @ _rotation(random)
