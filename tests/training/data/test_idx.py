"""IDX files: against bytes written by hand, and by properties."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_app.errors import DatasetError
from mnist_app.training.data import idx

BY_HAND = bytes.fromhex("00000803 00000002 00000001 00000003".replace(" ", "")) + bytes(range(6))


def test_layout_is_that_of_the_published_format():
    array = np.arange(6, dtype=np.uint8).reshape(2, 1, 3)
    assert idx.encode(array) == BY_HAND


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_reads_what_was_written_by_hand(tmp_path, pack):
    path = tmp_path / "images"
    path.write_bytes(pack(BY_HAND))
    assert idx.read(path).tolist() == [[[0, 1, 2]], [[3, 4, 5]]]


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=4, min_side=0)))
def test_any_array_comes_back(tmp_path_factory, array):
    path = tmp_path_factory.mktemp("idx") / "array"
    path.write_bytes(idx.encode(array))
    back = idx.read(path)
    assert back.shape == array.shape
    assert np.array_equal(back, array)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused_by_name(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("idx") / "some-file"
    path.write_bytes(content)
    try:
        array = idx.read(path)
    except DatasetError as error:
        refusal = str(error)
        assert "some-file" in refusal
    else:
        assert idx.encode(array) == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BY_HAND[:-1], "damaged or incomplete"),
        (BY_HAND + b"\0", "damaged or incomplete"),
        (BY_HAND[:10], "not an IDX file"),
        (b"\0\0\x0d\x01" + BY_HAND[4:], "not an IDX file of unsigned bytes"),
        (gzip.compress(BY_HAND, mtime=0)[:-4], "cannot be read"),
        (gzip.compress(BY_HAND, mtime=0)[:20] + b"\xff" * 30, "cannot be read"),
    ],
)
def test_damage_is_refused_by_name(tmp_path, content, words):
    path = tmp_path / "t10k-labels-idx1-ubyte"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=rf"t10k-labels-idx1-ubyte.*{words}"):
        idx.read(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="not-there"):
        idx.read(tmp_path / "not-there")
