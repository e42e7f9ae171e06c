"""A flat sheet or board with writing on it: what share of the light it gives back, and where.

Everything is worked out for the pixels of a camera's view, with places in millimetres on the
sheet: so lines and ink are as sharp as the lens lets them be.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.photographs.snapshot_camera import Doubles, Floats, View

Written = Sequence[Sequence[Doubles]]
"""Strokes (n, 2) in millimetres of each digit."""

GAPS: Final = (0.09, 0.18, 0.7)
"""Least gap between digits, what is added on average, and the widest, in the digits' height."""
SLANT: Final = (0.09, 0.2)
"""Standard deviation and limit of the slant, in heights to the side for a height up."""
SLOPE: Final = 0.02
BASELINE: Final = 0.035
SIZE: Final = 0.07
"""Standard deviations: slope of the line, a digit's height over it and size, in heights."""

INKS: Final = {
    "black": (3.1, 3.1, 2.9),
    "blue": (2.9, 2.1, 0.7),
    "red": (0.35, 2.6, 2.3),
    "green": (2.6, 0.85, 1.7),
    "grey": (1.75, 1.75, 1.68),
}
"""Optical density (natural logarithm) of full ink in red, green and blue light."""
CHALKS: Final = {"white": (0.62, 0.62, 0.60), "yellow": (0.64, 0.56, 0.20)}
BOARDS: Final = {"blackboard": (0.040, 0.042, 0.044), "greenboard": (0.030, 0.072, 0.050)}
"""Linear reflectance in red, green and blue light."""
PRINTS: Final = {
    "grey": (0.55, 0.53, 0.50),
    "blue": (0.85, 0.55, 0.22),
    "violet": (0.65, 0.80, 0.35),
    "greenish": (0.75, 0.36, 0.55),
}
"""Densities of printed lines at their strongest."""
PRINT_STRENGTH: Final = (0.35, 0.9)
PRINT_WIDTHS_MM: Final = (0.12, 0.26)
MARGIN_LINE: Final = (0.12, 0.85, 0.65)
DENSITIES: Final = {
    "ballpoint": (0.75, 1.0),
    "pencil": (0.75, 1.1),
    "felt pen": (0.8, 1.1),
    "marker": (0.65, 1.0),
}
"""How dark a pen is, of the densities of its colour."""
HOLE_MM: Final = 3.0
"""Radius of a punched hole."""
GROUNDS: Final = {
    "wood": ((0.42, 0.26, 0.13), (0.12, 0.06, 0.03), (0.52, 0.36, 0.21), (0.27, 0.14, 0.07)),
    "plain desk": ((0.05, 0.05, 0.05), (0.35, 0.35, 0.36), (0.10, 0.13, 0.20), (0.55, 0.53, 0.50)),
    "cloth": ((0.30, 0.05, 0.05), (0.06, 0.10, 0.25), (0.20, 0.22, 0.16), (0.45, 0.40, 0.32)),
    "board's frame": ((0.60, 0.58, 0.52), (0.45, 0.50, 0.52), (0.62, 0.55, 0.40)),
}
"""Colours of what is around a sheet; around a board's frame it is the wall."""
FRAMES: Final = ((0.42, 0.43, 0.44), (0.30, 0.17, 0.08))
_TILE: Final = 256


def write(
    digits: Sequence[Sequence[NDArray[np.float32]]],
    height: float,
    pen: float,
    random: np.random.Generator,
) -> list[list[Doubles]]:
    """Return ``digits`` in a line around the origin, in mm, ``height`` high, clear of each other.

    Digits that one person wrote smaller than others stay a little smaller.
    """
    slant = float(np.clip(random.normal(0, SLANT[0]), -SLANT[1], SLANT[1]))
    slope = float(random.normal(0, SLOPE))
    shapes = [np.concatenate(digit).astype(np.float64) for digit in digits]
    talls = [max(*np.ptp(shape, axis=0) * [0.8, 1.0], 1e-6) for shape in shapes]
    usual = float(np.median(talls))
    written, cursor = [], 0.0
    for digit, shape, tall in zip(digits, shapes, talls, strict=True):
        own = np.clip((tall / usual) ** 0.4 * (1 + random.normal(0, SIZE)), 0.8, 1.2)
        low, high = shape.min(axis=0), shape.max(axis=0)
        scale = height * own / tall
        lift = random.normal(0, BASELINE) * height - slope * cursor
        strokes = []
        for stroke in digit:
            at = (stroke - [low[0], high[1]]) * scale
            at[:, 0] += cursor
            at[:, 1] += lift
            at[:, 0] -= slant * at[:, 1]
            strokes.append(_smooth(at))
        written.append(strokes)
        gap = min(GAPS[0] + random.exponential(GAPS[1]), GAPS[2])
        cursor += float(high[0] - low[0]) * scale + pen + gap * height
    everything = np.concatenate([stroke for strokes in written for stroke in strokes])
    middle = (everything.min(axis=0) + everything.max(axis=0)) / 2
    return [[stroke - middle for stroke in strokes] for strokes in written]


def _smooth(stroke: Doubles) -> Doubles:
    """Cut the corners that the tablet's grid left (Chaikin's method)."""
    for _ in range(2):
        if len(stroke) < 3:
            break
        near, far = stroke[:-1], stroke[1:]
        cut = np.stack([0.75 * near + 0.25 * far, 0.25 * near + 0.75 * far], axis=1)
        stroke = np.concatenate([stroke[:1], cut.reshape(-1, 2), stroke[-1:]])
    return stroke


def ink(view: View, written: Written, pen: float, random: np.random.Generator) -> Floats:
    """Return how much ink lies on each pixel, float32 (height, width), 0-1.

    A hand presses harder here and there: the line gets wider and darker.
    """
    layer = np.zeros((view.height, view.width), np.float32)
    wide = pen * float(view.scale(np.zeros((1, 2)))[0])
    fine = int(np.clip(np.ceil(12 / wide), 1, 4))
    uneven = float(random.uniform(0.03, 0.16))
    for strokes in written:
        seen = view.project(np.concatenate(strokes))
        low = np.maximum(np.floor(seen.min(axis=0) - wide - 2), 0).astype(int)
        high = np.ceil(seen.max(axis=0) + wide + 2).astype(int)
        right, bottom = min(high[0], view.width), min(high[1], view.height)
        part = layer[low[1] : bottom, low[0] : right]
        for stroke in strokes:
            canvas = np.zeros((part.shape[0] * fine, part.shape[1] * fine), np.uint8)
            _draw(canvas, stroke, view, random, corner=low, fine=fine, pen=pen, uneven=uneven)
            size = (part.shape[1], part.shape[0])
            new = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
            # Where lines cross there is more ink, but the paper holds only so much.
            part[:] = np.maximum(part, new) + 0.15 * np.minimum(part, new)
    return np.minimum(layer, 1)


def _draw(
    canvas: NDArray[np.uint8],
    stroke: Doubles,
    view: View,
    random: np.random.Generator,
    *,
    corner: NDArray[np.int64],
    fine: int,
    pen: float,
    uneven: float,
) -> None:
    steps = np.linalg.norm(np.diff(stroke, axis=0), axis=1)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    count = max(int(way[-1] / (0.35 * pen)), 1) + 1
    along = np.linspace(0, way[-1], count)
    points = np.column_stack([np.interp(along, way, stroke[:, axis]) for axis in (0, 1)])
    knots = random.normal(0, 1, count // 8 + 3)
    press = np.interp(np.linspace(0, len(knots) - 1, count), np.arange(len(knots)), knots)
    # The pen is lifted while it still moves: the last bit is thinner.
    lifted = np.minimum(1, 0.6 + 0.4 * (way[-1] - along) / (2 * pen))
    widths = pen * view.scale(points) * fine * np.clip(1 + uneven * press, 0.7, 1.3) * lifted
    values = 255 * np.clip(0.86 + uneven * press, 0.55, 1.0)
    places = np.rint((view.project(points) - corner) * fine * 16).astype(int).tolist()
    for at, (start, end) in enumerate(pairwise(places)):
        thick = max(round(float(widths[at])), 1)
        cv2.line(canvas, start, end, float(values[at]), thick, cv2.LINE_AA, 4)


class Grain:
    """Unevenness of a material: one tile of noise, laid over the sheet at any size."""

    def __init__(self, view: View, random: np.random.Generator) -> None:
        self.x, self.y = view.ground_maps()
        self.scale = float(view.scale(np.zeros((1, 2)))[0])
        rough = np.fft.rfft2(random.standard_normal((_TILE, _TILE)))
        down, across = np.fft.fftfreq(_TILE)[:, np.newaxis], np.fft.rfftfreq(_TILE)
        shaped = np.fft.irfft2(rough * np.exp(-((down**2 + across**2) * 12)), (_TILE, _TILE))
        self._tile = (shaped / shaped.std()).astype(np.float32)

    def at(self, across_mm: float, down_mm: float | None = None, turn: float = 0.0) -> Floats:
        """Return noise of variance 1 at every pixel; a grain is about so many mm wide and high."""
        down_mm = across_mm if down_mm is None else down_mm
        cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        x = (cos * self.x + sin * self.y) * np.float32(2 / across_mm)
        y = (cos * self.y - sin * self.x) * np.float32(2 / down_mm)
        found = cv2.remap(self._tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        return np.asarray(found, np.float32)


def paper(
    grain: Grain, surface: str, spacing: float, written: Written, random: np.random.Generator
) -> Floats:
    """Return a sheet's reflectance, float32 (height, width, 3); ``spacing`` of its lines in mm."""
    colour = random.uniform(0.78, 0.88) * np.array(
        [1.0, random.uniform(0.97, 1.0), random.uniform(0.91, 1.0)]
    )
    if random.random() < 0.08:
        colour *= [0.84, 0.82, 0.76]  # recycled paper
    sheet = (1 + 0.012 * grain.at(0.35))[..., np.newaxis] * colour.astype(np.float32)
    if surface == "white paper":
        return sheet
    points = np.concatenate([stroke for strokes in written for stroke in strokes])
    # Most people stand their digits on the line or in the squares.
    foot = float(np.median([np.concatenate(strokes)[:, 1].max() for strokes in written]))
    on_line = random.random() < 0.8
    phase = foot + spacing * (random.normal(0, 0.05) if on_line else random.uniform(0, 1))
    width = float(random.uniform(*PRINT_WIDTHS_MM))
    lines = _ruling(grain.y, phase, spacing, width, grain.scale)
    if surface == "squared paper":
        upright = _ruling(grain.x, float(random.uniform(0, spacing)), spacing, width, grain.scale)
        lines = np.maximum(lines, upright)
    name = str(random.choice(list(PRINTS)))
    print_density = np.array(PRINTS[name]) * random.uniform(*PRINT_STRENGTH)
    density = lines[..., np.newaxis] * print_density.astype(np.float32)
    if random.random() < (0.45 if surface == "ruled paper" else 0.25):
        left = float(points[:, 0].min()) - random.uniform(4, 14)
        margin = _ruling(grain.x, left, 1e4, 1.5 * width, grain.scale)
        density += margin[..., np.newaxis] * np.array(MARGIN_LINE, np.float32)
    return np.asarray(sheet * np.exp(-density), np.float32)


def _ruling(across: Floats, phase: float, spacing: float, width: float, scale: float) -> Floats:
    """Return the coverage by lines, a line thinner than a pixel being fainter instead."""
    half = np.float32(spacing / 2)
    away = np.abs((across - np.float32(phase) + half) % np.float32(spacing) - half)
    inside = np.clip((width / 2 - away) * scale + 0.5, 0, min(1.0, width * scale))
    return np.asarray(inside, np.float32)


def board(grain: Grain, surface: str, random: np.random.Generator) -> Floats:
    """Return a clean board's reflectance, float32 (height, width, 3); dark ones are dusty."""
    if surface == "whiteboard":
        colour = random.uniform(0.76, 0.86) * np.array([0.98, 1.0, random.uniform(0.98, 1.02)])
        return (1 + 0.008 * grain.at(60))[..., np.newaxis] * colour.astype(np.float32)
    colour = np.array(BOARDS[surface]) * random.uniform(0.8, 1.3)
    cloudy = np.clip(0.5 + 0.4 * grain.at(90, 45, float(random.normal(0, 0.3))), 0, 1.5)
    dust = random.uniform(0.003, 0.02) * cloudy + 0.0015 * grain.at(1.5)
    return np.maximum(dust[..., np.newaxis] + colour.astype(np.float32), 0.005).astype(np.float32)


def scribble(
    view: View, height: float, lines: int, random: np.random.Generator, *, mirrored: bool = False
) -> Floats:
    """Return lines of unreadable writing anywhere in the view, float32 (height, width), 0-1."""
    layer = np.zeros((view.height, view.width), np.uint8)
    frame = np.array([[0, 0], [view.width, view.height]])
    (left, top), (right, bottom) = view.ground(frame)
    thick = max(round(0.09 * height * float(view.scale(np.zeros((1, 2)))[0])), 1)
    for y in np.sort(random.uniform(top, bottom, lines)):
        x = float(random.uniform(left, (left + right) / 2))
        while x < right and random.random() < 0.8:
            turns = np.linspace(0, random.uniform(2, 6) * 2 * np.pi, 90)
            up = np.interp(turns, np.arange(40), random.uniform(0.2, 0.55, 40))
            across = x + height * (0.09 * turns + 0.16 * np.sin(turns + 0.6))
            word = np.column_stack([across, y + height * up * np.cos(turns)])
            if mirrored:
                word[:, 0] = left + right - word[:, 0]
            at = np.rint(view.project(word) * 16).astype(np.int32)
            cv2.polylines(layer, [at], False, 255, thick, cv2.LINE_AA, 4)
            x = float(across.max()) + 0.6 * height
    return layer.astype(np.float32) / 255


def wiped(view: View, grain: Grain, height: float, random: np.random.Generator) -> Floats:
    """Return what a sponge left of older writing, float32 (height, width), 0-1."""
    old = scribble(view, height, int(random.integers(1, 4)), random)
    soft = cv2.GaussianBlur(old, (0, 0), max(0.03 * height * grain.scale, 0.8))
    turn = float(random.normal(0, 0.4))
    streaks = np.clip(0.5 + 0.5 * grain.at(8 * height, 0.35 * height, turn), 0, 1)
    smear = cv2.blur(soft, (int(1.2 * height * grain.scale) | 1, 3))
    return np.asarray((0.6 * soft + 0.7 * smear) * (0.4 + 0.6 * streaks) + 0.12 * streaks)


def marked(
    surface: Floats,
    layer: Floats,
    grain: Grain,
    random: np.random.Generator,
    *,
    tool: str,
    colour: str,
) -> Floats:
    """Return ``surface`` with the ink of ``layer`` (0-1) on it, float32 (height, width, 3)."""
    if tool == "chalk":
        rough = layer * random.uniform(1.15, 1.4) + 0.22 * grain.at(1.6) - 0.25
        cover = np.clip(1.3 * rough, 0, 1) * np.minimum(1, 8 * layer)
        chalk = np.array(CHALKS[colour], np.float32) - surface
        return np.asarray(surface + cover[..., np.newaxis] * chalk, np.float32)
    cover = layer
    if tool == "pencil":
        cover = layer * np.clip(0.75 + 0.27 * grain.at(0.13), 0.2, 1.1)  # lead stays on the tooth
    elif tool == "ballpoint":
        cover = layer * np.clip(0.93 + 0.1 * grain.at(0.4), 0.4, 1)
    elif tool == "marker":
        cover = layer * np.clip(0.85 + 0.1 * grain.at(12), 0.6, 1)
    strength = np.array(INKS[colour]) * random.uniform(*DENSITIES[tool])
    through = np.exp(-cover[..., np.newaxis] * strength.astype(np.float32))
    return np.asarray(surface * through + 0.015 * cover[..., np.newaxis], np.float32)


def creased(grain: Grain, random: np.random.Generator) -> Floats:
    """Return how a fold changes the light on the sheet, float32 (height, width), about 1."""
    angle = random.choice([0, np.pi / 2]) + random.normal(0, 0.06)
    across = np.float32(np.cos(angle)) * grain.x + np.float32(np.sin(angle)) * grain.y
    lowest, highest = np.quantile(across[::16, ::16], [0.1, 0.9])
    away = across - np.float32(random.uniform(lowest, highest))
    slope = np.float32(random.uniform(0.03, 0.07) * random.choice([-1, 1]))
    valley = np.float32(random.uniform(0.04, 0.14)) * np.exp(-((away / 0.35) ** 2))
    shaded = np.sign(away) * np.exp(-np.abs(away) / np.float32(random.uniform(8, 25)))
    return np.asarray(1 + slope * shaded - valley, np.float32)


def edges(
    view: View, sides: Sequence[str], written: Written, random: np.random.Generator
) -> dict[str, float]:
    """Return where in mm the sheet ends at each of ``sides``, always clear of the writing."""
    points = np.concatenate([stroke for strokes in written for stroke in strokes])
    room = 0.3 * float(np.ptp(points[:, 1]))
    low, high = points.min(axis=0) - room, points.max(axis=0) + room
    found = {}
    for side in sides:
        axis = int(side in ("top", "bottom"))
        share = random.uniform(0.02, 0.11)
        at = np.array([0.5, 0.5])
        at[axis] = share if side in ("left", "top") else 1 - share
        there = float(view.ground(at[np.newaxis] * [view.width, view.height])[0, axis])
        near = side in ("left", "top")
        found[side] = min(there, low[axis]) if near else max(there, high[axis])
    return found


def surrounded(
    sheet: Floats,
    ends: Mapping[str, float],
    holes: Sequence[tuple[float, float]],
    grain: Grain,
    random: np.random.Generator,
    *,
    ground: str,
) -> Floats:
    """Return ``sheet`` on its ``ground``, seen beyond its ends and through its holes (in mm)."""
    inside = np.full(grain.x.shape, 1e3, np.float32)
    for side, end in ends.items():
        along = grain.x if side in ("left", "right") else grain.y
        inside = np.minimum(inside, along - end if side in ("left", "top") else end - along)
    for x, y in holes:
        inside = np.minimum(inside, np.hypot(grain.x - x, grain.y - y) - HOLE_MM)
    around = _ground(ground, grain, random)
    if ground == "board's frame":
        rim = np.clip((inside + random.uniform(18, 35)) * grain.scale, 0, 1)[..., np.newaxis]
        frame = np.array(FRAMES[int(random.integers(len(FRAMES)))], np.float32)
        around = around + rim * (frame * (1 + 0.04 * grain.at(300, 2)[..., np.newaxis]) - around)
    # The sheet lies a little above the desk, and keeps light off it close to its edge.
    reach = np.float32(random.uniform(0.4, 2.5) * (8 if ground == "board's frame" else 1))
    shade = 1 - np.float32(random.uniform(0.2, 0.5)) * np.exp(np.minimum(inside, 0) / reach)
    cover = np.clip(inside * grain.scale + 0.5, 0, 1)[..., np.newaxis]
    return np.asarray(around * shade[..., np.newaxis] * (1 - cover) + sheet * cover, np.float32)


def _ground(ground: str, grain: Grain, random: np.random.Generator) -> Floats:
    colours = GROUNDS[ground]
    colour = np.array(colours[int(random.integers(len(colours)))]) * random.uniform(0.8, 1.2)
    uneven = 0.03 * grain.at(3)
    if ground == "wood":
        turn = float(random.choice([0, np.pi / 2]) + random.normal(0, 0.2))
        uneven = 0.2 * grain.at(150, 3.0, turn) + 0.08 * grain.at(30, 0.6, turn)
    elif ground == "cloth":
        weave = np.sin(grain.x * np.float32(2 * np.pi / 1.3)) * np.sin(grain.y * np.float32(4.8))
        uneven = 0.12 * weave + 0.08 * grain.at(0.8) + 0.06 * grain.at(25)
    return np.asarray(np.exp(uneven)[..., np.newaxis] * colour.astype(np.float32), np.float32)
