"""Decodes picture files to upright arrays of pixels that `ink_extraction.to_ink` takes."""

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
from PIL import ExifTags, UnidentifiedImageError
from PIL import Image as PillowImage

from mnist_app.arrays import Image
from mnist_app.errors import InvalidImageError
from mnist_app.preprocessing.file_checks import TooComplexError, check_structure
from mnist_app.preprocessing.ink_extraction import MAXIMUM_PIXELS
from mnist_app.words import mark

try:
    import pillow_heif
except ImportError:  # optional: some platforms have no wheel
    HAS_HEIC = False
else:
    HAS_HEIC = True
    # The embedded thumbnails and depth images are not used.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", *(("HEIF",) if HAS_HEIC else ()))
"""The formats that are read, by Pillow's names of them."""
NAMES: Final = ("PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF", *(("HEIC",) if HAS_HEIC else ()))
"""The formats of `FORMATS` by the names that messages and pages use."""
SUFFIXES: Final = frozenset(
    {".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
    | ({".heic", ".heif", ".hif"} if HAS_HEIC else set())
)
"""The endings of files of these formats, in lower case."""
BAND_ROWS: Final = 256
"""Rows that are converted at a time, so that no second copy of a large picture is in memory."""
MAXIMUM_GAIN: Final = 16.0
"""Maximum factor by which a dark 16-bit picture is brightened; a larger one amplifies noise."""
_DAMAGE: Final = (
    OSError,
    SyntaxError,  # raised by Pillow for a broken PNG
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    cv2.error,
    AttributeError,
    RuntimeError,
    NotImplementedError,
    struct.error,
    zlib.error,
)
"""What decoders raise for a damaged file."""
_SIXTEEN_BIT: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Pillow's modes with more than 8 bits a pixel."""
_UPRIGHT: Final = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels.swapaxes(0, 1)[:, ::-1],
    7: lambda pixels: pixels.swapaxes(0, 1)[::-1, ::-1],
    8: lambda pixels: pixels.swapaxes(0, 1)[::-1],
}
"""Transformation to upright for each EXIF orientation; orientation 1 is upright."""


def read_picture(path: str | os.PathLike[str]) -> Image:
    """Return the first frame of a picture file, rotated upright by its EXIF orientation.

    The array is uint8 (height, width), (height, width, 3) RGB or (height, width, 4) RGBA. Raises
    `InvalidImageError` if the file is missing, not a picture, damaged or larger than 64 megapixels.
    """
    name = Path(path).name
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InvalidImageError(
            "{name} cannot be opened ({reason}). Check the path and the permission to read it.",
            name=name,
            reason=error.strerror or mark("unknown reason"),
        ) from error
    return decode_picture(content, name)


def decode_picture(content: bytes, name: str) -> Image:
    """Return the first frame of the picture file with the bytes ``content``, rotated upright.

    ``name`` stands for the file in error messages. Otherwise the same as `read_picture`.
    """
    if not content:
        raise InvalidImageError(
            "{name} is empty. Save the picture again and retry.",
            name=name,
        )
    try:
        check_structure(content)
        with _opened(content) as picture:
            width, height = picture.size
            if width * height > MAXIMUM_PIXELS:
                raise InvalidImageError(
                    "{name} has {megapixels} megapixels; at most {maximum} are read. Make it "
                    "smaller first.",
                    name=name,
                    megapixels=-(-width * height // 1_000_000),
                    maximum=MAXIMUM_PIXELS // 1_000_000,
                )
            pixels = _webp(content) if picture.format == "WEBP" else _pixels(picture)
            return _upright(pixels, picture)
    except TooComplexError as error:
        raise InvalidImageError(
            "{name} is made to take very long to open. Save the picture again and retry.", name=name
        ) from error
    except PillowImage.DecompressionBombError as error:
        raise InvalidImageError(
            "{name} has more than {megapixels} megapixels; at most {maximum} are read. Make it "
            "smaller first.",
            name=name,
            megapixels=2 * (PillowImage.MAX_IMAGE_PIXELS or 0) // 1_000_000,
            maximum=MAXIMUM_PIXELS // 1_000_000,
        ) from error
    except UnidentifiedImageError as error:
        raise InvalidImageError(
            "{name} is not a picture that can be read here. Save it in one of these formats: "
            "{formats}.",
            name=name,
            formats=", ".join(NAMES),
        ) from error
    except MemoryError as error:
        raise InvalidImageError(
            "{name} needs more memory than there is. Make it smaller first.",
            name=name,
        ) from error
    except _DAMAGE as error:
        raise InvalidImageError(
            "{name} is damaged or incomplete. Save or send the picture again.",
            name=name,
        ) from error


@contextmanager
def _opened(content: bytes) -> Iterator[PillowImage.Image]:
    """Open a picture and read its header, without Pillow's warnings: this module reports errors."""
    with _SILENCE:
        picture = PillowImage.open(io.BytesIO(content), formats=FORMATS)
        try:
            yield picture
        finally:
            picture.close()  # frees the pixels, which leaving a with statement does not


class _SharedSilence:
    """Context manager without warnings that several threads may be in at once.

    Python's warning filters are the whole process's: the first thread that enters sets them, the
    last one that leaves restores them.
    """

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._threads = 0
        self._filters = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            self._threads += 1
            if self._threads == 1:
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.simplefilter("ignore")

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._threads -= 1
            if not self._threads:
                self._filters.__exit__(None, None, None)


_SILENCE: Final = _SharedSilence()


def _webp(content: bytes) -> Image:
    """Return the first frame of a WebP file; Pillow would need 16 bytes a pixel for it."""
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint8 or pixels.ndim != 3:  # noqa: PLR2004
        raise OSError("OpenCV cannot decode it")
    swap = cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA  # noqa: PLR2004
    return np.asarray(cv2.cvtColor(pixels, swap, dst=pixels), np.uint8)


def _pixels(picture: PillowImage.Image) -> Image:
    """Return the pixels of an opened picture: grey if it has no colour, else RGB or RGBA."""
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
    """Yield the picture in bands of `BAND_ROWS` rows, each with its slice of rows."""
    width, height = picture.size
    for top in range(0, height, BAND_ROWS):
        bottom = min(top + BAND_ROWS, height)
        yield slice(top, bottom), picture.crop((0, top, width, bottom))


def _to_eight_bits(picture: PillowImage.Image) -> Image:
    """Return levels of any range stretched to 0-255; a picture of one level stays uniform.

    A level 0 of 16 bits stays 0, and the gain of a 16-bit picture is limited to `MAXIMUM_GAIN`.
    """
    low, high = np.inf, -np.inf
    for _, band in _bands(picture):
        levels = np.asarray(band, np.float32)
        finite = levels[np.isfinite(levels)]
        low = min(low, float(finite.min(initial=np.inf)))
        high = max(high, float(finite.max(initial=-np.inf)))
    if picture.mode.startswith("I;16"):
        low, high = 0.0, max(high, np.iinfo(np.uint16).max / MAXIMUM_GAIN)
    span = high - low if high > low else 1.0
    pixels = np.empty((picture.height, picture.width), np.uint8)
    for rows, band in _bands(picture):
        share = (np.asarray(band, np.float32) - np.float32(low if np.isfinite(low) else 0)) / span
        share = np.clip(np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
        pixels[rows] = (share * 255.0 + 0.5).astype(np.uint8)
    return pixels


def _upright(pixels: Image, picture: PillowImage.Image) -> Image:
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except _DAMAGE:
        return pixels  # only the metadata is damaged
    transform = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return pixels if transform is None else np.ascontiguousarray(transform(pixels))
