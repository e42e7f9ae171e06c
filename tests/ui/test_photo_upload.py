"""Uploads become a number, ink and a small preview, in child processes with budgets."""

import pickle

import numpy as np
import pytest
from PIL import Image

from mnist_app import InvalidImageError, Recognizer
from mnist_app.errors import BusyError, OverBudgetError
from mnist_app.photo.cleaning import find_ink
from mnist_app.ui import photo_upload
from mnist_app.ui.photo_upload import ModelVersion, read_number, read_upload
from mnist_app.ui.pictures import MAXIMUM_SIDE
from tests.bad_pictures import encoded
from tests.drawings import drawn

RECOGNIZER = Recognizer.load()
MODEL = ModelVersion(str(RECOGNIZER.bundle.folder.absolute()), 0)
NUMBER = np.hstack([drawn(digit, brush=16) for digit in (7, 2)])


@pytest.mark.parametrize("shape", [(40, 1600, 3), (1, 10_000), (40, 30, 4)])
def test_the_preview_is_small_and_the_ink_that_of_the_library(shape):
    picture = np.full(shape, 255, np.uint8)
    picture[: shape[0] // 2, 10:30] = np.random.default_rng(0).integers(0, 99, shape[2:])
    photo = read_upload(encoded(Image.fromarray(picture), "PNG", compress_level=1), "a.png", MODEL)
    assert photo.size == (shape[1], shape[0])
    preview = photo.preview()
    assert max(preview.shape[:2]) == min(MAXIMUM_SIDE, max(shape[:2]))
    assert preview.shape[2] == 3
    np.testing.assert_array_equal(photo.ink.unpacked(), find_ink(picture).ink)


def test_the_number_is_that_of_the_library_and_read_once_per_model(monkeypatch):
    photo = read_upload(encoded(Image.fromarray(NUMBER), "PNG"), "a.png", MODEL)
    calls = []
    call = photo_upload._POOL.call
    monkeypatch.setattr(
        photo_upload._POOL, "call", lambda *args: calls.append(args[1]) or call(*args)
    )
    wanted = RECOGNIZER.read_number(NUMBER)
    for version in (0, 0, 1, 1):
        number = read_number(photo, MODEL._replace(version=version))
        assert number.text == wanted.text == "72"
        assert [digit.box for digit in number.digits] == [digit.box for digit in wanted.digits]
        for digit, other in zip(number.digits, wanted.digits, strict=True):
            np.testing.assert_array_equal(digit.probabilities, other.probabilities)
    assert len(calls) == 1


def test_what_is_kept_of_a_photo_is_small():
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1000), np.uint8)
    photo = read_upload(encoded(Image.fromarray(noise), "PNG", compress_level=1), "a.png", MODEL)
    assert len(pickle.dumps(photo)) < 3_000_000


def test_bad_files_and_names_with_markdown_are_explained():
    with pytest.raises(InvalidImageError, match=r"^a\.png is not a picture"):
        read_upload(b"text", "a.png", MODEL)
    with pytest.raises(InvalidImageError, match=r"^This file is empty"):
        read_upload(b"", "![a](https://example.org/a.png)", MODEL)


@pytest.mark.parametrize(
    ("error", "words", "calls"),
    [
        (OverBudgetError("too long"), r"^a\.png takes too long, or too much memory", 1),
        (BusyError("busy"), "^Other people's photos are being read", 2),
    ],
)
def test_budgets_are_explained_and_only_the_photo_s_own_fault_is_kept(
    monkeypatch, error, words, calls
):
    content = encoded(Image.fromarray(NUMBER), "PNG")
    photo = read_upload(content, "a.png", MODEL)
    made = []

    def fail(*args):
        made.append(args)
        raise error

    monkeypatch.setattr(photo_upload._POOL, "call", fail)
    with pytest.raises(InvalidImageError, match=words):
        read_upload(content, "a.png", MODEL)
    made.clear()
    for _ in range(2):
        with pytest.raises(InvalidImageError, match=words):
            read_number(photo, MODEL._replace(version=1))
    assert len(made) == calls
    assert read_number(photo, MODEL).text == "72"


def test_a_child_imports_no_streamlit():
    loaded = photo_upload._POOL.call(60, eval, "sorted(__import__('sys').modules)")
    assert "mnist_app.ui.photo_upload" in loaded
    assert "streamlit" not in loaded
