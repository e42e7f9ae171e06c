"""How far lined paper is turned is found; writing and noise alone turn nothing."""

import cv2
import numpy as np
import pytest

from mnist_app.photo.deskew import STEP, UPRIGHT, rotated, skew_degrees
from tests.drawings import DIGITS, drawn
from tests.photographs import photographed

BLANK = np.zeros((900, 1200), np.uint8)


def turned(picture, degrees):
    """Return the middle of ``picture``, turned counter-clockwise: no corner is empty."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    seen = cv2.warpAffine(picture, matrix, (width, height))
    return seen[height // 5 : -height // 5, width // 4 : -width // 4]


@pytest.mark.parametrize("squared", [True, False])
@pytest.mark.parametrize("degrees", [-35, -14, 12, 25, 40])
def test_lined_paper_is_as_turned_as_it_is(degrees, squared):
    paper = photographed(BLANK, spacing=40, squared=squared)
    grey = cv2.cvtColor(turned(paper, degrees), cv2.COLOR_RGB2GRAY)
    # The lines of `photographed` lean by 0.03 themselves.
    leaning = degrees - np.degrees(np.arctan(-0.03))
    assert skew_degrees(grey) == pytest.approx(leaning, abs=STEP + 0.5)


@pytest.mark.parametrize("degrees", [-5, 0, 6])
def test_what_is_nearly_upright_stays(degrees):
    paper = photographed(BLANK, spacing=40, squared=True)
    assert skew_degrees(cv2.cvtColor(turned(paper, degrees), cv2.COLOR_RGB2GRAY)) == 0
    assert abs(degrees) < UPRIGHT


@pytest.mark.parametrize("digit", DIGITS)
def test_writing_alone_turns_nothing(digit):
    picture = photographed(drawn(digit, brush=12), noise=6)
    assert skew_degrees(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)) == 0


def test_a_strip_and_a_plain_picture_are_not_turned():
    assert skew_degrees(np.full((4, 2000), 90, np.uint8)) == 0
    assert skew_degrees(np.full((300, 400), 90, np.uint8)) == 0


@pytest.mark.parametrize("degrees", [-30.0, 12.0, 45.0])
def test_a_rotated_picture_is_all_there_and_comes_back(degrees):
    ink = drawn(4)
    there, matrix = rotated(ink, degrees)
    assert there.sum() >= 0.98 * ink.sum()
    back = cv2.warpAffine(
        there, matrix, ink.shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    assert np.abs(back.astype(int) - ink).mean() < 2


def test_rotating_undoes_the_turn():
    paper = photographed(BLANK, spacing=40, squared=True)
    grey = cv2.cvtColor(turned(paper, 20), cv2.COLOR_RGB2GRAY)
    upright, _ = rotated(grey, skew_degrees(grey))
    high, wide = upright.shape
    assert skew_degrees(upright[high // 3 : -high // 3, wide // 3 : -wide // 3]) == 0
