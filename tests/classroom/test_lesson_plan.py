"""A lesson as a page orders it: its outcome, in and out of JSON, against the lesson's result."""

import pytest

from mnist_app.classroom.lesson import leave_one_out
from mnist_app.classroom.lesson_plan import LessonPlan, hold, outcome
from mnist_app.classroom.taught_layer import TaughtLayer, TeachingOptions
from tests.classroom.mirrored_class import TEACHERS

OPTIONS = TeachingOptions(bend=False)


@pytest.fixture
def plan(mirrored):
    ids = tuple(range(1000, 1000 + len(mirrored)))
    return LessonPlan("cnn", mirrored, ids, TEACHERS, TeachingOptions())


def test_the_outcome_says_what_the_result_says(plan, lesson, mirrored):
    found = outcome(plan, lesson)
    assert (found.teachers, found.testers) == (TEACHERS, (5, 6, 7, 8))
    assert found.lessons == mirrored.by(TEACHERS).sum()
    assert (found.before, found.after) == (lesson.before.score, lesson.after.score)
    assert (found.mnist_before, found.mnist_after) == (lesson.mnist_before, lesson.mnist_after)
    assert found.gained
    assert [number - 1000 for number, _ in found.gained] == lesson.gained.tolist()
    assert [number - 1000 for number, _ in found.lost] == lesson.lost.tolist()
    for changed in (found.gained, found.lost):
        assert all(read != mirrored.labels[number - 1000] for number, read in changed)


def test_each_in_turn_and_its_progress(cnn, mirrored, tmp_path):
    few = mirrored.selected(mirrored.by((1, 2, 3)))
    plan = LessonPlan("cnn", few, tuple(range(len(few))), None, OPTIONS)
    blob, found = hold(plan, str(tmp_path / "progress"))
    assert 0.9 < float((tmp_path / "progress").read_text()) <= 1  # few drawings need fewer steps
    assert found.each_in_turn
    assert found.testers == found.teachers == TaughtLayer.from_bytes(blob).teachers == (1, 2, 3)
    assert found.after == leave_one_out(cnn, few, options=OPTIONS).after.score
