"""Letters of real alphabets: none that could be a digit, and some that no network learns from."""

import functools
import unicodedata

import cv2
import numpy as np
import pytest
from matplotlib.textpath import TextPath

from mnist_app.training.negatives.dejavu import HELD_OUT, LOOK_LIKE_DIGITS, letters


def filled(outlines):
    """Return the ink of closed outlines, the longer side 60 pixels."""
    points = np.concatenate(outlines)
    low, size = points.min(axis=0), np.ptp(points, axis=0).max()
    scaled = [np.rint((outline - low) / size * 60).astype(np.int32) for outline in outlines]
    return cv2.fillPoly(np.zeros((64, 64), np.uint8), scaled, 1) > 0


@functools.cache
def inks(*, held_out=False):
    return [filled(outlines) for outlines in letters(held_out=held_out)]


def is_among(character, every, alike=0.9):
    """Tell whether one ink of ``every`` looks as Matplotlib itself would write ``character``."""
    written = TextPath((0, 0), character, size=100).to_polygons()
    wanted = filled([outline * [1, -1] for outline in written])
    return any((ink & wanted).sum() > alike * (ink | wanted).sum() for ink in every)


def test_letters_are_closed_outlines_one_in_size():
    every = letters()
    assert len(every) > 1000
    for outlines in every:
        points = np.concatenate(outlines)
        assert points.dtype == np.float32
        assert np.ptp(points, axis=0).max() == pytest.approx(1, abs=1e-5)
        for outline in outlines:
            steps = np.linalg.norm(np.diff(outline, axis=0, append=outline[:1]), axis=1)
            assert steps.max() < 0.1


@pytest.mark.parametrize("character", "AEHKMRWXhkmwxДЖФЯЋאשتشᐁᐄⴲ")
def test_letters_of_many_scripts_are_there(character):
    assert is_among(character, inks())


@pytest.mark.parametrize("character", "OISZlozЗОбו")
def test_no_letter_that_could_be_a_digit_is_there(character):
    """A ring with a dot in it, which some scripts have, is more like an O than other letters."""
    assert not is_among(character, inks(), alike=0.96)


@pytest.mark.parametrize("character", "ჯფყ")
def test_some_scripts_are_held_out(character):
    assert unicodedata.name(character).startswith(HELD_OUT)
    assert is_among(character, inks(held_out=True))
    assert not is_among(character, inks())


def test_every_exception_is_a_letter_of_its_script():
    for script, characters in LOOK_LIKE_DIGITS.items():
        assert all(unicodedata.name(one).startswith(f"{script} ") for one in characters)
        assert len(set(characters)) == len(characters)
