"""Light on a sheet: lamps, gradients, and the shadows of hands, phones and things."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.photograph import Floats

_SIDE: Final = 800
"""Pixels of the longer side in which light is worked out: it has no finer detail."""
Place = tuple[float, float]


@dataclass(frozen=True)
class CameraRollLight:
    """How a scene is lit; places are shares of the picture's width and height."""

    warmth: float
    """Colour of the main light against the camera's white: above 0 warm, below cold."""
    gradient: tuple[float, float] = (0.0, 1.0)
    """Direction in radians, and how much light the darkest side gets of the brightest's."""
    lamp: tuple[float, float, float] | None = None
    """Place of the brightest spot, and how far its light reaches, in diagonals."""
    shadow: str | None = None
    """``hand``, ``phone`` or ``edge``."""
    target: Place = (0.5, 0.5)
    """Where the shadow's tip, or its edge, falls."""
    softness: float = 0.02
    """Half of the width of the shadow's border, in diagonals."""
    depth: float = 0.5
    """Share of the light that is left in the shadow."""
    glare: tuple[float, float, float, float] | None = None
    """Place, size in diagonals and strength of a lamp's reflection on a board."""


def light_up(light: CameraRollLight, shape: tuple[int, int], random: np.random.Generator) -> Floats:
    """Return the light on every pixel, linear (height, width, 3), brightest about 1."""
    rows, columns = _small(shape)
    diagonal = np.hypot(rows, columns)
    x = np.arange(columns, dtype=np.float32)[None] / diagonal
    y = np.arange(rows, dtype=np.float32)[:, None] / diagonal
    middle = (columns / diagonal / 2, rows / diagonal / 2)
    direction, least = light.gradient
    way = (x - middle[0]) * np.cos(direction) + (y - middle[1]) * np.sin(direction)
    field = 1 - (1 - least) * np.clip(way + 0.5, 0, 1)
    if light.lamp is not None:
        across, down, reach = light.lamp
        off = (x - across * 2 * middle[0]) ** 2 + (y - down * 2 * middle[1]) ** 2
        field = field * (0.15 + 0.85 * (1 + off / reach**2) ** -1.5)
    edge = ((x - middle[0]) ** 2 + (y - middle[1]) ** 2) * 4
    field = field * (1 - 0.14 * edge)
    main = np.array([1 + light.warmth, 1, 1 - light.warmth], np.float32)
    lit = field[..., None] * main
    if light.shadow is not None:
        mask: Floats = _shadow(light, (rows, columns), random)
        sigma = max(1.0, light.softness * diagonal)
        mask = cv2.GaussianBlur(mask, (0, 0), sigma).astype(np.float32) / 255
        around = 1 - light.depth + 0.06 * np.array([1, 0, -1], np.float32)  # bluer than the lamp
        lit = lit * (1 - mask[..., None] * around)
    return np.asarray(
        cv2.resize(lit.astype(np.float32), shape[::-1], interpolation=cv2.INTER_LINEAR)
    )


def glare_on(light: CameraRollLight, shape: tuple[int, int]) -> Floats | None:
    """Return the light that a board mirrors, (height, width, 1), or None."""
    if light.glare is None:
        return None
    rows, columns = _small(shape)
    diagonal = np.hypot(rows, columns)
    across, down, size, strength = light.glare
    x = (np.arange(columns, dtype=np.float32)[None] - across * columns) / diagonal / size
    y = (np.arange(rows, dtype=np.float32)[:, None] - down * rows) / diagonal / size
    spot = strength * np.exp(-(x**2 + y**2) / 2)
    glare: Floats = cv2.resize(spot.astype(np.float32), shape[::-1])[..., None]
    return glare


def _small(shape: tuple[int, int]) -> tuple[int, int]:
    shrink = min(1.0, _SIDE / max(shape))
    return round(shape[0] * shrink), round(shape[1] * shrink)


def _shadow(
    light: CameraRollLight, shape: tuple[int, int], random: np.random.Generator
) -> np.typing.NDArray[np.uint8]:
    """Return 255 where the light is blocked."""
    mask = np.zeros(shape, np.uint8)
    size = min(shape)
    diagonal = np.hypot(*shape)
    tip = np.array([light.target[0] * shape[1], light.target[1] * shape[0]])
    angle = random.uniform(0.1, 0.9) * np.pi  # from below: there people stand
    if light.shadow == "edge":
        angle = random.uniform(0, 2 * np.pi)
    away = np.array([np.cos(angle), np.sin(angle)])
    side = np.array([-away[1], away[0]])
    if light.shadow == "hand":
        palm = tip + 0.38 * size * away
        _bar(mask, palm, palm + 2 * diagonal * away, 0.26 * size)
        cv2.ellipse(
            mask,
            (tuple(palm), (0.44 * size, 0.36 * size), float(np.rad2deg(angle))),
            255,
            -1,
        )
        for place in (-0.13, -0.045, 0.045, 0.13):
            length = random.uniform(0.0, 0.14) if abs(place) > 0.1 else random.uniform(0, 0.06)
            end = tip + (1.6 * place * side + length * away) * size
            _bar(mask, palm + place * size * side, end, 0.075 * size)
    else:
        half = diagonal if light.shadow == "edge" else random.uniform(0.25, 0.4) * size
        long = 2 * diagonal if light.shadow == "edge" else random.uniform(1.0, 1.6) * size
        slide = random.uniform(-0.6, 0.6) * half * side
        corners = [-half * side, half * side, half * side + long * away, -half * side + long * away]
        points = np.array([tip + slide + corner for corner in corners])
        cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 255)
    return mask


def _bar(
    mask: np.typing.NDArray[np.uint8],
    start: np.typing.NDArray[np.float64],
    end: np.typing.NDArray[np.float64],
    width: float,
) -> None:
    a, b = np.round(start).astype(int).tolist(), np.round(end).astype(int).tolist()
    cv2.line(mask, a, b, 255, max(1, round(width)))
