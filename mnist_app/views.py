"""Several views of an image, as it is and shifted by a pixel: what is said of them is averaged.

A network says something a little different of an image that is shifted. The mean of several answers
is steadier than each of them: fewer digits are misread, and fewer other things pass for a digit. It
is called test-time augmentation (Krizhevsky et al. 2012, “ImageNet Classification with Deep
Convolutional Neural Networks”, section 4.1).
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

SHIFTS: Final = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
"""By how many pixels each view is shifted to the right and down."""
COUNTS: Final = (1, len(SHIFTS))
"""How many views there may be: the image as it is alone, or all."""


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
