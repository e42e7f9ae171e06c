"""JSON of bundles is decoded as declared, or refused with a message; nothing else is raised."""

import contextlib
import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.checked_json import MAXIMUM_DEPTH, decode, encode, parse_object
from mnist_app.errors import BundleError


@dataclass(frozen=True)
class Inner:
    share: float
    name: str


@dataclass(frozen=True)
class Outer:
    count: int
    inner: Inner
    pairs: tuple[tuple[int, float], ...]
    table: dict[str, Inner]
    is_on: bool = False
    maybe: float | None = None
    other: Any = None


VALUES = {
    "count": 3,
    "inner": {"share": 1, "name": "ü"},
    "pairs": [[1, 2.5], [3, 4]],
    "table": {"a": {"share": 0.5, "name": ""}},
}
OUTER = Outer(3, Inner(1.0, "ü"), ((1, 2.5), (3, 4.0)), {"a": Inner(0.5, "")})

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", 10**400, -(10**400)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_fields_are_decoded_as_declared_and_other_keys_are_ignored():
    assert decode(Outer, {**VALUES, "unknown": [1]}, "a file") == OUTER
    assert decode(Outer, encode(OUTER), "a file") == OUTER


@given(st.sampled_from(list(VALUES)), json_values)
def test_any_other_value_is_decoded_as_declared_or_refused_by_its_key(key, value):
    found, message = None, f"a file has no valid “{key}"
    try:
        found = decode(Outer, {**VALUES, key: value}, "a file")
    except BundleError as error:
        message = str(error)
    assert message.startswith((f"a file has no valid “{key}", f"a file lacks “{key}"))
    json.dumps(encode(found), allow_nan=False).encode()


@pytest.mark.parametrize("key", list(VALUES))
def test_a_missing_field_is_named(key):
    values = {name: value for name, value in VALUES.items() if name != key}
    with pytest.raises(BundleError, match=rf"^a file lacks “{key}”.*train_model\.py"):
        decode(Outer, values, "a file")


@pytest.mark.parametrize("value", [True, "1", None, float("inf"), float("nan"), 10**400, [], {}])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(BundleError, match=r"a file has no valid “inner\.share”"):
        decode(Outer, {**VALUES, "inner": {"share": value, "name": ""}}, "a file")


@pytest.mark.parametrize(
    "content",
    [
        *[
            b"",
            b"{",
            b"[]",
            b"3",
            b"null",
            b"\xff\xfe",
            b'"' + b"a" * 9,
            b'{"a": 1' + b"0" * 5000 + b"}",
        ],
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * (MAXIMUM_DEPTH + 1) + b"1" + b"}" * (MAXIMUM_DEPTH + 1),
    ],
)
def test_what_is_no_plain_object_is_refused(content):
    with pytest.raises(BundleError, match=r"^a file .*train_model\.py"):
        parse_object(content, "a file")


@given(st.binary(max_size=20))
def test_any_bytes_are_an_object_or_refused(content):
    with contextlib.suppress(BundleError):
        assert isinstance(parse_object(content, "a file"), dict)
