"""Uploads become a number, ink and a small preview, in child processes with budgets."""

import pickle

import numpy as np
import pytest
from PIL import Image

from mnist_app import InvalidImageError, Recognizer
from mnist_app.errors import BusyError, OverBudgetError
from mnist_app.ui import photo_upload
from mnist_app.ui.photo_upload import MAXIMUM_VIEWS, ModelVersion, read_upload, read_view
from mnist_app.ui.photo_view import WHOLE, View
from mnist_app.ui.pictures import MAXIMUM_SIDE
from tests.bad_pictures import encoded
from tests.drawings import drawn
from tests.photographs import find_ink

RECOGNIZER = Recognizer.load()
MODEL = ModelVersion(str(RECOGNIZER.bundle.folder.absolute()), 0)
NUMBER = np.hstack([drawn(digit, brush=16) for digit in (7, 2)])
FILE = encoded(Image.fromarray(NUMBER), "PNG")
RIGHT_HALF = View(0, (340, 0, 340, 340))


def from_memory():
    raise AssertionError("the file is read again")


@pytest.fixture
def calls(monkeypatch):
    """The functions that child processes were asked to call."""
    made, call = [], photo_upload._POOL.call
    monkeypatch.setattr(
        photo_upload._POOL, "call", lambda *args: made.append(args[1]) or call(*args)
    )
    return made


@pytest.mark.parametrize("shape", [(40, 1600, 3), (1, 10_000), (40, 30, 4)])
def test_the_preview_is_small_and_the_ink_that_of_the_library(shape):
    picture = np.full(shape, 255, np.uint8)
    picture[: shape[0] // 2, 10:30] = np.random.default_rng(0).integers(0, 99, shape[2:])
    photo = read_upload(encoded(Image.fromarray(picture), "PNG", compress_level=1), "a.png", MODEL)
    assert photo.size == (shape[1], shape[0])
    preview = photo.preview()
    assert max(preview.shape[:2]) == min(MAXIMUM_SIDE, max(shape[:2]))
    assert preview.shape[2] == 3
    np.testing.assert_array_equal(photo.views[WHOLE].ink.unpacked(), find_ink(picture).ink)


def test_the_number_is_that_of_the_library_and_read_once_per_model(calls):
    photo = read_upload(FILE, "a.png", MODEL)
    wanted = RECOGNIZER.read_number(NUMBER)
    for version in (0, 0, 1, 1):
        model = MODEL._replace(version=version)
        _, number = read_view(photo, WHOLE, model, from_memory)
        assert number.text == wanted.text == "72"
        assert [digit.box for digit in number.digits] == [digit.box for digit in wanted.digits]
        for digit, other in zip(number.digits, wanted.digits, strict=True):
            np.testing.assert_array_equal(digit.probabilities, other.probabilities)
    assert len(calls) == 2


def test_a_box_is_read_as_a_picture_of_its_own_in_the_pixels_of_the_whole(calls):
    photo = read_upload(FILE, "a.png", MODEL)
    wanted = RECOGNIZER.read_number(NUMBER[:, 340:]).digits[0]
    for _ in range(2):
        found, number = read_view(photo, RIGHT_HALF, MODEL, lambda: FILE)
        assert number.text == "2"
        x, y, width, height = wanted.box
        assert number.digits[0].box == (340 + x, y, width, height)
        np.testing.assert_array_equal(number.digits[0].probabilities, wanted.probabilities)
        np.testing.assert_array_equal(found.ink.unpacked(), find_ink(NUMBER[:, 340:]).ink)
    assert len(calls) == 2


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_that_lies_on_its_side_is_turned_before_it_is_read(turns):
    lying = np.rot90(NUMBER, turns)  # counterclockwise
    content = encoded(Image.fromarray(np.ascontiguousarray(lying)), "PNG")
    photo = read_upload(content, "a.png", MODEL)
    _, number = read_view(photo, View(turns), MODEL, lambda: content)
    assert number.text == "72"
    assert [digit.box for digit in number.digits] == [
        digit.box for digit in RECOGNIZER.read_number(NUMBER).digits
    ]
    assert photo.preview(View(turns)).shape == (340, 680, 3)
    np.testing.assert_array_equal(np.rot90(photo.preview(View(turns)), turns), photo.preview())


def test_a_box_in_a_large_photo_gains_detail():
    picture = np.full((3000, 4000), 235, np.uint8)
    picture[1200:1540, 1500:2180] -= NUMBER // 2
    content = encoded(Image.fromarray(picture), "PNG", compress_level=1)
    view = View(0, (1400, 1100, 900, 540))
    photo = read_upload(content, "a.png", MODEL)
    found, number = read_view(photo, view, MODEL, lambda: content)
    assert number.text == "72"
    assert found.ink.shape == (540, 900)


def test_the_whole_picture_and_the_latest_views_are_kept():
    photo = read_upload(FILE, "a.png", MODEL)
    views = [View(0, (340 - shift, 0, 340, 340)) for shift in range(MAXIMUM_VIEWS + 1)]
    for view in views:
        read_view(photo, view, MODEL, lambda: FILE)
    assert list(photo.views) == [WHOLE, *views[1 - MAXIMUM_VIEWS :]]


def test_a_box_that_cannot_be_read_is_explained_without_reading(calls):
    photo = read_upload(FILE, "a.png", MODEL)
    with pytest.raises(InvalidImageError, match="too small to read: 9×40"):
        read_view(photo, View(0, (5, 5, 9, 40)), MODEL, from_memory)
    with pytest.raises(InvalidImageError, match="outside the picture"):
        read_view(photo, View(0, (680, 5, 40, 40)), MODEL, from_memory)
    assert len(calls) == 1
    assert list(photo.views) == [WHOLE]


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
    ("error", "words", "attempts"),
    [
        (OverBudgetError("too long"), r"^a\.png takes too long, or too much memory", 1),
        (BusyError("busy"), "^Other people's photos are being read", 2),
    ],
)
def test_budgets_are_explained_and_only_the_photo_s_own_fault_is_kept(
    monkeypatch, error, words, attempts
):
    photo = read_upload(FILE, "a.png", MODEL)
    made = []

    def fail(*args):
        made.append(args)
        raise error

    monkeypatch.setattr(photo_upload._POOL, "call", fail)
    with pytest.raises(InvalidImageError, match=words):
        read_upload(FILE, "a.png", MODEL)
    for view, model in ((WHOLE, MODEL._replace(version=1)), (RIGHT_HALF, MODEL)):
        made.clear()
        for _ in range(2):
            with pytest.raises(InvalidImageError, match=words):
                read_view(photo, view, model, lambda: FILE)
        assert len(made) == attempts
    assert read_view(photo, WHOLE, MODEL, from_memory)[1].text == "72"


def test_a_child_imports_no_streamlit():
    loaded = photo_upload._POOL.call(60, eval, "sorted(__import__('sys').modules)")
    assert "mnist_app.ui.photo_upload" in loaded
    assert "streamlit" not in loaded
