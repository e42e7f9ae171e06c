"""Pens, pencils and chalk: how they cover what they write on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.camera_roll_texture import Colour, grain
from benchmarks.photographs.camera_roll_view import CameraRollView
from benchmarks.photographs.camera_roll_writing import Digit
from benchmarks.photographs.photograph import Floats


@dataclass(frozen=True)
class CameraRollPen:
    """What people write with."""

    name: str
    ratio: tuple[float, float]
    """Width of the line as a share of a digit's height."""
    width: tuple[float, float]
    """Width of the line in millimetres."""
    colours: tuple[Colour, ...]
    """Linear red, green, blue: for ink the share of light it leaves, for chalk its reflectance."""
    plain: int
    """So many of the colours, from the first, are grey, black, blue or white."""
    roughness: float
    """How much the surface's tooth breaks up the line."""
    tooth: float
    """Size of that tooth in millimetres."""
    pressure: float
    """How much the line pales along its way."""
    ragged: bool = False
    """Whether the line crumbles at its sides."""


_BLACK: Final = (0.035, 0.035, 0.04)
_BLUE: Final = (0.05, 0.08, 0.38)
_RED: Final = (0.58, 0.05, 0.06)
_GREEN: Final = (0.04, 0.26, 0.10)
_GREYS: Final = tuple((grey, grey, grey * 1.04) for grey in (0.14, 0.19, 0.24, 0.30, 0.36, 0.42))

PENCIL: Final = CameraRollPen("pencil", (0.035, 0.08), (0.4, 0.9), _GREYS, 6, 0.18, 0.14, 0.2, True)
BALLPOINT: Final = CameraRollPen(
    "ballpoint",
    (0.03, 0.075),
    (0.35, 0.7),
    (_BLUE, _BLUE, (0.09, 0.13, 0.45), _BLACK, (0.08, 0.08, 0.1), _RED, _GREEN),
    5,
    0.10,
    0.1,
    0.15,
)
FELT_TIP: Final = CameraRollPen(
    "felt tip",
    (0.06, 0.11),
    (0.8, 2.0),
    (
        *(_BLUE, _BLACK, (0.06, 0.10, 0.5), _RED, _GREEN),
        *((0.26, 0.06, 0.42), (0.05, 0.33, 0.45), (0.75, 0.10, 0.32), (0.24, 0.10, 0.05)),
        (0.82, 0.22, 0.04),
    ),
    3,
    0.04,
    0.2,
    0.08,
)
MARKER: Final = CameraRollPen(
    "marker",
    (0.08, 0.15),
    (2.0, 5.0),
    (_BLACK, _BLACK, (0.03, 0.06, 0.35), (0.6, 0.04, 0.05), (0.03, 0.22, 0.09)),
    3,
    0.03,
    0.4,
    0.05,
)
CHALK: Final = CameraRollPen(
    "chalk",
    (0.08, 0.14),
    (6.0, 12.0),
    (
        *((0.78, 0.78, 0.76),) * 5,
        *((0.82, 0.72, 0.28), (0.84, 0.46, 0.48), (0.42, 0.62, 0.80)),
    ),
    5,
    0.28,
    0.9,
    0.12,
    True,
)


def lay_ink(
    surface: Floats,
    line: Sequence[Digit],
    view: CameraRollView,
    *,
    pen: CameraRollPen,
    colour: Colour,
    width: float,
    load: float,
    random: np.random.Generator,
) -> None:
    """Write on ``surface``, linear reflectance (height, width, 3), with a line in millimetres.

    ``load`` (0-1) is how much of its ink or chalk the pen gives where it presses most.
    """
    thick = width * view.scale
    for digit in line:
        strokes = [view.project(stroke) for stroke in digit]
        points = np.concatenate(strokes)
        low = np.maximum(np.floor(points.min(axis=0) - thick - 3).astype(int), 0)
        high = np.ceil(points.max(axis=0) + thick + 4).astype(int)
        part = surface[low[1] : high[1], low[0] : high[0]]
        cover = _cover([stroke - low for stroke in strokes], part.shape[:2], thick, pen, random)
        tooth = 0.7 * grain(random, part.shape[:2], pen.tooth * view.scale)
        tooth += 0.7 * grain(random, part.shape[:2], 0.35 * pen.tooth * view.scale)
        if pen.ragged:
            cover = _ragged(cover, tooth, thick)
        rough = 1 - pen.roughness * np.clip(0.7 + 0.8 * tooth, 0, 2)
        cover *= load * np.clip(rough, 0.3, 1)
        if pen is CHALK:
            dust = cv2.GaussianBlur(cover, (0, 0), 0.5 * thick)
            cover = np.maximum(cover, 0.12 * dust)
            part += cover[..., None] * (np.array(colour, np.float32) - part)
        else:
            part *= 1 - cover[..., None] * (1 - np.array(colour, np.float32))


def _ragged(cover: Floats, tooth: Floats, thick: float) -> Floats:
    """Return the line crumbled at its sides, where it only touches what stands out."""
    soft = cv2.GaussianBlur(cover, (0, 0), max(0.4, 0.13 * thick))
    ragged: Floats = np.minimum(soft * 1.25, np.clip((soft - 0.42 - 0.12 * tooth) * 4 + 0.5, 0, 1))
    return ragged


def _cover(
    strokes: list[Floats],
    shape: tuple[int, int],
    thick: float,
    pen: CameraRollPen,
    random: np.random.Generator,
) -> Floats:
    """Return how much of every pixel the strokes cover, 0-1, darker where they cross."""
    times = 1 if thick > 24 else 2 if thick > 12 else 4
    whole = np.zeros(shape, np.float32)
    nib = random.uniform(0, np.pi)
    flat = random.uniform(0, 0.25) if pen in (MARKER, FELT_TIP, CHALK) else 0.05
    for stroke in strokes:
        canvas = np.zeros((shape[0] * times, shape[1] * times), np.uint8)
        way = np.arctan2(*np.gradient(stroke, axis=0).T[::-1])
        slow = np.interp(np.linspace(0, 5, len(stroke)), np.arange(6), random.uniform(-0.5, 0.5, 6))
        wide = thick * times * (1 - flat * np.cos(way - nib) ** 2) * (1 + 0.16 * slow)
        tone = 255 * (1 - pen.pressure * (0.5 + slow))
        spots = np.round((stroke + 0.5) * times * 16 - 8).astype(int)
        for i in range(len(spots) - 1):
            cv2.line(
                canvas,
                spots[i].tolist(),
                spots[i + 1].tolist(),
                float(tone[i]),
                max(1, round(float(wide[i]))),
                cv2.LINE_AA if times == 1 else cv2.LINE_8,
                4,
            )
        small = cv2.resize(canvas, shape[::-1], interpolation=cv2.INTER_AREA) / np.float32(255)
        whole = np.maximum(whole, small) + 0.06 * np.minimum(whole, small)
    return np.asarray(np.minimum(whole, 1), np.float32)
