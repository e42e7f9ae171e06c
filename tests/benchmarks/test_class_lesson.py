"""The pen digits as a class, and its lesson in a worker process."""

import numpy as np
import pytest

from benchmarks.class_lesson import teaching_gain
from mnist_app.bundle import load_bundle
from mnist_app.training.data.pen_digits import PenDigit
from tests.drawings import DIGITS


@pytest.fixture(scope="module")
def drawings():
    digits = [
        PenDigit(label, writer, tuple(np.array(stroke, np.float32) for stroke in strokes))
        for writer in range(1, 5)
        for _ in range(3)
        for label, strokes in DIGITS.items()
    ]
    return teaching_gain.pen_class(digits)


def test_teachers_keep_so_many_drawings_of_a_digit_and_testers_all(drawings):
    found = teaching_gain.with_fewer_lessons(drawings, (1, 3), 2, seed=0)
    for pupil, count in ((1, 2), (2, 3), (3, 2), (4, 3)):
        labels = found.labels[found.pupils == pupil]
        assert np.bincount(labels, minlength=10).tolist() == [
            count * (digit in DIGITS) for digit in range(10)
        ]


@pytest.mark.slow
def test_a_row_is_the_mean_of_the_halves(drawings, monkeypatch):
    monkeypatch.setattr(teaching_gain, "PER_DIGIT", (2,))
    monkeypatch.setattr(teaching_gain, "HALVES", 2)
    found = teaching_gain.rows(load_bundle("cnn"), drawings)
    assert [(row.rehearse, row.bend) for row in found] == [
        (False, False),
        (False, True),
        (True, False),
        (True, True),
    ]
    assert {row.drawings for row in found} == {2 * 2 * len(DIGITS)}
    assert {row.mnist_before for row in found} == {load_bundle("cnn").report().test.accuracy}
    assert all(0 <= row.after <= 1 and row.seconds > 0 for row in found)
