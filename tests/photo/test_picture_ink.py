"""Drawings pass as they are; in photographs the shipped network finds handwriting alone."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app import InvalidImageError
from mnist_app.photo import picture_ink
from mnist_app.photo.picture_ink import SIDES, resized
from mnist_app.preprocessing import ink_extraction
from tests.drawings import DIGITS, drawn, on_background, scrawl
from tests.photographs import BOARD, CHALK, find_ink, overlap, photographed, shaded

INK = drawn(4, brush=14)
SLOW_DIGITS = [pytest.param(digit, marks=pytest.mark.slow) for digit in DIGITS if digit != 4]
SCENES = [
    {},
    {"shadow": 0.45},
    {"spacing": 60},
    {"spacing": 45, "squared": True},
    {"spacing": 45, "squared": True, "shadow": 0.5, "noise": 4},
    {"pen": (190, 60, 60)},
    {"pen": (60, 80, 190), "spacing": 60},
    {"paper": (70, 68, 64), "pen": (28, 28, 28)},
    {"paper": BOARD, "pen": CHALK},
]


def is_drawing(picture):
    return not picture_ink.find_ink(picture, lambda rgb: rgb[..., 0]).is_photograph


@pytest.mark.parametrize("digit", [4, *SLOW_DIGITS])
@pytest.mark.parametrize("scene", SCENES, ids=lambda s: "-".join(map(str, s)) or "plain")
def test_the_ink_is_found_and_nothing_else(digit, scene):
    ink = drawn(digit, brush=14)
    found = find_ink(photographed(ink, **scene))
    assert found.is_photograph
    assert overlap(found.ink, ink) > 0.6


@pytest.mark.parametrize("scene", [*SCENES, {"noise": 6}])
def test_blank_paper_is_blank(scene):
    picture = photographed(np.zeros((400, 500), np.uint8), **scene)
    assert not find_ink(picture).ink.any()


@pytest.mark.parametrize("side", [40, 90, 200, 1500, 4000])
def test_the_size_of_the_picture_does_not_matter(side):
    whole = photographed(INK)
    found = find_ink(resized(whole, side / max(whole.shape)))
    assert max(found.ink.shape) <= SIDES[-1]
    assert overlap(found.ink, INK) > 0.6


def test_the_network_looks_at_each_size_and_the_mean_counts():
    """Ink that is seen in most looks is ink, at the size of the closest."""
    sizes = []

    def finds(picture):
        sizes.append(max(picture.shape))
        found = np.zeros(picture.shape[:2], np.uint8)
        half = found.shape[1] // 2
        found[:, :half] = 255
        found[:, half:] = 255 * (len(sizes) == 1)  # in the closest look alone
        return found

    found = picture_ink.handwriting(np.zeros((3000, 4000, 3), np.uint8), finds)
    assert tuple(sizes) == SIDES[::-1]
    assert max(found.shape) == SIDES[-1]
    assert found[:, : found.shape[1] // 2 - 4].min() == 255
    assert not found[:, found.shape[1] // 2 + 4 :].any()


def test_a_tiny_picture_is_enlarged_in_bounds():
    sizes = []

    def finds(picture):
        sizes.append(max(picture.shape))
        return np.zeros(picture.shape[:2], np.uint8)

    picture_ink.handwriting(np.zeros((30, 40, 3), np.uint8), finds)
    picture_ink.handwriting(np.zeros((1, 1, 3), np.uint8), finds)
    assert sizes == [192, 128, 128]


def test_lines_and_frames_are_no_ink():
    picture = photographed(np.zeros((400, 500), np.uint8))
    cv2.rectangle(picture, (60, 50), (430, 340), (30, 30, 34), 9)
    assert not find_ink(picture).ink.any()
    framed = photographed(drawn(2, brush=14))
    cv2.rectangle(framed, (40, 20), (300, 285), (30, 30, 34), 9)
    assert overlap(find_ink(framed).ink, drawn(2, brush=14)) > 0.6


@pytest.mark.parametrize("digit", [1, 4, 7])
def test_a_straight_stroke_of_a_digit_is_no_ruled_line(digit):
    ink = drawn(digit, brush=10)
    assert overlap(find_ink(photographed(ink, spacing=50, squared=True)).ink, ink) > 0.6


@pytest.mark.parametrize("brush", [8, 30, 44])
def test_a_fine_pen_and_a_thick_marker(brush):
    ink = drawn(2, brush=brush)
    assert overlap(find_ink(photographed(ink)).ink, ink) > 0.6


def test_two_pens_on_one_sheet():
    faint, strong = np.zeros((2, 300, 400), np.uint8)
    cv2.line(faint, (100, 60), (120, 240), 255, 12)
    cv2.line(strong, (250, 60), (262, 240), 255, 12)
    picture = np.minimum(photographed(faint, pen=(130, 130, 160)), photographed(strong))
    assert overlap(find_ink(picture).ink, faint | strong) > 0.6


def test_a_shadow_is_no_ink():
    corners = [(0.5, -1), (2, -1), (2, 2), (0.4, 2)]
    blank = photographed(np.zeros((400, 500), np.uint8))
    assert not find_ink(shaded(blank, corners, dark=0.5, penumbra=7)).ink.any()
    written = shaded(photographed(INK), corners, dark=0.5, penumbra=5)
    assert overlap(find_ink(written).ink, INK) > 0.6


def test_a_sheet_of_one_grey_pasted_on_white():
    sheet = np.full((300, 240), 226, np.uint8)
    ink = drawn(2, brush=14)[:300, :240]
    sheet[ink > 128] = 40
    page = np.full((480, 480), 255, np.uint8)
    page[90:390, 120:360] = sheet
    wanted = np.zeros((480, 480), np.uint8)
    wanted[90:390, 120:360] = ink
    found = find_ink(page)
    assert found.is_photograph
    assert overlap(found.ink, wanted) > 0.6


@pytest.mark.parametrize("margin", [255, 0])
def test_a_photo_pasted_on_one_colour(margin):
    picture = cv2.copyMakeBorder(
        photographed(INK), 90, 90, 90, 90, cv2.BORDER_CONSTANT, value=(margin,) * 3
    )
    wanted = cv2.copyMakeBorder(INK, 90, 90, 90, 90, cv2.BORDER_CONSTANT)
    assert overlap(find_ink(picture).ink, wanted) > 0.6


@pytest.mark.parametrize("digit", DIGITS)
def test_drawings_are_read_as_drawings(digit):
    ink = drawn(digit)
    pictures = [
        ink,
        255 - ink,
        on_background(ink, (250, 245, 230), (20, 40, 120)),
        np.dstack([ink, ink, ink, np.full_like(ink, 255)]),
        np.dstack([np.zeros_like(ink)] * 3 + [ink]),
    ]
    for picture in pictures:
        found = find_ink(picture)
        assert not found.is_photograph
        np.testing.assert_array_equal(found.ink, ink_extraction.to_ink(picture))
    assert is_drawing(scrawl(digit))


def test_a_photograph_is_no_drawing_at_any_size():
    for size in (28, 64, 500):
        assert not is_drawing(cv2.resize(photographed(INK), (size, size)))


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_form_of_array(channels, order):
    rgb = photographed(INK)
    picture = {1: rgb[..., 1], 3: rgb, 4: np.dstack([rgb, np.full_like(INK, 255)])}[channels]
    found = find_ink(np.asarray(picture, order=order)[::-1])
    assert found.is_photograph
    assert overlap(found.ink[::-1], INK) > 0.6


@pytest.mark.parametrize("digit", DIGITS)
def test_a_thick_drawing_that_fills_a_rectangle_is_no_photograph(digit):
    ink = drawn(digit, brush=40)
    x, y, width, height = cv2.boundingRect(ink)
    assert is_drawing(cv2.copyMakeBorder(ink[y : y + height, x : x + width], *[60] * 4, 0))


def test_a_soft_one_is_no_photograph():
    ink = cv2.GaussianBlur(drawn(1, brush=30), (0, 0), 6)
    assert is_drawing(ink)


def test_what_is_too_small_for_a_photograph_is_a_drawing():
    noise = np.random.default_rng(0).integers(0, 256, (15, 400), np.uint8)
    assert is_drawing(noise)
    assert is_drawing(np.full((300, 300), 9, np.uint8))


@given(st.integers(1, 90), st.integers(1, 400), st.integers(0, 255), st.integers(0, 2**31))
@settings(max_examples=15)
def test_noise_of_any_size_gives_ink(height, width, level, seed):
    random = np.random.default_rng(seed)
    picture = np.clip(random.normal(level, 20, (height, width, 3)), 0, 255).astype(np.uint8)
    ink = find_ink(picture).ink
    assert ink.dtype == np.uint8
    assert max(ink.shape) <= SIDES[-1]


def test_a_narrow_strip():
    strip = np.random.default_rng(0).integers(100, 140, (64, 20_000, 3), np.uint8)
    assert max(find_ink(strip).ink.shape) <= SIDES[-1]


def test_what_is_no_image_is_refused():
    with pytest.raises(InvalidImageError):
        find_ink(np.zeros((100, 100), np.float32))
