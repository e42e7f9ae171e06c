"""Normalisation of digits, against a slow and literal version of the published procedure."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnist_app.preprocessing import normalize as module
from mnist_app.preprocessing.normalize import (
    INK_LEVEL,
    bounding_box,
    centre_by_mass,
    cut_out,
    normalization_steps,
    normalize_digit,
    peak_to_255,
    square_around,
)
from tests.drawings import drawn, scrawl

seeds = st.integers(0, 2**32 - 1)


def normalize_literally(ink, minimum_side):
    """Follow the published procedure pixel by pixel, in exact fractions."""
    height, width = ink.shape
    inked = [(y, x) for y in range(height) for x in range(width) if ink[y, x] >= INK_LEVEL]
    if not inked:
        return None
    top, bottom = min(y for y, _ in inked), max(y for y, _ in inked) + 1
    left, right = min(x for _, x in inked), max(x for _, x in inked) + 1
    side = max(bottom - top, right - left, floor(minimum_side + 0.5))
    top -= (side - (bottom - top)) // 2
    left -= (side - (right - left)) // 2
    crop = [
        [
            int(ink[y, x]) if 0 <= y < height and 0 <= x < width else 0
            for x in range(left, left + side)
        ]
        for y in range(top, top + side)
    ]
    while len(crop) < 20:
        crop = [[level for level in row for _ in range(2)] for row in crop for _ in range(2)]

    # Each source pixel gives to each of 20×20 cells the share of the cell that it covers.
    n = len(crop)
    cells = [[Fraction(0)] * 20 for _ in range(20)]
    for y in range(n):
        for x in range(n):
            if not crop[y][x]:
                continue
            for i in range(y * 20 // n, ((y + 1) * 20 - 1) // n + 1):
                for j in range(x * 20 // n, ((x + 1) * 20 - 1) // n + 1):
                    tall = min(Fraction((y + 1) * 20, n), i + 1) - max(Fraction(y * 20, n), i)
                    wide = min(Fraction((x + 1) * 20, n), j + 1) - max(Fraction(x * 20, n), j)
                    cells[i][j] += crop[y][x] * tall * wide
    peak = max(max(row) for row in cells)
    small = [[floor(cell * 255 / peak + Fraction(1, 2)) for cell in row] for row in cells]

    total = sum(sum(row) for row in small)
    centre_y = Fraction(sum(i * sum(row) for i, row in enumerate(small)), total)
    centre_x = Fraction(sum(j * level for row in small for j, level in enumerate(row)), total)
    shift_y, shift_x = floor(Fraction(29, 2) - centre_y), floor(Fraction(29, 2) - centre_x)
    image = np.zeros((28, 28), np.uint8)
    for i in range(20):
        for j in range(20):
            if 0 <= i + shift_y < 28 and 0 <= j + shift_x < 28:
                image[i + shift_y, j + shift_x] = small[i][j]
    return image


def mass_centre(image):
    levels = image.astype(float)
    return np.array([levels.sum(1) @ np.arange(28), levels.sum(0) @ np.arange(28)]) / levels.sum()


@pytest.mark.parametrize("seed", range(12))
def test_equals_the_literal_procedure(seed):
    ink = scrawl(seed, side=(60, 97, 128)[seed % 3])
    minimum_side = ink.shape[0] * 10 / 128
    literal, ours = normalize_literally(ink, minimum_side), normalize_digit(ink, minimum_side)
    assert np.abs(literal.astype(int) - ours).max() <= 1
    assert (literal == ours).mean() > 0.98  # float32 may round a half the other way


@pytest.mark.parametrize("side", [1, 3, 7, 9, 12, 19])
def test_a_small_crop_is_doubled_before_it_is_averaged(side):
    ink = np.zeros((40, 40), np.uint8)
    ink[11 : 11 + side, 13 : 13 + side] = np.random.default_rng(side).integers(
        INK_LEVEL, 256, (side, side)
    )
    difference = normalize_literally(ink, 0).astype(int) - normalize_digit(ink)
    assert np.abs(difference).max() <= 1


@given(seeds, st.integers(-70, 70), st.integers(-70, 70))
def test_moving_a_drawing_changes_nothing(seed, right, down):
    ink = scrawl(seed)
    moved = np.roll(ink, (down, right), (0, 1))
    np.testing.assert_array_equal(normalize_digit(ink), normalize_digit(moved))


@given(seeds)
def test_the_centre_of_mass_lies_at_index_14(seed):
    found = normalization_steps(scrawl(seed), 20)
    # Ink that the shift pushes over the edge is cut; then the rule holds before the cut.
    if found.image.astype(int).sum() == found.small.astype(int).sum():
        assert ((mass_centre(found.image) >= 13.5) & (mass_centre(found.image) <= 14.5)).all()


@given(seeds)
def test_the_brightest_pixel_is_white_and_the_longest_side_20(seed):
    found = normalization_steps(scrawl(seed))
    assert found.image.shape == (28, 28)
    assert found.image.dtype == np.uint8
    assert found.small.max() == 255
    inked = np.argwhere(found.small)
    assert max(np.ptp(inked, axis=0)) + 1 == 20


def test_a_dot_is_not_blown_up_into_a_blob():
    ink = np.zeros((340, 340), np.uint8)
    ink[100:106, 200:206] = 255
    minimum_side = 340 * 10 / 128
    small = normalization_steps(ink, minimum_side)
    assert small.square[2] == round(minimum_side)
    assert np.count_nonzero(small.image) <= 6 * 6


def test_a_blank_drawing_gives_none():
    assert normalize_digit(np.zeros((340, 340), np.uint8), 26) is None
    assert normalize_digit(np.full((9, 5), INK_LEVEL - 1, np.uint8)) is None
    assert normalization_steps(np.zeros((1, 1), np.uint8)) is None


@given(
    st.tuples(st.integers(1, 70), st.integers(1, 70)).flatmap(lambda s: arrays(np.uint8, s)),
    st.floats(0, 90),
)
@settings(max_examples=150)
def test_any_ink_gives_an_image_or_nothing(ink, minimum_side):
    image = normalize_digit(ink, minimum_side)
    assert (image is None) == bool((ink < INK_LEVEL).all())
    assert image is None or (image.shape, image.dtype) == ((28, 28), np.uint8)


def test_ink_at_the_edge_is_cropped_with_black_beyond():
    ink = np.zeros((50, 50), np.uint8)
    ink[0:40, 0:4] = 255
    found = normalization_steps(ink)
    assert found.square == (-18, 0, 40, 40)
    assert found.crop[:, :18].max() == 0
    np.testing.assert_array_equal(found.crop[:, 18:], ink[:40, :22])


@given(st.integers(-30, 60), st.integers(-30, 60), st.integers(1, 50), st.integers(1, 50))
def test_cut_out_is_a_window_of_a_padded_image(x, y, width, height):
    image = np.random.default_rng(1).integers(0, 256, (30, 20), np.uint8)
    padded = np.pad(image, 120)
    expected = padded[120 + y : 120 + y + height, 120 + x : 120 + x + width]
    np.testing.assert_array_equal(cut_out(image, (x, y, width, height)), expected)


def test_bounding_box_and_square():
    ink = np.zeros((100, 100), np.uint8)
    ink[20:31, 40:44] = 200
    ink[5, 5] = INK_LEVEL - 1
    assert bounding_box(ink) == (40, 20, 4, 11)
    assert square_around((40, 20, 4, 11)) == (37, 20, 11, 11)
    assert square_around((40, 20, 4, 11), 19.6) == (32, 16, 20, 20)


def test_peak_of_nothing_stays_black():
    assert peak_to_255(np.zeros((20, 20), np.float32)).max() == 0


def test_downsampling_without_centring_keeps_position_and_size():
    """By its definition, each pixel is the mean of the area under it."""
    ink = drawn(7, left=20, top=10)[:336, :336]
    means = ink.reshape(28, 12, 28, 12).mean(axis=(1, 3))
    assert np.abs(module.downsample_without_centering(ink) - means).max() <= 0.5
    wide = np.zeros((28, 56), np.uint8)
    wide[:, 28:] = 200
    expected = np.zeros((28, 28), np.uint8)
    expected[7:21, 14:] = 200
    np.testing.assert_array_equal(module.downsample_without_centering(wide), expected)


def test_overflow_is_cut():
    small = np.zeros((20, 20), np.uint8)
    small[0, :] = 255
    small[19, 0] = 1
    image = centre_by_mass(small)
    assert image[14].max() == 255
    assert image.astype(int).sum() == 20 * 255  # the faint pixel lies beyond the edge


def test_every_step_follows_from_the_one_before():
    ink = drawn(4)
    found = normalization_steps(ink, 26.5)
    assert found.box == bounding_box(ink)
    assert found.square == square_around(found.box, 26.5)
    np.testing.assert_array_equal(found.crop, cut_out(ink, found.square))
    np.testing.assert_array_equal(found.small, peak_to_255(module.area_average(found.crop)))
    np.testing.assert_array_equal(found.image, centre_by_mass(found.small))
