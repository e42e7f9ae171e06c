"""How far a sheet is turned in its photograph, by what is printed on it.

Along the right direction, the lines of ruled and squared paper fall into few rows or columns, with
nothing between them (projection profiles: Postl, "Detection of linear oblique structures and skew
scan in digitized documents", 1986).
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image

SIDE: Final = 400
"""Pixels of the longer side of what is looked at."""
LINE_WIDTH: Final = 7
"""Of these pixels; printed lines are narrower."""
STEP: Final = 1.5
"""Degrees."""
UPRIGHT: Final = 9.0
"""Degrees; lines that lean less are found as they are."""
LEAST_PRINTED: Final = 20.0
"""By how much more the profiles vary along the right direction than along most. Dust on a
blackboard and writing alone reach 9, ruled and squared paper 28 and more (pen writers 1 to 20)."""
FAINTEST: Final = 3.0
"""Levels by which a line is darker than the paper beside it."""


def skew_degrees(grey: Image) -> float:
    """Return by how many degrees what is printed in ``grey``, uint8 (height, width), is turned.

    Counter-clockwise as seen, from -45 to 45; 0 where that is little, or where nothing is printed.
    """
    factor = min(1.0, SIDE / max(grey.shape))
    if round(factor * min(grey.shape)) < 2 * LINE_WIDTH:
        return 0.0
    tiny = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    kernel = np.ones((LINE_WIDTH, LINE_WIDTH), np.uint8)
    dark = cv2.morphologyEx(tiny, cv2.MORPH_BLACKHAT, kernel)
    noise = float(np.median(dark))
    lines = (dark > max(FAINTEST, 2 * noise)).view(np.uint8) * _disc(dark.shape)
    angles = np.arange(-45, 45, STEP)
    varied = np.array([_varied(lines, float(angle)) for angle in angles])
    best = float(angles[varied.argmax()])
    is_printed = varied.max() > LEAST_PRINTED * np.median(varied)
    return best if is_printed and abs(best) > UPRIGHT else 0.0


def rotated(picture: Image, degrees: float) -> tuple[Image, npt.NDArray[np.float64]]:
    """Return ``picture`` turned clockwise, wholly seen, and the affine map there, (2, 3)."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1)
    sine, cosine = abs(matrix[0, 1]), abs(matrix[0, 0])
    size = (round(width * cosine + height * sine), round(width * sine + height * cosine))
    matrix[:, 2] += [(size[0] - width) / 2, (size[1] - height) / 2]
    # What is seen at an edge goes on beyond it, or the desk would end there as a stroke does.
    turned = cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8), np.asarray(matrix, np.float64)


def _varied(lines: Image, degrees: float) -> float:
    """Return how much the sums of rows and columns differ from the next but one after turning."""
    height, width = lines.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1)
    turned = cv2.warpAffine(lines, matrix, (width, height), flags=cv2.INTER_NEAREST)
    sums = (cv2.reduce(turned, dim, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel() for dim in (0, 1))
    return max(float(np.square(np.diff(one[::2])).sum()) for one in sums)


def _disc(shape: tuple[int, ...]) -> Image:
    """Return a disc in the middle: whatever the turn, the same pixels are counted."""
    height, width = shape
    disc = np.zeros((height, width), np.uint8)
    middle, radius = (width // 2, height // 2), min(height, width) // 2
    return np.asarray(cv2.circle(disc, middle, radius, 1, cv2.FILLED), np.uint8)
