"""Renders pen strokes as a browser's canvas does: round caps and joins, smooth edges."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image, Points
from mnist_app.errors import InvalidImageError
from mnist_app.preprocessing.ink_extraction import MAXIMUM_PIXELS
from mnist_app.preprocessing.normalize import Box

_FixedPoints = npt.NDArray[np.int32]

OVERSAMPLING: Final = 4
"""Subpixels along each side of a pixel; its coverage is their mean, as in browsers."""
CURVE_STEPS: Final = 8
"""Line segments that approximate a quadratic curve between two pointer events."""
MAXIMUM_COORDINATE: Final = 1e6
"""Largest coordinate of a path, in pixels. No screen on which a pointer moves is as large."""
MAXIMUM_PAINT: Final = 1e9
"""Subpixels that `draw` paints segment by segment, one above the other; about 0.4 s. It is 16,000
curves of a brush 22 pixels wide, minutes of scribbling without a pause. A drawing that needs more
is rendered by distance."""
MAXIMUM_CANVAS_PIXELS: Final = 4_000_000
"""Maximum number of pixels of a canvas whose strokes are read as large as they are, as many as of
a drawing in a picture file."""
_COARSE_OVERSAMPLING: Final = 2
"""Subpixels along each side of a pixel where a drawing is rendered by distance."""
_LINE_LENGTH: Final = 3
"""Elements of a command M or L: its name and a point."""
_CURVE_LENGTH: Final = 5
"""Elements of a command Q: its name, control point and end."""
_FRACTION_BITS: Final = 4
"""Binary places of the fixed-point coordinates that OpenCV draws with."""
_TIMES: Final = np.linspace(0.0, 1.0, CURVE_STEPS + 1)[1:]
_BERNSTEIN: Final = np.stack([(1 - _TIMES) ** 2, 2 * _TIMES * (1 - _TIMES), _TIMES**2], axis=1)
"""Bernstein weights of start, control point and end at each step of a quadratic Bézier curve."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """One stroke of the pen.

    ``points`` is float32 (n, 2), x to the right and y down, in pixels of the canvas with (0, 0) at
    its top left corner; ``width`` is the brush width in pixels.
    """

    points: Points
    width: float


def draw(strokes: Iterable[Stroke], height: int, width: int, box: Box | None = None) -> Image:
    """Return the ink of ``strokes`` on a canvas, uint8 (height, width), paper 0, ink 255.

    With ``box``, which lies on the canvas, only the pixels in it are rendered and returned.
    The time has a bound: beyond `MAXIMUM_PAINT` the strokes are rendered with coarser edges.
    """
    left, top, wide, high = box or (0, 0, width, height)
    drawn = [stroke for stroke in strokes if len(stroke.points)]
    lines, widths = _lines(drawn, height, width)
    if sum(map(_paint, lines, widths)) > MAXIMUM_PAINT:
        whole = _draw_by_distance(drawn, height, width)
        return whole[top : top + high, left : left + wide]
    corner = np.array([left, top], np.int32) * (OVERSAMPLING << _FRACTION_BITS)
    fine = np.zeros((high * OVERSAMPLING, wide * OVERSAMPLING), np.uint8)
    for canvas_line, thickness in zip(lines, widths, strict=True):
        line = canvas_line - corner
        if bool((line == line[0]).all()):
            radius = round(thickness / 2 * (1 << _FRACTION_BITS))
            centre = (int(line[0, 0]), int(line[0, 1]))
            cv2.circle(fine, centre, radius, 255, cv2.FILLED, shift=_FRACTION_BITS)
        else:
            cv2.polylines(
                fine, [line.reshape(-1, 1, 2)], False, 255, thickness, shift=_FRACTION_BITS
            )
    ink = cv2.resize(fine, (wide, high), interpolation=cv2.INTER_AREA)
    return np.asarray(ink, np.uint8)


def exceeds_paint(strokes: Sequence[Stroke], height: int, width: int) -> bool:
    """Return whether `draw` renders all ``strokes`` together with coarser edges."""
    lines, widths = _lines(strokes, height, width)
    return sum(map(_paint, lines, widths)) > MAXIMUM_PAINT


def ink_box(strokes: Sequence[Stroke], height: int, width: int) -> Box | None:
    """Return a box on the canvas that holds all ink of ``strokes``, None if there can be none.

    It exceeds the ink by a pixel or two.
    """
    edges = [
        (stroke.points.min(axis=0) - reach, stroke.points.max(axis=0) + reach)
        for stroke in strokes
        if len(stroke.points)
        for reach in (stroke.width / 2 + 1,)
    ]
    if not edges:
        return None
    left, top = np.floor(np.min([low for low, _ in edges], axis=0))
    right, bottom = np.ceil(np.max([high for _, high in edges], axis=0))
    left, right = (int(min(max(edge, 0), width)) for edge in (left, right))
    top, bottom = (int(min(max(edge, 0), height)) for edge in (top, bottom))
    return (left, top, right - left, bottom - top) if left < right and top < bottom else None


def check_strokes(strokes: Iterable[object]) -> list[Stroke]:
    """Return ``strokes`` as a list, without those that have no points.

    Raises `InvalidImageError` for anything but a `Stroke` whose points are numbers (n, 2) of at
    most `MAXIMUM_COORDINATE` and whose width is a number above 0 and at most that.
    """
    found = []
    for stroke in strokes:
        if not isinstance(stroke, Stroke) or not isinstance(stroke.points, np.ndarray):
            raise InvalidImageError("A stroke must be a mnist_app.Stroke with an array of points.")
        points, width = stroke.points, stroke.width
        if points.ndim != 2 or points.shape[1] != 2 or points.dtype.kind not in "fiu":  # noqa: PLR2004
            raise InvalidImageError(
                "The points of a stroke must be numbers (n, 2), not {dtype} {shape}.",
                dtype=points.dtype,
                shape=points.shape,
            )
        if not 0 < width <= MAXIMUM_COORDINATE:
            raise InvalidImageError(
                "The width of a stroke must be above 0, not {width}.",
                width=width,
            )
        if not bool((np.abs(points) <= MAXIMUM_COORDINATE).all()):
            raise InvalidImageError("A stroke has a coordinate that is too large or no number.")
        if len(points):
            found.append(Stroke(points.astype(np.float32), float(width)))
    return found


def fit_strokes(
    strokes: Iterable[object], height: int, width: int
) -> tuple[list[Stroke], int, int]:
    """Return `check_strokes` of ``strokes`` and the height and width of their canvas in pixels.

    A canvas of more than `MAXIMUM_CANVAS_PIXELS` is made smaller, and the strokes with it. Raises
    `InvalidImageError` for a canvas without pixels or with more than are read of a picture, too.
    """
    if height < 1 or width < 1 or height * width > MAXIMUM_PIXELS:
        raise InvalidImageError(
            "A canvas of {width} times {height} pixels cannot be read.",
            width=width,
            height=height,
        )
    checked = check_strokes(strokes)
    scale = (MAXIMUM_CANVAS_PIXELS / (height * width)) ** 0.5
    if scale >= 1:
        return checked, height, width
    smaller = [
        Stroke(stroke.points * np.float32(scale), stroke.width * scale) for stroke in checked
    ]
    return smaller, max(1, int(height * scale)), max(1, int(width * scale))


def _lines(
    strokes: Sequence[Stroke], height: int, width: int
) -> tuple[list[_FixedPoints], list[int]]:
    """Return the points of ``strokes`` and their widths, all in subpixels."""
    lines = [_fixed_point(stroke.points, height, width, OVERSAMPLING) for stroke in strokes]
    return lines, [max(1, round(stroke.width * OVERSAMPLING)) for stroke in strokes]


def _fixed_point(points: Points, height: int, width: int, oversampling: int) -> _FixedPoints:
    """Return ``points`` in OpenCV's fixed-point subpixels, int32 (n, 2)."""
    limit = 4.0 * max(height, width)
    # The origin of a canvas is a pixel's corner, that of OpenCV a pixel's centre.
    subpixels = np.clip(points, -limit, limit) * oversampling - 0.5
    return np.asarray(np.rint(subpixels * (1 << _FRACTION_BITS)), np.int32)


def _paint(line: _FixedPoints, thickness: int) -> float:
    """Return about how many subpixels OpenCV paints for ``line``, repeated ones included."""
    length = np.abs(np.diff(line, axis=0)).sum(dtype=np.int64) / (1 << _FRACTION_BITS)
    return float(thickness * (thickness * len(line) + length))


def _draw_by_distance(strokes: Sequence[Stroke], height: int, width: int) -> Image:
    """Return the same ink as `draw`, but for edges: all within half a brush of the pen's path.

    It takes a distance transform for each brush width, whatever the number of points. The widths
    are rounded to even numbers of pixels.
    """
    paths: dict[int, list[Points]] = {}
    for stroke in strokes:
        paths.setdefault(max(1, round(stroke.width / 2)), []).append(stroke.points)
    size = (height * _COARSE_OVERSAMPLING, width * _COARSE_OVERSAMPLING)
    fine = np.zeros(size, np.uint8)
    for pixels, group in paths.items():
        radius = pixels * _COARSE_OVERSAMPLING
        away = np.pad(np.ones(size, np.uint8), radius, constant_values=1)
        for points in group:
            line = _fixed_point(points, height, width, _COARSE_OVERSAMPLING)
            line += radius << _FRACTION_BITS
            cv2.polylines(away, [line.reshape(-1, 1, 2)], False, 0, 1, shift=_FRACTION_BITS)
        distance = cv2.distanceTransform(away, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        fine[distance[radius:-radius, radius:-radius] <= radius] = 255
    ink = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(ink, np.uint8)


def transform_strokes(
    strokes: Sequence[Stroke], *, thickness: float, size: float, right: float, down: float
) -> list[Stroke]:
    """Return ``strokes`` with another brush width, size and position.

    ``thickness`` multiplies the brush width. ``size`` scales the points about the centre of their
    bounding box and leaves the brush width alone; ``right`` and ``down`` shift them, in pixels.
    """
    if not strokes:
        return []
    points = np.concatenate([stroke.points for stroke in strokes])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    centre = (middle + np.array([right, down])).astype(np.float32)
    return [
        Stroke((stroke.points - middle) * np.float32(size) + centre, stroke.width * thickness)
        for stroke in strokes
    ]


def flatten_path(commands: Sequence[object]) -> Points:
    """Return the points, float32 (n, 2), of a path of absolute SVG commands M, L and Q.

    A quadratic curve becomes `CURVE_STEPS` line segments. Raises ValueError for other commands and
    for coordinates that are no finite numbers or above `MAXIMUM_COORDINATE`.
    """
    numbers: list[object] = []  # of each command, its control point and its end
    is_curve: list[bool] = []
    for command in commands:
        if not isinstance(command, list | tuple) or not command:
            raise ValueError("a path has a command that is no list")
        if command[0] == "Q" and len(command) == _CURVE_LENGTH and is_curve:
            numbers += command[1:]
            is_curve.append(True)
        elif command[0] in ("M", "L") and len(command) == _LINE_LENGTH:
            numbers += command[1:]
            numbers += command[1:]
            is_curve.append(False)
        else:
            raise ValueError("a path has another command than M, L and Q")
    controls, ends = _coordinates(numbers).reshape(-1, 2, 2).swapaxes(0, 1)
    curves = np.stack([np.concatenate([ends[:1], ends[:-1]]), controls, ends], axis=1)
    points = _BERNSTEIN @ curves
    kept = np.array(is_curve, bool)[:, np.newaxis] | (np.arange(1, CURVE_STEPS + 1) == CURVE_STEPS)
    return np.asarray(points[kept], np.float32)


def _coordinates(numbers: Sequence[object]) -> npt.NDArray[np.float64]:
    """Return ``numbers`` as an array; raises ValueError unless all are finite and not too large."""
    kinds = set(map(type, numbers))
    if bool in kinds or not all(issubclass(kind, int | float) for kind in kinds):
        raise ValueError("a path has a coordinate that is no number")
    try:
        values = np.array(numbers, np.float64)
    except OverflowError:
        raise ValueError("a path has a coordinate that is too large") from None
    if not bool((np.abs(values) <= MAXIMUM_COORDINATE).all()):
        raise ValueError("a path has a coordinate that is too large or no number")
    return values
