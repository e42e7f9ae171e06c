"""Plans one picture: all that is chosen by chance, before anything is painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.photographs.camera_roll_choices import (
    COLOURED,
    EXIF,
    LARGE,
    choose_difficulties,
    choose_surface,
)
from benchmarks.photographs.camera_roll_furnish import choose_sheet, furnish
from benchmarks.photographs.camera_roll_ink import CHALK, PENCIL, CameraRollPen
from benchmarks.photographs.camera_roll_lens import UPRIGHT, CameraRollShot
from benchmarks.photographs.camera_roll_light import CameraRollLight
from benchmarks.photographs.camera_roll_surface import SQUARED, WHITEBOARD, CameraRollSheet
from benchmarks.photographs.camera_roll_taking import choose_light, choose_shot
from benchmarks.photographs.camera_roll_texture import Colour
from benchmarks.photographs.camera_roll_things import Thing, place_thing
from benchmarks.photographs.camera_roll_view import CameraRollView, look_at
from benchmarks.photographs.camera_roll_writing import SMALLEST_GAP, Digit, all_points, write_line

SIZES: Final = (
    ((1600, 1200), 0.32),
    ((1280, 960), 0.22),
    ((2048, 1536), 0.20),
    ((1920, 1080), 0.13),
    ((1440, 1080), 0.13),
)
"""Of ordinary pictures, and their shares."""
LARGE_SIZE: Final = (4032, 3024)
_LARGE_SHARE: Final = 0.05
_THINNEST: Final = 2.8
"""Pixels of the line's width below which a person would have to look twice."""
_LOWEST: Final = 58
"""The same for the height of a digit."""


@dataclass(frozen=True, eq=False)
class Plan:
    """All that a picture depends on; equal plans give equal files."""

    line: tuple[Digit, ...]
    """The strokes in millimetres on the sheet."""
    pen: CameraRollPen
    colour: Colour
    width: float
    """Of the pen's line, in millimetres."""
    load: float
    """How much of its ink or chalk the pen gives, 0-1."""
    view: CameraRollView
    sheet: CameraRollSheet
    thing: Thing | None
    light: CameraRollLight
    shot: CameraRollShot
    seed: int
    conditions: tuple[str, ...]


def make_plan(
    digits: Sequence[Sequence[npt.NDArray[np.float32]]], random: np.random.Generator
) -> Plan:
    """Plan a picture of one digit, or of several as one number."""
    surface, pen = choose_surface(random)
    wanted = choose_difficulties(surface, random)
    size, orientation = _choose_size(len(digits), random)
    fill, share = _choose_fill(len(digits), size, pen, random)
    slope = float(np.clip(random.normal(0, 0.02), -0.05, 0.05))
    line = write_line(digits, random, share, slope)
    height = random.uniform(*pen.width) / share
    if surface == SQUARED and height < 16 and random.random() < 0.6:
        height = 5 * max(1, round(height / 5)) * random.uniform(0.82, 0.97)
    if surface == WHITEBOARD:
        height *= random.uniform(1, 1.6)
    line = tuple(tuple(stroke * np.float32(height) for stroke in digit) for digit in line)
    points, width = all_points(line), share * height
    turn = random.uniform(5, 12) * random.choice([-1, 1]) if "askew" in wanted else 0.0
    tilt, way = abs(random.normal(0, 0.02)), random.uniform(0, 2 * np.pi)
    if "perspective" in wanted:
        tilt = random.uniform(0.09, 0.17)
    thick = share * fill[1] / max(float(np.ptp(points[:, 1])) / height, 0.5)
    view = look_at(
        points,
        size,
        fill=fill,
        degrees=turn or float(np.clip(random.normal(0, 1.8), -5, 5)),
        tilt=(tilt * np.cos(way), tilt * np.sin(way)),
        place=(random.beta(3, 3), random.beta(3, 3)),
        border=0.035 * min(size) + min(thick, 0.06 * min(size)),
    )
    written = np.stack([points.min(axis=0) - width / 2, points.max(axis=0) + width / 2])
    sheet = choose_sheet(surface, height, random)
    sheet = furnish(sheet, view, written, height, wanted=wanted, random=random)
    thing = None
    if "object" in wanted:
        (left, top), (right, bottom) = written + 0.25 * height * np.array([[-1], [1]])
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        thing = place_thing(view, view.project(corners), surface == WHITEBOARD, random)
    hard = len(wanted) > 2 or wanted & {"low light", "noise"}
    darkest = 3 if pen is PENCIL and hard else len(pen.colours)  # who sees little presses harder
    colour = pen.colours[random.integers(darkest)]
    load = random.uniform(0.5, 1) if pen is CHALK else random.uniform(0.88, 1)
    middle = view.project(points.mean(axis=0)[None])[0] / size
    light = choose_light(wanted, middle, random)
    shot = choose_shot(
        wanted,
        surface,
        thick=width * view.scale,
        gap=SMALLEST_GAP * height * view.scale if len(line) > 1 else np.inf,
        size=size,
        orientation=orientation,
        random=random,
    )
    placed = {
        "sheet edge": view.reaches_beyond(sheet.edges),
        "holes": sheet.hole is not None,
        "margin line": sheet.margin is not None,
        "object": thing is not None,
    }
    facts = {
        COLOURED: colour in pen.colours[pen.plain :],
        EXIF: orientation != UPRIGHT,
        LARGE: size[0] * size[1] > 11e6,
    }
    shown = [name for name in sorted(wanted | {"sheet edge"}) if placed.get(name, True)]
    conditions = (surface, pen.name, *(name for name, true in facts.items() if true), *shown)
    seed = int(random.integers(2**62))
    return Plan(line, pen, colour, width, load, view, sheet, thing, light, shot, seed, conditions)


def _choose_size(count: int, random: np.random.Generator) -> tuple[tuple[int, int], int]:
    """Return width and height of the upright picture, and its EXIF orientation."""
    size = SIZES[random.choice(len(SIZES), p=[share for _, share in SIZES])][0]
    if random.random() < _LARGE_SHARE:
        size = LARGE_SIZE
    if random.random() < (0.5 if count < 4 else 0.2):
        return size[::-1], int(random.choice([1, 6, 8], p=[0.35, 0.5, 0.15]))
    return size, int(random.choice([1, 3], p=[0.85, 0.15]))


def _choose_fill(
    count: int, size: tuple[int, int], pen: CameraRollPen, random: np.random.Generator
) -> tuple[tuple[float, float], float]:
    """Return the pixels across and down to fill, and the line's width as a share of a height."""
    short = min(size)
    share = random.uniform(*pen.ratio)
    if count == 1:
        side = short * random.uniform(0.15, 0.60)
        return (side, side), max(share, min(_THINNEST / side, pen.ratio[1]))
    part = random.uniform(0.35, 0.85)
    part = min(0.85, max(part, _LOWEST * 0.85 * count / size[0]))
    about = part * size[0] / (0.85 * count)
    across, down = part * size[0], 0.6 * size[1]
    return (across, down), max(share, min(_THINNEST / about, pen.ratio[1]))
