"""Drawings of a class as arrays, and who teaches and who tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.classroom.class_drawings import ClassDrawings, halves
from mnist_app.errors import TeachingError

IMAGES = np.zeros((3, 28, 28), np.uint8)
LABELS = np.array([1, 2, 9], np.uint8)
PUPILS = np.array([5, 5, 2], np.int64)


@pytest.mark.parametrize(
    "arrays",
    [
        (IMAGES[:2], LABELS, PUPILS),
        (IMAGES, LABELS, PUPILS[:2]),
        (IMAGES.astype(np.float32), LABELS, PUPILS),
        (IMAGES, LABELS + np.uint8(1), PUPILS),
        (IMAGES, LABELS, PUPILS.astype(float)),
        (IMAGES[:, :20], LABELS, PUPILS),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(arrays):
    with pytest.raises(TeachingError, match="no drawings of a class"):
        ClassDrawings(*arrays)


def test_drawings_are_chosen_by_pupil():
    drawings = ClassDrawings(IMAGES, LABELS, PUPILS)
    assert drawings.pupil_numbers == (2, 5)
    assert drawings.by({5}).tolist() == [True, True, False]
    assert drawings.selected(drawings.by({2})).labels.tolist() == [9]


@given(st.sets(st.integers(0, 10**6), min_size=1), st.integers(0, 2**32))
def test_everybody_is_on_one_side_and_the_sides_are_equal(pupils, seed):
    teachers, testers = halves(pupils, seed)
    assert sorted(teachers + testers) == sorted(pupils)
    assert len(teachers) - len(testers) in (0, 1)
    assert (teachers, testers) == halves(sorted(pupils, reverse=True), seed)


@given(st.integers(0, 2**32))
def test_one_more_pupil_moves_at_most_one_other(seed):
    before, after = halves(range(20), seed)[0], halves(range(21), seed)[0]
    assert len(set(before) - set(after)) <= 1


def test_sides_differ_by_chance():
    assert len({halves(range(20), seed) for seed in range(20)}) > 15
