"""Strokes to bytes and back, all values as they are.

The format, little-endian: number of strokes (uint32); for each stroke, in the order of drawing, its
number of points (uint32) and width (float32); then the points of all strokes (float32 x, y).
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from mnist_app.classroom.class_limits import MAXIMUM_POINTS, MAXIMUM_STROKES
from mnist_app.errors import ClassroomError, InvalidImageError
from mnist_app.preprocessing.strokes import MAXIMUM_CANVAS_PIXELS, Stroke, check_strokes

_COUNT: Final = np.dtype("<u4")
_HEADER: Final = np.dtype([("points", "<u4"), ("width", "<f4")])
_POINT: Final = np.dtype("<f4")


def checked_drawing(strokes: Iterable[object], height: int, width: int) -> list[Stroke]:
    """Return the strokes of one drawing on a canvas of ``height`` and ``width`` pixels.

    Raises `InvalidImageError` if they are no strokes (`check_strokes`) or have no canvas, and
    `ClassroomError` if there are more than `MAXIMUM_STROKES` or `MAXIMUM_POINTS`.
    """
    if height < 1 or width < 1 or height * width > MAXIMUM_CANVAS_PIXELS:
        raise InvalidImageError(
            "A canvas of {width} times {height} pixels cannot be read.",
            width=width,
            height=height,
        )
    checked = check_strokes(strokes)
    points = sum(len(stroke.points) for stroke in checked)
    if len(checked) > MAXIMUM_STROKES or points > MAXIMUM_POINTS:
        raise ClassroomError("This drawing is too long. Press Clear and draw the digit once.")
    return checked


def pack(strokes: Sequence[Stroke]) -> bytes:
    """Return the bytes of ``strokes``."""
    header = np.array([(len(stroke.points), stroke.width) for stroke in strokes], _HEADER)
    points = [np.asarray(stroke.points, _POINT).tobytes() for stroke in strokes]
    return b"".join([np.array(len(strokes), _COUNT).tobytes(), header.tobytes(), *points])


def unpack(packed: bytes) -> list[Stroke]:
    """Return the strokes in bytes that `pack` made. Raises `ValueError` for others."""
    try:
        count = int(np.frombuffer(packed, _COUNT, count=1)[0])
        header = np.frombuffer(packed, _HEADER, count=count, offset=_COUNT.itemsize)
        points = np.frombuffer(packed, _POINT, offset=_COUNT.itemsize + header.nbytes)
        points = points.reshape(header["points"].sum(dtype=np.int64), 2)
    except ValueError:
        raise ValueError("these bytes are no strokes") from None
    ends = np.cumsum(header["points"], dtype=np.int64)
    parts = np.split(points.astype(np.float32), ends[:-1]) if count else []
    return [Stroke(part, float(width)) for part, width in zip(parts, header["width"], strict=True)]
