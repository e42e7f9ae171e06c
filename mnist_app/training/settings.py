"""Settings such as ``epochs=3``: how they change a recipe, and the name of the bundle trained."""

import dataclasses
import json
import math
from typing import Any, get_origin

from mnist_app.errors import TrainingError
from mnist_app.training.recipe import FIELD_TYPES, Recipe

_FIXED = {"name", "title"}


def changed(recipe: Recipe, settings: list[str]) -> Recipe:
    """Return ``recipe`` with settings such as ``epochs=3`` or ``hidden=[256,64]`` applied.

    A value is JSON, or a word as it is. Raises `TrainingError` for an unknown field, or for a
    value that is not of the field's declared type.
    """
    values: dict[str, Any] = {}
    for setting in settings:
        field, equals, text = setting.partition("=")
        if not equals or field not in FIELD_TYPES or field in _FIXED:
            raise TrainingError(
                f"“{setting}” is not a setting of the recipe “{recipe.name}”. Write field=value; "
                f"the fields are {', '.join(sorted(FIELD_TYPES.keys() - _FIXED))}."
            )
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = text
        values[field] = from_json(field, value)
    return dataclasses.replace(recipe, **values)


def from_json(field: str, value: Any) -> Any:
    """Return a JSON value as ``field`` holds it: lists as tuples, numbers as floats if declared so.

    A value of another type is returned unchanged; `Recipe` refuses it.
    """
    if FIELD_TYPES[field] is float and type(value) is int:
        try:
            return float(value)
        except OverflowError:
            return math.inf
    if get_origin(FIELD_TYPES[field]) is tuple and isinstance(value, list):
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)
    return value


def bundle_name(base: Recipe, recipe: Recipe, data: str) -> str:
    """Return the name under which ``recipe``, which is ``base`` with changes, is published.

    It is that of ``base`` if nothing was changed and ``data`` is "mnist". Otherwise every changed
    field and its value follow, as in ``cnn-epochs-3``, so that no two recipes share a name.
    """
    parts = [base.name]
    for field in FIELD_TYPES:
        value = getattr(recipe, field)
        if field not in _FIXED and value != getattr(base, field):
            parts += [field, _in_name(value)]
    return "-".join(parts if data == "mnist" else [*parts, data])


def _in_name(value: Any) -> str:
    """Return ``value`` in characters that a bundle's name may have.

    Items of a list are joined by hyphens, those of a list within it by dots: (256, 64) is
    ``256-64``, ((8, 16), (32,)) is ``8.16-32``, and an empty list is ``none``.
    """
    if isinstance(value, tuple):
        items = (".".join(map(str, i)) if isinstance(i, tuple) else str(i) for i in value)
        return "-".join(items) or "none"
    return json.dumps(value).strip('"').replace("+", "")
