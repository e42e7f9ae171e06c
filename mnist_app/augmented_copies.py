"""Shifted and rotated copies of an image, over which predictions are averaged.

The mean over several shifted copies is steadier than one prediction: fewer digits are misread and
fewer other drawings are accepted (test-time augmentation; Krizhevsky et al. 2012, “ImageNet
Classification with Deep Convolutional Neural Networks”, section 4.1).

Rotated copies are rotated farther than the training images. A digit is still read as one then;
another drawing that resembles a digit mostly is not.
"""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Floats, Images

SHIFTS: Final = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
"""Shift of each copy to the right and down, in pixels; the first copy is the image itself."""
COUNTS: Final = (1, len(SHIFTS))
"""Possible numbers of shifted copies: the image alone, or all."""


def shifted_copies(images: Images, count: int) -> Images:
    """Return ``count`` copies of images uint8 (n, height, width): uint8 (count, n, height, width).

    Pixels shifted over the edge are lost; those that come in are paper, 0.
    """
    height, width = images.shape[1:]
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    return np.stack(
        [
            framed[:, 1 - down : 1 - down + height, 1 - right : 1 - right + width]
            for right, down in SHIFTS[:count]
        ]
    )


def mean_over_copies(predict: Callable[[Images], Floats], images: Images, count: int) -> Floats:
    """Return the mean of ``predict`` over ``count`` shifted copies of images (n, 28, 28)."""
    copies = shifted_copies(images, count)
    return np.asarray(np.mean([predict(copy) for copy in copies], axis=0), np.float32)


def rotated_copies(images: Images, degrees: float) -> Images:
    """Return images uint8 (n, height, width), rotated: uint8 (2, n, height, width).

    The first copy is rotated counter-clockwise about the image's centre, the second clockwise.
    Pixels that come in are paper, 0.
    """
    height, width = images.shape[1:]
    copies = np.empty((2, *images.shape), np.uint8)
    for side, angle in enumerate((degrees, -degrees)):
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
        for index, image in enumerate(images):
            copies[side, index] = cv2.warpAffine(image, matrix, (width, height))
    return copies
