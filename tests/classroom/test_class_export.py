"""A class taken along: every part of its file, and the way there and back."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_app import Recognizer
from mnist_app.classroom import class_export, class_file
from mnist_app.preprocessing.strokes import Stroke
from tests.classroom.class_files import exported, imported, parts
from tests.classroom.lessons import draw, new_class

coordinates = st.floats(-500, 500, width=32)
strokes = st.builds(
    Stroke,
    arrays.arrays(np.float32, st.tuples(st.integers(1, 5), st.just(2)), elements=coordinates),
    st.floats(np.float32(0.1), 40, width=32),
)
CENTRE = Stroke(np.array([[32, 32]], np.float32), 4.0)


@pytest.fixture
def classroom(sqlite_store):
    """Two pupils with three drawings each, and a third who has drawn nothing."""
    created, _ = new_class(sqlite_store)
    pupils = [sqlite_store.join(created)[0] for _ in range(3)]
    for pupil in pupils[:2]:
        for _ in range(3):
            draw(sqlite_store, pupil)
    return created


@given(drawn=st.lists(st.tuples(st.integers(0, 2), st.lists(strokes, max_size=3)), max_size=5))
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_was_taken_along_comes_back_the_same(sqlite_store, drawn):
    created, _ = new_class(sqlite_store)
    pupils = [sqlite_store.join(created)[0] for _ in range(3)]
    for pupil, lines in drawn:
        draw(sqlite_store, pupils[pupil], strokes=[*lines, CENTRE])
    first = exported(sqlite_store, created)
    again, _ = imported(sqlite_store, first)
    second = exported(sqlite_store, again)
    assert parts(second) == parts(first)
    for old, new in zip(sqlite_store.drawings(created), sqlite_store.drawings(again), strict=True):
        ids = {"id": new.id, "class_id": new.class_id, "pupil_id": new.pupil_id}
        kept = replace(old, **ids, client_id=new.client_id)
        assert {**vars(kept), "image": 0} == {**vars(new), "image": 0}
    sqlite_store.delete_class(created)
    sqlite_store.delete_class(again)


def test_the_images_are_those_of_the_drawings(sqlite_store, classroom):
    drawings = sqlite_store.drawings(classroom)
    with np.load(io.BytesIO(parts(exported(sqlite_store, classroom))["images.npz"])) as stored:
        found = dict(stored)
    assert (found["images"] == [drawing.image for drawing in drawings]).all()
    assert found["labels"].tolist() == [drawing.label for drawing in drawings]
    assert found["pupils"].tolist() == [1, 1, 1, 2, 2, 2]
    assert [found[name].dtype for name in ("images", "labels")] == [np.uint8, np.uint8]


def test_what_was_removed_stays_behind(sqlite_store, classroom):
    first, *rest = sqlite_store.drawings(classroom)
    sqlite_store.remove_drawing(classroom, first.id)
    sqlite_store.remove_pupil(classroom, rest[-1].pupil_id)
    again, _ = imported(sqlite_store, exported(sqlite_store, classroom))
    kept = [drawing.drawn_at for drawing in sqlite_store.drawings(again)]
    assert kept == [drawing.drawn_at for drawing in rest if drawing.pupil_number == 1]


def test_there_is_a_sheet_for_each_digit_that_was_drawn(sqlite_store, classroom):
    drawings = sqlite_store.drawings(classroom)
    found = parts(exported(sqlite_store, classroom))
    labels = {drawing.label for drawing in drawings}
    assert {name for name in found if name in class_file.SHEETS} == {
        f"sheets/digit-{label}.png" for label in labels
    }
    label = drawings[0].label
    png = np.frombuffer(found[f"sheets/digit-{label}.png"], np.uint8)
    sheet = cv2.imdecode(png, cv2.IMREAD_GRAYSCALE)
    assert (255 - sheet[4:60:2, 4:60:2] == drawings[0].image).all()


def test_readings_are_the_models_own_and_no_cell_is_a_formula(sqlite_store, classroom, monkeypatch):
    monkeypatch.setattr(class_export, "AT_ONCE", 4)
    recognizer = Recognizer.load("cnn")
    found = parts(exported(sqlite_store, classroom, {"cnn": recognizer, "=2+3": recognizer}))
    rows = list(csv.DictReader(io.StringIO(found["readings.csv"].decode(), newline="")))
    drawings = sqlite_store.drawings(classroom)
    assert [row["drawing"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    for row, drawing in zip(rows, drawings, strict=True):
        assert (row["pupil"], row["label"]) == (str(drawing.pupil_number), str(drawing.label))
        expected = recognizer.read_normalized(drawing.image)
        for name in ("cnn", "'=2+3"):
            assert row[f"{name} reads"] == str(expected.digit)
            assert float(row[f"{name} confidence"]) == pytest.approx(expected.confidence, abs=1e-3)
            assert row[f"{name} accepted"] == ("yes" if expected.accepted else "no")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in rows[0])


def test_the_file_tells_nothing_that_opens_the_class(sqlite_store):
    created, teacher = new_class(sqlite_store)
    pupil, secret = sqlite_store.join(created)
    client_id = draw(sqlite_store, pupil).client_id
    content = b"".join(parts(exported(sqlite_store, created)).values())
    for text in (created.code, teacher, secret, str(client_id), client_id.hex):
        assert text.encode() not in content


def test_a_class_without_drawings_can_be_taken_along(sqlite_store):
    created, _ = new_class(sqlite_store)
    again, _ = imported(sqlite_store, exported(sqlite_store, created))
    assert sqlite_store.drawings(again) == []
    assert sqlite_store.join(again)[0].number == 1


def test_the_strokes_are_plain_json(sqlite_store, classroom):
    lines = parts(exported(sqlite_store, classroom))["drawings.jsonl"].splitlines()
    first = json.loads(lines[0])
    assert first["strokes"] == [{"width": 5.0, "points": [[20.0, 10.0], [40.0, 50.0]]}]
    assert datetime.fromisoformat(first["drawn_at"]).tzinfo == UTC
