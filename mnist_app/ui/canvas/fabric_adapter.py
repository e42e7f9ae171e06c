"""Reads what the canvas component reports, the JSON text of Fabric.js objects, as pen strokes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from mnist_app.arrays import Image
from mnist_app.preprocessing.strokes import Stroke, draw, flatten_path
from mnist_app.ui.canvas import drawing_limits as limits
from mnist_app.ui.canvas.canvas_spec import CanvasSpec


class FullCanvasError(Exception):
    """A drawing exceeds the limits of `mnist_app.ui.canvas.drawing_limits`."""


@dataclass(frozen=True, eq=False)
class CanvasDrawing:
    """A drawing on the canvas ``spec``, as a session keeps it.

    ``reported`` is the JSON text that the component sent. A new component restores the drawing
    from ``saved``, usually the same text, "" if nothing is drawn.
    """

    spec: CanvasSpec
    reported: str = ""
    saved: str = ""
    strokes: tuple[Stroke, ...] = ()

    @cached_property
    def ink(self) -> Image | None:
        """The ink, uint8 (height, width), or None without strokes."""
        return draw(self.strokes, self.spec.height, self.spec.width) if self.strokes else None


def read_drawing(reported: str, spec: CanvasSpec) -> CanvasDrawing:
    """Return the drawing in the JSON text that the component reports.

    What is no stroke of a pen is left out. Raises FullCanvasError beyond the limits of a drawing.
    """
    if (
        len(reported) > limits.MAXIMUM_CHARACTERS
        or reported.count("[") > limits.MAXIMUM_LISTS
        or reported.count(",") > limits.MAXIMUM_VALUES
    ):
        raise FullCanvasError
    objects = _objects(reported)
    if len(objects) > limits.MAXIMUM_STROKES:
        raise FullCanvasError
    if sum(len(path) for entry in objects if isinstance(path := _path(entry), list)) > (
        limits.MAXIMUM_POINTS
    ):
        raise FullCanvasError
    found = [(entry, _stroke(entry)) for entry in objects]
    strokes = tuple(stroke for _, stroke in found if stroke is not None)
    if not strokes:
        return CanvasDrawing(spec, reported)
    if len(strokes) == len(objects):
        return CanvasDrawing(spec, reported, reported, strokes)
    readable = [entry for entry, stroke in found if stroke is not None]
    return CanvasDrawing(spec, reported, as_reported(readable), strokes)


def as_reported(objects: Sequence[object]) -> str:
    """Return the JSON text with which the component reports a drawing of Fabric.js objects."""
    value = {"drawing": {"raw": {"objects": objects}, "data": None}}
    return json.dumps(value, separators=(",", ":"))


def _objects(reported: str) -> list[object]:
    """Return the Fabric.js objects in the JSON text; none if it is no drawing."""
    try:
        objects = json.loads(reported, parse_constant=_refuse)["drawing"]["raw"]["objects"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return []
    return objects if isinstance(objects, list) else []


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and Infinity: a browser could not restore a drawing from the text."""
    raise ValueError(constant)


def _path(entry: object) -> Any:
    return entry.get("path") if isinstance(entry, dict) else None


def _stroke(entry: object) -> Stroke | None:
    """Return the stroke of one Fabric.js object, or None if it is no valid pen stroke."""
    path = _path(entry)
    if not isinstance(entry, dict) or not isinstance(path, list):
        return None
    width = entry.get("strokeWidth")
    if isinstance(width, bool) or not isinstance(width, int | float):
        return None
    if not 0 < width <= limits.MAXIMUM_STROKE_WIDTH:
        return None
    try:
        points = flatten_path(path)
    except ValueError:
        return None
    return Stroke(points, float(width)) if len(points) else None
