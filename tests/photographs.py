"""Photographs that tests share: drawn digits on lined paper or a board, in uneven light."""

import functools
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.ink_network import InkNetwork
from mnist_app.photo import picture_ink
from mnist_app.photo.picture_ink import PictureInk
from tests.drawings import on_background

PAPER, PENCIL = (225, 222, 210), (90, 90, 95)
BOARD, CHALK = (45, 62, 52), (205, 205, 195)


def photographed(
    ink: Image,
    *,
    paper: tuple[int, ...] = PAPER,
    pen: tuple[int, ...] = PENCIL,
    spacing: int = 0,
    squared: bool = False,
    shadow: float = 1.0,
    noise: float = 2.0,
    seed: int = 0,
) -> npt.NDArray[np.uint8]:
    """Return ``ink`` as a camera would see it, uint8 (h, w, 3).

    ``spacing`` is that of the printed lines, 0 for none; ``shadow`` is the share of light that is
    left beyond an edge; the light falls off to the right.
    """
    picture = on_background(ink, paper, pen).astype(np.float32)
    height, width = ink.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    if spacing:
        tilted = y + 0.03 * x
        lines = np.abs(tilted % spacing - spacing / 2) < 1
        if squared:
            lines |= np.abs((x - 0.03 * y) % spacing - spacing / 2) < 1
        picture[lines] *= np.array([0.75, 0.82, 0.92], np.float32)
    light = 1 - 0.4 * x / width
    beyond = 1 / (1 + np.exp(np.clip((0.6 * width - x - 0.4 * y) / 4, -50, 50)))
    light = light * (1 - (1 - shadow) * beyond)
    picture *= light[..., np.newaxis]
    picture += np.random.default_rng(seed).normal(0, noise, picture.shape)
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8)


def shaded(
    picture: npt.NDArray[np.uint8],
    corners: Sequence[tuple[float, float]],
    *,
    dark: float,
    penumbra: float,
) -> npt.NDArray[np.uint8]:
    """Return ``picture``, uint8 (h, w, 3), with a shadow that takes the share ``dark`` of light.

    It is the polygon with these corners (x, y), in shares of width and height; across its edge
    the light changes within about four times ``penumbra`` pixels.
    """
    height, width = picture.shape[:2]
    points = np.rint(np.array(corners) * [width, height]).astype(np.int32)
    mask = cv2.fillPoly(np.zeros((height, width), np.float32), [points], 1.0)
    soft = cv2.GaussianBlur(mask, (0, 0), penumbra)[..., np.newaxis]
    linear = (picture / 255.0) ** 2.2 * (1 - dark * soft)
    return np.floor(255 * linear ** (1 / 2.2) + 0.5).astype(np.uint8)


@functools.cache
def _network() -> InkNetwork:
    return InkNetwork.load()


def find_ink(picture: Image) -> PictureInk:
    """Return the ink in ``picture``, found with the shipped network."""
    return picture_ink.find_ink(picture, _network())


def overlap(found: Image, wanted: Image) -> float:
    """Return how well two inks agree: pixels in both over pixels in either.

    ``wanted`` is resized to the size of ``found``.
    """
    resized = cv2.resize(wanted, found.shape[::-1], interpolation=cv2.INTER_AREA)
    one, other = found >= 128, resized >= 128
    return float((one & other).sum() / max(1, (one | other).sum()))


def slanted(ink: Image, degrees: float = 9) -> Image:
    """Return ``ink`` turned a little, as people write: no stroke runs along a printed line."""
    middle = (ink.shape[1] / 2, ink.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(middle, -degrees, 1)
    return np.asarray(cv2.warpAffine(ink, matrix, ink.shape[::-1]), np.uint8)
