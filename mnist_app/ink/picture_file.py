"""Picture files to arrays of pixels, upright, in one of the forms that `canvas.to_ink` takes."""

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageOps, UnidentifiedImageError

from mnist_app.errors import InvalidImageError
from mnist_app.ink.canvas import MAXIMUM_PIXELS

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
_DAMAGE: Final = (
    OSError,
    SyntaxError,  # Pillow's word for a broken PNG
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    MemoryError,
    AttributeError,
    struct.error,
    zlib.error,
    PillowImage.DecompressionBombError,
)
_SIXTEEN_BIT: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")


def read_picture(path: str | os.PathLike[str]) -> npt.NDArray[np.uint8]:
    """Return the first frame of a picture file, turned upright by its EXIF orientation.

    The array is uint8 (height, width), (height, width, 3) RGB or (height, width, 4) RGBA. Raises
    `InvalidImageError` if the file is missing, no picture, damaged or larger than 64 megapixels.
    """
    name = Path(path).name
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InvalidImageError(
            f"{name} cannot be opened ({error.strerror or 'unknown reason'}). "
            "Check the path and the permission to read it."
        ) from error
    return decode_picture(content, name)


def decode_picture(content: bytes, name: str) -> npt.NDArray[np.uint8]:
    """Return the picture in ``content``; ``name`` is what messages call it. Else as above."""
    if not content:
        raise InvalidImageError(f"{name} is empty. Save the picture again and retry.")
    try:
        with PillowImage.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAXIMUM_PIXELS:
                raise InvalidImageError(
                    f"{name} has {width * height / 1e6:.0f} megapixels; at most "
                    f"{MAXIMUM_PIXELS / 1e6:.0f} are read. Make it smaller first."
                )
            return _pixels(picture)
    except UnidentifiedImageError as error:
        raise InvalidImageError(
            f"{name} is not a picture that can be read here. "
            f"Save it as {', '.join(FORMATS[:-1])} or {FORMATS[-1]}."
        ) from error
    except _DAMAGE as error:
        raise InvalidImageError(
            f"{name} is damaged or incomplete. Save or send the picture again."
        ) from error


def _pixels(picture: PillowImage.Image) -> npt.NDArray[np.uint8]:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in _SIXTEEN_BIT:
        return _to_eight_bits(np.asarray(upright, np.float64))
    if upright.mode in ("1", "L"):
        return np.asarray(upright.convert("L"), np.uint8)
    return np.asarray(upright.convert("RGBA" if upright.has_transparency_data else "RGB"), np.uint8)


def _to_eight_bits(levels: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Return levels of any range stretched over 0-255; an even picture stays even."""
    low, high = float(np.nanmin(levels)), float(np.nanmax(levels))
    span = high - low if high > low else 1.0
    return np.asarray(np.nan_to_num((levels - low) / span, nan=0.0) * 255.0 + 0.5, np.uint8)
