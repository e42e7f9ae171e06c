"""What an uploaded picture becomes: its ink, and a small copy to show. One picture at a time.

A photograph of 64 megapixels takes hundreds of megabytes while it is read. Pages of all sessions
take turns, so that four uploads at once need no more memory than one.
"""

import re
import threading
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image as PillowImage

from mnist_app.arrays import Image
from mnist_app.photo.cleaning import find_ink
from mnist_app.preprocessing.image_files import decode_picture

SHOWN_SIDE: Final = 1000
"""Pixels of the longer side of what the page shows."""
_HARMLESS: Final = re.compile(r"[\w .,()-]{1,60}")
"""What of a file's name is repeated on the page: nothing that Markdown would take for a picture."""
_ONE_AT_A_TIME: Final = threading.Lock()

# Pillow takes memory in blocks, which the C library keeps for the thread that freed them unless
# they are larger than this: a server would soon hold one large picture for each of its threads.
PillowImage.core.set_block_size(64 * 2**20)  # type: ignore[attr-defined]


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture that was taken in.

    ``shown`` uint8 (h, w, 3) RGB, at most `SHOWN_SIDE` high and wide; ``ink`` uint8 (h, w), as
    `mnist_app.photo.cleaning` finds it; ``size`` width and height of the picture itself.
    """

    name: str
    shown: Image
    ink: Image
    size: tuple[int, int]
    is_photograph: bool


def take_in(content: bytes, file_name: str) -> Photo:
    """Return what the file holds; raises `InvalidImageError` if it cannot be read."""
    name = file_name if _HARMLESS.fullmatch(file_name) else "This file"
    with _ONE_AT_A_TIME:
        pixels = decode_picture(content, name)
        found = find_ink(pixels)
        height, width = pixels.shape[:2]
        return Photo(name, _to_show(pixels), found.ink, (width, height), found.is_photograph)


def _to_show(pixels: Image) -> Image:
    """Return ``pixels`` as RGB, reduced; what is transparent lies on grey, that hides no ink."""
    height, width = pixels.shape[:2]
    factor = min(1.0, SHOWN_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if small.ndim == 2:  # noqa: PLR2004
        return np.repeat(np.asarray(small, np.uint8)[..., np.newaxis], 3, axis=2)
    if small.shape[2] == 4:  # noqa: PLR2004
        share = small[..., 3:].astype(np.float32) / 255
        small = small[..., :3] * share + 128 * (1 - share)
    return np.ascontiguousarray(small, np.uint8)
