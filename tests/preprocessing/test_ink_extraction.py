"""Extraction of ink from drawings of any polarity, colour and transparency."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_dtypes, arrays

from mnist_app import InvalidImageError
from mnist_app.preprocessing.ink_extraction import MAXIMUM_PIXELS, to_ink
from tests.drawings import drawn, on_background, scrawl

INK = drawn(7)
PAIRS = [
    ((0, 0, 0), (255, 255, 255)),
    ((255, 255, 255), (0, 0, 0)),
    ((250, 245, 230), (20, 40, 120)),
    ((30, 60, 40), (240, 240, 235)),
    ((200, 40, 40), (40, 120, 40)),  # much the same grey
    ((120, 120, 120), (200, 200, 200)),
]


@pytest.mark.parametrize(("paper", "pen"), PAIRS)
def test_ink_of_any_colour_on_any_paper_is_the_same(paper, pen):
    picture = on_background(INK, paper, pen)
    step = 255 / np.abs(np.subtract(paper, pen)).max()
    assert np.abs(to_ink(picture).astype(int) - INK).max() <= step / 2 + 1


@pytest.mark.parametrize("pen", [0, 128, 255])
def test_grey_pictures_of_both_polarities(pen):
    paper = 255 if pen < 200 else 0
    picture = on_background(INK, (paper,), (pen,))[..., 0]
    assert np.abs(to_ink(picture).astype(int) - INK).max() <= 2


def test_white_on_black_passes_unchanged():
    np.testing.assert_array_equal(to_ink(INK), INK)
    np.testing.assert_array_equal(to_ink(np.dstack([INK] * 3)), INK)
    opaque = np.dstack([INK, INK, INK, np.full_like(INK, 255)])
    np.testing.assert_array_equal(to_ink(opaque), INK)


@pytest.mark.parametrize("pen", [(0, 0, 0), (255, 255, 255), (200, 30, 90)])
@pytest.mark.parametrize("hidden", [0, 255])
def test_transparent_pixels_are_background_whatever_colour_they_hide(pen, hidden):
    picture = np.full((*INK.shape, 4), hidden, np.uint8)
    picture[INK > 0, :3] = pen
    picture[..., 3] = INK
    np.testing.assert_array_equal(to_ink(picture), INK)


@pytest.mark.parametrize(("paper", "pen"), PAIRS[:4])
def test_a_written_sheet_with_transparent_surroundings(paper, pen):
    picture = np.zeros((400, 420, 4), np.uint8)
    picture[30:370, 40:380, :3] = on_background(INK, paper, pen)
    picture[30:370, 40:380, 3] = 255
    ink = to_ink(picture)
    assert np.abs(ink[30:370, 40:380].astype(int) - INK).max() <= 2
    assert ink[:30].max() == 0


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.lists(st.integers(0, 255), min_size=1, max_size=4).filter(lambda c: len(c) != 2),
)
def test_one_colour_is_blank(height, width, colour):
    picture = np.full((height, width, len(colour)), colour, np.uint8)
    assert to_ink(picture if len(colour) > 1 else picture[..., 0]).max() == 0


def test_invisible_ink_is_blank():
    picture = np.random.default_rng(0).integers(0, 256, (30, 30, 4), np.uint8)
    picture[..., 3] = 0
    assert to_ink(picture).max() == 0


def test_noise_on_paper_is_blank():
    noise = np.random.default_rng(0).integers(-5, 6, (200, 200))
    assert to_ink((128 + noise).astype(np.uint8)).max() == 0


def test_a_tight_crop_whose_edge_is_mostly_ink_keeps_its_polarity():
    crop = np.zeros((60, 20), np.uint8)
    crop[:, 6:14] = 255
    crop[:8] = 255  # a T: half of the edge is ink
    np.testing.assert_array_equal(to_ink(crop), crop)


@given(
    arrays(
        array_dtypes(),
        st.lists(st.integers(0, 5), min_size=0, max_size=5).map(tuple),
        fill=st.nothing(),
    )
)
def test_any_array_works_or_raises_the_documented_error(array):
    fits = array.dtype == np.uint8 and array.size > 0
    fits &= array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if fits:
        assert to_ink(array).shape == array.shape[:2]
    else:
        with pytest.raises(InvalidImageError):
            to_ink(array)


@given(
    st.tuples(st.integers(1, 30), st.integers(1, 30), st.sampled_from([0, 3, 4])).flatmap(
        lambda s: arrays(np.uint8, s if s[2] else s[:2])
    )
)
def test_any_picture_gives_ink(picture):
    ink = to_ink(picture)
    assert (ink.shape, ink.dtype) == (picture.shape[:2], np.uint8)
    assert ink.max() in (0, 255)


@pytest.mark.parametrize("wrong", [None, "a.png", 7, [[0, 255]], b"\x00", object()])
def test_what_is_no_array_is_refused(wrong):
    with pytest.raises(InvalidImageError, match="NumPy array"):
        to_ink(wrong)


def test_too_many_pixels_are_refused():
    huge = np.broadcast_to(np.uint8(0), (MAXIMUM_PIXELS // 1000 + 1, 1000))
    with pytest.raises(InvalidImageError, match="megapixels"):
        to_ink(huge)


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_layout_does_not_matter(order):
    ink = scrawl(3)
    picture = np.asarray(np.dstack([ink] * 3), order=order)[::2, ::-1]
    np.testing.assert_array_equal(to_ink(picture), ink[::2, ::-1])
