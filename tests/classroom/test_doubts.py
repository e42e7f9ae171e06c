"""Drawings that no model reads as what they should be, each read once."""

import numpy as np
import pytest

from mnist_app.classroom.doubts import Doubts
from tests.classroom.lessons import draw, new_class


class Reader:
    """Reads every image as the next of ``digits``."""

    def __init__(self, *digits):
        self.digits = list(digits)

    def read_normalized_batch(self, images):
        assert images.dtype == np.uint8
        assert images.shape[1:] == (28, 28)
        return [type("Reading", (), {"digit": self.digits.pop(0)}) for _ in images]


@pytest.fixture
def drawings(sqlite_store):
    pupil, _ = sqlite_store.join(new_class(sqlite_store)[0])
    return [draw(sqlite_store, pupil, label) for label in (3, 5, 7)]


def test_doubtful_is_what_no_model_reads_as_its_label(drawings):
    doubts = Doubts()
    doubts.read([Reader(3, 1, 2), Reader(8, 5, 1)], drawings, 10)
    assert doubts.among(drawings) == [(drawings[2], (2, 1))]
    assert doubts.among(drawings[:2]) == []


def test_each_drawing_is_read_once_and_some_at_a_time(drawings):
    doubts, reader = Doubts(), Reader(0, 0, 7)
    for expected in (2, 1, 1):
        doubts.read([reader], drawings, 2)
        assert len(reader.digits) == (1 if expected == 2 else 0)
    assert [drawing.label for drawing, _ in doubts.among(drawings)] == [3, 5]


def test_without_models_nothing_is_doubted(drawings):
    doubts = Doubts()
    doubts.read([], drawings, 10)
    assert doubts.among(drawings) == []
