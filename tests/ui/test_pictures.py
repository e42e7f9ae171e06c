"""Small images, enlarged and made into data URLs."""

import base64
import io

import numpy as np
from PIL import Image

from mnist_app.ui.pictures import GRID_LEVEL, data_url, enlarge, with_frames

IMAGE = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)


def decoded(url):
    head, _, content = url.partition(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


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


def test_a_data_url_holds_the_very_pixels():
    np.testing.assert_array_equal(decoded(data_url(IMAGE)), IMAGE)
    colours = np.random.default_rng(1).integers(0, 256, (9, 7, 3), np.uint8)
    np.testing.assert_array_equal(decoded(data_url(colours)), colours)


def test_frames_are_drawn_on_a_copy_even_beyond_the_edge():
    ink = IMAGE.copy()
    framed = with_frames(ink, (8, 8, 10, 10), (-5, 3, 40, 40))
    np.testing.assert_array_equal(ink, IMAGE)
    assert framed.shape == (28, 28, 3)
    assert (framed[8, 12] == (230, 159, 0)).all()
    assert (framed[4, 12] == (0, 114, 178)).all()
