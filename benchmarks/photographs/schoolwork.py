"""Photographs of schoolwork, written apart from the reader.

Whoever wrote these scenes did not know how photographs are cleaned, and never had one read: the
ranges are those of a classroom, and were kept where a person reads every digit plainly (looked at
with pen writers 1-20). They were for a final figure once; since then the cleaning was mended on
them.

Everything is in millimetres and linear light: a pen on a sheet or chalk on a board (`pens`,
`grounds`), light and shadows (`lights`), and a phone (`phone`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.photographs import grounds, lights, phone
from benchmarks.photographs.grounds import Ruling, View
from benchmarks.photographs.pens import (
    BALLPOINT,
    CHALK,
    FELT_PEN,
    FOUNTAIN_PEN,
    MARKER,
    PENCIL,
    Digit,
    Levels,
    Pen,
    Random,
    Writing,
    layer,
    write,
)
from benchmarks.photographs.photograph import Photograph

BOARD: Final = "blackboard"
SURFACES: Final = {"white paper": 0.25, "ruled paper": 0.25, "squared paper": 0.28, BOARD: 0.22}
PENS: Final = {PENCIL: 0.27, BALLPOINT: 0.27, FOUNTAIN_PEN: 0.13, FELT_PEN: 0.18, MARKER: 0.15}
LINE_WIDTHS: Final = (0.035, 0.12)
"""A line's width over the digit's height: nobody writes 5 mm high with a marker."""
SHADOWED: Final = {True: 0.3, False: 0.45}
"""Share of photographs with a shadow, of boards and of paper."""
LOW_LIGHT: Final = 0.14
TABLE_SEEN: Final = 0.25
WHITE: Final = 0.8
"""What white paper and chalk reflect; the phone's exposure goes by them."""
GLARE: Final = 0.35
TURNED: Final = 0.25
UPRIGHT: Final = {True: 0.45, False: 0.2}
"""Share of pictures higher than wide, of one digit and of numbers."""


@dataclass(frozen=True, eq=False)
class _Page:
    """What somebody wrote, with what pen, and on which printed lines; millimetres."""

    pen: Pen
    line_width: float
    writing: Writing
    ruling: Ruling | None


def photograph(digits: Sequence[Digit], random: Random) -> Photograph:
    """Return a photograph of ``digits``, written side by side by one person."""
    surface = str(random.choice(list(SURFACES), p=list(SURFACES.values())))
    page = _written(surface, digits, random)
    shape, size = phone.resolution(UPRIGHT[len(digits) == 1], random)
    pose, per_mm = phone.hold(
        np.concatenate(page.writing.strokes),
        page.line_width,
        shape,
        _wished_scale(page.writing, shape, len(digits), random),
        random,
    )
    view = _bent(View(*pose.ground(shape), per_mm), surface, random)
    scene, words = _drawn(surface, page, view, random)
    strokes = pose.project(np.concatenate(page.writing.strokes))
    low_light = bool(random.random() < LOW_LIGHT)
    lit, white, more = _lit(scene, surface, strokes, random, at_digits=low_light)
    picture = phone.sensor(
        lit, random, white=white, low_light=low_light, line_width=page.line_width * per_mm
    )
    orientation = phone.UPRIGHT
    if random.random() < TURNED:
        orientation = list(phone.TURNS)[int(random.integers(len(phone.TURNS)))]
    file = phone.jpeg(picture, int(random.integers(60, 96)), orientation)
    conditions = [surface, *words, *more, "low light" if low_light else "enough light"]
    conditions.append("turned by EXIF" if orientation != phone.UPRIGHT else "stored upright")
    conditions.append("tilted over 10°" if pose.tilt > 10 else "tilted up to 10°")
    conditions.append(size)
    return Photograph(file, tuple(conditions))


def _written(surface: str, digits: Sequence[Digit], random: Random) -> _Page:
    """Return the digits as written with a pen that suits the surface and their size."""
    while True:
        pen = CHALK
        if surface != BOARD:
            pen = list(PENS)[int(random.choice(len(PENS), p=list(PENS.values())))]
        line_width = random.uniform(*pen.width)
        spacing, height, pitch = 0.0, 0.0, None
        if surface == "squared paper":
            spacing = float(random.choice([5.0, 4.0], p=[0.85, 0.15]))
            squares = float(np.exp(random.uniform(np.log(0.9), np.log(4))))
            height = spacing * squares
            if squares <= 2.1 and random.random() < 0.4:  # one digit a square, or two squares high
                whole = round(squares)
                height, pitch = spacing * whole * random.uniform(0.8, 0.98), spacing * whole
        elif surface == "ruled paper":
            spacing = float(random.uniform(7, 8.7))
            lines = random.uniform(0.6, 0.95) if random.random() < 0.6 else random.uniform(1.1, 2)
            height = spacing * lines
        elif surface == BOARD:
            height = random.uniform(60, 160)
        else:
            height = float(np.exp(random.uniform(*np.log((6, 45)))))
        if LINE_WIDTHS[0] <= line_width / height <= LINE_WIDTHS[1]:
            break
    writing = write(digits, height, line_width, random, pitch=pitch)
    if not spacing:
        return _Page(pen, line_width, writing, None)
    stands = pitch is not None or random.random() < 0.75
    line = writing.line + random.normal(0, 0.05) * spacing if stands else random.uniform(0, spacing)
    column = random.uniform(0, spacing) if surface == "squared paper" else None
    if pitch is not None and column is not None:
        column = -pitch * len(digits) / 2 + random.normal(0, 0.05) * spacing
    margin = None
    if random.random() < (0.45 if surface == "ruled paper" else 0.25):
        side = random.choice([-1, 1])
        margin = float(side * (writing.size[0] / 2 + random.uniform(0.3, 1.5) * height))
    return _Page(pen, line_width, writing, Ruling(spacing, float(line), column, margin))


def _wished_scale(writing: Writing, shape: tuple[int, int], count: int, random: Random) -> float:
    """Return pixels a millimetre, so that the writing takes a usual part of the picture."""
    width, height = writing.size
    if count == 1:
        share = float(np.exp(random.uniform(*np.log((0.14, 0.55)))))
        return share * min(shape) / max(float(height), 0.8 * float(width))
    return min(random.uniform(0.4, 0.82) * shape[1] / float(width), 0.55 * shape[0] / float(height))


def _bent(view: View, surface: str, random: Random) -> View:
    """Return the view of a sheet that curls a little: its lines are bent, and its writing."""
    if surface == BOARD:
        return view
    bend_x, bend_y = random.normal(0, 0.012, 2)
    x, y = view.x / view.span, view.y / view.span
    return View(
        view.x + np.float32(bend_x * view.span) * y * y,
        view.y + np.float32(bend_y * view.span) * x * x,
        view.per_mm,
    )


def _drawn(surface: str, page: _Page, view: View, random: Random) -> tuple[Levels, list[str]]:
    """Return the reflectance of all that is in the picture, and pen and ground in words."""
    pen, writing = page.pen, page.writing
    colour = str(random.choice(list(pen.colours), p=_shares(pen)))
    if surface == BOARD:
        ground, board = grounds.board(view, random)
        words = [f"{colour} {pen.name}", f"{board} board"]
    else:
        ground = grounds.sheet(view, page.ruling, random)
        words = [f"{colour} {pen.name}" if len(pen.colours) > 1 else pen.name]
        words.append("sheet fills the picture")
        if random.random() < TABLE_SEEN:
            edges = grounds.edges(writing.size, 0.25 * writing.height, view, random)
            if grounds.lay_on_table(ground, view, edges, random):
                words[-1] = "table seen"
    thick, first = layer(writing, pen, page.line_width, view.per_mm * 1.1, random)
    across = (view.x - first[0]) * np.float32(view.per_mm * 1.1)
    down = (view.y - first[1]) * np.float32(view.per_mm * 1.1)
    ink = cv2.remap(thick, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    ink = ink * random.uniform(0.65 if pen is PENCIL else 0.85, 1.0)
    for channel, level in enumerate(pen.colours[colour]):
        if surface == BOARD:
            ground[..., channel] += (level - ground[..., channel]) * ink
        else:  # light goes through the ink: each layer lets its share through
            ground[..., channel] *= np.exp(np.float32(np.log(level)) * ink)
    return ground, words


def _shares(pen: Pen) -> list[float]:
    """Return how often each colour is taken: the first two most."""
    wishes = [3.0, 2.0, *[1.0] * len(pen.colours)][: len(pen.colours)]
    return [wish / sum(wishes) for wish in wishes]


def _lit(
    scene: Levels,
    surface: str,
    strokes: npt.NDArray[np.float64],
    random: Random,
    *,
    at_digits: bool,
) -> tuple[Levels, float, list[str]]:
    """Return the light that comes back from ``scene``, from white there, and both in words.

    The words are of light and shadow; ``scene`` is changed. ``strokes`` are the pixels (n, 2) of
    what is written; the white is there with ``at_digits``, else where it is brightest.
    """
    shape = (scene.shape[0], scene.shape[1])
    name = str(random.choice(lights.LIGHTS, p=[0.35, 0.35, 0.3]))
    light = lights.falling(name, shape, random)
    light *= phone.darkening(shape, random.uniform(0, 0.25))
    columns, rows = strokes.astype(int).T
    words = [name, "no shadow"]
    if random.random() < SHADOWED[surface == BOARD]:
        x, y = strokes.mean(axis=0)
        dark, thrown, penumbra = lights.shadow(shape, (float(x), float(y)), random)
        sky = random.uniform(0, 0.06)  # what light is left there is bluer
        scene *= 1 - dark[..., np.newaxis] * np.array([1 + sky, 1, 1 - sky], np.float32)
        white = light * (1 - dark)
        if float(np.ptp(dark)) > 0.1:  # else none of it, or nothing else, is in the picture
            words[-1:] = [f"{'hard' if penumbra < lights.HARD else 'soft'} shadow", thrown]
            if float(np.ptp(dark[rows, columns])) > 0.1:
                words.append("shadow's edge on digits")
    else:
        white = light
    bright = float(np.percentile(white[rows, columns], 20) if at_digits else white.max())
    warm = random.normal(0, 0.06)  # what the white balance leaves of a light's colour
    cast = np.array([1 + warm, 1 + random.normal(0, 0.015), 1 - warm], np.float32)
    scene *= light[..., np.newaxis] * cast
    if surface == BOARD and random.random() < GLARE:
        strength = random.uniform(0.02, 0.12)
        scene += (np.float32(strength) * lights.glare(shape, random))[..., np.newaxis] * cast
        words.append("glare")
    # A phone makes a dark board paler than it is, until the chalk gets too bright.
    return scene, WHITE * bright * (random.uniform(0.6, 1) if surface == BOARD else 1), words
