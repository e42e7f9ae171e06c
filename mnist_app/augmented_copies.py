"""Several views of an image, as it is and shifted by a pixel: what is said of them is averaged.

A network says something a little different of an image that is shifted. The mean of several answers
is steadier than each of them: fewer digits are misread, and fewer other things pass for a digit. It
is called test-time augmentation (Krizhevsky et al. 2012, “ImageNet Classification with Deep
Convolutional Neural Networks”, section 4.1).

For a second look the image is turned, farther than it was in training. A digit is still one then;
what only happens to look like one mostly no longer does.
"""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

SHIFTS: Final = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
"""By how many pixels each view is shifted to the right and down."""
COUNTS: Final = (1, len(SHIFTS))
"""How many views there may be: the image as it is alone, or all."""

TURN: Final = 25.0
"""Degrees by which the image is turned to either side for a second look."""


def views(images: npt.NDArray[np.uint8], count: int) -> npt.NDArray[np.uint8]:
    """Return ``count`` views of images uint8 (n, height, width): uint8 (count, n, height, width).

    The first are the images as they are. What is shifted out is lost, and paper, 0, comes in.
    """
    height, width = images.shape[1:]
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    return np.stack(
        [
            framed[:, 1 - down : 1 - down + height, 1 - right : 1 - right + width]
            for right, down in SHIFTS[:count]
        ]
    )


def averaged(
    read: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]],
    images: npt.NDArray[np.uint8],
    count: int,
) -> npt.NDArray[np.float32]:
    """Return the mean of what ``read`` says of each of ``count`` views of images (n, 28, 28)."""
    return np.asarray(np.mean([read(view) for view in views(images, count)], axis=0), np.float32)


def turned(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return images uint8 (n, height, width) turned by `TURN`: uint8 (2, n, height, width).

    They turn about their middle, first to the left and then to the right; paper, 0, comes in.
    """
    height, width = images.shape[1:]
    found = np.empty((2, *images.shape), np.uint8)
    for way, degrees in enumerate((TURN, -TURN)):
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
        for place, image in enumerate(images):
            found[way, place] = cv2.warpAffine(image, matrix, (width, height))
    return found
