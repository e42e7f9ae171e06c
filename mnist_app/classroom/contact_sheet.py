"""Many small images as one picture."""

from typing import Final

import numpy as np

from mnist_app.arrays import Image, Images
from mnist_app.preprocessing.normalize import IMAGE_SIDE

COLUMNS: Final = 20
SCALE: Final = 2
"""Pixels of the sheet along each side of a pixel."""
GAP: Final = 4
"""Pixels between images and around them."""


def contact_sheet(images: Images) -> Image:
    """Return images uint8 (n, 28, 28), at least one, in rows of 20: uint8, dark ink on white."""
    columns = min(COLUMNS, len(images))
    rows = -(-len(images) // columns)
    side = IMAGE_SIDE * SCALE
    sheet = np.full((rows * (side + GAP) + GAP, columns * (side + GAP) + GAP), 255, np.uint8)
    for index, image in enumerate(images):
        top, left = (GAP + place * (side + GAP) for place in divmod(index, columns))
        sheet[top : top + side, left : left + side] = 255 - image.repeat(SCALE, 0).repeat(SCALE, 1)
    return sheet
