"""An album: digits that people write down, take with a telephone and hand in.

Written from an idea of what such pictures look like, by somebody who did not know the app's
cleaning. A picture is reckoned in linear light: what sheet and ink throw back, times the
light on them, through the lens to a sensor that counts photons, and into a JPEG file.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.photographs.album_camera import AlbumView, aim, expose, illuminate, store
from benchmarks.photographs.album_pens import make_grain, mark, pick_pen, write
from benchmarks.photographs.album_sheet import lay_down, lay_object, pick_sheet, reflect
from benchmarks.photographs.photograph import Floats, Photograph

CONDITIONS: Final = (
    *("pencil", "ballpoint", "marker", "chalk", "coloured", "faint"),
    *("plain", "squared", "ruled", "blackboard", "greenboard"),
    *("desk", "object", "print-through", "fold"),
    *("shadow", "uneven light", "low light", "cast"),
    *("out of focus", "shaken", "noisy", "strong JPEG"),
    *("tilted", "turned", "turned by EXIF", "large"),
)
SIZES: Final = (
    *((1280, 960), (1280, 960), (1600, 1200), (1600, 1200)),
    *((1600, 900), (1200, 1200), (2048, 1536)),
)
LARGE_SIZES: Final = ((2592, 1944), (2592, 1944), (3264, 2448), (4032, 3024))
"""Longer and shorter side in pixels."""
LARGE: Final = 0.1
"""Share of the pictures that have a large size."""
BOARDS: Final = 0.16
"""Share of the pictures that are of a board."""
SINGLE: Final = (0.16, 0.58)
"""Longer side of a single digit over the picture's shorter side."""
NUMBER: Final = (0.34, 0.84)
"""Width of a number over that of the picture."""
TALLEST: Final = 0.55
"""Height of a number's digits over the picture's shorter side, at most."""


def photograph(
    digits: Sequence[Sequence[npt.NDArray[np.float32]]], random: np.random.Generator
) -> Photograph:
    """Return a photograph of ``digits`` (1-8) written in one line from left to right.

    Each digit is its strokes, float32 (n, 2), x right, y down, in any unit.
    """
    picture, _, taken = take(digits, random)
    jpeg, stored = store(picture, random)
    return Photograph(jpeg, tuple(name for name in CONDITIONS if name in {*taken, *stored}))


def take(
    digits: Sequence[Sequence[npt.NDArray[np.float32]]],
    random: np.random.Generator,
    *,
    ink: bool = True,
) -> tuple[npt.NDArray[np.uint8], list[list[Floats]], list[str]]:
    """Return the upright picture uint8 (h, w, 3), each digit's strokes in its pixels, and looks.

    Without ``ink`` it is the same picture of the bare sheet.
    """
    board = bool(random.random() < BOARDS)
    pen = pick_pen(random, board=board)
    sheet = pick_sheet(pen.height, random, board=board)
    written = write(digits, pen, random)
    points = np.concatenate([stroke for digit in written for stroke in digit])
    view, held = _hold(points, len(digits), pen.height, random)
    scale = float(np.median(view.project(points)[1]))
    corners = np.stack([points.min(axis=0), points.max(axis=0)])
    frame = np.array(view.size, np.float32) / scale
    sheet, around = lay_down(sheet, corners, pen.height, frame, random)
    grain, places = make_grain(random), view.places()
    scene = reflect(sheet, places, scale, grain)
    strokes = [view.project(stroke) for digit in written for stroke in digit]
    seen = np.concatenate([pixels for pixels, _ in strokes])
    sheet_light = scene if ink else scene.copy()
    mark(sheet_light, places, strokes, pen, grain=grain, random=random)
    box = np.stack([seen.min(axis=0), seen.max(axis=0)])
    if not board and random.random() < 0.12 and lay_object(scene, scale, box, random):
        around.append("object")
    light, lit = illuminate(view.size, random)
    scene *= light
    faint = pen.load < 0.66
    picture, exposed = expose(scene, scale * pen.width, faint, random)
    looks = [pen.name, sheet.name, *held, *around, *lit, *exposed]
    looks += ["coloured"] * pen.coloured + ["faint"] * faint
    return picture, [[view.project(stroke)[0] for stroke in digit] for digit in written], looks


def _hold(
    points: Floats, count: int, height: float, random: np.random.Generator
) -> tuple[AlbumView, list[str]]:
    """Choose the picture's size, and hold the camera so that the digits are well in it."""
    sizes = LARGE_SIZES if random.random() < LARGE else SIZES
    long, short = sizes[random.integers(len(sizes))]
    size = (short, long) if random.random() < (0.6 if count == 1 else 0.35) else (long, short)
    if count == 1:
        side = short * (SINGLE[0] + (SINGLE[1] - SINGLE[0]) * random.beta(1.6, 1.6))
        return aim(points, size, (side, side), random)
    wide = size[0] * random.uniform(NUMBER[0] + 0.04 * (count - 2), NUMBER[1])
    most = TALLEST * short / height * float(np.ptp(points[:, 0]))
    return aim(points, size, (min(wide, most), 0.8 * size[1]), random)
