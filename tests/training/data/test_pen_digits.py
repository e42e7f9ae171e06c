"""UCI's pen digits: strokes from the file, compressed or not, verified by its checksum."""

import hashlib

import ncompress
import numpy as np
import pytest

from mnist_app.errors import DatasetError
from mnist_app.training.data import pen_digits

TEXT = """.INCLUDE        dene.doc

.LEXICON "0" "1" "2" "3" "4" "5" "6" "7" "8" "9"
.HIERARCHY      DIGIT

.SEGMENT DIGIT    0 ? "8"
.COMMENT 8 12  224
.PEN_DOWN
 267  333
 267  336
.PEN_UP
.DT 100
.SEGMENT DIGIT    1-2 ? "5"
.COMMENT 5 30  1
.PEN_DOWN
 10  20
.PEN_UP
.DT 7
.PEN_DOWN
 1  2
 3  4
 5  6
.PEN_UP
.DT 100
"""


@pytest.fixture
def small(monkeypatch):
    """Let the text above be what UCI has."""
    monkeypatch.setattr(pen_digits, "SHA256", hashlib.sha256(TEXT.encode()).hexdigest())
    return TEXT.encode()


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch, tmp_path):
    """No data set on this machine."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras-home"))
    monkeypatch.delenv("MNIST_APP_DATA", raising=False)


def test_strokes_are_read_with_y_down():
    eight, five = pen_digits.parse(TEXT)
    assert (eight.label, eight.writer, five.label, five.writer) == (8, 12, 5, 30)
    assert [stroke.tolist() for stroke in eight.strokes] == [[[267, -333], [267, -336]]]
    assert [stroke.tolist() for stroke in five.strokes] == [
        [[10, -20]],
        [[1, -2], [3, -4], [5, -6]],
    ]
    assert all(stroke.dtype == np.float32 for stroke in (*eight.strokes, *five.strokes))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (".COMMENT 8 12  224\n", ""),
        (".COMMENT 8 12  224", ".COMMENT 9 12  224"),
        (" 267  336\n.PEN_UP", " 267  336"),
        (" 267  336", " 267  336  1"),
        (" 267  336", " abc"),
        (".SEGMENT DIGIT    0 ? ", ".SEGMENT LETTER    0 ? "),
        (".PEN_DOWN\n 267  333\n 267  336\n.PEN_UP\n", ""),
        (" 10  20\n", ""),
    ],
)
def test_incomplete_digits_are_refused(old, new):
    assert old in TEXT
    with pytest.raises(ValueError, match=r"line|digit|stroke"):
        pen_digits.parse(TEXT.replace(old, new, 1))


def test_compressed_or_not_it_is_the_same(small, tmp_path):
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / pen_digits.FILE_NAME).write_bytes(small)
    compressed = tmp_path / "data" / "pendigits" / pen_digits.COMPRESSED_NAME
    compressed.parent.mkdir(parents=True)
    compressed.write_bytes(ncompress.compress(small))
    for wish in (tmp_path / "plain", tmp_path / "data", compressed):
        found = pen_digits.load_pen_digits(str(wish))
        assert [digit.label for digit in found.digits] == [8, 5]
        assert "command line" in found.source


def test_the_order_of_sources(small, tmp_path, server, monkeypatch):
    web, address, asked = server
    url = address.replace("mnist.npz", pen_digits.COMPRESSED_NAME)
    (web / pen_digits.COMPRESSED_NAME).write_bytes(ncompress.compress(small))
    assert pen_digits.load_pen_digits(url=url).source == "a download"
    assert pen_digits.load_pen_digits(url=url).source == "Keras's cache"
    assert len(asked) == 1
    kept = tmp_path / "keras-home" / "datasets" / pen_digits.FILE_NAME
    assert kept.read_bytes() == small
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / pen_digits.FILE_NAME).write_bytes(small)
    monkeypatch.setenv("MNIST_APP_DATA", str(tmp_path / "named"))
    assert "MNIST_APP_DATA" in pen_digits.load_pen_digits(url=url).source
    assert "MNIST_APP_DATA" in pen_digits.load_pen_digits(str(tmp_path), url=url).source


def test_damaged_files_are_refused_and_never_kept(small, tmp_path, server):
    web, address, _ = server
    url = address.replace("mnist.npz", pen_digits.COMPRESSED_NAME)
    whole = ncompress.compress(small)
    for content in (whole[:-20], b"<html>Please log in</html>", b"", whole[:40] + whole[41:]):
        (web / pen_digits.COMPRESSED_NAME).write_bytes(content)
        with pytest.raises(DatasetError, match=r"pendigits-orig\.tra"):
            pen_digits.load_pen_digits(url=url)
        assert not list((tmp_path / "keras-home" / "datasets").iterdir())


def test_without_network_the_message_says_what_to_do(tmp_path):
    with pytest.raises(DatasetError) as caught:
        pen_digits.load_pen_digits(url="http://127.0.0.1:9/pendigits-orig.tra.Z")
    for hint in (pen_digits.DOWNLOAD_URL, str(tmp_path / "keras-home"), "MNIST_APP_DATA"):
        assert hint in str(caught.value)


def test_the_real_file_has_all_digits(mnist_folder):
    found = pen_digits.load_pen_digits(mnist_folder)
    assert len(found.digits) == 7494
    assert {digit.writer for digit in found.digits} == set(range(1, 31))
    fours = [digit for digit in found.digits if digit.label == 4]
    assert (len(fours), sum(len(digit.strokes) == 1 for digit in fours)) == (780, 274)
    assert len(found.by_writers(pen_digits.HELD_OUT_WRITERS)) == 2498
