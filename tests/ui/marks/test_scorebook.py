"""The score counts every marked reading once, as what it was."""

import random

import numpy as np
import pytest

from mnist_app.ui.marks.scorebook import (
    MAXIMUM_MARKS,
    MarkOutcome,
    ReadingMark,
    Scorebook,
    fingerprint_of,
)
from mnist_app.ui.truths import NO_DIGIT, TRUTHS
from tests.ui.made_readings import reading


def drawing(number):
    ink = np.zeros((340, 340), np.uint8)
    ink[0, :8] = [255 * ((number >> bit) & 1) for bit in range(8)]
    return ink


def mark(number, truth, *, digit=4, accepted=True, model="best"):
    return ReadingMark.of(drawing(number), reading(digit, accepted=accepted), model, truth)


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("accepted", [True, False])
def test_a_reading_is_right_wrong_or_not_sure(truth, accepted):
    found = mark(0, truth, accepted=accepted).outcome
    if accepted:
        assert found == (MarkOutcome.RIGHT if truth == 4 else MarkOutcome.WRONG)
    else:
        assert found == (MarkOutcome.RIGHT if truth == NO_DIGIT else MarkOutcome.NOT_SURE)


def test_marking_again_replaces_and_another_model_or_drawing_counts_anew():
    book = Scorebook().marked(mark(1, 4)).marked(mark(1, 9))
    assert len(book.marks) == 1
    assert book.truth(fingerprint_of(drawing(1)), "best") == 9
    assert book.truth(fingerprint_of(drawing(1)), "cnn") is None
    book = book.marked(mark(1, 4, model="cnn")).marked(mark(2, 4))
    assert len(book.marks) == 3
    book = book.without(fingerprint_of(drawing(1)), "best")
    assert [(one.model, one.truth) for one in book.marks] == [("cnn", 4), ("best", 4)]


def test_the_counts_are_those_of_the_marks_that_are_kept():
    chance = random.Random(3)
    book, given = Scorebook(), {}
    for number in range(MAXIMUM_MARKS + 40):
        one = mark(number, chance.choice(TRUTHS), digit=chance.randrange(10))
        book = book.marked(one)
        given[number] = one
    kept = list(given.values())[-MAXIMUM_MARKS:]
    assert list(book.marks) == kept
    assert sum(book.counts().values()) == MAXIMUM_MARKS
    assert book.counts()[MarkOutcome.WRONG] == len(book.wrong)
    by_truth = book.counts_by_truth()
    assert list(by_truth) == sorted(by_truth)
    for outcome in MarkOutcome:
        assert sum(row[outcome] for row in by_truth.values()) == book.counts()[outcome]
