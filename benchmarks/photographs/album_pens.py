"""What a hand leaves on a sheet or a board: where the strokes go, and how much sticks there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d
from scipy.special import ndtr

from benchmarks.photographs.photograph import Floats

Colour = tuple[float, float, float]
"""Linear light, red, green, blue: the share that matter reflects, or that ink lets through."""

GAPS: Final = (0.12, 0.5)
"""Bare sheet between two digits over their height."""
GRAPHITE: Final = (0.09, 0.09, 0.1)
USUAL: Final[dict[str, tuple[Colour, ...]]] = {
    "ballpoint": ((0.05, 0.08, 0.36), (0.05, 0.08, 0.36), (0.04, 0.04, 0.05)),
    "marker": ((0.025, 0.025, 0.03), (0.025, 0.025, 0.03), (0.03, 0.07, 0.4)),
    "chalk": ((0.8, 0.8, 0.78),),
}
COLOURED: Final[dict[str, tuple[Colour, ...]]] = {
    "ballpoint": ((0.55, 0.05, 0.06), (0.04, 0.24, 0.1), (0.2, 0.04, 0.34)),
    "marker": ((0.6, 0.03, 0.04), (0.02, 0.25, 0.08), (0.2, 0.07, 0.03), (0.8, 0.17, 0.02)),
    "chalk": ((0.8, 0.7, 0.3), (0.8, 0.45, 0.5)),
}
DEEPEST: Final = {"pencil": 0.55}
"""How far the grain rises at most where a pen presses it down as it goes (else 1)."""
TILE: Final = 512
STEPS: Final = 800


@dataclass(frozen=True)
class AlbumPen:
    """A pen, the height of its digits, its line's width and the sheet's grain in millimetres.

    ``load`` is how much of the grain it fills (above 1: all), ``sharp`` how abruptly it breaks off.
    """

    name: str
    coloured: bool
    colour: Colour
    height: float
    width: float
    load: float
    sharp: float
    grain: float


def pick_pen(random: np.random.Generator, *, board: bool) -> AlbumPen:
    """Return a chalk for a board, else a pencil, a ballpoint or a marker."""
    name = str(random.choice(["pencil", "ballpoint", "marker"], p=[0.4, 0.34, 0.26]))
    name = "chalk" if board else name
    if name == "pencil":
        soft, height = random.uniform(0, 1), 10 ** random.uniform(0.85, 1.6)
        width = max(0.4 + 0.5 * soft + random.uniform(0, 0.3), 0.026 * height)
        load = 0.52 + 0.35 * soft + random.uniform(-0.04, 0.12)
        return AlbumPen(
            "pencil", False, GRAPHITE, height, width, load, 0.3, random.uniform(0.07, 0.11)
        )
    coloured = bool(random.random() < 0.24)
    inks = (COLOURED if coloured else USUAL)[name]
    red, green, blue = np.array(inks[random.integers(len(inks))]) * random.uniform(0.85, 1.1, 3)
    ink = (float(red), float(green), float(blue))
    if name == "chalk":
        height, load = random.uniform(80, 200), random.uniform(0.74, 1.05)
        width = np.clip(random.uniform(5, 11), 0.045 * height, 0.09 * height)
        return AlbumPen("chalk", coloured, ink, height, width, load, 1.0, random.uniform(0.6, 1.2))
    if name == "ballpoint":
        height = random.uniform(6, 22)
        width = max(random.uniform(0.4, 0.8), 0.03 * height)
        return AlbumPen(
            "ballpoint", coloured, ink, height, width, random.uniform(0.95, 1.4), 1.5, 0.12
        )
    width = random.choice([1.0, 1.5, 2.5, 4.0], p=[0.2, 0.35, 0.3, 0.15])
    height = width * random.uniform(9, 22)
    return AlbumPen("marker", coloured, ink, height, width, random.uniform(1.3, 1.8), 1.5, 0.3)


def write(
    digits: Sequence[Sequence[Floats]], pen: AlbumPen, random: np.random.Generator
) -> list[list[Floats]]:
    """Return the strokes of each digit in millimetres, left to right on the line y = 0."""
    slope, typical = np.tan(np.radians(random.normal(0, 1.2))), random.uniform(*GAPS)
    written, x = [], 0.0
    for strokes in digits:
        smooth = [_smooth(np.asarray(stroke, np.float64)) for stroke in strokes if len(stroke)]
        points = np.concatenate(smooth)
        low, high = points.min(axis=0), points.max(axis=0)
        size = pen.height * np.clip(random.normal(1, 0.05), 0.88, 1.12)
        scale = size / max(high[1] - low[1], 0.7 * (high[0] - low[0]), 1e-6)
        foot = pen.height * np.clip(random.normal(0, 0.03), -0.07, 0.07) + slope * x
        shift = np.array([x - low[0] * scale, foot - high[1] * scale])
        written.append([(stroke * scale + shift).astype(np.float32) for stroke in smooth])
        gap = np.clip(typical * random.uniform(0.75, 1.3), *GAPS)
        x += (high[0] - low[0]) * scale + gap * pen.height + 1.25 * pen.width
    return written


def mark(
    scene: Floats,
    places: tuple[Floats, Floats],
    strokes: Sequence[tuple[Floats, Floats]],
    pen: AlbumPen,
    *,
    grain: Floats,
    random: np.random.Generator,
) -> None:
    """Put the pen's matter on the ``scene``: ink filters its light, chalk lies on top.

    ``places`` are x and y (h, w) in millimetres of what the scene's pixels see; ``strokes`` are
    pixels (n, 2), and the pixels in a millimetre there (n,).
    """
    points, scales = (np.concatenate(part) for part in zip(*strokes, strict=True))
    scale, size = float(np.median(scales)), pen.width * float(np.median(scales))
    low = np.maximum(points.min(axis=0) - 6 * size - 4, 0).astype(int)
    high = np.minimum(points.max(axis=0) + 6 * size + 4, scene.shape[1::-1]).astype(int)
    spot = np.s_[low[1] : high[1], low[0] : high[0]]
    teeth = sample(grain, *(place[spot] * (2 / pen.grain) for place in places)) - 0.5
    shape = np.zeros(teeth.shape, np.uint8)
    for seen, scales in strokes:
        wave = 13 * gaussian_filter1d(random.normal(0, 1, len(seen)), 48, mode="nearest")
        radii = scales * (pen.width / 2) * (1 + 0.06 * wave.clip(-2, 2))
        turns = np.maximum(np.round(np.column_stack([seen - low, radii]) * 16), (-1e6, -1e6, 8))
        for x, y, radius in turns.astype(int).tolist():  # in sixteenths of a pixel
            cv2.circle(shape, (x, y), radius, 255, -1, cv2.LINE_AA, 4)
    line = shape.astype(np.float32) / 255
    cloud = random.standard_normal((8, 8), dtype=np.float32).clip(-1.5, 1.5)
    load = pen.load * (1 + 0.06 * cv2.resize(cloud, shape.shape[::-1]))
    free = load - 0.5 - teeth * min(DEEPEST.get(pen.name, 1.0), pen.grain * scale)
    cover = (line * np.clip(free * (1 + 2 * pen.sharp) + 0.5, 0, 1))[..., None]
    colour = np.array(pen.colour, np.float32)
    if pen.name == "chalk":
        dust = random.uniform(0, 0.1) * cv2.GaussianBlur(line, (0, 0), max(2.0, 1.25 * size))
        scene[spot] += np.maximum(cover, dust[..., None]) * (colour - scene[spot])
    else:
        scene[spot] *= 1 - cover * (1 - colour)


def make_grain(random: np.random.Generator) -> Floats:
    """Return a tile of even noise (0-1) that repeats without a seam; a grain is two cells wide."""
    noise = np.pad(random.standard_normal((TILE, TILE), dtype=np.float32), 16, mode="wrap")
    fine, coarse = (cv2.GaussianBlur(noise, (0, 0), s)[16:-16, 16:-16] for s in (0.8, 3.0))
    return np.asarray(ndtr(0.93 * fine / fine.std() + 0.37 * coarse / coarse.std()), np.float32)


def sample(tile: Floats, x: Floats, y: Floats) -> Floats:
    """Return the tile's values at cells ``x``, ``y``, repeating it in every direction."""
    x, y = (place.astype(np.float32) % len(tile) for place in (x, y))
    return np.asarray(cv2.remap(tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))


def _smooth(stroke: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the stroke at even steps of its length, without the tablet's stairs."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    if along[-1] <= 0:
        return stroke[:1]
    even = np.linspace(0, along[-1], STEPS)
    line = np.stack([np.interp(even, along, stroke[:, axis]) for axis in (0, 1)], axis=1)
    inner = gaussian_filter1d(line, 8, axis=0, mode="nearest")[1:-1]
    return np.concatenate([line[:1], inner, line[-1:]])
