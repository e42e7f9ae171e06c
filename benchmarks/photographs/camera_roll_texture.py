"""Irregularities of real surfaces: grain that repeats unseen, and broad clouds."""

from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.photograph import Floats

Colour = tuple[float, float, float]

_TILE: Final = 512


def grain(random: np.random.Generator, shape: tuple[int, int], size: float) -> Floats:
    """Return noise of mean 0 and deviation 1 whose grains are about ``size`` pixels wide.

    It repeats every 512 pixels, which nobody sees in the few per cent that it is used for.
    """
    sigma = max(0.0, size - 0.6) / 2
    reach = int(4 * sigma) + 1
    tile: Floats = random.standard_normal((_TILE, _TILE), np.float32)
    if sigma > 0.2:
        padded = np.pad(tile, reach, mode="wrap")
        tile = cv2.GaussianBlur(padded, (0, 0), sigma)[reach:-reach, reach:-reach]
    tile = (tile - tile.mean()) / tile.std()
    times = (-(-shape[0] // _TILE), -(-shape[1] // _TILE))
    return np.tile(tile, times)[: shape[0], : shape[1]].astype(np.float32, copy=False)


def clouds(random: np.random.Generator, shape: tuple[int, int], cells: tuple[int, int]) -> Floats:
    """Return smooth noise of deviation about 1 with so many cells down and across the picture."""
    coarse = random.standard_normal((max(2, cells[0]), max(2, cells[1])), np.float32)
    return np.asarray(
        cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32
    )
