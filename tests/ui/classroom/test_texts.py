"""Numbers of pupils in words."""

import pytest

from mnist_app.ui.classroom import texts


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([3], "pupil 3"),
        ([1, 2], "pupils 1 and 2"),
        ([1, 2, 3, 4, 7], "pupils 1-4 and 7"),
        ([1, 3, 4, 6, 7, 8], "pupils 1, 3, 4 and 6-8"),
        ([5, 6, 7], "pupils 5-7"),
    ],
)
def test_pupils_in_a_row_are_joined(numbers, words):
    assert texts.pupils(numbers) == words
