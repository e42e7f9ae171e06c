"""What people write on: paper, boards, cloth and wood, with rulings, frames, print and dirt.

A ground is the share of the light that it reflects, float32 (side, side, 3), RGB, 0 to 1.
"""

import functools
import string
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from mnist_app.arrays import Floats
from mnist_app.training.ink.handwriting import Random, Writing

FONTS: Final = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSansMono.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSerif-Italic.ttf",
    "STIXGeneral.ttf",
    "STIXGeneralBol.ttf",
    "cmr10.ttf",
    "cmss10.ttf",
    "cmtt10.ttf",
)
"""Fonts of the printed words, which Matplotlib contains."""
WHITE_SHARE, BOARD_SHARE = 0.55, 0.13
"""Shares of the grounds that are nearly white paper and dark boards; the others have any colour."""
RULED_SHARE, FRAME_SHARE, GUILLOCHE_SHARE, PRINT_SHARE, DIRT_SHARE = 0.35, 0.3, 0.12, 0.22, 0.15
"""Shares of the grounds with rulings, frames, fine waves as on cheques, print, and specks."""
PRINTED_DIGITS_SHARE: Final = 0.25
"""Share of the printed words that are numbers."""


def lay_ground(writing: Writing, side: int, random: Random) -> tuple[Floats, bool]:
    """Return a ground for ``writing`` and whether it is darker than what is written on it."""
    is_dark = random.random() < BOARD_SHARE
    ground = _board(side, random) if is_dark else _sheet(side, random)
    if random.random() < RULED_SHARE:
        _print_over(ground, _rulings(side, writing.height, random), _print_colour(random), is_dark)
    if random.random() < GUILLOCHE_SHARE:
        _print_over(
            ground, _guilloche(side, writing.height, random), _print_colour(random), is_dark
        )
    if random.random() < PRINT_SHARE:
        colour = _print_colour(random) * np.float32(random.uniform(0.2, 1))
        _print_over(ground, _words(side, writing.height, random), colour, is_dark)
    if random.random() < FRAME_SHARE * (1 if writing.box else 0.4):
        colour = np.float32(random.uniform(0, 1) ** 2) * _print_colour(random)
        _print_over(ground, _frames(writing, side, random), colour, is_dark)
    if random.random() < DIRT_SHARE:
        _print_over(ground, _specks(side, random), _print_colour(random), is_dark)
    return ground, is_dark


def smooth_noise(side: int, cells: int, random: Random) -> Floats:
    """Return noise of deviation about 1 that changes within 1/``cells`` of the side."""
    coarse = random.standard_normal((cells + 1, cells + 1), np.float32)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)


def _print_over(ground: Floats, cover: Floats, colour: Floats, is_dark: bool) -> None:
    """Print ``colour`` on the ground where ``cover`` is; on a dark ground it is lighter."""
    amount = cover[..., None]
    target = ground + (1 - ground) * (0.2 + 0.5 * colour) if is_dark else ground * colour
    ground += amount * (target - ground)


def _print_colour(random: Random) -> Floats:
    """Return which share of the light a print lets through, in each colour."""
    grey = random.uniform(0.05, 0.85)
    tint = random.uniform(-0.3, 0.3, 3) * (random.random() < 0.7)
    return np.clip(grey + tint, 0.03, 0.95).astype(np.float32)


def _sheet(side: int, random: Random) -> Floats:
    if random.random() < WHITE_SHARE / (1 - BOARD_SHARE):
        colour = random.uniform(0.72, 0.95) + random.normal(0, 0.025, 3)
    else:
        colour = random.uniform(0.25, 0.95) + random.normal(0, 0.12, 3)
    ground = np.broadcast_to(np.clip(colour, 0.1, 1).astype(np.float32), (side, side, 3)).copy()
    texture = TEXTURES[int(random.choice(len(TEXTURES), p=TEXTURE_SHARES))](side, random)
    ground *= 1 + texture[..., None]
    return ground


def _board(side: int, random: Random) -> Floats:
    colour = random.uniform(0.01, 0.12) + np.abs(random.normal(0, 0.025, 3))
    ground = np.broadcast_to(colour.astype(np.float32), (side, side, 3)).copy()
    wiped = np.clip(smooth_noise(side, int(random.integers(3, 14)), random), 0, None)
    ground += wiped[..., None] * np.float32(random.uniform(0, 0.05))
    ground *= 1 + _grain(side, random)[..., None]
    return ground


def _even(side: int, _: Random) -> Floats:
    return np.zeros((side, side), np.float32)


def _grain(side: int, random: Random) -> Floats:
    """Return the grain of paper, of one or two sizes."""
    total = np.zeros((side, side), np.float32)
    for _ in range(int(random.integers(1, 3))):
        sigma = random.uniform(0.3, 3)
        noise = cv2.GaussianBlur(random.standard_normal((side, side), np.float32), (0, 0), sigma)
        total += noise * np.float32(random.uniform(0.005, 0.07) / max(float(noise.std()), 1e-6))
    return total


def _crumpled(side: int, random: Random) -> Floats:
    """Return the shading of folds and of curved paper."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    total = 0.08 * smooth_noise(side, int(random.integers(2, 6)), random)
    for _ in range(int(random.integers(1, 5))):
        angle, offset = random.uniform(0, 2 * np.pi), random.uniform(-0.5, 0.5)
        along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) - offset
        width = random.uniform(0.01, 0.3)
        total += np.where(along > 0, np.exp(-along / width), 0) * random.uniform(-0.3, 0.2)
    return np.asarray(total, np.float32)


def _woven(side: int, random: Random) -> Floats:
    """Return the threads of cloth, or the dots of a halftone or a screen."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    angle, period = random.uniform(0, np.pi), random.uniform(2.2, 9)
    u = (x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period
    v = (y * np.cos(angle) - x * np.sin(angle)) * 2 * np.pi / period / random.uniform(0.7, 1.4)
    strength = random.uniform(0.02, 0.16)
    return np.asarray(
        strength * (np.sin(u) + np.sin(v)) * (1 + 0.3 * smooth_noise(side, 12, random)), np.float32
    )


def _wood(side: int, random: Random) -> Floats:
    """Return the lines of a wooden desk."""
    cells = (int(random.integers(8, 40)), int(random.integers(2, 5)))
    noise = random.standard_normal(cells, np.float32)
    bands = cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)
    bands = bands if random.random() < 0.5 else bands.T
    return np.asarray(np.ascontiguousarray(bands) * random.uniform(0.03, 0.2), np.float32)


TEXTURES: Final[tuple[Callable[[int, Random], Floats], ...]] = (
    _even,
    _grain,
    _crumpled,
    _woven,
    _wood,
)
TEXTURE_SHARES: Final = (0.22, 0.5, 0.12, 0.09, 0.07)


def _lines(side: int, paths: list[npt.NDArray[np.float64]], width: float) -> Floats:
    """Return polylines of that width in pixels, with smooth edges, float32 0 to 1."""
    scale = 4
    fine = np.zeros((side * scale, side * scale), np.uint8)
    points = [np.rint(path * scale * 16).astype(np.int32).reshape(-1, 1, 2) for path in paths]
    cv2.polylines(fine, points, False, 255, max(1, round(width * scale)), cv2.LINE_8, 4)
    small = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(small.astype(np.float32) / 255, np.float32)


def _bent_lines(
    side: int, spacing: float, random: Random, *, angle: float, bend: float
) -> list[npt.NDArray[np.float64]]:
    """Return parallel lines at ``spacing``, turned by ``angle``, bent by ``bend`` pixels."""
    reach = side * 0.8
    along = np.linspace(-reach, reach, 25)
    offsets = np.arange(-reach + random.uniform(0, spacing), reach, spacing)
    waves = bend * np.sin(along / side * random.uniform(2, 7) + random.uniform(0, 6.3))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [np.stack([along, offset + waves], axis=1) @ turn + side / 2 for offset in offsets]


def _rulings(side: int, height: float, random: Random) -> Floats:
    """Return the lines of ruled or squared paper, or a single line under or beside the writing."""
    angle = random.normal(0, 0.06)
    bend = random.uniform(0, 0.03) * side * (random.random() < 0.4)
    spacing = float(np.clip(height * random.uniform(0.25, 2.2), 4, side))
    width = max(0.6, height * random.uniform(0.01, 0.07))
    paths = _bent_lines(side, spacing, random, angle=angle, bend=bend)
    if random.random() < 0.25:
        paths = [paths[int(random.integers(len(paths)))]]
    if random.random() < 0.5:
        paths += _bent_lines(side, spacing, random, angle=angle + np.pi / 2, bend=bend)
    elif random.random() < 0.2:
        across = _bent_lines(side, spacing, random, angle=angle + np.pi / 2, bend=bend)
        paths.append(across[int(random.integers(len(across)))])
    return _lines(side, paths, width) * np.float32(random.uniform(0.3, 1))


def _guilloche(side: int, height: float, random: Random) -> Floats:
    """Return the fine waves that are printed on cheques."""
    period = max(2.5, height * random.uniform(0.06, 0.25))
    total = np.zeros((side, side), np.float32)
    for _ in range(int(random.integers(1, 3))):
        paths = _bent_lines(
            side,
            period,
            random,
            angle=random.uniform(0, np.pi),
            bend=random.uniform(0, 0.06) * side,
        )
        total = np.maximum(total, _lines(side, paths, max(0.5, period * random.uniform(0.15, 0.4))))
    return total * np.float32(random.uniform(0.15, 0.7))


def _frames(writing: Writing, side: int, random: Random) -> Floats:
    """Return a frame around the digit, or the lines of a table, as thick as a pen at most."""
    height = writing.height
    width = max(0.8, height * float(np.exp(random.uniform(np.log(0.015), np.log(0.18)))))
    left, top, right, bottom = writing.box or (*random.uniform(0, side, 2), side * 0.7, side * 0.8)
    margins = random.uniform(0.02, 0.6, 4) * height + width / 2
    left, top, right, bottom = np.array([left, top, right, bottom]) + margins * (-1, -1, 1, 1)
    is_table = random.random() < 0.4
    over = random.uniform(0, 0.5) * height * (random.random() < 0.6)
    over = 2.0 * side if is_table else over
    lean = np.tan(random.normal(0, 0.04))
    sides = [
        np.array([[left - over, top], [right + over, top + lean * (right - left)]]),
        np.array([[left - over, bottom], [right + over, bottom + lean * (right - left)]]),
        np.array([[left, top - over], [left - lean * (bottom - top), bottom + over]]),
        np.array([[right, top - over], [right - lean * (bottom - top), bottom + over]]),
    ]
    # A line of a table goes on; a line that ends is a side of a whole frame, or it would be a 1.
    kept = [path for path in sides if not is_table or random.random() < 0.8]
    if random.random() < 0.25:  # a double line
        apart = random.uniform(1.5, 3) * width
        kept = [*kept, *(path + apart for path in kept)]
    return _lines(side, kept, width) if kept else np.zeros((side, side), np.float32)


@functools.lru_cache(maxsize=256)
def _font(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(mpl.get_data_path(), "fonts", "ttf", name)), pixels)


def _word(random: Random) -> str:
    numbers = random.random() < PRINTED_DIGITS_SHARE
    symbols = string.digits + ".,-/" if numbers else string.ascii_letters + string.ascii_lowercase
    return "".join(random.choice(list(symbols), size=random.integers(1, 10)))


def _words(side: int, height: float, random: Random) -> Floats:
    """Return printed words, in one place or as a whole page of them."""
    page = PillowImage.new("L", (side, side))
    pen = ImageDraw.Draw(page)
    font = FONTS[int(random.integers(len(FONTS)))]
    pixels = int(np.clip(height * random.uniform(0.2, 0.9), 6, 80))
    fill = int(random.integers(110, 256))
    if random.random() < 0.3:
        top = random.uniform(-pixels, pixels)
        spacing = pixels * random.uniform(1.1, 2)
        for line in range(int(side / spacing) + 1):
            text = " ".join(_word(random) for _ in range(2 + side // (2 * pixels)))
            pen.text(
                (random.uniform(-20, 10), top + line * spacing), text, fill, _font(font, pixels)
            )
    else:
        for _ in range(int(random.integers(1, 4))):
            place = random.uniform(-0.2, 0.9, 2) * side
            pen.text((place[0], place[1]), _word(random), fill, _font(font, pixels))
    return np.asarray(page, np.float32) / np.float32(255)


def _specks(side: int, random: Random) -> Floats:
    """Return specks of dirt, hairs and holes."""
    cover = np.zeros((side, side), np.float32)
    for _ in range(int(random.integers(1, 9))):
        x, y = (int(value) for value in random.integers(0, side, 2))
        if random.random() < 0.2:
            path = np.cumsum(random.normal(0, 4, (8, 2)), axis=0) + np.array([x, y])
            cover = np.maximum(cover, _lines(side, [path], 0.8))
        else:
            axes = tuple(int(value) for value in random.integers(0, 3, 2))
            cv2.ellipse(cover, (x, y), axes, 0, 0, 360, random.uniform(0.3, 1), cv2.FILLED)
    return cover
