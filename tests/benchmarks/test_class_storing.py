"""Collecting and kills, measured: what is lost, doubled or mixed up is found; a short run."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

from benchmarks.class_lesson import __main__ as class_lesson
from benchmarks.class_lesson import collecting_load, doomed_writer, store_kills
from benchmarks.class_lesson.doomed_writer import Sent
from benchmarks.class_lesson.drawing_sessions import DrawingPupil
from benchmarks.class_lesson.store_kills import Events, Kills
from mnist_app.classroom.store import ClassStore
from tests import postgres


@pytest.fixture
def store(tmp_path):
    opened = ClassStore.open(f"sqlite:///{tmp_path / 'classes.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def classroom(store):
    return store.create_class("7b", 2, datetime.now(UTC).date() + timedelta(days=1))[0]


def events_of(store, classroom, pupils=2, each=3):
    """What pupils tell who have drawn, all of it acknowledged."""
    events = Events()
    for _ in range(pupils):
        pupil, _ = store.join(classroom)
        for _ in range(each):
            sent = Sent(pupil, str(uuid4()), store.asked(pupil).digit)
            events.tell("sent", sent)
            doomed_writer.send(store, sent)
            events.tell("kept", sent)
    return events


def checked(store, classroom, events):
    result = Kills("SQLite")
    store_kills._check(store, classroom, events, result)
    return result


def test_all_is_well_and_what_has_no_tick_is_sent_again(store, classroom):
    events = events_of(store, classroom)
    pupil = events.sent[0].pupil
    events.tell("sent", Sent(pupil, str(uuid4()), store.asked(pupil).digit))
    assert checked(store, classroom, events) == Kills("SQLite", kills=1, acknowledged=6)
    assert len(store.drawings(classroom)) == 7


def test_a_lost_drawing_is_found(store, classroom):
    events = events_of(store, classroom)
    lost = store.drawings(classroom)[0]
    store.remove_drawing(classroom, lost.id)
    store.purge(classroom)
    result = checked(store, classroom, events)
    assert result.lost >= 1
    assert result.half_written == 1
    assert not result.is_good


def test_a_drawing_of_nobody_or_of_another_pupil_is_found(store, classroom):
    events = events_of(store, classroom)
    first, *_, last = events.sent
    events.sent[0] = Sent(last.pupil, first.client_id, first.label)
    assert checked(store, classroom, events).of_another_pupil == 1
    doomed_writer.send(store, Sent(last.pupil, str(uuid4()), store.asked(last.pupil).digit))
    assert checked(store, classroom, events).of_another_pupil == 2


def test_another_digit_or_other_strokes_are_found(store, classroom, monkeypatch):
    events = events_of(store, classroom, pupils=1, each=2)
    first = events.sent[0]
    events.sent[0] = Sent(first.pupil, first.client_id, (first.label + 1) % 10)
    assert checked(store, classroom, events).altered == 1
    monkeypatch.setattr(
        doomed_writer, "strokes_of", lambda _: [doomed_writer.Stroke(np.zeros((8, 2)), 5.0)]
    )
    assert checked(store, classroom, events).altered == 2


def drawing_pupil(store, classroom, number, count):
    one = DrawingPupil("http://127.0.0.1:1", number, every=1)
    pupil, one.secret = store.join(classroom)
    for _ in range(count):
        sent = Sent(pupil, str(uuid4()), store.asked(pupil).digit)
        doomed_writer.send(store, sent)
        points = doomed_writer.strokes_of(sent.client_id)[0].points
        one.drawn.append((sent.label, points.tobytes()))
    return one


def test_the_database_is_compared_with_what_was_drawn(store, classroom):
    first, second = (drawing_pupil(store, classroom, number, 3) for number in range(2))
    compared = collecting_load._compared(store, classroom, [first, second])
    assert compared == collecting_load.KeptDrawings(6, 0, 0, 0)
    first.drawn.append((4, b"never arrived"))
    assert collecting_load._compared(store, classroom, [first, second]).lost == 1
    first.secret, second.secret = second.secret, first.secret
    assert collecting_load._compared(store, classroom, [first, second]).of_another_pupil == 6
    first.secret = second.secret
    doubled = store.drawings(classroom, store.pupil_of_secret(first.secret))[0]
    strokes = store.strokes([doubled])[0]
    pupil = store.pupil_of_secret(first.secret)
    side = doomed_writer.SIDE
    store.add_drawing(pupil, str(uuid4()), doubled.label, strokes, height=side, width=side)
    assert collecting_load._compared(store, classroom, [first]).twice == 1


@pytest.mark.slow
def test_kills_are_survived(capsys):
    arguments = ["--only", "kills", "--kills", "2", "--json"]
    kills = "1" if postgres.programs() else "0"
    assert class_lesson.main([*arguments, "--postgres-kills", kills]) == 0
    figures = json.loads(capsys.readouterr().out)["kills"]
    assert figures["SQLite"]["kills"] == 2
    assert all(one["acknowledged"] > 0 for one in figures.values())


@pytest.mark.slow
def test_a_class_draws_over_real_sessions(monkeypatch, capsys):
    monkeypatch.setattr(collecting_load, "P95_LIMITS", {})  # time says nothing here
    options = ["--pupils", "3", "--drawings", "2", "--every", "1", "--json"]
    assert class_lesson.main(["--only", "collecting", *options]) == 0
    figures = json.loads(capsys.readouterr().out)["collecting"]
    assert figures["acknowledged"] == 6
    assert figures["not_on_the_wall"] == 0
