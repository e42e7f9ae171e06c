"""Readings of a class by several models, each drawing read once; the reader is a stub."""

import numpy as np
import pytest

from mnist_app.classroom.class_readings import ClassReadings
from tests.classroom.lessons import draw, new_class


class Reader:
    """Reads every image as the next of ``digits``."""

    def __init__(self, *digits):
        self.digits = list(digits)

    def read_normalized_batch(self, images):
        assert images.dtype == np.uint8
        assert images.shape[1:] == (28, 28)
        digits = [self.digits.pop(0) for _ in images]
        return [type("Reading", (), {"digit": one, "accepted": one != 1}) for one in digits]


@pytest.fixture
def drawings(sqlite_store):
    pupil, _ = sqlite_store.join(new_class(sqlite_store)[0])
    return [draw(sqlite_store, pupil, label) for label in (3, 5, 7)]


def test_doubtful_is_what_no_model_reads_as_its_label(drawings):
    readings = ClassReadings()
    readings.read([Reader(3, 1, 2), Reader(8, 5, 1)], drawings, 10)
    assert readings.doubted(drawings) == [(drawings[2], (2, 1))]
    assert readings.doubted(drawings[:2]) == []


def test_models_after_one_that_is_right_read_only_when_all_are_judged(drawings):
    readings = ClassReadings()
    first, second = Reader(3, 1, 2), Reader(5, 1, 8)
    assert readings.read([first, second], drawings, 10, until_right=True) == 3
    assert readings.doubted(drawings) == [(drawings[2], (2, 1))]
    assert second.digits == [8]  # it has not read the 3
    assert readings.read([first, second], drawings, 10, until_right=True) == 0
    assert readings.read([first, second], drawings, 10) == 1
    judged = readings.judgements(["a", "b"], drawings)
    assert [one.read.tolist() for one in judged] == [[3, 1, 2], [8, 5, 1]]


def test_each_drawing_is_read_once_and_some_at_a_time(drawings):
    readings, reader = ClassReadings(), Reader(0, 0, 7)
    for expected in (2, 1, 1):
        readings.read([reader], drawings, 2)
        assert len(reader.digits) == (1 if expected == 2 else 0)
    assert [drawing.label for drawing, _ in readings.doubted(drawings)] == [3, 5]


def test_without_models_nothing_is_doubted(drawings):
    readings = ClassReadings()
    readings.read([], drawings, 10)
    assert readings.doubted(drawings) == []


def test_judgements_count_what_each_model_reads(drawings):
    readings = ClassReadings()
    assert readings.read([Reader(3, 1, 2), Reader(8, 5, 7)], drawings, 10) == 3
    first, second = readings.judgements(["a", "b"], drawings)
    assert (first.model, first.score.right, second.model, second.score.right) == ("a", 1, "b", 2)
    assert first.read.tolist() == [3, 1, 2]
    assert first.accepted.tolist() == [True, False, True]
    assert second.behind(3, 8).tolist() == [0]
    assert second.pupils.tolist() == [1, 1, 1]
