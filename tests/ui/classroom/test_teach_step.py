"""The step Teach, with real lessons in this process instead of one of their own."""

import threading

import pytest

from mnist_app.classroom.class_drawings import halves
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.server.lesson_runner import LessonRunner, TeachingRun
from mnist_app.ui.classroom import teach_step
from tests.ui.classroom import small_class
from tests.ui.page_runner import page_at, tables_on

PUPILS = 4


@pytest.fixture
def runner(monkeypatch):
    made = LessonRunner()
    monkeypatch.setattr(made._pool, "call", lambda _, function, *args: function(*args))
    monkeypatch.setattr(teach_step, "lesson_runner", made)
    return made


@pytest.fixture
def made(store, runner):
    return small_class.make(store, PUPILS)


def teach_page(secret):
    app = page_at("class", key=secret, step="Teach")
    assert not app.exception
    return app


def texts(app):
    kinds = (app.markdown, app.caption, app.info, app.warning)
    return "\n".join(one.value for kind in kinds for one in kind)


def teach(app, runner, classroom):
    """Press Teach, wait until the lesson is over, and show the page as it is then."""
    app.button("teach").click().run()
    assert runner.of_class(classroom).wait(60)
    app.run()
    assert not app.exception
    return app


def test_half_teach_the_others_test_and_the_figures_are_kept(store, runner, made):
    classroom, secret = made
    app = teach(teach_page(secret), runner, classroom)
    (taught,) = store.taught_models(classroom)
    assert taught.name == "cnn, taught by 2 pupils"
    outcome = LessonOutcome.from_json(taught.summary)
    assert (outcome.teachers, outcome.testers) == halves(range(1, PUPILS + 1), 0)
    assert outcome.before.total == outcome.after.total == outcome.lessons == 10
    said = texts(app)
    for score in (outcome.before, outcome.after, outcome.mnist_before, outcome.mnist_after):
        assert f"{score.right:,} of {score.total:,}" in said
        assert score.in_words in said
    assert outcome.after.right - outcome.before.right == len(outcome.gained) - len(outcome.lost)
    assert app.selectbox(key="taught_look").value == taught.name


def test_pupils_are_chosen_and_a_model_gets_a_name(store, runner, made):
    classroom, secret = made
    app = teach_page(secret)
    app.segmented_control(key="teach_who").set_value(teach_step.CHOSEN).run()
    app.multiselect(key="teach_pupils").set_value([1, 2, 3, 4]).run()
    assert app.button("teach").disabled
    app.multiselect(key="teach_pupils").set_value([2]).run()
    app.toggle(key="teach_rehearse").set_value(False).run()
    app.text_input(key="teach_name").input("group *A*")
    teach(app, runner, classroom)
    (taught,) = store.taught_models(classroom)
    assert taught.name == "group A"  # no Markdown: the choice of models would show it
    outcome = LessonOutcome.from_json(taught.summary)
    assert (outcome.teachers, outcome.testers) == ((2,), (1, 3, 4))
    assert not outcome.options.rehearse


def test_several_taught_models_are_compared_and_deleted(store, runner, made):
    classroom, secret = made
    app = teach(teach_page(secret), runner, classroom)
    app.segmented_control(key="teach_who").set_value(teach_step.IN_TURN).run()
    teach(app, runner, classroom)
    names = [one.name for one in store.taught_models(classroom)]
    assert names == ["cnn, taught by 2 pupils", "cnn, taught by 4 pupils"]
    (table,) = tables_on(app)
    assert [row[0] for row in table[1:]] == names[::-1]
    assert [row[4] == "each in turn" for row in table[1:]] == [True, False]
    app.button("taught_delete").click().run()
    assert [one.name for one in store.taught_models(classroom)] == names[:1]
    assert app.selectbox(key="taught_look").options == names[:1]


def test_another_class_waits_its_turn(store, runner, made):
    classroom, secret = made
    runner._last[99] = TeachingRun(99)
    app = teach_page(secret)
    app.button("teach").click().run()
    assert "Another class is teaching a model on this computer right now" in texts(app)
    runner._last[99].end(None, None)
    teach(app, runner, classroom)
    assert len(store.taught_models(classroom)) == 1


def test_a_running_lesson_shows_its_progress_after_a_reload(store, runner, made, monkeypatch):
    classroom, secret = made
    goes_on = threading.Event()
    monkeypatch.setattr(runner._pool, "call", lambda _, f, *args: goes_on.wait(60) and f(*args))
    teach_page(secret).button("teach").click().run()
    lesson = runner.of_class(classroom)
    lesson.progress_file.write_text("0.25")
    app = teach_page(secret)
    assert app.get("progress")[0].proto.value == 25
    assert not [one for one in app.button if one.key == "teach"]
    goes_on.set()
    assert lesson.wait(60)


def test_without_drawings_or_with_one_pupil_nobody_can_teach(store, runner):
    for pupils, sentence in ((0, "no drawings yet to teach with"), (1, "Teaching needs two")):
        app = teach_page(small_class.make(store, pupils)[1])
        assert sentence in texts(app)
        assert not [one for one in app.button if one.key == "teach"]
