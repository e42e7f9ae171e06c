"""What is written on, and what lies around it: paper, boards, the desk, a fold, an object."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.album_pens import Colour, sample
from benchmarks.photographs.photograph import Floats


@dataclass(frozen=True)
class Lines:
    """Lines across x (axis 0) or y (1) at ``start`` and every ``pitch`` mm, printed in ``ink``."""

    axis: int
    pitch: float
    start: float
    width: float
    ink: Colour


@dataclass(frozen=True)
class AlbumSheet:
    """A sheet of paper or a board in the writing's own millimetres.

    ``edges`` are its left, top, right and bottom end, ``fold`` the place, direction and depth of a
    crease, ``through`` how strongly the print on its back shows, ``wiped`` the chalk left on it.
    """

    name: str
    colour: Colour
    lines: tuple[Lines, ...] = ()
    edges: tuple[float, ...] = (-1e5, -1e5, 1e5, 1e5)
    fold: tuple[float, float, float, float] | None = None
    through: float = 0.0
    wiped: float = 0.0
    desk: Colour = (0.36, 0.2, 0.1)


RED: Final = (0.88, 0.42, 0.45)
VIOLET: Final = (0.74, 0.67, 0.89)
INKS: Final = ((0.55, 0.72, 0.9), (0.6, 0.75, 0.9), (0.66, 0.67, 0.69), VIOLET, (0.6, 0.82, 0.68))
WHITE: Final = (0.84, 0.84, 0.83)
LEGAL: Final = (0.84, 0.78, 0.42)
PAPERS: Final = (*[WHITE] * 6, (0.8, 0.77, 0.7), (0.62, 0.6, 0.56), (0.82, 0.74, 0.3))
"""Copying paper, cream, recycled and a sticky note."""
DESKS: Final = (
    (0.36, 0.2, 0.1),
    (0.5, 0.34, 0.2),
    (0.12, 0.07, 0.04),
    (0.5, 0.5, 0.48),
    (0.1,) * 3,
)
OBJECTS: Final = ((8.0, 140.0), (22.0, 45.0), (30.0, 160.0), (11.0, 11.0), (75.0, 150.0))
"""A pen, a rubber, a ruler, a cap, a telephone: width and length in millimetres."""
THINGS: Final = ((0.03, 0.03, 0.03), (0.6, 0.07, 0.05), (0.05, 0.15, 0.5), (0.75, 0.75, 0.72))


def pick_sheet(height: float, random: np.random.Generator, *, board: bool) -> AlbumSheet:
    """Return a board, or plain, squared or ruled paper for digits of ``height`` millimetres."""
    if board:
        black = random.random() < 0.45
        base = np.array((0.035, 0.036, 0.038) if black else (0.028, 0.075, 0.05))
        red, green, blue = base * random.uniform(0.8, 1.5)
        name = "blackboard" if black else "greenboard"
        return AlbumSheet(name, (red, green, blue), wiped=random.uniform(0.005, 0.045))
    kind = str(random.choice(["plain", "squared", "ruled"], p=[0.46, 0.31, 0.23]))
    if kind == "plain":
        return AlbumSheet(kind, PAPERS[random.integers(len(PAPERS))])
    printed, pale = np.array(INKS[random.integers(len(INKS))]), random.uniform(0, 0.5)
    red, green, blue = 1 - (1 - printed) * (1 - pale)
    ink, width, colour = (red, green, blue), random.uniform(0.15, 0.32), WHITE
    pitch, style = random.choice([7.1, 8.0, 8.7, 10.0]), random.random()
    if kind == "squared":
        pitch = random.choice([4.0, 5.0, 7.0, 10.0], p=[0.15, 0.65, 0.1, 0.1])
        shift = random.uniform(0, pitch)
        lines = [Lines(0, pitch, shift, width, ink), Lines(1, pitch, 0, width, ink)]
    elif style < 0.2:  # the French schools' Seyès
        lines = [Lines(axis, 8, 0, 0.3, VIOLET) for axis in (0, 1)] + [Lines(1, 2, 0, 0.12, VIOLET)]
    else:
        colour = LEGAL if style < 0.32 else WHITE
        lines = [Lines(1, pitch, 0, width, ink)]
    if random.random() < 0.4:
        lines.append(Lines(0, 1e4, -height * random.uniform(0.7, 3), 0.35, RED))
    return AlbumSheet(kind, colour, tuple(lines))


def lay_down(
    sheet: AlbumSheet,
    ink: Floats,
    height: float,
    frame: Floats,
    random: np.random.Generator,
) -> tuple[AlbumSheet, list[str]]:
    """End the sheet inside the picture, fold it, or print on its back; or nothing of these.

    ``ink`` is the writing's low and high corner, ``frame`` the picture's sides, in millimetres.
    """
    looks, board = [], bool(sheet.wiped)
    if random.random() < (0.1 if board else 0.2):
        away = np.maximum(np.tile(frame, 2) * random.uniform(0.06, 0.3, 4), 0.35 * height)
        ends = 1 if board else random.choice([1, 2, 4], p=[0.5, 0.35, 0.15])
        kept = (np.arange(4) - random.integers(4)) % 4 < ends
        edges = np.where(kept, ink.ravel() + away * (-1, -1, 1, 1), sheet.edges)
        sheet = replace(sheet, edges=tuple(edges.tolist()), desk=DESKS[random.integers(len(DESKS))])
        looks.append("desk")
    if not board and random.random() < 0.08:
        x, y = random.uniform(ink[0] - height, ink[1] + height)
        turn = random.choice([0, np.pi / 2]) + random.normal(0, 0.03)
        depth = random.choice([-1, 1]) * random.uniform(0.03, 0.09)
        sheet = replace(sheet, fold=(x, y, turn, depth))
        looks.append("fold")
    if not board and random.random() < 0.07:
        sheet = replace(sheet, through=random.uniform(0.05, 0.12))
        looks.append("print-through")
    return sheet, looks


def reflect(
    sheet: AlbumSheet,
    places: tuple[Floats, Floats],
    scale: float,
    grain: Floats,
) -> Floats:
    """Return the light that sheet and desk throw back, float32 (h, w, 3), 0-1.

    ``places`` are x and y (h, w) in millimetres of what the pixels see, ``scale`` the pixels in a
    millimetre, ``grain`` a tile of noise.
    """
    x, y = places
    shade = 1 + 0.025 * min(1.0, scale / 4) * (sample(grain, x * 4, y * 4) - 0.5)
    if sheet.fold:
        at_x, at_y, turn, depth = (np.float32(value) for value in sheet.fold)
        away = (x - at_x) * np.cos(turn) + (y - at_y) * np.sin(turn)
        shade *= 1 + depth * np.tanh(away / 3) - 1.5 * abs(depth) * np.exp(-((away / 0.4) ** 2))
    if sheet.through:
        shade *= 1 - sheet.through * sample(_print(grain), x * 4, y * 4)
    if sheet.wiped:
        wipes = sample(grain, x / 50, y / 7) * sample(grain, x / 60 + 99, y / 90)
        shade += 40 * sheet.wiped * wipes * (0.6 + 0.4 * sample(grain, x, y))
    light: Floats = cv2.merge([shade * part for part in sheet.colour])
    for lines in sheet.lines:
        half = lines.pitch / 2
        away = np.abs((places[lines.axis] - lines.start + half) % lines.pitch - half)
        cover = np.clip((lines.width / 2 - away) * scale + 0.5, 0, min(1.0, lines.width * scale))
        for channel, part in enumerate(lines.ink):
            light[..., channel] *= 1 - (1 - part) * cover
    left, top, right, bottom = sheet.edges
    desk, wood = sheet.desk, 12 if sheet.wiped else 1
    outside = np.maximum(np.maximum(left - x, x - right), np.maximum(top - y, y - bottom))
    if outside.max() > 0:
        streaks = 4 * (desk[0] - desk[2]) * (sample(grain, x / (9 * wood), y / wood) - 0.5)
        streaks = (1 + streaks) * (1 - 0.45 * np.exp(-np.maximum(outside, 0) / (2 * wood)))
        cover = np.clip(outside * scale + 0.5, 0, 1)
        light = cv2.merge(
            [p + cover * (d * streaks - p) for p, d in zip(cv2.split(light), desk, strict=True)]
        )
    return np.asarray(light, np.float32)


def lay_object(light: Floats, scale: float, ink: Floats, random: np.random.Generator) -> bool:
    """Lay a thing beside the ink (its low and high corner in pixels); False where none fits."""
    height, width = light.shape[:2]
    room = 0.12 * float((ink[1] - ink[0]).min()) + 0.03 * min(height, width)
    low, high = np.maximum(ink[0] - room, 0).astype(int), (ink[1] + room).astype(int)
    for _ in range(25):
        sides = np.array(OBJECTS[random.integers(len(OBJECTS))]) * scale
        spot = random.uniform(-0.05, 1.05, 2) * (width, height)
        box = cv2.boxPoints((tuple(spot), tuple(sides), random.uniform(0, 180)))
        mask = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(mask, np.round(box * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        seen = cv2.countNonZero(mask) / mask.size
        if 0.005 < seen < 0.25 and not mask[low[1] : high[1], low[0] : high[0]].any():
            soft = max(2, width // 160)
            shadow = cv2.blur(np.roll(mask, soft, axis=(0, 1)), (3 * soft, 3 * soft))
            light *= (1 - 0.5 / 255 * shadow.astype(np.float32))[..., None]
            cover = (cv2.GaussianBlur(mask, (0, 0), 1.0).astype(np.float32) / 255)[..., None]
            thing = random.uniform(0.8, 1.2) * np.array(THINGS[random.integers(len(THINGS))])
            light += cover * (thing.astype(np.float32) - light)
            return True
    return False


def _print(grain: Floats) -> Floats:
    """Return the mirrored lines of a printed page, 0-1, blurred by the paper between."""
    page, letters = np.zeros(grain.shape, np.uint8), np.array(list("abcdefghiklmnoprstuvw   "))
    for row in range(20, len(page), 24):
        text = "".join(letters[(grain[row, :60] * 23.9).astype(int)])
        cv2.putText(page, text, (5, row), cv2.FONT_HERSHEY_COMPLEX_SMALL, 0.7, 255)
    return cv2.GaussianBlur(page[:, ::-1], (0, 0), 1.6).astype(np.float32) / 160
