"""Photographs of every kind of paper and light to ink; drawings pass as they are."""

from itertools import product

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app import InvalidImageError
from mnist_app.photo.absorbance import is_light_on_dark
from mnist_app.photo.cleaning import FARTHER_SIDES, WORKING_SIDE, clean, find_ink
from mnist_app.photo.picture_kind import is_photograph
from mnist_app.photo.ruled_lines import RuledLines
from mnist_app.photo.shadows import remove_shadows
from mnist_app.preprocessing import ink_extraction
from tests.drawings import DIGITS, drawn, on_background, scrawl
from tests.photographs import BOARD, CHALK, PENCIL, photographed, shaded

INK = drawn(4)
SLOW_DIGITS = [pytest.param(digit, marks=pytest.mark.slow) for digit in DIGITS if digit != 4]


def overlap(found, wanted):
    """Return how well two inks agree: pixels in both over pixels in either."""
    one, other = found >= 128, wanted >= 128
    return (one & other).sum() / max(1, (one | other).sum())


@pytest.mark.parametrize("digit", [4, *SLOW_DIGITS])
@pytest.mark.parametrize(
    "scene",
    [
        {},
        {"shadow": 0.45},
        {"spacing": 60},
        {"spacing": 45, "squared": True},
        {"spacing": 45, "squared": True, "shadow": 0.5, "noise": 4},
        {"pen": (190, 60, 60)},
        {"pen": (60, 80, 190), "spacing": 60},
        {"paper": (70, 68, 64), "pen": (28, 28, 28)},
        {"paper": BOARD, "pen": CHALK},
        {"paper": BOARD, "pen": CHALK, "shadow": 0.5},
    ],
    ids=lambda scene: "-".join(map(str, scene)) or "plain",
)
def test_the_ink_is_found_and_nothing_else(digit, scene):
    ink = drawn(digit, brush=14)
    found = find_ink(photographed(ink, **scene))
    assert found.is_photograph
    assert found.scale == 1
    assert overlap(found.ink, ink) > 0.8
    around = np.array(np.nonzero(found.ink >= 32))
    wanted = np.array(np.nonzero(ink >= 128))
    assert np.abs(around.min(axis=1) - wanted.min(axis=1)).max() <= 4
    assert np.abs(around.max(axis=1) - wanted.max(axis=1)).max() <= 4


def test_strokes_have_soft_edges_and_full_contrast():
    ink = find_ink(photographed(INK)).ink
    assert ink.max() == 255
    assert ((ink > 40) & (ink < 215)).sum() > 100


def test_lines_do_not_cut_strokes():
    """A line of nearly the ink's own colour runs through the middle of a thin stroke."""
    picture = photographed(INK, spacing=40, squared=True)
    picture = np.minimum(picture, 255)
    solid = (find_ink(picture).ink >= 128).view(np.uint8)
    count, _ = ink_extraction.cv2.connectedComponents(solid)
    assert count == 2


@pytest.mark.parametrize("is_across", [True, False])
def test_a_stroke_along_a_printed_line_is_no_line(is_across):
    """A one may stand right on a line of squared paper, and be all there is."""
    ink = np.zeros((400, 560), np.uint8)
    stroke = cv2.line(ink.copy(), (280, 150), (280, 210), 255, 5)
    printed = np.zeros_like(ink)
    printed[::40], printed[:, ::40] = 255, 255
    paper = np.minimum(on_background(printed, (225, 222, 210), (180, 190, 200)), 255)
    picture = np.where(stroke[..., np.newaxis] > 0, np.uint8(80), paper).astype(np.uint8)
    wanted = stroke
    if is_across:
        picture, wanted = picture.transpose(1, 0, 2), stroke.T
    assert overlap(clean(np.ascontiguousarray(picture))[0], wanted) > 0.6


def test_a_long_bar_that_is_no_printed_line_stays():
    ink = np.zeros((400, 600), np.uint8)
    ink[195:207, 120:420] = 255
    assert overlap(find_ink(photographed(ink)).ink, ink) > 0.8


@pytest.mark.parametrize("scene", [{}, {"shadow": 0.5}, {"paper": BOARD}, {"noise": 6}])
def test_blank_paper_is_blank(scene):
    picture = photographed(np.zeros((400, 500), np.uint8), **scene)
    assert is_photograph(picture)
    assert find_ink(picture).ink.max() == 0


@pytest.mark.parametrize("digit", [2, 4, 7])
def test_the_bar_of_a_digit_that_fills_the_picture_is_no_printed_line(digit):
    ink = drawn(digit, left=30, top=40, size=260, brush=20)[:, :290]
    assert overlap(find_ink(photographed(ink)).ink, ink) > 0.9


def test_grain_of_paper_leaves_pencil_whole():
    ink = drawn(2, brush=24)
    grain = ink_extraction.cv2.GaussianBlur(
        np.random.default_rng(0).standard_normal(ink.shape), (0, 0), 1.3
    )
    grainy = ink * np.clip(0.6 + 0.25 * grain / grain.std(), 0, 1)
    found = find_ink(photographed(grainy.astype(np.uint8), pen=(120, 120, 124))).ink
    assert overlap(found, ink) > 0.85


@pytest.mark.parametrize(("pen", "pieces"), [((110, 110, 114), 1), ((20, 20, 25), 8)])
def test_gaps_in_a_pencil_s_strokes_are_closed_those_of_a_pen_are_not(pen, pieces):
    """Half as wide as the stroke: a pencil leaves them on rough paper, ink flows over it."""
    ink = np.zeros((400, 560), np.uint8)
    for start in range(100, 420, 40):
        ink[190:206, start : start + 32] = 255
    found = find_ink(photographed(ink, pen=pen)).ink
    assert cv2.connectedComponents((found >= 128).view(np.uint8))[0] - 1 == pieces


@pytest.mark.parametrize("pressed", [0.35, 0.6, 1.0])
def test_a_pencil_pressed_less_in_the_middle_leaves_one_stroke(pressed):
    picture = np.full((400, 560, 3), 222, np.float32)
    stroke = cv2.line(np.zeros((400, 560), np.uint8), (280, 80), (240, 320), 255, 5)
    pressure = np.ones((400, 1), np.float32)
    pressure[160:240] = pressed
    pressure = cv2.GaussianBlur(pressure, (1, 61), 15)
    picture -= 100 * (pressure * (stroke > 0))[..., np.newaxis]
    picture += np.random.default_rng(0).normal(0, 2, picture.shape)
    ink, _ = clean(np.clip(picture, 0, 255).astype(np.uint8))
    count, _ = cv2.connectedComponents((ink >= 128).view(np.uint8))
    assert count == 2
    assert overlap(ink, stroke) > 0.7


@pytest.mark.parametrize("degrees", [-25, 15])
@pytest.mark.parametrize("squared", [True, False])
def test_lines_of_a_turned_sheet_are_no_ink(degrees, squared):
    ink = cv2.copyMakeBorder(drawn(4, brush=12), 300, 300, 300, 300, cv2.BORDER_CONSTANT)
    paper = photographed(ink, spacing=40, squared=squared)
    middle = ink.shape[1] / 2, ink.shape[0] / 2
    matrix = cv2.getRotationMatrix2D(middle, degrees, 1)
    seen, wanted = (
        cv2.warpAffine(p, matrix, ink.shape[::-1])[200:-200, 200:-200] for p in (paper, ink)
    )
    assert overlap(find_ink(seen).ink, wanted) > 0.7


def test_what_is_out_of_focus_is_found_from_farther_away():
    ink = drawn(2, brush=14)
    picture = photographed(ink, noise=0).repeat(4, axis=0).repeat(4, axis=1)
    found = find_ink(cv2.GaussianBlur(picture, (0, 0), 20))
    assert max(found.ink.shape) in FARTHER_SIDES
    assert found.scale == pytest.approx(len(picture) / len(found.ink))
    wanted = cv2.resize(ink, found.ink.shape[::-1], interpolation=cv2.INTER_LINEAR)
    assert overlap(found.ink, wanted) > 0.6


def test_lined_paper_alone_is_blank():
    blank = np.zeros((400, 500), np.uint8)
    assert find_ink(photographed(blank, spacing=50, squared=True)).ink.max() == 0


def test_a_large_photograph_is_reduced_first():
    large = photographed(INK).repeat(8, axis=0).repeat(8, axis=1)
    found = find_ink(large)
    assert max(found.ink.shape) == WORKING_SIDE
    assert found.scale == pytest.approx(8 * 340 / WORKING_SIDE)
    shown = INK.repeat(8, axis=0).repeat(8, axis=1)
    wanted = ink_extraction.cv2.resize(
        shown, found.ink.shape[::-1], interpolation=ink_extraction.cv2.INTER_AREA
    )
    assert overlap(found.ink, wanted) > 0.85


@pytest.mark.parametrize("digit", DIGITS)
def test_drawings_are_read_as_drawings(digit):
    ink = drawn(digit)
    pictures = [
        ink,
        255 - ink,
        on_background(ink, (250, 245, 230), (20, 40, 120)),
        np.dstack([ink, ink, ink, np.full_like(ink, 255)]),
        np.dstack([np.zeros_like(ink)] * 3 + [ink]),
        ink[58:244, 78:264],
    ]
    for picture in pictures:
        found = find_ink(picture)
        assert not found.is_photograph
        np.testing.assert_array_equal(found.ink, ink_extraction.to_ink(picture))
    assert not is_photograph(scrawl(digit))


def test_an_mnist_image_is_a_drawing():
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    assert not is_photograph(image)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_form_of_array(channels, order):
    rgb = photographed(INK)
    picture = {1: rgb[..., 1], 3: rgb, 4: np.dstack([rgb, np.full_like(INK, 255)])}[channels]
    found = find_ink(np.asarray(picture, order=order)[::-1])
    assert found.is_photograph
    assert overlap(found.ink[::-1], INK) > 0.8


@given(st.integers(64, 90), st.integers(64, 400), st.integers(0, 255), st.integers(0, 2**31))
@settings(max_examples=30)
def test_noise_gives_ink_of_its_shape(height, width, level, seed):
    random = np.random.default_rng(seed)
    picture = np.clip(random.normal(level, 20, (height, width, 3)), 0, 255).astype(np.uint8)
    ink, scale = clean(picture)
    assert (ink.shape, ink.dtype, scale) == ((height, width), np.uint8, 1)


def test_a_narrow_strip():
    strip = np.random.default_rng(0).integers(100, 140, (64, 20_000, 3), np.uint8)
    assert find_ink(strip).ink.shape == (4, WORKING_SIDE)


def test_what_is_no_image_is_refused():
    with pytest.raises(InvalidImageError):
        find_ink(np.zeros((100, 100), np.float32))


def test_pencil_is_fainter_than_marker_but_both_are_ink():
    """One strong and one faint stroke on the same sheet."""
    faint, strong = np.zeros((2, 300, 400), np.uint8)
    faint[60:240, 100:112] = 255
    strong[60:240, 250:262] = 255
    picture = np.minimum(photographed(faint, pen=(120, 120, 122)), photographed(strong, pen=PENCIL))
    assert overlap(find_ink(picture).ink, faint | strong) > 0.75


# All of these run across or along the digit, which stands from (0.24, 0.18) to (0.76, 0.71).
SHADOWS = {
    "half the sheet": [(0.5, -1), (2, -1), (2, 2), (0.4, 2)],
    "a finger": [(0.35, -0.2), (0.5, -0.2), (0.55, 0.6), (0.4, 0.6)],
    "a tip": [(1.2, 0.1), (1.2, 0.5), (0.25, 0.62)],
    "a bar along a slanted stroke": [(0.75, -0.1), (0.9, -0.1), (0.3, 1.1), (0.15, 1.1)],
    "two edges": [(-1, 0.3), (2, 0.2), (2, 0.5), (-1, 0.6)],
}


@pytest.mark.parametrize("corners", SHADOWS.values(), ids=SHADOWS)
@pytest.mark.parametrize(
    ("dark", "penumbra", "scene"),
    [
        pytest.param(0.3, 5, {}, marks=pytest.mark.slow),
        pytest.param(0.6, 4, {}, marks=pytest.mark.slow),
        (0.6, 5, {"spacing": 45, "squared": True}),
        (0.5, 3, {"paper": BOARD, "pen": CHALK}),
    ],
)
def test_a_shadow_changes_no_ink(corners, dark, penumbra, scene):
    picture = photographed(drawn(7, brush=12), **scene)
    without = find_ink(picture).ink
    under = find_ink(shaded(picture, corners, dark=dark, penumbra=penumbra)).ink
    assert overlap(under, without) > 0.85
    around = ink_extraction.cv2.dilate(without, np.ones((9, 9), np.uint8))
    assert (under[around < 128] >= 128).sum() < 0.02 * (without >= 128).sum()


@pytest.mark.parametrize(("thin", "thick"), [(1, 1), (2, 1), (1, 2)])
@pytest.mark.parametrize("brush", [24, 36])
def test_a_thick_pen_beside_a_thin_one_is_no_shadow(thin, thick, brush):
    ink = np.hstack([drawn(2, brush=8)] * thin + [drawn(7, brush=brush)] * thick)
    found = find_ink(photographed(ink)).ink
    edge = 340 * thin
    assert overlap(found[:, :edge], ink[:, :edge]) > 0.85
    assert overlap(found[:, edge:], ink[:, edge:]) > 0.85


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        *product(SHADOWS, [{}, {"paper": BOARD}]),
        ("half the sheet", {"spacing": 45}),
        ("two edges", {"spacing": 45, "squared": True}),
    ],
)
def test_a_shadow_is_no_ink(name, scene):
    picture = photographed(np.zeros((400, 500), np.uint8), **scene)
    assert find_ink(shaded(picture, SHADOWS[name], dark=0.5, penumbra=7)).ink.max() == 0


@pytest.mark.parametrize("brush", [9, 16, 22])
def test_the_width_of_a_stroke_is_measured_beside_a_shadow(brush):
    ink = drawn(2, brush=brush)
    shadow = np.zeros_like(ink)
    shadow[:, 100:180] = 120
    absorbance = np.maximum(shadow, ink // 4 * 3)
    left, width = remove_shadows(absorbance, RuledLines([], []), 20)
    assert brush / 1.6 <= width <= brush * 1.6
    assert left[:, 110:170][ink[:, 110:170] == 0].max() <= 10
    assert left[ink == 255].min() > 80


def test_blank_cover_has_no_strokes():
    absorbance = np.full((300, 400), 90, np.uint8)
    left, width = remove_shadows(absorbance, RuledLines([], []), 20)
    assert width == 0
    np.testing.assert_array_equal(left, absorbance)


@pytest.mark.parametrize(("ground", "is_chalk"), [(60, True), (100, True), (190, False)])
def test_what_is_lighter_than_light_paper_is_no_chalk(ground, is_chalk):
    """A fold or a gleam on paper is no writing; on a blackboard it would be."""
    picture = np.full((240, 320), ground, np.uint8)
    cv2.line(picture, (100, 60), (180, 180), min(255, 2 * ground), 6)
    assert is_light_on_dark(picture) is is_chalk
