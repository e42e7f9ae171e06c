"""An uploaded picture as a small copy, and its ink and number, read in a child process.

Decoding and reading a file of up to 64 megapixels takes seconds and hundreds of megabytes. Child
processes do it, several at once, each within a budget; what comes back and is kept is small. This
module imports no Streamlit, so that a child starts quickly.
"""

import functools
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple, ParamSpec, Self, TypeVar

import numpy as np

from mnist_app.arrays import Image
from mnist_app.errors import BusyError, InvalidImageError, OverBudgetError
from mnist_app.prediction import NumberReading
from mnist_app.preprocessing.image_files import decode_picture
from mnist_app.preprocessing.normalize import Box
from mnist_app.recognizer import Recognizer
from mnist_app.server import limits
from mnist_app.ui.photo_view import WHOLE, View
from mnist_app.ui.pictures import decode_jpeg, jpeg, reduced, to_rgb
from mnist_app.words import _, mark
from mnist_app.worker_pool import WorkerPool

P = ParamSpec("P")
R = TypeVar("R")

PREVIEW_QUALITY: Final = 95
"""JPEG quality, from 0 to 100, of the copy in which boxes are drawn later."""
MAXIMUM_VIEWS: Final = 4
"""Views of a photo that are kept: the first one, to which a person returns, and the latest."""

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
class ViewInk:
    """The ink in one view of a picture; a hundred kilobytes.

    ``region`` is the part of the turned picture that was read, in its pixels. ``ink`` is the ink
    in it and ``small_ink`` the same, at most `pictures.MAXIMUM_SIDE` high and wide. ``readings``
    has the reading by each model that was asked, or why that model cannot read it.
    """

    region: Box
    is_photograph: bool
    small_ink: PackedImage
    ink: PackedImage
    readings: dict[ModelVersion, NumberReading | InvalidImageError] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class UploadedPhoto:
    """An uploaded picture; a few hundred kilobytes.

    ``size`` is width and height of the picture, ``jpeg`` a copy that is at most
    `pictures.MAXIMUM_SIDE` high and wide. ``views`` has the ink of each view that was read, or why
    that view cannot be read.
    """

    name: str
    size: tuple[int, int]
    jpeg: bytes
    views: dict[View, ViewInk | InvalidImageError] = field(default_factory=dict)

    def preview(self, view: View = WHOLE) -> Image:
        """Return the whole picture as turned in ``view``, uint8 (height, width, 3) RGB."""
        return view.turn(decode_jpeg(self.jpeg))

    def keep(self, view: View, found: ViewInk | InvalidImageError) -> None:
        """Add what was found in ``view``; only the first and the latest views are kept."""
        self.views[view] = found
        for old in list(self.views)[1 : 1 - MAXIMUM_VIEWS]:
            del self.views[old]


def read_upload(
    content: bytes, file_name: str, model: ModelVersion, view: View = WHOLE
) -> UploadedPhoto:
    """Return the picture in a file, with the reading of ``view`` by ``model``.

    Raises `InvalidImageError` if it cannot be read within the budget or has no such view,
    `BundleError` if there is no such model any more.
    """
    name = file_name if _SAFE_NAME.fullmatch(file_name) else _("This file")
    return _in_child(name, _read_upload, content, name, model, view)


def read_view(
    photo: UploadedPhoto, view: View, model: ModelVersion, content: Callable[[], bytes]
) -> tuple[ViewInk, NumberReading]:
    """Return the ink in ``view`` of ``photo`` and the number that ``model`` reads there.

    Each model reads a view once. ``content`` returns the photo's file and is called for a view
    that is not kept. Raises what `read_upload` and ``content`` raise.
    """
    view.region(photo.size)
    if view not in photo.views:
        try:
            new = read_upload(content(), photo.name, model, view).views[view]
        except _TooCostlyError as error:
            new = error.with_traceback(None)
        photo.keep(view, new)
    found = photo.views[view]
    if isinstance(found, InvalidImageError):
        raise found
    if model not in found.readings:
        try:
            found.readings[model] = _in_child(photo.name, _read_ink, found.ink, found.region, model)
        except _TooCostlyError as error:
            found.readings[model] = error.with_traceback(None)
    reading = found.readings[model]
    if isinstance(reading, InvalidImageError):
        raise reading
    return found, reading


class _TooCostlyError(InvalidImageError):
    """A picture is over its budget; it will be again."""


def _in_child(name: str, work: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
    """Return what ``work`` returns in a child; ``name`` is the file in messages."""
    try:
        return _POOL.call(limits.PHOTO_SECONDS, work, *args, **options)
    except OverBudgetError as error:
        raise _TooCostlyError(
            mark(
                "{name} takes too long, or too much memory, to read. Make the picture smaller or "
                "cut out the number, then choose it again."
            ),
            name=name,
        ) from error
    except BusyError as error:
        raise InvalidImageError(
            "Other people's photos are being read. Wait half a minute, then try again."
        ) from error


def _read_upload(content: bytes, name: str, model: ModelVersion, view: View) -> UploadedPhoto:
    """Do the work of `read_upload`."""
    pixels = decode_picture(content, name)
    del content
    height, width = pixels.shape[:2]
    region, preview = view.region((width, height)), jpeg(_preview(pixels), PREVIEW_QUALITY)
    pixels = view.cut(pixels)
    found = _recognizer(*model).find_ink(pixels)
    del pixels
    ink = ViewInk(
        region,
        found.is_photograph,
        PackedImage.of(reduced(found.ink)),
        PackedImage.of(found.ink),
        {model: _number_in(found.ink, region, model)},
    )
    return UploadedPhoto(name, (width, height), preview, {view: ink})


def _read_ink(ink: PackedImage, region: Box, model: ModelVersion) -> NumberReading:
    """Do the work of `read_view` for a view whose ink is known."""
    return _number_in(ink.unpacked(), region, model)


def _number_in(ink: Image, region: Box, model: ModelVersion) -> NumberReading:
    """Return the number in ``ink``, that of a picture's ``region``, with boxes in that picture."""
    x, y, width, height = region
    number = _recognizer(*model).read_number_in_ink(ink, (height, width))
    return NumberReading(
        tuple(
            tuple(
                replace(digit, box=(x + left, y + top, wide, high))
                for digit in line
                if digit.box is not None
                for left, top, wide, high in (digit.box,)
            )
            for line in number.lines
        )
    )


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
