"""Arrays of a bundle's file are read if they are arrays, and not too large."""

import io

import numpy as np
import pytest

from mnist_app.checked_arrays import read_arrays

ARRAYS = {"one": np.arange(6, dtype=np.uint8).reshape(2, 3), "two": np.array(1.5)}


def stored(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def test_arrays_come_back_as_they_were():
    found = read_arrays(stored(**ARRAYS), 1_000)
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_what_would_unpack_to_more_is_refused():
    with pytest.raises(ValueError, match="too large"):
        read_arrays(stored(zeros=np.zeros(10_000)), 1_000)


def test_objects_are_refused():
    with pytest.raises(ValueError, match="allow_pickle"):
        read_arrays(stored(one=np.array({"a": 1}, object)), 1_000)
