"""JSON to frozen dataclasses and back, every field checked.

Field types may be bool, int, float, str, ``X | None``, ``tuple[X, ...]``, ``tuple[X, Y]``,
``dict[str, X]``, `Any` and dataclasses of these. Numbers must be finite. Keys that no field names
are ignored; a field with a default may be missing.
"""

import dataclasses
import json
import math
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_origin

from mnist_app.errors import BundleError
from mnist_app.words import mark

REMEDY: Final = mark("Fetch the bundle again, or train it again with train_model.py.")
MAXIMUM_DEPTH: Final = 32
"""Levels of lists and objects within each other; the files of a bundle have six at most."""

T = TypeVar("T")


def parse_object(content: bytes, name: str) -> dict[str, Any]:
    """Return the JSON object in ``content``, which messages call ``name``. Raises `BundleError`."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BundleError(
            "{name} is not valid JSON. {remedy}",
            name=name,
            remedy=REMEDY,
        ) from error
    if _depth(value) > MAXIMUM_DEPTH:
        raise BundleError(
            "{name} is nested too deeply. {remedy}",
            name=name,
            remedy=REMEDY,
        )
    if not isinstance(value, dict):
        raise BundleError(
            "{name} does not hold a JSON object: it is no file of a bundle. {remedy}",
            name=name,
            remedy=REMEDY,
        )
    return value


def decode(kind: type[T], value: Any, name: str) -> T:
    """Return a JSON ``value`` as the dataclass ``kind``.

    Raises `BundleError`, with the ``name`` of the file and the key, if a field is missing or has
    another type than is declared.
    """
    found: T = _decode(kind, value, name, "")
    return found


def encode(value: Any) -> Any:
    """Return a dataclass as a JSON object, tuples as lists; other values as they are."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    return value


def _depth(value: Any) -> int:
    """Return how many levels of lists and objects are in ``value``, found without recursion."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [
            inner for item in level for inner in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def _decode(kind: Any, value: Any, name: str, key: str) -> Any:
    arguments = get_args(kind)
    if kind is Any:
        return value
    if NoneType in arguments:
        return None if value is None else _decode(arguments[0], value, name, key)
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        return _decode_fields(kind, value, name, key)
    if get_origin(kind) is tuple and isinstance(value, list):
        kinds = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        if len(kinds) == len(value):
            items = enumerate(zip(kinds, value, strict=True))
            return tuple(
                _decode(one, item, name, f"{key}[{index}]") for index, (one, item) in items
            )
    if get_origin(kind) is dict and isinstance(value, dict):
        return {
            text: _decode(arguments[1], item, name, f"{key}.{text}") for text, item in value.items()
        }
    if _is_scalar(kind, value):
        return kind(value)
    raise BundleError(
        "{name} has no valid “{key}”. {remedy}",
        name=name,
        key=key.strip("."),
        remedy=REMEDY,
    )


def _decode_fields(kind: Any, value: dict[str, Any], name: str, key: str) -> Any:
    """Return the fields of the dataclass ``kind`` from the JSON object at ``key``."""
    found = {}
    for field in dataclasses.fields(kind):
        path = f"{key}.{field.name}"
        if field.name in value:
            found[field.name] = _decode(field.type, value[field.name], name, path)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise BundleError(
                "{name} lacks “{key}”. {remedy}",
                name=name,
                key=path.strip("."),
                remedy=REMEDY,
            )
    return kind(**found)


def _is_scalar(kind: Any, value: Any) -> bool:
    """Return whether a JSON ``value`` is a valid bool, int, float or str, as ``kind`` says."""
    if kind is str:
        # Half of a surrogate pair, as "\ud800", could not be printed or written to a file.
        return isinstance(value, str) and value.encode("utf-8", "replace").decode() == value
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is int:
        return isinstance(value, int)
    try:
        return kind is float and isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:  # an integer beyond the range of floats
        return False
