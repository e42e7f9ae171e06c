"""An uploaded picture as its number, its ink and a small copy, read in a child process.

Decoding and reading a file of up to 64 megapixels takes seconds and hundreds of megabytes. Child
processes do it, several at once, each within a budget; what comes back and is kept is small. This
module imports no Streamlit, so that a child starts quickly.
"""

import functools
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, ParamSpec, Self, TypeVar

import numpy as np

from mnist_app.arrays import Image
from mnist_app.errors import BusyError, InvalidImageError, OverBudgetError
from mnist_app.photo.cleaning import find_ink
from mnist_app.preprocessing.image_files import decode_picture
from mnist_app.recognizer import NumberReading, Recognizer
from mnist_app.server import limits
from mnist_app.ui.pictures import decode_jpeg, jpeg, reduced, to_rgb
from mnist_app.worker_pool import WorkerPool

P = ParamSpec("P")
R = TypeVar("R")

PREVIEW_QUALITY: Final = 95
"""JPEG quality, from 0 to 100, of the copy in which boxes are drawn later."""

_POOL: Final = WorkerPool(
    limits.PHOTO_WORKERS,
    kept=limits.KEPT_PHOTO_WORKERS,
    memory=limits.PHOTO_MEMORY_BYTES,
    patience=limits.PHOTO_WAIT_SECONDS,
    preload=__name__,
)
_SAFE_NAME: Final = re.compile(r"[\w .,()-]{1,60}")
"""File names that a page may repeat. They contain no Markdown."""
_BACKGROUND: Final = 128
"""Grey level under transparent pixels; dark and light ink are both visible on it."""


class ModelVersion(NamedTuple):
    """A bundle as it is on disk now: its absolute folder, and a number that changes with it."""

    folder: str
    version: int


class PackedImage(NamedTuple):
    """An image of ink, uint8 (height, width), compressed without loss."""

    shape: tuple[int, ...]
    content: bytes

    @classmethod
    def of(cls, image: Image) -> Self:
        """Return ``image`` compressed."""
        return cls(image.shape, zlib.compress(image.tobytes(), 1))

    def unpacked(self) -> Image:
        """Return the image, read only."""
        return np.frombuffer(zlib.decompress(self.content), np.uint8).reshape(self.shape)


@dataclass(frozen=True, eq=False)
class UploadedPhoto:
    """An uploaded picture that was read; a few hundred kilobytes.

    ``jpeg`` is the picture and ``small_ink`` its ink, each at most `pictures.MAXIMUM_SIDE` high
    and wide; ``ink`` is the whole ink, which `mnist_app.photo.cleaning` found. ``size`` is width
    and height of the picture. ``readings`` has the reading by each model that was asked, or why
    that model cannot read it.
    """

    name: str
    size: tuple[int, int]
    is_photograph: bool
    jpeg: bytes
    small_ink: PackedImage
    ink: PackedImage
    readings: dict[ModelVersion, NumberReading | InvalidImageError] = field(default_factory=dict)

    def preview(self) -> Image:
        """Return the picture, uint8 (height, width, 3) RGB."""
        return decode_jpeg(self.jpeg)


def read_upload(content: bytes, file_name: str, model: ModelVersion) -> UploadedPhoto:
    """Return the picture in a file, with its reading by ``model``.

    Raises `InvalidImageError` if it cannot be read within the budget, `BundleError` if there is no
    such model any more.
    """
    name = file_name if _SAFE_NAME.fullmatch(file_name) else "This file"
    return _in_child(name, _read_upload, content, name, model)


def read_number(photo: UploadedPhoto, model: ModelVersion) -> NumberReading:
    """Return the number in ``photo`` as ``model`` reads it; raises what `read_upload` raises.

    Each model reads a photo once.
    """
    if model not in photo.readings:
        try:
            found = _in_child(photo.name, _read_ink, photo.ink, photo.size, model)
        except _TooCostlyError as error:
            photo.readings[model] = error.with_traceback(None)
            raise
        photo.readings[model] = found
    reading = photo.readings[model]
    if isinstance(reading, InvalidImageError):
        raise reading
    return reading


class _TooCostlyError(InvalidImageError):
    """A picture is over its budget; it will be again."""


def _in_child(name: str, work: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
    """Return what ``work`` returns in a child; ``name`` is the file in messages."""
    try:
        return _POOL.call(limits.PHOTO_SECONDS, work, *args, **options)
    except OverBudgetError as error:
        raise _TooCostlyError(
            f"{name} takes too long, or too much memory, to read. "
            "Make the picture smaller or cut out the number, then choose it again."
        ) from error
    except BusyError as error:
        raise InvalidImageError(
            "Other people's photos are being read. Wait half a minute, then choose the photo again."
        ) from error


def _read_upload(content: bytes, name: str, model: ModelVersion) -> UploadedPhoto:
    """Do the work of `read_upload`."""
    pixels = decode_picture(content, name)
    del content
    height, width = pixels.shape[:2]
    found = find_ink(pixels)
    preview = _preview(pixels)
    del pixels
    number = _recognizer(*model).read_number_in_ink(found.ink, (height, width))
    return UploadedPhoto(
        name,
        (width, height),
        found.is_photograph,
        jpeg(preview, PREVIEW_QUALITY),
        PackedImage.of(reduced(found.ink)),
        PackedImage.of(found.ink),
        {model: number},
    )


def _read_ink(ink: PackedImage, size: tuple[int, int], model: ModelVersion) -> NumberReading:
    """Do the work of `read_number`."""
    return _recognizer(*model).read_number_in_ink(ink.unpacked(), size[::-1])


@functools.lru_cache(maxsize=2)
def _recognizer(folder: str, version: int) -> Recognizer:  # noqa: ARG001 (part of the cache's key)
    return Recognizer.load(Path(folder))


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
