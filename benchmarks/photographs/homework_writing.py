"""Digits put side by side by a hand, and the marks that a pencil, pen or chalk leaves of them.

Lengths are millimetres on the sheet, x to the right and y down, unless a name says pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.photograph import Floats

STEP_SHARE: Final = 0.28
"""Share of a line's half width between two of the discs that it is drawn of."""
SUBPIXEL_BITS: Final = 4

INKS: Final[dict[str, tuple[float, float, float]]] = {
    "black": (0.035, 0.035, 0.04),
    "blue": (0.045, 0.085, 0.40),
    "dark blue": (0.035, 0.05, 0.17),
    "red": (0.62, 0.045, 0.06),
    "green": (0.035, 0.28, 0.10),
    "violet": (0.20, 0.06, 0.42),
    "turquoise": (0.03, 0.33, 0.44),
    "orange": (0.80, 0.21, 0.03),
    "pink": (0.74, 0.07, 0.28),
    "brown": (0.22, 0.09, 0.045),
}
"""What a full layer leaves of white light, linear red, green and blue."""
NOT_COLOURED: Final = ("black", "blue", "dark blue")
"""What a school takes for granted; every other ink counts as coloured."""


@dataclass(frozen=True)
class Tool:
    """What is written with: widths of its line in mm, and the inks it is sold with."""

    name: str
    least_width: float
    most_width: float
    inks: tuple[str, ...]
    opacity: tuple[float, float]
    nib: float = 0.0
    """How much broader a downstroke is than a sidestroke, as a share of the width."""
    waver: float = 0.1
    """How much width and darkness follow the hand's pressure."""


PENCIL: Final = Tool("pencil", 0.4, 0.85, (), (0.74, 1.0), waver=0.22)
BALLPOINT: Final = Tool(
    "ballpoint", 0.35, 0.6, ("blue",) * 6 + ("black",) * 4 + ("red", "green"), (0.78, 0.97)
)
FOUNTAIN_PEN: Final = Tool(
    "fountain pen",
    0.45,
    0.8,
    ("blue",) * 5 + ("dark blue", "dark blue", "black", "turquoise", "violet"),
    (0.7, 0.95),
    nib=0.3,
    waver=0.15,
)
FINELINER: Final = Tool(
    "fineliner",
    0.4,
    0.6,
    ("black",) * 3 + ("blue", "red", "green", "violet", "turquoise", "pink", "brown"),
    (0.9, 1.0),
    waver=0.05,
)
FELT_PEN: Final = Tool(
    "felt pen",
    1.0,
    1.9,
    ("black", "blue", "blue", "red", "green", "violet", "orange", "pink", "brown", "turquoise"),
    (0.85, 1.0),
    waver=0.06,
)
MARKER: Final = Tool(
    "marker",
    2.0,
    4.2,
    ("black",) * 5 + ("blue",) * 3 + ("red", "red", "green"),
    (0.92, 1.0),
    nib=0.15,
    waver=0.05,
)
CHALK: Final = Tool("chalk", 6.0, 11.0, (), (0.8, 1.0), waver=0.2)
CHALKS: Final[dict[str, tuple[float, float, float]]] = {
    "white": (0.80, 0.80, 0.78),
    "yellow": (0.82, 0.68, 0.25),
}


@dataclass(frozen=True)
class HomeworkLine:
    """One stroke as it lies on the sheet: its middle, float32 (n, 2), close points; its width."""

    middle: Floats
    widths: Floats
    pressure: Floats
    """Float32 (n,), about 1."""


def lay_out(
    strokes_of_digits: Sequence[Sequence[Floats]],
    height: float,
    line_width: float,
    random: np.random.Generator,
) -> list[list[Floats]]:
    """Return the digits side by side, in mm, the middle of the whole number at (0, 0).

    ``height`` is the height in mm of a digit as tall as the middle one of them. A line of writing
    wavers and gaps differ, but with lines of ``line_width`` mm no digit touches the next one: what
    is left between two is 10 to 60 % of the height.
    """
    digits = [
        [np.asarray(stroke, np.float32) for stroke in digit if len(stroke)]
        for digit in strokes_of_digits
    ]
    corners = [_bounds(digit) for digit in digits]
    unit = height / max(1e-6, float(np.median([high[1] - low[1] for low, high in corners])))
    usual_gap = random.uniform(0.15, 0.5)
    x = baseline = 0.0
    placed = []
    for digit, (low, high) in zip(digits, corners, strict=True):
        size = unit * float(np.clip(random.normal(1, 0.05), 0.88, 1.12))
        baseline = 0.6 * baseline + random.normal(0, 0.035) * height
        origin = np.array([low[0], high[1]], np.float32)
        shift = np.array([x, baseline], np.float32)
        placed.append([(stroke - origin) * np.float32(size) + shift for stroke in digit])
        gap = float(np.clip(usual_gap + random.normal(0, 0.08), 0.1, 0.6))
        x += float(high[0] - low[0]) * size + gap * height + 1.2 * line_width
    slope = np.radians(random.normal(0, 1.0))
    cosine, sine = np.cos(slope), np.sin(slope)
    turn = np.array([[cosine, sine], [-sine, cosine]], np.float32)
    turned = [[stroke @ turn for stroke in digit] for digit in placed]
    low, high = _bounds([stroke for digit in turned for stroke in digit])
    return [[stroke - (low + high) / 2 for stroke in digit] for digit in turned]


def written(
    strokes: Sequence[Floats], tool: Tool, width: float, random: np.random.Generator
) -> list[HomeworkLine]:
    """Return strokes in mm as lines of about ``width`` mm, as a hand presses ``tool``."""
    step = max(0.02, width / 2 * STEP_SHARE)
    lines = []
    for stroke in strokes:
        middle = _smooth(stroke, step)
        pressure = 1 + tool.waver * _wander(len(middle), max(3, int(6 * width / step)), random)
        direction = np.gradient(middle, axis=0) if len(middle) > 1 else np.zeros_like(middle)
        downward = np.abs(np.sin(np.arctan2(direction[:, 1], direction[:, 0]) - 0.5))
        broad = 1 + tool.nib * (downward - 0.5)
        widths = width * broad * (0.6 + 0.4 * pressure)
        lines.append(
            HomeworkLine(middle, np.asarray(widths, np.float32), np.asarray(pressure, np.float32))
        )
    return lines


def coverage(
    lines: Sequence[HomeworkLine], corner: Floats, size: tuple[int, int], scale: float
) -> Floats:
    """Return how much of each pixel the lines cover, times pressure, float32 (height, width) 0-1.

    ``corner`` is the sheet's point in mm at the patch's top left corner, ``size`` its width and
    height in pixels, and ``scale`` its pixels per mm. Drawn twice as fine, then averaged.
    """
    fine = np.zeros((2 * size[1], 2 * size[0]), np.uint8)
    one = 1 << SUBPIXEL_BITS
    for line in lines:
        points = np.rint(((line.middle - corner) * (2 * scale) - 0.5) * one).astype(int)
        radii = np.rint(np.maximum(line.widths * scale, 0.5) * one).astype(int)
        shades = np.clip(line.pressure * 190, 40, 255).astype(int)
        for (x, y), radius, shade in zip(
            points.tolist(), radii.tolist(), shades.tolist(), strict=True
        ):
            cv2.circle(fine, (x, y), radius, shade, cv2.FILLED, cv2.LINE_AA, SUBPIXEL_BITS)
    small = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(190)


def grain(shape: tuple[int, int], size_in_pixels: float, random: np.random.Generator) -> Floats:
    """Return even noise with blots of about this size: float32, mean 0, standard deviation 1."""
    reduction = max(1, int(size_in_pixels / 1.5))
    small = (shape[0] // reduction + 2, shape[1] // reduction + 2)
    noise = random.standard_normal(small, np.float32)
    noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), max(0.35, size_in_pixels / reduction / 2)))
    size = (shape[1], shape[0])
    noise = np.asarray(cv2.resize(noise, size, interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray((noise - noise.mean()) / max(1e-6, float(noise.std())), np.float32)


def ink_of_pen(covered: Floats, opacity: float, streaks: Floats) -> Floats:
    """Return the share of light that meets ink, 0-1: nearly even, a little streaky."""
    share = np.minimum(covered, 1.1) * opacity * (1 + 0.05 * streaks)
    return np.asarray(np.clip(share, 0, 1), np.float32)


def graphite(covered: Floats, opacity: float, tooth: Floats) -> Floats:
    """Return the share of light that meets graphite, 0-1: it stays on the paper's heights."""
    held = np.clip(0.68 + 0.55 * (covered - 1) + 0.24 * tooth, 0.14, 1)
    return np.clip(np.minimum(covered, 1) * held * opacity * 1.15, 0, 1)


def chalk_dust(covered: Floats, opacity: float, rough: Floats, width_in_pixels: float) -> Floats:
    """Return the share of the board under chalk, 0-1: broken by its roughness, ragged edges."""
    soft = np.asarray(cv2.GaussianBlur(covered, (0, 0), max(0.5, 0.09 * width_in_pixels)))
    held = np.clip((soft - 0.5 + 0.3 * rough) * 1.9, 0, np.minimum(1, 3 * soft))
    dust = np.asarray(cv2.GaussianBlur(covered, (0, 0), max(0.7, 0.35 * width_in_pixels)))
    return np.clip(held * opacity + 0.04 * dust, 0, 1)


def _bounds(strokes: Sequence[Floats]) -> tuple[Floats, Floats]:
    points = np.concatenate(list(strokes))
    return points.min(axis=0), points.max(axis=0)


def _smooth(stroke: Floats, step: float) -> Floats:
    """Return the stroke with points ``step`` mm apart, without the corners of slow sampling."""
    steps = np.hypot(*np.diff(stroke, axis=0).T) if len(stroke) > 1 else np.zeros(0)
    stroke = stroke[np.concatenate([[True], steps > 1e-6])]
    if len(stroke) < 2:
        return stroke
    # Chaikin's corner cutting keeps both ends and never overshoots
    for _ in range(2):
        quarter = 0.75 * stroke[:-1] + 0.25 * stroke[1:]
        three = 0.25 * stroke[:-1] + 0.75 * stroke[1:]
        between = np.stack([quarter, three], axis=1).reshape(-1, 2)
        stroke = np.concatenate([stroke[:1], between, stroke[-1:]])
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    at = np.linspace(0, way[-1], max(2, int(way[-1] / step) + 1))
    return np.stack([np.interp(at, way, stroke[:, axis]) for axis in (0, 1)], 1).astype(np.float32)


def _wander(count: int, length: int, random: np.random.Generator) -> Floats:
    """Return ``count`` numbers within about -2 to 1.5 that change slowly, over ``length``."""
    knots = np.clip(random.standard_normal(count // length + 3), -2, 1.5)
    at = np.arange(count) / length + random.uniform(0, 1)
    return np.interp(at, np.arange(len(knots)), knots).astype(np.float32)
