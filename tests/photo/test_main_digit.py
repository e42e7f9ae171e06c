"""Which parts of a photograph's ink are its one digit."""

import cv2
import numpy as np
import pytest

from mnist_app.photo.main_digit import main_digit
from tests.drawings import DIGITS, drawn


@pytest.mark.parametrize("digit", DIGITS)
def test_a_digit_alone_stays_as_it_is(digit):
    ink = drawn(digit)
    np.testing.assert_array_equal(main_digit(ink), ink)


def test_a_neighbour_cut_off_by_the_edge_is_left_out():
    ink = drawn(2)
    cut = ink.copy()
    cv2.line(cut, (330, 20), (339, 100), 255, 14)
    assert not main_digit(cut)[:, 310:].any()
    np.testing.assert_array_equal(main_digit(cut)[:, :300], ink[:, :300])


def test_a_digit_cut_off_by_the_edge_stays_if_it_is_all_there_is():
    ink = drawn(2)[60:200]
    np.testing.assert_array_equal(main_digit(ink), ink)


def test_specks_are_left_out_and_separate_strokes_stay():
    ink = np.zeros((300, 300), np.uint8)
    cv2.line(ink, (100, 100), (100, 220), 255, 14)
    cv2.line(ink, (130, 90), (190, 90), 255, 14)
    wanted = ink.copy()
    ink[20:24, 20:24] = 255
    np.testing.assert_array_equal(main_digit(ink), wanted)


def test_blank_ink_is_blank():
    assert not main_digit(np.zeros((50, 50), np.uint8)).any()
