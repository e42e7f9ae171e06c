"""Paper and boards before anyone writes on them, and the table or wall around them."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.camera_roll_texture import Colour, clouds, grain
from benchmarks.photographs.camera_roll_view import CameraRollView
from benchmarks.photographs.photograph import Floats

WHITE, SQUARED, RULED = "white paper", "squared paper", "ruled paper"
BLACKBOARD, WHITEBOARD = "blackboard", "whiteboard"
PAPERS: Final = (WHITE, SQUARED, RULED)
HOLE: Final = 3.0
"""Radius of a punched hole in millimetres; the centre is 12 from the edge, the next 80 away."""
HOLE_FROM_EDGE: Final = 12.0
HOLES_APART: Final = 80.0
_WORDS: Final = "dear parents we invite you all to our summer party please bring cake and songs"


@dataclass(frozen=True)
class CameraRollSheet:
    """One sheet or board; places are in millimetres, with the writing around 0, 0."""

    kind: str
    tone: Colour
    """Linear reflectance where it is bare."""
    edges: tuple[float, float, float, float]
    """Left, top, right, bottom; infinite where the picture does not reach."""
    table: Colour
    wooden: bool
    pitch: float = 5.0
    """Between ruled lines."""
    phase: tuple[float, float] = (0.0, 0.0)
    line_width: float = 0.2
    line: Colour = (0.7, 0.7, 0.8)
    """Share of light that a ruled line leaves."""
    margin: float | None = None
    """Where the line of the margin runs down."""
    hole: tuple[float, float] | None = None
    """Centre of one punched hole."""
    fold: tuple[float, float, float] | None = None
    """Direction in radians, place along it, and how differently the far side is lit."""
    print_through: float = 0.0
    """Share of light that print on the back takes."""


def lay_sheet(sheet: CameraRollSheet, view: CameraRollView, random: np.random.Generator) -> Floats:
    """Return the linear reflectance (height, width, 3) of what the camera sees."""
    shape = view.shape
    paper = sheet.kind in PAPERS
    shade = 1 + (0.006 if paper else 0.012) * grain(random, shape, 0.15 * view.scale)
    shade += 0.012 * clouds(random, shape, (4, 5))
    if not paper:
        shade *= _wiped(random, shape, 0.16 if sheet.kind == BLACKBOARD else 0.015)
    if sheet.print_through:
        shade *= 1 - sheet.print_through * _back(view, random)
    if sheet.fold is not None:
        shade *= _fold(sheet.fold, view)
    surface = shade[..., None] * np.array(sheet.tone, np.float32)
    right, down = view.plane
    if sheet.kind in (SQUARED, RULED):
        lines = _lines(down, sheet.pitch, sheet.phase[1], sheet.line_width, view.scale)
        if sheet.kind == SQUARED:
            across = _lines(right, sheet.pitch, sheet.phase[0], sheet.line_width, view.scale)
            lines = np.maximum(lines, across)
        surface *= 1 - lines[..., None] * (1 - np.array(sheet.line, np.float32))
    if sheet.margin is not None:
        line = _lines(right, 1e6, sheet.margin, 0.3, view.scale)
        surface *= 1 - line[..., None] * np.array((0.12, 0.5, 0.45), np.float32)
    if np.isfinite(sheet.edges).any() or sheet.hole is not None:
        _reveal_table(surface, sheet, view, random)
    return np.maximum(surface, 0.005)


def _lines(along: Floats, pitch: float, phase: float, width: float, scale: float) -> Floats:
    """Return how much of every pixel is covered by parallel lines, 0-1."""
    turns = (along - np.float32(phase)) / np.float32(pitch)
    away = np.abs(turns - np.round(turns)) * np.float32(pitch * scale)
    wide = width * scale
    cover: Floats = np.clip(wide / 2 + 0.5 - away, 0, min(1.0, wide))
    return cover


def _wiped(random: np.random.Generator, shape: tuple[int, int], strength: float) -> Floats:
    """Return the traces that a sponge leaves: broad, and stretched the way it was drawn."""
    down = random.random() < 0.5
    streaks = clouds(random, shape, (5, 30) if down else (30, 5))
    return 1 + strength * np.clip(0.5 * streaks + 0.7 * clouds(random, shape, (3, 4)), -1.5, 2)


def _back(view: CameraRollView, random: np.random.Generator) -> Floats:
    """Return the blurred mirror image of printed lines, 0-1."""
    detail = 5.0  # pixels to a millimetre
    corners = view.unproject(
        np.array([[0, 0], [view.width, 0], [0, view.height], [view.width, view.height]])
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    detail = min(detail, 1200 / float((high - low).max()))
    page = np.zeros(np.ceil((high - low)[::-1] * detail).astype(int) + 2, np.uint8)
    size = max(3.0 * detail, 8.0)  # the height of a letter
    words = _WORDS.split()
    for y in np.arange(size, page.shape[0] + size, 2.2 * size):
        text = " ".join(random.choice(words, 40))
        cv2.putText(
            page, text, (-5, int(y)), cv2.FONT_HERSHEY_DUPLEX, size / 30, 255, 1, cv2.LINE_AA
        )
    page = cv2.GaussianBlur(page[:, ::-1], (0, 0), max(0.5, 0.25 * detail))
    place = np.array([[1 / detail, 0, low[0]], [0, 1 / detail, low[1]], [0, 0, 1]])
    seen = cv2.warpPerspective(page, view.matrix @ place, (view.width, view.height))
    return seen.astype(np.float32) / max(1.0, float(seen.max()))


def _fold(fold: tuple[float, float, float], view: CameraRollView) -> Floats:
    direction, place, change = fold
    right, down = view.plane
    away = np.float32(np.cos(direction)) * right + np.float32(np.sin(direction)) * down
    away -= np.float32(place)
    crease = np.exp(-np.abs(away) / 0.35) * (-0.10) + np.exp(-np.abs(away - 0.6) / 0.5) * 0.05
    near = 1 + change * np.tanh(away / 1.0) * np.exp(-np.abs(away) / 60)
    return np.asarray(near + crease, np.float32)


def _reveal_table(
    surface: Floats, sheet: CameraRollSheet, view: CameraRollView, random: np.random.Generator
) -> None:
    """Show the table (round a board: the wall) beyond the sheet's edges and through its holes."""
    right, down = view.plane
    left, top, far, bottom = (np.float32(np.clip(edge, -1e6, 1e6)) for edge in sheet.edges)
    beyond = np.maximum(
        np.maximum(left - right, right - far), np.maximum(top - down, down - bottom)
    )
    open_ = np.clip(beyond * view.scale + 0.5, 0, 1)
    dark = 0.55 * np.exp(-np.maximum(beyond, 0) / (1.5 if sheet.kind in PAPERS else 8.0))
    if sheet.hole is not None:
        turns = (down - np.float32(sheet.hole[1])) / np.float32(HOLES_APART)
        gap = (turns - np.round(turns)) * np.float32(HOLES_APART)
        inside = HOLE - np.hypot(right - np.float32(sheet.hole[0]), gap)
        open_ = np.maximum(open_, np.clip(inside * view.scale + 0.5, 0, 1))
        dark = np.where(inside > -1, 0.5 * np.exp(-np.maximum(inside, 0) / 1.2), dark)
    grained = 1 + 0.02 * grain(random, view.shape, 0.4 * view.scale)
    if sheet.wooden:
        streaks = clouds(random, view.shape, (3, 90)) + 0.6 * clouds(random, view.shape, (5, 260))
        grained += 0.10 * np.clip(streaks, -2, 2)
    table = (grained * (1 - dark))[..., None] * np.array(sheet.table, np.float32)
    surface += open_[..., None] * (table - surface)
