"""Images enlarged, framed, and encoded as data URLs."""

import numpy as np
import pytest

from mnist_app.ui.pictures import (
    BLUE,
    GREY,
    GRID_LEVEL,
    BoxLabel,
    data_url,
    enlarge,
    with_boxes,
    with_frames,
)
from tests.ui.page_runner import pixels_of

IMAGE = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)


def test_every_pixel_becomes_a_square_without_smoothing():
    large = enlarge(IMAGE, 5)
    assert large.shape == (140, 140)
    for y in range(5):
        for x in range(5):
            np.testing.assert_array_equal(large[y::5, x::5], IMAGE)


def test_the_grid_lies_between_the_squares():
    large = enlarge(IMAGE, 6, grid=True)
    np.testing.assert_array_equal(large[3::6, 3::6], IMAGE)
    assert (large[::6] == GRID_LEVEL).all()
    assert (large[:, ::6] == GRID_LEVEL).all()


def test_a_data_url_holds_the_same_pixels():
    assert data_url(IMAGE).startswith("data:image/png;base64,")
    np.testing.assert_array_equal(pixels_of(data_url(IMAGE)), IMAGE)
    colours = np.random.default_rng(1).integers(0, 256, (9, 7, 3), np.uint8)
    np.testing.assert_array_equal(pixels_of(data_url(colours)), colours)


def test_frames_are_drawn_on_a_copy_even_beyond_the_edge():
    ink = IMAGE.copy()
    framed = with_frames(ink, (8, 8, 10, 10), (-5, 3, 40, 40))
    np.testing.assert_array_equal(ink, IMAGE)
    assert framed.shape == (28, 28, 3)
    assert (framed[8, 12] == (230, 159, 0)).all()
    assert (framed[4, 12] == (0, 114, 178)).all()


@pytest.mark.parametrize(("is_sure", "colour"), [(True, BLUE), (False, GREY)])
def test_a_label_has_the_colour_of_its_box_and_stays_inside_the_picture(is_sure, colour):
    photo = np.full((200, 300, 3), 250, np.uint8)
    label = BoxLabel((0, 0, 40, 60), "7", is_sure, "98 %")
    picture = with_boxes(photo, [label], (150, 100))
    assert (photo == 250).all()
    assert picture.shape == photo.shape
    assert (picture[60, 82] == colour).all(), "the right edge, at twice the box's coordinates"
    assert (picture[2, 2] == colour).all(), "the label, above the picture but for the correction"
    without = with_boxes(photo, [BoxLabel(label.box, "7", is_sure)], (150, 100))
    rows = np.flatnonzero((picture != without).any(axis=(1, 2)))
    assert rows.min() > 119, "the note stands below the box"
