"""What is written on: sheets with printed lines, tables below them, blackboards. In millimetres."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.pens import Colour, Levels, Random, grain

PRINTS: Final[dict[str, Colour]] = {
    # the share of light that printed ink lets through
    "light blue": (0.55, 0.74, 0.88),
    "grey": (0.66, 0.66, 0.67),
    "violet": (0.7, 0.62, 0.84),
    "green": (0.62, 0.8, 0.66),
}
RED: Final[Colour] = (0.88, 0.45, 0.47)
TABLES: Final[dict[str, Colour]] = {
    "wood": (0.36, 0.22, 0.11),
    "dark wood": (0.14, 0.075, 0.04),
    "grey table": (0.4, 0.4, 0.41),
    "beech": (0.5, 0.36, 0.22),
    "black desk": (0.035, 0.035, 0.04),
}
BOARDS: Final[dict[str, Colour]] = {
    "green": (0.03, 0.075, 0.05),
    "black": (0.035, 0.035, 0.037),
    "grey": (0.075, 0.08, 0.085),
}


DUST_WIDTH: Final = 400
"""Pixels across which the sponge's sweeps are drawn; they are smooth."""


@dataclass(frozen=True)
class Ruling:
    """Printed lines: their distance in millimetres, one of them at ``y`` (and ``x``, if squared).

    ``margin`` is the x of a red line, or None.
    """

    spacing: float
    y: float
    x: float | None
    margin: float | None


@dataclass(frozen=True)
class View:
    """Where each pixel of the picture lies on the ground: float32 (height, width) millimetres.

    ``per_mm`` is how many pixels a millimetre has in the middle.
    """

    x: Levels
    y: Levels
    per_mm: float

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return (self.x.shape[0], self.x.shape[1])

    @property
    def span(self) -> float:
        """Millimetres along the picture's longer side."""
        return max(self.shape) / self.per_mm


def sheet(view: View, ruling: Ruling | None, random: Random) -> Levels:
    """Return the reflectance, linear RGB 0-1, of a sheet of paper that goes on forever."""
    white = random.uniform(0.68, 0.9)
    warmth = random.uniform(-0.02, 0.09)  # bluish whiteners to cream
    tint = white * np.array([1 + 0.2 * warmth, 1, 1 - warmth])
    fibres = 1 + random.uniform(0.004, 0.014) * grain(view.shape, 0.12 * view.per_mm, random)
    fibres += random.uniform(0.003, 0.01) * grain(view.shape, 1.5 * view.per_mm, random)
    fibres *= _creased(view, random)
    paper = np.repeat(fibres[..., np.newaxis], 3, axis=2) * tint.astype(np.float32)
    if ruling is None:
        return paper
    name = str(random.choice(list(PRINTS), p=[0.4, 0.3, 0.2, 0.1]))
    strength = random.uniform(0.45, 1.0)
    thick = random.uniform(0.12, 0.3)
    lines = _lines(view.y - ruling.y, ruling.spacing, thick, view.per_mm)
    if ruling.x is not None:
        across = _lines(view.x - ruling.x, ruling.spacing, thick, view.per_mm)
        lines = np.maximum(lines, across)
    lines *= strength * np.clip(1 + 0.08 * grain(view.shape, 9 * view.per_mm, random), 0.8, 1.1)
    _print(paper, lines, PRINTS[name])
    if ruling.margin is not None:
        away = np.abs(view.x - ruling.margin)
        _print(paper, 0.85 * _covered(away, random.uniform(0.2, 0.45), view.per_mm), RED)
    return paper


def _print(paper: Levels, cover: Levels, through: Colour) -> None:
    for channel, share in enumerate(through):
        paper[..., channel] *= 1 - (1 - share) * cover


def _lines(place: Levels, spacing: float, thick: float, per_mm: float) -> Levels:
    """Return how much of each pixel lines cover, ``place`` being the distance from the first."""
    away = np.abs(place - spacing * np.rint(place / spacing))
    return _covered(away, thick, per_mm)


def _covered(away: Levels, thick: float, per_mm: float) -> Levels:
    half = 0.5 / per_mm
    inside = np.minimum(away + half, thick / 2) - np.maximum(away - half, -thick / 2)
    return np.asarray(np.clip(inside * per_mm, 0, 1), np.float32)


def _creased(view: View, random: Random) -> Levels:
    """Return the shading of a sheet that does not lie flat: curled, or folded once."""
    angle = random.uniform(0, np.pi)
    along = (view.x * math.cos(angle) + view.y * math.sin(angle)) / view.span
    shading = 1 + random.uniform(-0.1, 0.1) * np.sin(random.uniform(1, 4) * along + random.normal())
    if random.random() < 0.12:
        # A fold runs level or upright, and beside the writing more often than through it.
        place = view.y if random.random() < 0.5 else view.x
        away = place / view.span - random.uniform(0.08, 0.35) * int(random.choice([-1, 1]))
        shading = shading * (1 + random.uniform(0.03, 0.08) * np.sign(away))
        crease = np.exp(-((away * view.span / random.uniform(0.15, 0.4)) ** 2))
        shading = shading * (1 + float(random.choice([-0.12, 0.06])) * crease)
    return np.asarray(shading, np.float32)


def edges(size: Levels, least: float, view: View, random: Random) -> dict[str, float]:
    """Return one or two of a sheet's edges, between the writing and the picture's border.

    ``size`` is the writing's width and height; no edge is nearer to it than ``least``.
    """
    rows, columns = view.shape
    width, height = (float(side) / 2 for side in size)
    limits = {
        "left": (-width, float(view.x[rows // 2, 0])),
        "right": (width, float(view.x[rows // 2, -1])),
        "top": (-height, float(view.y[0, columns // 2])),
        "bottom": (height, float(view.y[-1, columns // 2])),
    }
    chosen = [str(random.choice(["left", "right"])), str(random.choice(["top", "bottom"]))]
    if random.random() < 0.65:
        chosen = [chosen[int(random.integers(2))]]
    found = {}
    for side in chosen:
        end, seen = limits[side]
        room = max(least, random.uniform(0.5, 0.95) * abs(seen - end))
        found[side] = end + math.copysign(room, end)
    return found


def lay_on_table(
    paper: Levels,
    view: View,
    ends: dict[str, float],
    random: Random,
) -> bool:
    """Put a table where the sheet ends, in place; return whether it is in the picture.

    ``ends`` are the sheet's edges: left, right, top or bottom, with x or y in millimetres.
    """
    name = str(random.choice(list(TABLES)))
    away = np.full(view.shape, np.inf, np.float32)
    for side, place in ends.items():
        across = view.x if side in ("left", "right") else view.y
        sign = 1 if side in ("right", "bottom") else -1
        away = np.minimum(away, sign * (np.float32(place) - across))
    sheet_cover = np.clip(away * view.per_mm + 0.5, 0, 1)[..., np.newaxis]
    # Wood is as coarse as the view is wide; the sheet shades what lies close to it.
    rows, columns = view.shape
    rough = grain((rows, columns // 12 + 1), max(rows / 160, 1), random)
    streaks = cv2.resize(rough, (columns, rows), interpolation=cv2.INTER_LINEAR)
    roughness = random.uniform(0.06, 0.18) if "table" not in name else 0.02
    shade = 1 - random.uniform(0.2, 0.6) * np.exp(
        np.clip(away, -1e6, 0) / (random.uniform(0.01, 0.03) * view.span)
    )
    table = (1 + roughness * streaks) * shade
    colour = np.array(TABLES[name], np.float32) * random.uniform(0.8, 1.3)
    paper *= sheet_cover
    paper += (1 - sheet_cover) * table[..., np.newaxis].astype(np.float32) * colour
    return bool((away < 0).any())


def board(view: View, random: Random) -> tuple[Levels, str]:
    """Return the reflectance, linear RGB 0-1, of a wiped blackboard, and its colour in a word."""
    name = str(random.choice(list(BOARDS), p=[0.5, 0.25, 0.25]))
    rows, columns = view.shape
    dust = np.zeros((max(rows * DUST_WIDTH // columns, 1), DUST_WIDTH), np.float32)
    for _ in range(int(random.integers(3, 10))):
        _wipe(dust, random)
    dust += random.uniform(0, 0.012)
    dust = np.asarray(cv2.resize(dust, (columns, rows)), np.float32)
    dust *= np.clip(1 + 0.35 * grain((rows, columns), 1.1 * view.per_mm, random), 0, 2)
    colour = np.array(BOARDS[name], np.float32) * random.uniform(0.75, 1.2)
    pale = np.array([0.78, 0.78, 0.76], np.float32)
    share = dust[..., np.newaxis]
    return np.asarray(colour * (1 - share) + pale * share, np.float32), name


def _wipe(dust: Levels, random: Random) -> None:
    """Add one sweep of a sponge to ``dust``: a broad bent band, streaky along its way."""
    rows, columns = dust.shape
    start = random.uniform(-0.1, 1.1, 2) * (columns, rows)
    angle = random.normal(0, 0.7) + np.pi * random.integers(2)
    bend = random.normal(0, 0.6)
    broad = random.uniform(0.1, 0.25) * columns
    t = np.linspace(0, 1, 40)
    turned = angle + bend * t
    step = random.uniform(0.5, 1.1) * columns / len(t)
    path = start + np.cumsum(np.stack([np.cos(turned), np.sin(turned)], axis=1) * step, axis=0)
    normal = np.stack([-np.sin(turned), np.cos(turned)], axis=1)
    hairs = 24
    strength = random.uniform(0.004, 0.03) * random.uniform(0.3, 1, hairs)
    for hair in range(hairs):
        line = path + normal * broad * ((hair + random.uniform(0, 1)) / hairs - 0.5)
        band = np.zeros(dust.shape, np.uint8)
        points = np.rint(line * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(band, [points], False, 255, max(1, round(broad / hairs * 1.3)), shift=4)
        np.maximum(dust, band * np.float32(strength[hair] / 255), out=dust)
