"""Scores, confusions and doubts, by counting."""

import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle
from mnist_app.classroom.class_drawings import ClassDrawings
from mnist_app.classroom.judging import (
    Score,
    judge,
    judgement,
    mnist_score,
)
from mnist_app.proportion import interval
from mnist_app.reading_settings import ReadingSettings

RANDOM = np.random.default_rng(0)
DRAWINGS = ClassDrawings(
    np.zeros((300, 28, 28), np.uint8),
    RANDOM.integers(0, 10, 300).astype(np.uint8),
    RANDOM.integers(1, 7, 300),
)
INDEX = np.flatnonzero(DRAWINGS.by({1, 2, 3, 4, 5}))
LOGITS = (RANDOM.normal(0, 1, (300, 10)) + 2 * np.eye(10)[DRAWINGS.labels])[INDEX].astype("f4")
JUDGED = judgement(LOGITS, DRAWINGS, INDEX, ReadingSettings(1.0, 0.5), "a model")


def test_the_score_is_counted_and_said_with_its_interval():
    right = sum(LOGITS.argmax(axis=1) == DRAWINGS.labels[INDEX])
    assert JUDGED.score == Score(right, len(INDEX))
    assert JUDGED.score.interval == interval(right, len(INDEX))
    assert Score(1912, 2000).in_words == "between 94.6 and 96.4 of 100"
    assert Score(19, 20).in_words == "between 76 and 99 of 100"


def test_pupils_are_counted_alone_the_worst_first():
    scores = JUDGED.by_pupil()
    assert {one.pupil for one in scores} == {1, 2, 3, 4, 5}
    assert [one.score.share for one in scores] == sorted(one.score.share for one in scores)
    assert sum(one.score.right for one in scores) == JUDGED.score.right
    for one in scores:
        assert one.score.total == (DRAWINGS.pupils == one.pupil).sum()


def test_every_cell_of_the_confusion_matrix_has_its_drawings():
    matrix, seen = JUDGED.confusion_matrix(), []
    for label, read in np.ndindex(matrix.shape):
        behind = JUDGED.behind(label, read)
        assert len(behind) == matrix[label, read]
        assert (DRAWINGS.labels[behind] == label).all()
        seen += behind.tolist()
    assert sorted(seen) == INDEX.tolist()
    assert np.trace(matrix) == JUDGED.score.right


def test_a_model_is_judged_by_what_it_reads(mirrored):
    recognizer = Recognizer.load("dense-128")
    judged = judge(recognizer, mirrored)
    readings = recognizer.read_normalized_batch(mirrored.images)
    assert judged.model == "dense-128"
    assert judged.read.tolist() == [one.digit for one in readings]
    assert judged.accepted.tolist() == [one.accepted for one in readings]


@pytest.mark.parametrize("name", ["cnn", "best"])
def test_mnist_is_judged_by_the_report(name):
    test = load_bundle(name).report().test
    score = mnist_score(load_bundle(name))
    assert score.share == pytest.approx(test.accuracy)
    assert score.interval == pytest.approx(test.accuracy_interval)
