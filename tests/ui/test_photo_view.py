"""A view turns and cuts a picture, and says why a box cannot be read."""

import numpy as np
import pytest

from mnist_app import InvalidImageError
from mnist_app.ui.photo_view import MINIMUM_SIDE, WHOLE, View

PICTURE = np.arange(60 * 80 * 3).reshape(60, 80, 3).astype(np.uint8)
SIZE = (80, 60)


@pytest.mark.parametrize("turns", range(4))
def test_turns_are_clockwise(turns):
    turned = View(turns).cut(PICTURE)
    assert turned.flags.c_contiguous
    assert turned.shape[1::-1] == View(turns).turned_size(SIZE)
    row, column = {0: (0, 0), 1: (0, 59), 2: (59, 79), 3: (79, 0)}[turns]
    np.testing.assert_array_equal(turned[row, column], PICTURE[0, 0])


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("more", [-1, 1, 2])
def test_a_box_turns_along_with_the_picture(turns, more):
    view = View(turns, (5, 7, 20, 16))
    then = view.turned(more, SIZE)
    assert then.quarter_turns == (turns + more) % 4
    np.testing.assert_array_equal(then.cut(PICTURE), View(more % 4).turn(view.cut(PICTURE)))


def test_a_view_without_a_box_is_the_whole_picture():
    np.testing.assert_array_equal(WHOLE.cut(PICTURE), PICTURE)
    assert WHOLE.turned(1, SIZE) == View(1)
    assert View(3).region(SIZE) == (0, 0, 60, 80)


def test_a_box_is_clipped_to_the_picture():
    assert View(0, (-10, 50, 200, 200)).region((80, 90)) == (0, 50, 80, 40)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((0, 0, MINIMUM_SIDE, MINIMUM_SIDE - 1), "too small to read: 16×15 pixels"),
        ((-30, 0, 40, 40), "too small to read: 10×40 pixels"),
        ((80, 0, 40, 40), "outside the picture"),
        ((10, -50, 40, 40), "outside the picture"),
        ((40, 40, -30, 30), "outside the picture"),
    ],
)
def test_a_box_without_room_for_a_digit_is_explained(box, words):
    with pytest.raises(InvalidImageError, match=words):
        View(0, box).cut(PICTURE)


def test_the_smallest_box_is_read():
    assert View(0, (9, 9, MINIMUM_SIDE, MINIMUM_SIDE)).region(SIZE) == (9, 9, 16, 16)
