"""Converts a drawing from the canvas component, a list of Fabric.js objects, to pen strokes."""

from collections.abc import Sequence
from typing import Any, Final

from mnist_app.preprocessing.strokes import Stroke, flatten_path

MAXIMUM_STROKE_WIDTH: Final = 200.0
"""Widest stroke in pixels that is accepted from a browser."""


def read_strokes(objects: object) -> list[Stroke]:
    """Return the strokes among the Fabric.js objects of a drawing; anything else is left out."""
    if not isinstance(objects, Sequence):
        return []
    strokes = (_stroke(entry) for entry in objects if isinstance(entry, dict))
    return [stroke for stroke in strokes if stroke is not None]


def _stroke(entry: dict[str, Any]) -> Stroke | None:
    """Return the stroke of one Fabric.js object, or None if it is no valid pen stroke."""
    width, path = entry.get("strokeWidth"), entry.get("path")
    if isinstance(width, bool) or not isinstance(width, int | float) or not isinstance(path, list):
        return None
    if not 0 < width <= MAXIMUM_STROKE_WIDTH:
        return None
    try:
        points = flatten_path(path)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return Stroke(points, float(width)) if len(points) else None
