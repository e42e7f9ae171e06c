"""Lessons in a process of their own: kept, one at a time, and with a sentence when they fail."""

import pytest

from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.classroom.lesson_plan import LessonPlan
from mnist_app.classroom.store import ClassStore
from mnist_app.classroom.taught_layer import TaughtLayer, TeachingOptions
from mnist_app.errors import TeachingError
from mnist_app.server import limits
from mnist_app.server.lesson_runner import LessonRunner
from tests.ui.classroom import small_class


@pytest.fixture
def store(tmp_path):
    opened = ClassStore.open(f"sqlite:///{tmp_path / 'classes.sqlite'}")
    yield opened
    opened.close()


def plan_of(store, classroom, teachers=(1,)):
    return LessonPlan.of("cnn", store.drawings(classroom), teachers, TeachingOptions())


@pytest.mark.slow
def test_a_lesson_is_kept_and_a_second_class_waits(store):
    classroom, _ = small_class.make(store, 2)
    other, _ = small_class.make(store, 2)
    runner = LessonRunner()
    lesson = runner.start(store, classroom, plan_of(store, classroom), "cnn")
    with pytest.raises(TeachingError, match="Another class is teaching"):
        runner.start(store, other, plan_of(store, other), "ours")
    assert lesson.wait(60)
    assert (lesson.taught, lesson.problem) == ("cnn (2)", None)  # a shipped model has the other
    assert not lesson.progress_file.exists()
    (taught,) = store.taught_models(classroom)
    assert TaughtLayer.from_bytes(taught.blob).teachers == (1,)
    assert LessonOutcome.from_json(taught.summary).testers == (2,)
    assert runner.start(store, other, plan_of(store, other, teachers=(9,)), "x").wait(60)
    assert "has drawn anything" in str(runner.of_class(other).problem)
    assert store.taught_models(other) == []


@pytest.mark.slow
def test_a_lesson_that_takes_too_long_ends_with_a_sentence(store, monkeypatch):
    monkeypatch.setattr(limits, "LESSON_SECONDS", 0.01)
    classroom, _ = small_class.make(store, 2)
    lesson = LessonRunner().start(store, classroom, plan_of(store, classroom), "ours")
    assert lesson.wait(60)
    assert "Let fewer pupils teach" in str(lesson.problem)


def test_a_class_that_was_deleted_meanwhile_gets_no_model(store, monkeypatch):
    classroom, _ = small_class.make(store, 2)
    plan = plan_of(store, classroom)
    runner = LessonRunner()

    def deleted_meanwhile(_, function, *arguments):
        store.delete_class(classroom)
        return function(*arguments)

    monkeypatch.setattr(runner._pool, "call", deleted_meanwhile)
    lesson = runner.start(store, classroom, plan, "ours")
    assert lesson.wait(60)
    assert lesson.taught is None
    assert "does not exist any more" in str(lesson.problem)
