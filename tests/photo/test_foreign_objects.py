"""Finding foreign objects by shape; strokes, shadows and notes are left alone."""

import cv2
import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.photo.cleaning import find_ink
from mnist_app.photo.foreign_objects import find_foreign_objects
from mnist_app.preprocessing.strokes import draw
from tests.drawings import DIGITS, drawn, strokes_of
from tests.photographs import photographed, shaded

ERASER = [(0.6, 0.62), (0.85, 0.56), (0.89, 0.7), (0.64, 0.76)]
PEN_FROM_OUTSIDE = [(-0.1, 0.7), (-0.1, 0.64), (0.35, 0.95), (0.33, 1.0)]
CUT_OFF = [(0.8, -0.1), (1.1, -0.1), (1.1, 0.2), (0.85, 0.15)]
BLACK, BLUE, RED = (38, 38, 40), (40, 70, 150), (150, 45, 35)


def with_thing(picture, corners, colour, seed=0):
    """Return ``picture`` with a polygon on it, corners in shares of its sides, and its mask."""
    height, width = picture.shape[:2]
    points = np.rint(np.array(corners) * [width, height]).astype(np.int32)
    mask = cv2.fillPoly(np.zeros((height, width), np.float32), [points], 1.0)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.0)[..., np.newaxis]
    grain = np.random.default_rng(seed).normal(0, 2, picture.shape)
    seen = picture * (1 - soft) + (np.array(colour) + grain) * soft
    return np.clip(seen, 0, 255).astype(np.uint8), mask > 0


def written(digit, **where):
    return draw(strokes_of(digit, **where), 600, 600)


def objects_in(picture):
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return find_foreign_objects(np.asarray(grey, np.uint8), picture)


@pytest.mark.parametrize("colour", [BLACK, BLUE, RED], ids=["black", "blue", "red"])
@pytest.mark.parametrize(
    "corners", [ERASER, PEN_FROM_OUTSIDE, CUT_OFF], ids=["eraser", "pen", "cut off"]
)
def test_an_object_is_found_and_the_digit_beside_it_is_read_alone(corners, colour):
    ink = written(7, left=200, top=130, size=220, brush=16)
    picture, mask = with_thing(photographed(ink), corners, colour)
    found = objects_in(picture)
    assert (found & mask).sum() > 0.97 * mask.sum()
    assert not found[ink > 0].any()
    assert Recognizer.load().read_number(picture).text == "7"


@pytest.mark.parametrize("brush", [10, 24, 45])
@pytest.mark.parametrize("digit", sorted(DIGITS))
def test_no_digit_is_an_object(digit, brush):
    for pen in ((90, 90, 95), (20, 20, 25), (150, 40, 40)):
        picture = photographed(drawn(digit, brush=brush), pen=pen, spacing=40, squared=True)
        assert not objects_in(picture).any()


def test_a_shadow_is_no_object():
    ink = written(4, left=170, top=170, size=260, brush=16)
    corners = [(-0.1, 0.4), (0.7, 0.45), (0.7, 1.1), (-0.1, 1.1)]
    picture = shaded(photographed(ink), corners, dark=0.6, penumbra=2)
    assert not objects_in(picture).any()


def test_a_note_that_is_written_on_is_no_object():
    ink = written(4, left=395, top=380, size=110, brush=9)
    note = [(0.58, 0.55), (0.92, 0.55), (0.92, 0.9), (0.58, 0.9)]
    paper, _ = with_thing(photographed(np.zeros_like(ink)), note, (120, 70, 40))
    with_ink = np.where(ink[..., np.newaxis] > 0, 20, paper).astype(np.uint8)
    assert objects_in(paper).any()
    assert not objects_in(with_ink).any()


def test_objects_outside_the_sheet_are_ignored():
    picture, mask = with_thing(photographed(drawn(7)), CUT_OFF, BLACK)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    everywhere = np.ones(grey.shape, np.bool_)
    elsewhere = cv2.dilate(mask.view(np.uint8), np.ones((25, 25), np.uint8)) == 0
    assert find_foreign_objects(grey, picture, everywhere).any()
    assert not find_foreign_objects(grey, picture, elsewhere).any()


def test_ink_is_read_where_all_of_it_is_an_object():
    """A one that the picture's edge cuts is as solid as a pen that lies there."""
    picture, _ = with_thing(
        photographed(np.zeros((400, 400), np.uint8)),
        [(0.45, 0.3), (0.52, 0.3), (0.52, 1.1), (0.45, 1.1)],
        BLACK,
    )
    assert objects_in(picture).any()
    assert find_ink(picture).ink.any()


def test_the_smallest_pictures_hold_no_objects():
    assert not objects_in(np.zeros((3, 400, 3), np.uint8)).any()
