"""Photographs with nothing written in them: sheets, boards, desks, fabric, printed pages.

They have no part in training: the network that finds handwriting has its own grounds.
"""

import string
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import matplotlib as mpl
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from benchmarks.photographs import camera_roll
from benchmarks.photographs.camera_roll_plan import make_plan
from benchmarks.photographs.camera_roll_surface import BLACKBOARD
from benchmarks.photographs.photograph import Floats
from mnist_app.arrays import Image

Random = np.random.Generator

SIZE: Final = (1200, 900)
"""Width and height in pixels of desks, fabric and pages."""
_ANYTHING: Final = [[np.array([[0, 0], [10, 30]], np.float32)]]
"""A stroke: a plan of the camera roll needs something to write, which is not painted."""


def sheet(random: Random) -> Image:
    """Return a sheet of the camera roll before anybody wrote on it."""
    return _unwritten(random, board=False)


def board(random: Random) -> Image:
    """Return a blackboard of the camera roll, wiped."""
    return _unwritten(random, board=True)


def _unwritten(random: Random, *, board: bool) -> Image:
    while True:
        plan = make_plan(_ANYTHING, random)
        if (plan.sheet.kind == BLACKBOARD) == board:
            return camera_roll.paint(plan, with_ink=False)


def desk(random: Random) -> Image:
    """Return a desk of wood: long fibres, bent, in two browns."""
    width, height = SIZE
    fibres: Floats = np.zeros((height, width), np.float32)
    for cells in (12, 40, 150):
        noise = random.standard_normal((cells, 4), np.float32)
        fibres += cv2.resize(noise, SIZE, interpolation=cv2.INTER_CUBIC) / np.sqrt(cells / 12)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bent = y + 30 * np.sin(x / random.uniform(150, 500) + random.uniform(0, 6))
    fibres = cv2.remap(fibres, x, bent, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    share = np.clip(0.5 + 0.25 * fibres, 0, 1)[..., None]
    brown = np.array([1.0, 0.72, 0.45])
    light, dark = brown * random.uniform(0.4, 0.8), brown * random.uniform(0.1, 0.35)
    return _taken(dark + (light - dark) * share, random)


def fabric(random: Random) -> Image:
    """Return cloth: threads over and under each other, checked or not."""
    width, height = SIZE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    period = random.uniform(4, 14)
    over = np.sin(2 * np.pi * x / period) * np.sin(2 * np.pi * y / period) > 0
    shade = np.where(over, np.cos(4 * np.pi * y / period), np.cos(4 * np.pi * x / period))
    cloth = random.uniform(0.2, 0.8, 3) * (1 + random.uniform(0.05, 0.25) * shade[..., None])
    if random.random() < 0.5:
        band = random.uniform(40, 160)
        checks = ((x % band < band / 3).astype(np.float32) + (y % band < band / 3))[..., None]
        cloth = cloth * (1 - 0.3 * checks * random.uniform(0.3, 1, 3))
    return _taken(cloth, random)


def printed_page(random: Random) -> Image:
    """Return a page of printed letters, without digits."""
    font = str(random.choice(["DejaVuSans.ttf", "DejaVuSerif.ttf", "STIXGeneral.ttf"]))
    pixels = int(random.integers(14, 48))
    page = PillowImage.new("L", SIZE, int(random.integers(215, 256)))
    pen = ImageDraw.Draw(page)
    face = ImageFont.truetype(str(Path(mpl.get_data_path(), "fonts", "ttf", font)), pixels)
    for top in range(int(pixels), SIZE[1] - 2 * pixels, int(1.5 * pixels)):
        words = (
            "".join(random.choice(list(string.ascii_lowercase), int(random.integers(2, 10))))
            for _ in range(30)
        )
        pen.text((60, top), " ".join(words).capitalize(), int(random.integers(0, 60)), face)
    grey = np.asarray(page, np.float32)[..., None] / 255
    return _taken(np.power(grey * np.ones(3), 2.2), random)


UNWRITTEN: Final[dict[str, Callable[[Random], Image]]] = {
    "sheets": sheet,
    "blackboards": board,
    "desks": desk,
    "fabric": fabric,
    "printed pages": printed_page,
}


def _taken(scene: Floats, random: Random) -> Image:
    """Return the picture of a flat ``scene`` of reflected light, seen at an angle."""
    width, height = SIZE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    along = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    lit = scene * (1 + random.uniform(0, 0.6) * along)[..., None]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + random.uniform(-0.05, 0.05, (4, 2)).astype(np.float32) * width
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    seen = cv2.warpPerspective(lit.astype(np.float32), matrix, SIZE, borderMode=cv2.BORDER_REFLECT)
    seen = cv2.GaussianBlur(seen, (0, 0), random.uniform(0.6, 1.6))
    levels = 255 * np.power(np.clip(seen, 0, 1), 1 / 2.2) + random.normal(0, 2, seen.shape)
    return np.clip(levels, 0, 255).astype(np.uint8)
