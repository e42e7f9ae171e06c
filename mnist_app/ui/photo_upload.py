"""An uploaded picture as its ink and a small copy for the page, one picture at a time.

Reading a photograph of 64 megapixels takes hundreds of megabytes of memory. The uploads of all
sessions are read one after the other, so that four at once need no more memory than one.
"""

import re
import threading
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image as PillowImage

from mnist_app.arrays import Image
from mnist_app.photo.cleaning import find_ink
from mnist_app.preprocessing.image_files import decode_picture
from mnist_app.ui.pictures import reduced, to_rgb

_SAFE_NAME: Final = re.compile(r"[\w .,()-]{1,60}")
"""File names that a page may repeat. They contain no Markdown."""
_ONE_AT_A_TIME: Final = threading.Lock()
_BACKGROUND: Final = 128
"""Grey level under transparent pixels; dark and light ink are both visible on it."""

# Pillow allocates memory in blocks. The C library keeps freed blocks for the thread that freed
# them unless they are larger than this, so a server would soon hold one large picture per thread.
PillowImage.core.set_block_size(64 * 2**20)  # type: ignore[attr-defined]


@dataclass(frozen=True, eq=False)
class UploadedPhoto:
    """An uploaded picture that was read.

    ``preview`` uint8 (h, w, 3) RGB is at most `pictures.MAXIMUM_SIDE` high and wide; ``ink`` uint8
    (h, w) is found by `mnist_app.photo.cleaning`; ``size`` is width and height of the picture.
    """

    name: str
    preview: Image
    ink: Image
    size: tuple[int, int]
    is_photograph: bool


def read_upload(content: bytes, file_name: str) -> UploadedPhoto:
    """Return the picture in a file; raises `InvalidImageError` if it cannot be read."""
    name = file_name if _SAFE_NAME.fullmatch(file_name) else "This file"
    with _ONE_AT_A_TIME:
        pixels = decode_picture(content, name)
        found = find_ink(pixels)
        height, width = pixels.shape[:2]
        return UploadedPhoto(
            name, _preview(pixels), found.ink, (width, height), found.is_photograph
        )


def _preview(pixels: Image) -> Image:
    """Return ``pixels``, grey, RGB or RGBA, as RGB of the page's size."""
    small = reduced(pixels)
    if small.ndim == 2:  # noqa: PLR2004
        return to_rgb(small)
    if small.shape[2] == 3:  # noqa: PLR2004
        return small
    opacity = small[..., 3:].astype(np.float32) / 255
    blended = small[..., :3] * opacity + _BACKGROUND * (1 - opacity)
    return np.ascontiguousarray(blended, np.uint8)
