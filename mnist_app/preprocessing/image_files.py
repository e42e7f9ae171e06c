"""Picture files to arrays of pixels, upright, in one of the forms that `canvas.to_ink` takes."""

import io
import os
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, UnidentifiedImageError
from PIL import Image as PillowImage

from mnist_app.errors import InvalidImageError
from mnist_app.preprocessing.ink_extraction import MAXIMUM_PIXELS

try:
    import pillow_heif
except ImportError:  # it has no wheel for every machine, and everything else works without it
    HAS_HEIC = False
else:
    HAS_HEIC = True
    # Thumbnails and depth images are never looked at.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", *(("HEIF",) if HAS_HEIC else ()))
NAMES: Final = ("PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF", *(("HEIC",) if HAS_HEIC else ()))
"""The formats as people call them."""
SUFFIXES: Final = frozenset(
    {".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
    | ({".heic", ".heif", ".hif"} if HAS_HEIC else set())
)
MOST_SCANS: Final = 100
"""A progressive JPEG has about ten; each one costs as much time as a picture of its own."""
ROWS: Final = 256
"""So many rows are converted at a time: no second copy of a large picture is made."""
DEEPEST_DARK: Final = 16.0
"""A 16-bit picture is brightened by at most this factor: more would show noise alone."""
_START_OF_SCAN: Final = b"\xff\xda"
_ONE_AT_A_TIME: Final = threading.Lock()
"""Decoding takes up to eight bytes a pixel, and Python's filter of warnings is one for all threads.
"""
_DAMAGE: Final = (
    OSError,
    SyntaxError,  # Pillow's word for a broken PNG
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    cv2.error,
    MemoryError,
    AttributeError,
    RuntimeError,
    NotImplementedError,
    struct.error,
    zlib.error,
)
_SIXTEEN_BIT: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
_UPRIGHT: Final = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels.swapaxes(0, 1)[:, ::-1],
    7: lambda pixels: pixels.swapaxes(0, 1)[::-1, ::-1],
    8: lambda pixels: pixels.swapaxes(0, 1)[::-1],
}
"""What brings a picture with this EXIF orientation upright; 1 is upright already."""


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
        with _opened(content) as picture:
            width, height = picture.size
            if width * height > MAXIMUM_PIXELS:
                raise InvalidImageError(_too_large(name, str(-(-width * height // 1_000_000))))
            if picture.format == "JPEG" and content.count(_START_OF_SCAN) > MOST_SCANS:
                raise InvalidImageError(
                    f"{name} is made to take very long to open. Save the picture again and retry."
                )
            pixels = _webp(content) if picture.format == "WEBP" else _pixels(picture)
            return _upright(pixels, picture)
    except (PillowImage.DecompressionBombError, PillowImage.DecompressionBombWarning) as error:
        raise InvalidImageError(
            _too_large(name, f"more than {(PillowImage.MAX_IMAGE_PIXELS or 0) // 1_000_000}")
        ) from error
    except UnidentifiedImageError as error:
        raise InvalidImageError(
            f"{name} is not a picture that can be read here. "
            f"Save it as {', '.join(NAMES[:-1])} or {NAMES[-1]}."
        ) from error
    except _DAMAGE as error:
        raise InvalidImageError(
            f"{name} is damaged or incomplete. Save or send the picture again."
        ) from error


@contextmanager
def _opened(content: bytes) -> Iterator[PillowImage.Image]:
    """Read the header. Pillow's warnings are not for people who wait for our own words."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", PillowImage.DecompressionBombWarning)
        picture = PillowImage.open(io.BytesIO(content), formats=FORMATS)
        try:
            yield picture
        finally:
            picture.close()  # frees its pixels at once; leaving a with statement does not


def _too_large(name: str, megapixels: str) -> str:
    return (
        f"{name} has {megapixels} megapixels; at most {MAXIMUM_PIXELS / 1e6:.0f} are read. "
        "Make it smaller first."
    )


def _webp(content: bytes) -> npt.NDArray[np.uint8]:
    """Return the first frame of a WebP file, for which Pillow needs 16 bytes a pixel."""
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint8 or pixels.ndim != 3:  # noqa: PLR2004
        raise OSError("OpenCV cannot decode it")
    swap = cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA  # noqa: PLR2004
    return np.asarray(cv2.cvtColor(pixels, swap, dst=pixels), np.uint8)


def _pixels(picture: PillowImage.Image) -> npt.NDArray[np.uint8]:
    picture.load()
    width, height = picture.size
    if picture.mode in _SIXTEEN_BIT:
        return _to_eight_bits(picture)
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode in ("1", "L") and not picture.has_transparency_data:
        mode = "L"
    pixels = np.empty((height, width) if mode == "L" else (height, width, len(mode)), np.uint8)
    for rows, band in _bands(picture):
        pixels[rows] = np.asarray(band.convert(mode), np.uint8)
    return pixels


def _bands(picture: PillowImage.Image) -> Iterator[tuple[slice, PillowImage.Image]]:
    width, height = picture.size
    for top in range(0, height, ROWS):
        bottom = min(top + ROWS, height)
        yield slice(top, bottom), picture.crop((0, top, width, bottom))


def _to_eight_bits(picture: PillowImage.Image) -> npt.NDArray[np.uint8]:
    """Return levels of any range stretched over 0-255; an even picture stays even.

    In 16-bit levels 0 stays 0, and they are stretched by `DEEPEST_DARK` at most.
    """
    low, high = np.inf, -np.inf
    for _, band in _bands(picture):
        levels = np.asarray(band, np.float32)
        finite = levels[np.isfinite(levels)]
        low = min(low, float(finite.min(initial=np.inf)))
        high = max(high, float(finite.max(initial=-np.inf)))
    if picture.mode.startswith("I;16"):
        low, high = 0.0, max(high, np.iinfo(np.uint16).max / DEEPEST_DARK)
    span = high - low if high > low else 1.0
    pixels = np.empty((picture.height, picture.width), np.uint8)
    for rows, band in _bands(picture):
        share = (np.asarray(band, np.float32) - np.float32(low if np.isfinite(low) else 0)) / span
        share = np.clip(np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
        pixels[rows] = (share * 255.0 + 0.5).astype(np.uint8)
    return pixels


def _upright(pixels: npt.NDArray[np.uint8], picture: PillowImage.Image) -> npt.NDArray[np.uint8]:
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except _DAMAGE:
        return pixels  # the picture is whole, what is written about it is not
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))
