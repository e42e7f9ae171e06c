"""Pens, and what they leave on paper: a layer of ink in millimetres, from digits as strokes.

A line has the width of a pen's tip. Pencil and chalk skip what lies deep in the ground's grain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.float32]
Random = np.random.Generator
Digit = Sequence[npt.NDArray[np.float32]]
"""Strokes, each float32 (n, 2), x to the right and y down, in any unit."""
Colour = tuple[float, float, float]

_FRACTION_BITS: Final = 4
_STEPS: Final = 6
"""Points between two points of the tablet, on a curve through all of them."""


@dataclass(frozen=True, eq=False)
class Pen:
    """A pen: ``colours`` by name, linear RGB 0-1.

    Of ink, the share of light that the full layer lets through; of chalk, what it reflects.
    ``width`` is the least and greatest width of a line in millimetres; ``grain`` what share of the
    layer a rough ground keeps off, ``grain_size`` in millimetres; ``swell`` how much pressure and
    the nib's direction change the width.
    """

    name: str
    colours: dict[str, Colour]
    width: tuple[float, float]
    grain: float
    grain_size: float
    swell: float


PENCIL: Final = Pen("pencil", {"grey": (0.15, 0.15, 0.16)}, (0.45, 0.8), 0.5, 0.09, 0.15)
BALLPOINT: Final = Pen(
    "ballpoint",
    {"blue": (0.1, 0.16, 0.55), "black": (0.08, 0.08, 0.09), "red": (0.72, 0.1, 0.12)},
    (0.4, 0.65),
    0.12,
    0.12,
    0.1,
)
FOUNTAIN_PEN: Final = Pen(
    "fountain pen",
    {"blue": (0.09, 0.13, 0.5), "black": (0.06, 0.07, 0.11)},
    (0.5, 0.85),
    0.0,
    0.2,
    0.3,
)
FELT_PEN: Final = Pen(
    "felt pen",
    {
        "black": (0.04, 0.04, 0.04),
        "blue": (0.06, 0.15, 0.6),
        "red": (0.78, 0.06, 0.09),
        "green": (0.07, 0.42, 0.16),
        "violet": (0.28, 0.09, 0.45),
    },
    (0.8, 1.4),
    0.05,
    0.2,
    0.08,
)
MARKER: Final = Pen(
    "marker",
    {
        "black": (0.03, 0.03, 0.03),
        "blue": (0.05, 0.12, 0.5),
        "red": (0.72, 0.05, 0.06),
        "green": (0.04, 0.33, 0.13),
    },
    (1.6, 3.2),
    0.0,
    0.3,
    0.08,
)
CHALK: Final = Pen(
    "chalk",
    {
        "white": (0.78, 0.78, 0.75),
        "yellow": (0.75, 0.66, 0.24),
        "pink": (0.74, 0.42, 0.45),
        "light blue": (0.42, 0.58, 0.72),
    },
    (6.0, 11.0),
    0.5,
    1.1,
    0.2,
)


@dataclass(frozen=True, eq=False)
class Writing:
    """Strokes in millimetres on the ground, (0, 0) the middle of their box.

    ``line`` is the y of the line that the digits stand on, ``height`` a digit's.
    """

    strokes: list[npt.NDArray[np.float32]]
    line: float
    height: float

    @property
    def size(self) -> npt.NDArray[np.float32]:
        """Width and height of all strokes together."""
        return np.asarray(np.ptp(np.concatenate(self.strokes), axis=0), np.float32)


def write(
    digits: Sequence[Digit],
    height: float,
    line_width: float,
    random: Random,
    *,
    pitch: float | None = None,
) -> Writing:
    """Return ``digits`` in a row, ``height`` millimetres high in the middle.

    Their gaps are free, or with ``pitch`` each stands in the middle of a square of that width.
    Lines of ``line_width`` do not touch those of the next digit.
    """
    boxes = [np.concatenate(list(digit)) for digit in digits]
    tall = [max(np.ptp(box[:, 1]), 0.5 * np.ptp(box[:, 0]), 1.0) for box in boxes]
    usual = float(np.median(tall))
    gap, right, room = random.uniform(0.12, 0.38), 0.0, 0.0
    strokes: list[npt.NDArray[np.float64]] = []
    for place, (digit, box, own) in enumerate(zip(digits, boxes, tall, strict=True)):
        # One hand's digits differ in size, but not by more than this.
        scale = height * np.clip(own / usual, 0.82, 1.15) / own
        low, high = box.min(axis=0), box.max(axis=0)
        if pitch is not None:  # who writes in squares keeps within them
            room = pitch - line_width - 0.1 * height
            scale = min(scale, room / max(high[0] - low[0], 1e-6))
        width = float(high[0] - low[0]) * scale
        if pitch is None:
            left = right
            right += width + line_width + height * max(0.1, gap + random.normal(0, 0.07))
        else:
            left = place * pitch + (pitch - width) / 2
            left += random.uniform(-0.3, 0.3) * (room - width)
        base = height * float(np.clip(random.normal(0, 0.035), -0.08, 0.08))
        shift = np.array([left - low[0] * scale, base - high[1] * scale])
        strokes += [_smooth(points * scale + shift) for points in digit]
    angle = np.deg2rad(np.clip(random.normal(0, 1.5), -4, 4))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = [points @ turn for points in strokes]
    together = np.concatenate(turned)
    middle = (together.min(axis=0) + together.max(axis=0)) / 2
    placed = [(points - middle).astype(np.float32) for points in turned]
    line = float(np.median([points[:, 1].max() for points in placed])) if len(digits) > 1 else 0.0
    lowest = float(together[:, 1].max() - middle[1])
    return Writing(placed, max(line, lowest - 0.1 * height), height)


def _smooth(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return a curve through all ``points`` (Catmull-Rom), as the hand went."""
    moved = np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]
    p1 = points[moved]
    if len(p1) < 3:
        return p1
    before, after = np.vstack([p1[:1], p1[:-1]])[:-1], np.vstack([p1[2:], p1[-1:]])
    start, end = p1[:-1], p1[1:]
    t = np.linspace(0, 1, _STEPS, endpoint=False)[None, :, None]
    a, b, c, d = (p[:, None] for p in (before, start, end, after))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.vstack([curve.reshape(-1, 2), p1[-1:]])


def layer(
    writing: Writing, pen: Pen, width: float, per_mm: float, random: Random
) -> tuple[Levels, npt.NDArray[np.float32]]:
    """Return how thick the ink lies, 0-1, on a raster of ``per_mm`` pixels a millimetre.

    The second value is where the raster's middle of the first pixel lies, in millimetres.
    """
    margin = 2 * width
    half = writing.size / 2 + margin
    columns, rows = (int(np.ceil(2 * side * per_mm)) for side in half)
    fine = 2 if max(rows, columns) > 2500 else 3
    cover = np.zeros((rows * fine, columns * fine), np.uint8)
    pressed = np.zeros((rows * fine, columns * fine), np.uint8)
    unit = per_mm * fine * (1 << _FRACTION_BITS)
    for stroke in writing.strokes:
        points, radius, pressure = _stamps(stroke, pen, width, random, per_mm)
        centres = np.rint((points + half) * unit).astype(int).tolist()
        radii = np.maximum(np.rint(radius * unit), 1).astype(int).tolist()
        depths = (pressure * 255).astype(int).tolist()
        for at, r, deep in zip(centres, radii, depths, strict=True):
            cv2.circle(cover, at, r, 255, cv2.FILLED, cv2.LINE_AA, _FRACTION_BITS)
            cv2.circle(pressed, at, r + 16, deep, cv2.FILLED, cv2.LINE_8, _FRACTION_BITS)
    size = (columns, rows)
    thick = cv2.resize(cover, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    depth = cv2.resize(pressed, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    if pen.grain > 0.3:
        tooth = grain((rows, columns), pen.grain_size * per_mm, random)
        # Ragged edges, and no specks beside the line
        soft = cv2.GaussianBlur(thick, (0, 0), max(0.1 * width * per_mm, 0.5))
        thick = np.clip(0.5 + 2.5 * (soft - 0.5 + 0.16 * np.clip(tooth, -1.8, 1.8)), 0, 1)
        thick *= 1 - pen.grain * np.clip(0.5 + 0.6 * tooth + 0.8 * (0.6 - soft), 0, 1)
    elif pen.grain:
        thick *= 1 - pen.grain * random.random((rows, columns), np.float32)
    thick *= np.maximum(depth, 0.7)
    return np.asarray(thick, np.float32), np.asarray(-half + 0.5 / per_mm, np.float32)


def _stamps(
    stroke: npt.NDArray[np.float32], pen: Pen, width: float, random: Random, per_mm: float
) -> tuple[Levels, Levels, Levels]:
    """Return places, radii and pressures (0-1) of the pen's tip along a stroke."""
    steps = np.hypot(*np.diff(stroke, axis=0).T) if len(stroke) > 1 else np.zeros(0)
    along = np.r_[0.0, np.cumsum(steps)]
    count = max(2, int(along[-1] / max(0.1 * width, 0.4 / per_mm)) + 1)
    at = np.linspace(0, along[-1], count)
    x, y = np.interp(at, along, stroke[:, 0]), np.interp(at, along, stroke[:, 1])
    knots = max(3, int(along[-1] / (6 * width)))
    push = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, knots), random.normal(0, 1, knots))
    pressure = np.clip(0.88 + 0.07 * push, 0.68, 1)
    if pen.swell >= 0.3:  # a nib is broader across one direction
        direction = np.arctan2(np.gradient(y), np.gradient(x)) if count > 2 else np.zeros(count)
        wide = 1 + pen.swell * (np.abs(np.sin(direction + np.pi / 4)) - 0.6)
    else:
        wide = 1 + pen.swell * np.clip(0.5 * push, -1, 1)
    lifted = np.minimum(1, 0.75 + (along[-1] - at) / (3 * width))
    return (
        np.stack([x, y], axis=1).astype(np.float32),
        np.asarray(width / 2 * wide * lifted, np.float32),
        np.asarray(pressure, np.float32),
    )


def grain(shape: tuple[int, int], size: float, random: Random) -> Levels:
    """Return noise with bumps of ``size`` pixels, mean 0, standard deviation 1.

    Bumps smaller than a pixel even out within it.
    """
    if size <= 1:
        return random.standard_normal(shape, np.float32) * np.float32(max(size, 0.05))
    small = (int(shape[0] / size) + 3, int(shape[1] / size) + 3)
    noise = random.standard_normal(small, np.float32)
    # One scale for both directions: bumps are round.
    wide = (int(np.ceil(small[1] * size)), int(np.ceil(small[0] * size)))
    smooth = cv2.resize(noise, wide, interpolation=cv2.INTER_CUBIC)[: shape[0], : shape[1]]
    return np.asarray(smooth / max(float(smooth.std()), 1e-6), np.float32)
