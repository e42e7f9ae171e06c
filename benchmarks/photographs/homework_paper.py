"""What is written on: sheets of paper as shops sell them, a table under them, and blackboards.

Everything is a linear reflectance, float32 (height, width, 3) RGB 0-1, as a camera sees it: each
pixel knows the point in mm that it looks at, so lines get the width that they have in print.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.homework_writing import grain
from benchmarks.photographs.photograph import Floats

Colour = tuple[float, float, float]

LINE_COLOURS: Final[tuple[Colour, ...]] = (
    (0.42, 0.60, 0.82),  # light blue
    (0.42, 0.60, 0.82),
    (0.55, 0.57, 0.60),  # grey
    (0.55, 0.57, 0.60),
    (0.40, 0.62, 0.64),  # blue-green
    (0.58, 0.50, 0.76),  # violet
    (0.72, 0.58, 0.48),  # light brown
)
MARGIN_COLOURS: Final[tuple[Colour, ...]] = (
    (0.82, 0.32, 0.36),
    (0.85, 0.45, 0.52),
    (0.75, 0.28, 0.25),
)
SQUARES: Final = (5.0, 5.0, 5.0, 5.0, 4.0, 6.35, 7.0, 10.0)
"""Sides in mm of the squares in exercise books: 5 in most of Europe, 6.35 a quarter of an inch."""
SPACINGS: Final = (8.0, 8.0, 9.0, 7.1, 8.7, 10.0)
"""Between lines in mm: British feint 8, German 9, US college and wide ruled 7.1 and 8.7."""
PAPERS: Final[tuple[Colour, ...]] = (
    (0.86, 0.87, 0.90),  # bright white, a little blue
    (0.86, 0.87, 0.90),
    (0.86, 0.86, 0.85),
    (0.86, 0.85, 0.80),  # a book's cream
    (0.66, 0.66, 0.63),  # recycled
)
TABLES: Final[tuple[Colour, ...]] = (
    (0.42, 0.27, 0.15),  # beech
    (0.26, 0.15, 0.08),
    (0.52, 0.40, 0.27),  # birch
    (0.36, 0.37, 0.38),  # grey laminate
    (0.08, 0.08, 0.085),
    (0.16, 0.24, 0.30),
)
BOARDS: Final[tuple[Colour, ...]] = (
    (0.035, 0.075, 0.055),  # dark green
    (0.045, 0.095, 0.07),
    (0.028, 0.028, 0.03),  # black
    (0.075, 0.078, 0.082),  # slate grey
)


@dataclass(frozen=True)
class Ruling:
    """Parallel printed lines: every ``pitch`` mm one, or a single one where pitch is 0."""

    across: bool
    """Whether the lines run from left to right."""
    at: float
    """x or y in mm of one of them."""
    pitch: float
    width: float
    colour: Colour


@dataclass(frozen=True)
class HomeworkSheet:
    """A sheet of paper: its colour, its print, and its edges in mm."""

    colour: Colour
    rulings: tuple[Ruling, ...]
    left: float
    top: float
    right: float
    bottom: float
    table: Colour


def squared(pitch: float, baseline: float, random: np.random.Generator) -> tuple[Ruling, ...]:
    """Return a grid of squares with one of its lines at ``y = baseline``."""
    colour, width = _print(random)
    return (
        Ruling(True, baseline, pitch, width, colour),
        Ruling(False, random.uniform(0, pitch), pitch, width, colour),
    )


def ruled(pitch: float, baseline: float, random: np.random.Generator) -> tuple[Ruling, ...]:
    """Return lines to write on, one of them at ``y = baseline``."""
    colour, width = _print(random)
    return (Ruling(True, baseline, pitch, width, colour),)


def margin(x: float, random: np.random.Generator) -> Ruling:
    """Return the single upright line in red or pink that sets a margin off."""
    colour = MARGIN_COLOURS[random.integers(len(MARGIN_COLOURS))]
    return Ruling(False, x, 0.0, random.uniform(0.2, 0.35), colour)


def paper(points: Floats, sheet: HomeworkSheet, random: np.random.Generator) -> Floats:
    """Return the reflectance of the sheet and of the table around it.

    ``points`` is float32 (height, width, 2): the point in mm that each pixel looks at.
    """
    height, width = points.shape[:2]
    pixel = _pixel_size(points)
    fibres = 1 + np.float32(0.006) * grain((height, width), 2.5, random)
    fibres += np.float32(0.008) * grain((height, width), 60, random)
    seen = fibres[..., None] * np.array(sheet.colour, np.float32)
    for ruling in sheet.rulings:
        covered = _covered(points[..., 1 if ruling.across else 0], ruling, pixel)
        seen *= 1 - covered[..., None] * (1 - np.array(ruling.colour, np.float32))
    x, y = points[..., 0], points[..., 1]
    inside = np.minimum(
        np.minimum(x - sheet.left, sheet.right - x), np.minimum(y - sheet.top, sheet.bottom - y)
    )
    if float(inside.min()) > 2:
        return seen
    on_sheet = np.clip(inside / pixel + 0.5, 0, 1)[..., None]
    bare = 1 + np.float32(0.03) * grain((height, width), 90, random)
    bare += np.float32(0.02) * grain((height, width), 3, random)
    bare *= 1 - np.float32(0.45) * np.exp(np.minimum(inside, 0) / np.float32(0.8))
    table = bare[..., None] * np.array(sheet.table, np.float32)
    return np.asarray(table + (seen - table) * on_sheet, np.float32)


def board(
    shape: tuple[int, int], colour: Colour, dust: float, random: np.random.Generator
) -> Floats:
    """Return the reflectance of a blackboard with the smears of chalk that was wiped.

    ``dust`` 0-1 says how badly it was wiped.
    """
    small = (shape[0] // 4 + 1, shape[1] // 4 + 1)
    reach = max(small)
    smears = np.zeros(small, np.float32)
    for _ in range(3):
        wipe: Floats = random.standard_normal((reach * 2, 9), np.float32)
        wipe = cv2.GaussianBlur(wipe, (0, 0), sigmaX=0.5, sigmaY=random.uniform(1.0, 5.0))
        wipe = cv2.resize(wipe, (reach * 2, reach * 2), interpolation=cv2.INTER_CUBIC)
        turn: Floats = cv2.getRotationMatrix2D((reach, reach), random.uniform(-75, 75), 1.0)
        turn[:, 2] -= reach / 2
        wiped = np.asarray(cv2.warpAffine(wipe, turn, (small[1], small[0])))
        patch = np.clip(grain(small, reach / 3, random) * 0.6 + 0.5, 0, 1)
        smears += np.clip(wiped / max(1e-6, float(wipe.std())) * 0.45 + 0.5, 0, 1.6) * patch
    smears = np.asarray(cv2.resize(smears / 3, (shape[1], shape[0])), np.float32)
    smears *= 1 + np.float32(0.12) * grain(shape, 2.0, random)
    veil = np.clip(np.float32(0.015 + 0.11 * dust) * smears, 0, 0.3)[..., None]
    return np.asarray(
        np.array(colour, np.float32) * (1 - veil) + np.float32(0.75) * veil, np.float32
    )


def _print(random: np.random.Generator) -> tuple[Colour, float]:
    """Return colour and width in mm of printed lines, from faint to plain."""
    full = np.array(LINE_COLOURS[random.integers(len(LINE_COLOURS))])
    strength = random.uniform(0.3, 1.0)
    red, green, blue = (float(part) for part in np.clip(1 - strength * (1 - full), 0.1, 1))
    return (red, green, blue), random.uniform(0.13, 0.28)


def _pixel_size(points: Floats) -> Floats:
    """Return how many mm a pixel sees, float32 (height, width)."""
    some = points[:: max(1, len(points) // 60), :: max(1, points.shape[1] // 60)]
    rows = np.linalg.norm(np.diff(some, axis=0), axis=2)[:, :-1] / max(1, len(points) // 60)
    columns = np.linalg.norm(np.diff(some, axis=1), axis=2)[:-1] / max(1, points.shape[1] // 60)
    size = np.sqrt(rows * columns).astype(np.float32)
    return np.asarray(cv2.resize(size, (points.shape[1], points.shape[0])), np.float32)


def _covered(place: Floats, ruling: Ruling, pixel: Floats) -> Floats:
    """Return which share of each pixel lies on a line."""
    off = place - np.float32(ruling.at)
    if ruling.pitch:
        off -= np.float32(ruling.pitch) * np.rint(off / np.float32(ruling.pitch))
    overlap = (ruling.width + pixel) / 2 - np.abs(off)
    return np.asarray(np.clip(overlap, 0, np.minimum(ruling.width, pixel)) / pixel, np.float32)
