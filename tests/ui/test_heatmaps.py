"""Maps of numbers as colours: colour, strength and position."""

import numpy as np
import pytest

from mnist_app.explain.feature_maps import ReceptiveField
from mnist_app.ui import heatmaps

NUMBERS = np.array([[2.0, -2.0], [0.0, 1.0]], np.float32)


def test_colours_show_sign_and_strength():
    picture = heatmaps.diverging(NUMBERS, 2.0)
    assert picture.dtype == np.uint8
    assert picture[0, 0].tolist() == list(heatmaps.FOR)
    assert picture[0, 1].tolist() == list(heatmaps.AGAINST)
    assert picture[1, 0].tolist() == [0, 0, 0]
    np.testing.assert_allclose(picture[1, 1], np.array(heatmaps.FOR) / 2, atol=0.5)
    assert heatmaps.diverging(NUMBERS, 1.0)[0, 0].tolist() == list(heatmaps.FOR)
    assert not heatmaps.diverging(np.zeros((3, 3), np.float32), 0.0).any()


def test_colours_lie_over_dimmed_ink():
    image = np.full((2, 2), 200, np.uint8)
    picture = heatmaps.overlay(image, NUMBERS, 2.0)
    assert picture[0, 0].tolist() == list(heatmaps.FOR)
    assert picture[1, 0].tolist() == [90, 90, 90]
    assert not np.array_equal(picture[0, 1], picture[0, 0])


def test_grey_levels_go_from_zero_to_the_scale():
    assert heatmaps.grey(np.array([-1, 0, 1, 2, 9], np.float32), 2.0).tolist() == [
        0,
        0,
        128,
        255,
        255,
    ]
    assert not heatmaps.grey(np.zeros(4, np.float32), 0.0).any()


@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 5), (7, 7)])
def test_a_number_lies_at_the_middle_of_its_receptive_field(row, column):
    window = ReceptiveField(first=6.5, step=2.0, size=14)
    numbers = np.zeros((8, 8), np.float32)
    numbers[row, column] = 1
    scale = 8
    placed = heatmaps.upsample(numbers, window, scale)
    assert placed.shape == (28 * scale, 28 * scale)
    levels = np.arange(28 * scale)
    for axis, index in ((0, row), (1, column)):
        along = placed.sum(axis=1 - axis)
        middle = (levels * along).sum() / along.sum()
        # The middle of the window, from pixels of the image to pixels of the picture.
        wanted = (window.first + index * window.step + 0.5) * scale - 0.5
        assert middle == pytest.approx(wanted, abs=0.3)
    assert placed.max() == pytest.approx(1, abs=0.1)


def test_single_pixels_stay_squares():
    numbers = np.random.default_rng(0).normal(size=(28, 28)).astype(np.float32)
    placed = heatmaps.upsample(numbers, ReceptiveField(), 3)
    np.testing.assert_array_equal(placed, np.kron(numbers, np.ones((3, 3), np.float32)))
