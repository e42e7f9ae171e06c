"""Chooses the sheet or board: its rulings, and what of its edges and holes is in the picture."""

from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.photographs.camera_roll_surface import (
    BLACKBOARD,
    HOLE,
    HOLE_FROM_EDGE,
    PAPERS,
    SQUARED,
    WHITEBOARD,
    CameraRollSheet,
)
from benchmarks.photographs.camera_roll_texture import Colour
from benchmarks.photographs.camera_roll_view import CameraRollView
from benchmarks.photographs.photograph import Floats

_NOWHERE: Final = (-np.inf, -np.inf, np.inf, np.inf)
_LINES: Final = (
    *((0.62, 0.72, 0.86), (0.70, 0.70, 0.72), (0.66, 0.62, 0.82), (0.52, 0.62, 0.80)),
    *((0.60, 0.60, 0.62), (0.80, 0.70, 0.60), (0.60, 0.80, 0.76)),
)
_BLACKBOARDS: Final = ((0.05, 0.05, 0.052), (0.04, 0.072, 0.056), (0.068, 0.07, 0.074))
_WOOD: Final = ((0.42, 0.25, 0.12), (0.30, 0.16, 0.07), (0.16, 0.08, 0.04), (0.50, 0.34, 0.19))
_LAMINATE: Final = ((0.35, 0.36, 0.37), (0.12, 0.12, 0.13), (0.48, 0.44, 0.36), (0.16, 0.26, 0.33))
_WALL: Final = ((0.45, 0.43, 0.38), (0.30, 0.30, 0.31), (0.40, 0.27, 0.15))


def choose_sheet(surface: str, height: float, random: np.random.Generator) -> CameraRollSheet:
    """Return a sheet without edges for digits of ``height`` millimetres that stand at y = 0."""
    if surface == BLACKBOARD:
        tone = _pick(_BLACKBOARDS, random)
    else:
        bright = 0.8 if surface == WHITEBOARD else random.uniform(0.66, 0.86)
        if surface in PAPERS and random.random() < 0.08:  # recycled
            bright = random.uniform(0.48, 0.58)
        yellow = random.uniform(-0.01, 0.05 if bright > 0.6 else 0.12)
        tone = (bright, bright * (1 - 0.3 * yellow), bright * (1 - yellow))
    wooden = surface in PAPERS and random.random() < 0.6
    table = _pick(_WOOD if wooden else _LAMINATE if surface in PAPERS else _WALL, random)
    if surface == SQUARED:
        pitch = 4.0 if random.random() < 0.12 else 5.0
    else:
        pitch = float(random.choice([7.1, 8.0, 8.5, 9.0, 10.0]))
    on_line = random.random() < 0.75 and height < 3 * pitch
    down = random.normal(0.05, 0.05) * min(pitch, height) if on_line else random.uniform(0, pitch)
    return CameraRollSheet(
        kind=surface,
        tone=tone,
        edges=_NOWHERE,
        table=table,
        wooden=wooden,
        pitch=pitch,
        phase=(random.uniform(0, pitch), down),
        line_width=random.uniform(0.12, 0.26),
        line=_pick(_LINES, random),
    )


def furnish(
    sheet: CameraRollSheet,
    view: CameraRollView,
    written: Floats,
    height: float,
    *,
    wanted: set[str],
    random: np.random.Generator,
) -> CameraRollSheet:
    """Return the sheet with as much of margin, holes, edges, fold and print as there is room for.

    ``written`` are the corners of the writing in millimetres, (2, 2): left and top, right and
    bottom; ``height`` is that of a digit.
    """
    low, high = written
    middle = view.project((low + high)[None] / 2)[0]
    ends = np.array(
        [[0, middle[1]], [middle[0], 0], [view.width, middle[1]], [middle[0], view.height]]
    )
    seen = view.unproject(ends)
    limits = (seen[0, 0], seen[1, 1], seen[2, 0], seen[3, 1])
    box = (low[0], low[1], high[0], high[1])
    near = 0.3 * height
    if "sheet edge" in wanted:
        sheet = replace(sheet, edges=_edges(box, limits, near, random))
    if "holes" in wanted:
        sheet = _punch(sheet, limits, box, near, random)
    if "margin line" in wanted:
        left = max(sheet.edges[0], limits[0], sheet.hole[0] + HOLE if sheet.hole else -np.inf)
        if box[0] - near > left:
            sheet = replace(sheet, margin=random.uniform(left, box[0] - near))
    if "fold" in wanted:
        upright = random.random() < 0.5
        direction = (0 if upright else np.pi / 2) + random.normal(0, 0.03)
        place = random.uniform(*(limits[::2] if upright else limits[1::2]))
        change = random.uniform(0.04, 0.1) * random.choice([-1, 1])
        sheet = replace(sheet, fold=(direction, place, change))
    if "print-through" in wanted:
        sheet = replace(sheet, print_through=random.uniform(0.04, 0.09))
    return sheet


def _edges(
    box: tuple[float, ...], limits: tuple[float, ...], near: float, random: np.random.Generator
) -> tuple[float, float, float, float]:
    """Return edges on one or two sides, seldom on all four, between the writing and the limits."""
    edges = list(_NOWHERE)
    rooms = [abs(limits[side] - box[side]) for side in range(4)]
    free = [side for side in range(4) if rooms[side] > 2 * near]
    if not free:
        return _NOWHERE
    first = int(random.choice(free))
    sides = {first}
    chance = random.random()
    if chance < 0.35:
        sides |= {int(random.choice(free))} - {(first + 2) % 4}
    elif chance < 0.5 and len(free) == 4:
        sides = set(free)
    for side in sides:
        away = random.uniform(near, 0.9 * rooms[side])
        edges[side] = box[side] + (away if side >= 2 else -away)
    return (edges[0], edges[1], edges[2], edges[3])


def _punch(
    sheet: CameraRollSheet,
    limits: tuple[float, ...],
    box: tuple[float, ...],
    near: float,
    random: np.random.Generator,
) -> CameraRollSheet:
    """Return the sheet with holes along its left edge, if they stay off the writing."""
    last = box[0] - near - HOLE
    first = limits[0] - 0.3 * HOLE
    across = sheet.edges[0] + HOLE_FROM_EDGE
    if not np.isfinite(across):
        if last <= first:
            return sheet
        across = random.uniform(first, last)
    if not first <= across <= last:
        return sheet
    if np.isfinite(sheet.edges[1::2]).any():  # a hole could lie beyond the corner
        return sheet
    span = limits[3] - limits[1]
    down = random.uniform(limits[1] + 0.1 * span, limits[3] - 0.1 * span)
    edges = (across - HOLE_FROM_EDGE, *sheet.edges[1:])
    return replace(sheet, edges=edges, hole=(across, down))


def _pick(colours: tuple[Colour, ...], random: np.random.Generator) -> Colour:
    return colours[random.integers(len(colours))]
