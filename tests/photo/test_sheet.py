"""The sheet in a photograph is found where a desk or a wall is seen around it, and only there."""

import cv2
import numpy as np
import pytest

from mnist_app.photo.cleaning import find_ink
from mnist_app.photo.sheet import find_sheet
from tests.drawings import drawn
from tests.photographs import BOARD, CHALK, photographed, shaded

DARK_DESK, LIGHT_WALL = (85, 58, 40), (215, 210, 200)


def surrounded(picture, colour, corners, seed=0):
    """Return ``picture`` lying on a textured ground, its corners where these shares are."""
    height, width = picture.shape[0] * 3 // 2, picture.shape[1] * 3 // 2
    random = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(random.normal(0, 1, (height, width)), (0, 0), 12, sigmaY=1.5)
    ground = np.array(colour) * (1 + 0.12 * grain / grain.std())[..., np.newaxis]
    own = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    own *= np.array(picture.shape[1::-1], np.float32)
    there = np.array(corners, np.float32) * np.array([width, height], np.float32)
    matrix = cv2.getPerspectiveTransform(own, there)
    lies = cv2.warpPerspective(np.ones(picture.shape[:2]), matrix, (width, height))[..., None]
    seen = cv2.warpPerspective(picture.astype(np.float64), matrix, (width, height))
    noisy = ground * (1 - lies) + seen * lies + random.normal(0, 2, ground.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), lies[..., 0] > 0.5, matrix


def assert_ink_is_found(picture, ink, matrix):
    found = find_ink(picture).ink >= 128
    wanted = cv2.warpPerspective(ink, matrix, found.shape[::-1]) >= 128
    assert (found & wanted).sum() > 0.75 * (found | wanted).sum()


INSIDE = [(0.2, 0.15), (0.85, 0.2), (0.9, 0.85), (0.12, 0.9)]
CUT_OFF = [(0.15, 0.2), (0.95, 0.15), (0.9, 1.2), (0.1, 1.15)]


@pytest.mark.parametrize("corners", [INSIDE, CUT_OFF], ids=["inside", "cut off"])
@pytest.mark.parametrize(
    ("ground", "scene"),
    [
        (DARK_DESK, {}),
        (DARK_DESK, {"shadow": 0.8, "spacing": 60}),
        ((60, 60, 66), {"spacing": 50, "squared": True}),
        (LIGHT_WALL, {"paper": BOARD, "pen": CHALK}),
    ],
)
def test_what_lies_around_is_left_out(ground, scene, corners):
    ink = np.hstack([drawn(7, brush=14), drawn(2, brush=14)])
    picture, lies, matrix = surrounded(photographed(ink, **scene), ground, corners)
    sheet = find_sheet(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    assert sheet is not None
    assert not (sheet & ~lies).any()
    assert sheet.sum() > 0.7 * lies.sum()
    assert_ink_is_found(picture, ink, matrix)


@pytest.mark.parametrize(
    ("ground", "light"),
    [((85, 58, 40), 1.0), ((30, 28, 30), 1.0), ((200, 140, 85), 1.0), ((200, 140, 85), 0.45)],
    ids=["dark wood", "black", "light wood", "light wood in the light, the sheet half in shadow"],
)
def test_one_edge_of_the_sheet_is_enough_where_the_desk_is_no_shadow(ground, light):
    """The sheet reaches three sides of the picture: it could be paper that lies half in shadow."""
    ink = np.hstack([drawn(7, brush=14), drawn(2, brush=14)])
    corners = [(-0.1, -0.1), (0.85, -0.05), (0.8, 1.1), (-0.15, 1.1)]
    picture, lies, matrix = surrounded(photographed(ink), ground, corners)
    if light < 1:
        half = [(-0.1, -0.1), (0.5, -0.1), (0.5, 1.1), (-0.1, 1.1)]
        picture = shaded(picture, half, dark=1 - light, penumbra=3)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    sheet = find_sheet(grey, picture)
    assert sheet is not None
    assert not (sheet & ~lies).any()
    assert sheet.sum() > 0.85 * lies.sum()
    assert_ink_is_found(picture, ink, matrix)


@pytest.mark.parametrize("dark", [0.25, 0.45, 0.65])
def test_what_lies_in_the_shadow_of_a_straight_edge_stays(dark):
    picture = photographed(np.hstack([drawn(4), drawn(0)]))
    edge = [(0.6, -0.1), (1.1, -0.1), (1.1, 1.1), (0.55, 1.1)]
    picture = shaded(picture, edge, dark=dark, penumbra=1)
    sheet = find_sheet(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), picture)
    assert sheet is None or sheet.mean() > 0.5


@pytest.mark.parametrize("corners", [INSIDE, CUT_OFF], ids=["inside", "cut off"])
def test_a_narrow_shadow_on_a_sheet_on_a_desk_changes_no_ink(corners):
    ink = np.hstack([drawn(7, brush=14), drawn(2, brush=14)])
    picture, _, matrix = surrounded(photographed(ink, spacing=50, squared=True), DARK_DESK, corners)
    bar = [(0.75, -0.1), (0.9, -0.1), (0.3, 1.1), (0.15, 1.1)]
    assert_ink_is_found(shaded(picture, bar, dark=0.65, penumbra=3), ink, matrix)


def test_a_dark_rectangle_is_a_blackboard_only_if_darker_than_a_shadow():
    phone = [(0.3, 0.25), (0.75, 0.3), (0.7, 0.8), (0.25, 0.75)]
    wall = np.full((400, 500, 3), 200, np.uint8)
    for dark, is_board in ((0.6, False), (0.95, True)):
        grey = cv2.cvtColor(shaded(wall, phone, dark=dark, penumbra=1), cv2.COLOR_RGB2GRAY)
        assert (find_sheet(grey) is not None) == is_board


@pytest.mark.parametrize("scene", [{}, {"shadow": 0.4}, {"spacing": 60}, {"paper": BOARD}])
def test_a_sheet_that_fills_the_picture_is_no_part_of_it(scene):
    picture = photographed(np.hstack([drawn(4), drawn(0)]), **scene)
    assert find_sheet(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)) is None


def test_a_pool_of_light_is_no_sheet():
    y, x = np.mgrid[-1:1:300j, -1:1:400j]
    light = 60 + 180 * np.exp(-3 * (x**2 + y**2))
    assert find_sheet(light.astype(np.uint8)) is None


@pytest.mark.parametrize("shape", [(64, 64), (64, 4000), (1, 1), (300, 40)])
def test_any_shape(shape):
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert find_sheet(noise) is None


@pytest.mark.parametrize(("board", "pen"), [(BOARD, CHALK), ((225, 222, 210), (40, 42, 48))])
def test_a_large_zero_is_no_sheet(board, pen):
    """As round as people write it, it fills the rectangle around it as a sheet does."""
    angle = np.linspace(0, 2 * np.pi, 120)
    side = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    ring = 150 + [75, 110] * np.sign(side) * np.abs(side) ** 0.8
    ink = np.zeros((320, 300), np.uint8)
    cv2.polylines(ink, [np.rint(ring).astype(np.int32)], True, 255, 26, cv2.LINE_AA)
    picture = photographed(cv2.resize(ink, None, fx=3, fy=3), paper=board, pen=pen)
    sheet = find_sheet(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), picture)
    assert sheet is None or sheet.mean() > 0.5
