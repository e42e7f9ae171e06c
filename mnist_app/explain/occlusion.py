"""Measures which ink a prediction depends on, by covering parts of the image.

The method is occlusion sensitivity (Zeiler & Fergus 2014, arXiv:1311.2901, section 4.2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Image, Images
from mnist_app.preprocessing.normalize import IMAGE_SIDE, Box

COVER_SIDE: Final = 5
"""Side of the cover in pixels; wider than a stroke, narrower than a digit."""
COVER_STEP: Final = 2
"""Distance between neighbouring positions of the cover, in pixels."""

Logits = Callable[[Images], Floats]
"""Computes the logits, float32 (n, classes), of MNIST-style images, uint8 (n, 28, 28)."""


@dataclass(frozen=True, eq=False)
class Occlusion:
    """The effect of covering parts of an image on one class.

    ``importance`` is float32 (28, 28): the decrease of the class's log-odds, averaged over the
    covers that hide the pixel; negative for an increase. ``worst`` is the cover (x, y, width,
    height) with the largest decrease, and ``covered``, uint8 (28, 28), the image with it.
    """

    importance: Floats
    worst: Box
    covered: Image


def occlude(image: Image, logits: Logits, digit: int) -> Occlusion:
    """Return the effect of covers of paper on the log-odds of ``digit``.

    ``image`` is uint8 (28, 28) and has ink; only covers that hide ink are tried. The log-odds are
    those of ``digit`` against all other classes together, before calibration.
    """
    side, last = COVER_SIDE, IMAGE_SIDE - COVER_SIDE
    corners = sorted({*range(0, last, COVER_STEP), last})
    covers = [(x, y) for y in corners for x in corners if image[y : y + side, x : x + side].any()]
    images = np.repeat(image[np.newaxis], len(covers) + 1, axis=0)
    for number, (x, y) in enumerate(covers, 1):
        images[number, y : y + side, x : x + side] = 0
    odds = _log_odds(logits(images), digit)
    decreases = odds[0] - odds[1:]
    total, count = (np.zeros(image.shape) for _ in range(2))
    for (x, y), decrease in zip(covers, decreases, strict=True):
        total[y : y + side, x : x + side] += decrease
        count[y : y + side, x : x + side] += 1
    worst = int(decreases.argmax())
    return Occlusion(
        importance=np.asarray(total / np.maximum(count, 1), np.float32),
        worst=(*covers[worst], side, side),
        covered=images[worst + 1],
    )


def _log_odds(logits: Floats, digit: int) -> npt.NDArray[np.float64]:
    """Return the log-odds, float64 (n,), of ``digit`` against all other classes together."""
    levels = logits.astype(np.float64)
    others = np.delete(levels, digit, axis=1)
    highest = others.max(axis=1, keepdims=True)
    together = np.log(np.exp(others - highest).sum(axis=1)) + highest[:, 0]
    return np.asarray(levels[:, digit] - together)
