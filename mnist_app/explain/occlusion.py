"""Which ink matters: cover a piece of the image, read again, and see how much surer it was before.

Occlusion sensitivity, after Zeiler & Fergus 2014 (arXiv:1311.2901, section 4.2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Image
from mnist_app.preprocessing.normalize import IMAGE_SIDE, Box

COVER_SIDE: Final = 5
"""Side of the cover in pixels of the image: wider than a stroke, narrower than a digit."""
STEP: Final = 2
"""Pixels from one place of the cover to the next."""

Logits = Callable[[npt.NDArray[np.uint8]], Floats]
"""Images, uint8 (n, 28, 28), to logits, float32 (n, classes)."""


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What covering pieces of an image does to one class.

    ``importance`` float32 (28, 28): by how much, on average over the covers that hide the pixel,
    the class's log-odds fall; negative where they rise. ``worst`` is the cover (x, y, width,
    height) that makes them fall most, ``covered`` uint8 (28, 28) the image under it.
    """

    importance: Floats
    worst: Box
    covered: Image


def occlude(image: Image, logits: Logits, digit: int) -> Occlusion:
    """Cover squares of ``image``, uint8 (28, 28), with paper and read what is left.

    There must be ink; only covers that hide some are tried. Log-odds are those of ``digit``
    against all other classes together, before calibration.
    """
    side, last = COVER_SIDE, IMAGE_SIDE - COVER_SIDE
    corners = sorted({*range(0, last, STEP), last})
    places = [(x, y) for y in corners for x in corners if image[y : y + side, x : x + side].any()]
    images = np.repeat(image[np.newaxis], len(places) + 1, axis=0)
    for number, (x, y) in enumerate(places, 1):
        images[number, y : y + side, x : x + side] = 0
    odds = _log_odds(logits(images), digit)
    falls = odds[0] - odds[1:]
    total, count = (np.zeros(image.shape) for _ in range(2))
    for (x, y), fall in zip(places, falls, strict=True):
        total[y : y + side, x : x + side] += fall
        count[y : y + side, x : x + side] += 1
    worst = int(falls.argmax())
    return Occlusion(
        importance=np.asarray(total / np.maximum(count, 1), np.float32),
        worst=(*places[worst], side, side),
        covered=images[worst + 1],
    )


def _log_odds(logits: Floats, digit: int) -> npt.NDArray[np.float64]:
    """Return the log-odds, float64 (n,), of ``digit`` against all other classes together."""
    levels = logits.astype(np.float64)
    others = np.delete(levels, digit, axis=1)
    highest = others.max(axis=1, keepdims=True)
    together = np.log(np.exp(others - highest).sum(axis=1)) + highest[:, 0]
    return np.asarray(levels[:, digit] - together)
