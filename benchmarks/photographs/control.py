"""Photographs made in another way: a second opinion on the cleaning of photographs.

`benchmarks.photographs.scene` was there while the cleaning was written, and was looked at for it,
with other writers. These were written afterwards, and first read when nothing had been chosen by
them; the parting of shadows from ink (`mnist_app.ink.shadows`) was then chosen by both, with other
writers. They share no code with those but the drawing of strokes: another layout, other paper,
light, lines and camera.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.photographs.scene import Levels, Random, Scene
from mnist_app.ink.strokes import Stroke, draw

PAPERS: Final = ("printer paper", "ruled pad", "graph pad", "school board")
INKS: Final = {
    "pencil": (95, 95, 100),
    "blue pen": (40, 60, 150),
    "black pen": (35, 35, 40),
    "felt pen": (150, 30, 60),
}
CHALKS: Final = {"chalk": (225, 225, 220)}
SIDES: Final = (900, 2200)


def photograph(digits: list[tuple[npt.NDArray[np.float32], ...]], random: Random) -> Scene:
    """Return a photograph of these digits, as `scene.photograph` does."""
    height = int(random.integers(*SIDES, endpoint=True) * 0.7)
    width = int(height * random.uniform(1.2, 1.5))
    paper = PAPERS[int(random.integers(len(PAPERS)))]
    inks = CHALKS if paper == "school board" else INKS
    pen = list(inks)[int(random.integers(len(inks)))]
    strokes, tall = _written(digits, width, height, random)
    thick = (0.07, 0.13) if pen in ("felt pen", "chalk") else (0.045, 0.09)
    brush = tall * random.uniform(*thick)
    cover = draw([Stroke(points, brush) for points in strokes], height, width)
    share = cover.astype(np.float32) / 255 * random.uniform(0.75, 0.98)
    if pen in ("pencil", "chalk"):
        share *= 1 - 0.5 * (_clouds((height, width), 1.5, random) > 0.9)
    picture = _paper(paper, tall, (height, width), random)
    colour = np.array(inks[pen], np.float32)
    picture += (colour - picture) * share[..., np.newaxis]
    light, name = _light((height, width), random)
    picture = _turned(picture * light[..., np.newaxis], random)
    return Scene(_taken(picture, random), paper, pen, name)


def _written(
    digits: list[tuple[npt.NDArray[np.float32], ...]], width: int, height: int, random: Random
) -> tuple[list[npt.NDArray[np.float32]], float]:
    """Return all strokes in pixels on one slanted, sloping line, and the height of a digit."""
    tall = min(random.uniform(0.18, 0.45) * height, 0.8 * width / len(digits))
    lean, slope = random.normal(0, 0.12), np.tan(np.deg2rad(random.normal(0, 2)))
    strokes, x = [], 0.0
    for digit in digits:
        box = np.concatenate(digit)
        low, high = box.min(axis=0), box.max(axis=0)
        scale = tall * random.normal(1, 0.05) / max(high[1] - low[1], 0.6 * (high[0] - low[0]), 1)
        right = x
        for points in digit:
            y = (points[:, 1] - high[1]) * scale
            across = x + (points[:, 0] - low[0]) * scale - lean * y
            strokes.append(np.stack([across, y + slope * across], axis=1).astype(np.float32))
            right = max(right, float(across.max()))
        x = right + tall * random.uniform(0.15, 0.45)
    together = np.concatenate(strokes)
    low, high = together.min(axis=0), together.max(axis=0)
    frame = np.array([width, height]) * 0.9
    fit = min(1.0, *(frame / (high - low + 0.2 * tall)))
    room = np.array([width, height]) - (high - low) * fit
    corner = room * random.uniform(0.25, 0.75, 2)
    return [((s - low) * fit + corner).astype(np.float32) for s in strokes], tall * fit


def _clouds(shape: tuple[int, int], size: float, random: Random) -> Levels:
    """Return smooth noise of mean 0 and standard deviation 1; ``size`` in pixels."""
    small = (int(shape[0] / size) + 2, int(shape[1] / size) + 2)
    noise = cv2.resize(random.standard_normal(small, np.float32), shape[::-1])
    return np.asarray((noise - noise.mean()) / noise.std(), np.float32)


def _paper(name: str, tall: float, shape: tuple[int, int], random: Random) -> Levels:
    board = name == "school board"
    colour = random.uniform((25, 50, 40), (50, 80, 65)) if board else random.uniform(205, 245, 3)
    picture = np.empty((*shape, 3), np.float32)
    picture[:] = colour if board else np.sort(colour)[::-1]
    picture += (_clouds(shape, 60, random) * 2 + _clouds(shape, 2, random) * 1.5)[..., np.newaxis]
    if name in ("ruled pad", "graph pad"):
        print_colour = random.uniform((120, 140, 160), (170, 190, 225)).astype(np.float32)
        step = tall * (
            random.uniform(0.9, 1.5) if name == "ruled pad" else random.uniform(0.3, 0.6)
        )
        thickness = max(1, round(tall * random.uniform(0.008, 0.02)))
        for y in np.arange(random.uniform(0, step), shape[0], step):
            picture[int(y) : int(y) + thickness] = print_colour
        if name == "graph pad":
            for x in np.arange(random.uniform(0, step), shape[1], step):
                picture[:, int(x) : int(x) + thickness] = print_colour
    return picture


def _light(shape: tuple[int, int], random: Random) -> tuple[Levels, str]:
    """Return what share of the light reaches each pixel: falling off, or with a hand's shadow."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    y, x = y / shape[0] - 0.5, x / shape[1] - 0.5
    light = 0.85 + random.uniform(-0.25, 0.25) * x + random.uniform(-0.25, 0.25) * y
    light -= random.uniform(0, 0.5) * (x * x + y * y)
    light *= random.uniform(0.45, 1.1)
    name = "falling off"
    if random.integers(2):
        name = "a hand's shadow"
        corners = random.uniform(-0.2, 1.2, (4, 2)) * shape[::-1]
        shadow = np.zeros(shape, np.uint8)
        cv2.fillConvexPoly(shadow, cv2.convexHull(np.rint(corners).astype(np.int32)), 255)
        soft = cv2.GaussianBlur(shadow, (0, 0), random.uniform(0.005, 0.03) * shape[1])
        light *= 1 - random.uniform(0.2, 0.55) * soft.astype(np.float32) / 255
    return np.asarray(np.clip(light, 0.12, 1.15), np.float32), name


def _turned(picture: Levels, random: Random) -> Levels:
    """Return the picture seen from a little aside, the edges going on as they are."""
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + random.normal(0, 0.02, (4, 2)).astype(np.float32) * [width, height]
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    seen = cv2.warpPerspective(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(seen, np.float32)


def _taken(picture: Levels, random: Random) -> npt.NDArray[np.uint8]:
    """Return what the camera makes of it: out of focus, tinted, noisy, compressed."""
    radius = random.uniform(0, 1.6)
    if radius > 0.5:  # less is no blur
        side = 2 * int(np.ceil(radius)) + 1
        disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(np.float32)
        picture = np.asarray(cv2.filter2D(picture, -1, disk / disk.sum()), np.float32)
    tinted = picture * random.uniform(0.9, 1.05, 3).astype(np.float32)
    noise = random.standard_normal(tinted.shape, np.float32) * random.uniform(1, 7)
    levels = np.clip(tinted + noise, 0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(40, 92))]
    _, jpeg = cv2.imencode(".jpg", levels, quality)
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)
