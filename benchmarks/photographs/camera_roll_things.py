"""Things that lie at the edge of a picture: a pen, an eraser, a coin, a magnet on a board."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.photographs.camera_roll_texture import Colour
from benchmarks.photographs.camera_roll_view import CameraRollView
from benchmarks.photographs.photograph import Floats

_COLOURS: Final = ((0.5, 0.03, 0.04), (0.03, 0.07, 0.35), (0.03, 0.2, 0.08), (0.6, 0.35, 0.02))
_DARK: Final = (0.04, 0.04, 0.045)
_TRIES: Final = 60
_SHADOW: Final = 0.45


@dataclass(frozen=True)
class Thing:
    """A thing as flat shapes in millimetres on the sheet, the lower ones first."""

    layers: tuple[tuple[Floats, Colour], ...]


def place_thing(
    view: CameraRollView, keep_free: Floats, on_board: bool, random: np.random.Generator
) -> Thing | None:
    """Return a thing that reaches into the picture and stays off the corners ``keep_free``.

    ``keep_free`` is (4, 2) in pixels. Returns None where there is no room.
    """
    layers = _shapes(on_board, random)
    mask = np.zeros(view.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(keep_free).astype(np.int32), 1)
    shrink = min(1.0, 200 / max(view.shape))
    free = cv2.resize(mask, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_NEAREST)
    for _ in range(_TRIES):
        edge = random.uniform(-0.04, 0.08)
        along = random.uniform(0, 1)
        spot = [(edge, along), (1 - edge, along), (along, edge), (along, 1 - edge)]
        pixel = np.array([spot[random.integers(4)]]) * [view.width, view.height]
        centre, angle = view.unproject(pixel)[0], random.uniform(0, 2 * np.pi)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        placed = tuple(((shape @ turn + centre).astype(np.float32), c) for shape, c in layers)
        seen: Floats = np.zeros_like(free)
        for shape, _colour in placed:
            cv2.fillPoly(seen, [np.round(view.project(shape) * shrink).astype(np.int32)], 1)
        if 0.008 < seen.mean() < 0.14 and not (seen & free).any():
            return Thing(placed)
    return None


def lay_thing(surface: Floats, thing: Thing, view: CameraRollView) -> None:
    """Lay the thing, and its shadow, on the linear reflectance ``surface``."""
    outline = _mask([view.project(shape) for shape, _ in thing.layers], view.shape)
    offset = 2.0 * view.scale * np.array([0.6, 0.8])
    move = np.array([[1, 0, offset[0]], [0, 1, offset[1]]])
    shadow = cv2.warpAffine(outline, move, (view.width, view.height))
    soft = max(0.8, 1.2 * view.scale)
    shrink = min(1.0, 4 / soft)
    shadow = cv2.resize(shadow, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    shadow = cv2.GaussianBlur(shadow, (0, 0), soft * shrink)
    shadow = cv2.resize(shadow, (view.width, view.height))
    surface *= 1 - _SHADOW * (shadow.astype(np.float32) / 255)[..., None]
    for shape, colour in thing.layers:
        cover = _mask([view.project(shape)], view.shape).astype(np.float32)[..., None] / 255
        surface += cover * (np.array(colour, np.float32) - surface)


def _shapes(on_board: bool, random: np.random.Generator) -> list[tuple[Floats, Colour]]:
    colour = _COLOURS[random.integers(len(_COLOURS))]
    bright: Colour = tuple(min(0.9, 0.25 + 1.2 * part) for part in colour)  # type: ignore[assignment]
    if on_board:
        radius = random.uniform(12, 18)
        return [(_disc(radius), colour), (_disc(0.3 * radius, (-0.3 * radius,) * 2), bright)]
    kind = random.integers(3)
    if kind == 0:
        body = _block(-60, 60, 4.5)
        cone = np.array([(60, -4.2), (74, -0.7), (74, 0.7), (60, 4.2)], np.float32)
        shine = _block(-58, 58, 0.6) + np.array([0, -1.6], np.float32)
        return [(cone, _DARK), (body, colour), (_block(-60, -22, 4.9), _DARK), (shine, bright)]
    if kind == 1:
        return [(_block(-22, 22, 10), (0.75, 0.74, 0.7)), (_block(-22, 6, 10.3), colour)]
    radius = random.uniform(8.1, 12.9)
    metal = ((0.42, 0.22, 0.11), (0.5, 0.4, 0.17), (0.45, 0.44, 0.42))[random.integers(3)]
    rim: Colour = tuple(0.6 * part for part in metal)  # type: ignore[assignment]
    inner: Colour = tuple(1.15 * part for part in metal)  # type: ignore[assignment]
    return [(_disc(radius), rim), (_disc(0.95 * radius), metal), (_disc(0.72 * radius), inner)]


def _disc(radius: float, centre: tuple[float, float] = (0.0, 0.0)) -> Floats:
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    return (radius * np.stack([np.cos(angles), np.sin(angles)], 1) + centre).astype(np.float32)


def _block(start: float, end: float, half: float) -> Floats:
    cut = 0.25 * half
    return np.array(
        [
            *((start + cut, -half), (end - cut, -half), (end, -half + cut), (end, half - cut)),
            *((end - cut, half), (start + cut, half), (start, half - cut), (start, -half + cut)),
        ],
        np.float32,
    )


def _mask(shapes: list[Floats], shape: tuple[int, int]) -> npt.NDArray[np.uint8]:
    mask = np.zeros(shape, np.uint8)
    for points in shapes:
        cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask
