"""Opening the file of a class again: all of it, or nothing."""

import io
import json

import numpy as np
import pytest

from mnist_app.classroom import class_import, class_limits, database, pupils
from mnist_app.errors import ClassFullError, ClassroomError, StoreError
from tests.classroom import taught
from tests.classroom.class_files import LINE, exported, imported, packed, parts, small_parts
from tests.classroom.lessons import draw, new_class, today


def test_pupils_and_times_are_kept_and_new_pupils_get_new_numbers(store):
    file = packed(small_parts([LINE, {**LINE, "pupil": 1, "label": 0}]))
    created, secret = imported(store, file)
    assert store.class_of_teacher(secret) == created
    assert (created.title, created.drawings_per_digit) == ("Class 7b", 2)
    found = store.drawings(created)
    assert [(one.pupil_number, one.label) for one in found] == [(3, 4), (1, 0)]
    assert found[0].drawn_at.isoformat() == LINE["drawn_at"]
    assert [one.number for one in store.pupils(created)] == [1, 3]
    assert [store.asked(one).drawn for one in store.pupils(created)] == [1, 1]
    pupil, _ = store.join(created)
    assert pupil.number == 4
    draw(store, pupil)
    assert len(store.changes(created).drawings) == 3
    store.remove_drawing(created, found[0].id)
    store.purge(created)
    assert len(store.drawings(created)) == 2


def test_the_title_can_be_another_one(sqlite_store):
    created, _ = imported(sqlite_store, packed(small_parts()), title="Class 8a")
    assert created.title == "Class 8a"
    assert (created.delete_on - today()).days == 9


def test_what_other_programs_wrote_into_the_images_does_not_count(sqlite_store):
    created, _ = new_class(sqlite_store)
    draw(sqlite_store, sqlite_store.join(created)[0])
    content = parts(exported(sqlite_store, created))
    again, _ = imported(sqlite_store, packed({**content, "images.npz": b"\x80\x04N."}))
    first, second = (sqlite_store.drawings(one)[0].image for one in (created, again))
    assert np.array_equal(first, second)


def test_nothing_is_kept_of_a_file_that_is_refused_at_its_end(sqlite_store):
    lines = [LINE, {**LINE, "label": 5}, {**LINE, "label": 10}]
    with pytest.raises(ClassroomError, match="drawing 3 is damaged"):
        imported(sqlite_store, packed(small_parts(lines)))
    assert imported(sqlite_store, packed(small_parts()))[0].id == 1, "nothing was there before"


def test_nothing_is_kept_if_the_database_fails_on_the_way(store, monkeypatch):
    calls, add = [], pupils.add_absent

    def fail_the_second_time(*arguments, **named):
        calls.append(named)
        if len(calls) > 1:
            raise OSError(28, "no space")
        add(*arguments, **named)

    monkeypatch.setattr(pupils, "add_absent", fail_the_second_time)
    file = packed(small_parts([LINE, {**LINE, "pupil": 4}]))
    with pytest.raises(StoreError):
        imported(store, file)
    assert len(calls) == 2
    counts = store._database.read(
        lambda link: [
            link.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("classes", "pupils", "drawings")
        ]
    )
    assert counts == [0, 0, 0]


def test_an_answer_that_was_lost_does_not_fill_the_class_twice(sqlite_store, monkeypatch):
    """The commit took place, its answer did not arrive: the transaction runs again."""
    write = database.Database.write

    def twice(self, work):
        write(self, work)
        return write(self, work)

    monkeypatch.setattr(database.Database, "write", twice)
    model = json.dumps(taught.LINE) + "\n"
    created, _ = imported(sqlite_store, packed({**small_parts(), "models.jsonl": model}))
    assert len(sqlite_store.drawings(created)) == 1
    assert len(sqlite_store.pupils(created)) == 1
    assert len(sqlite_store.taught_models(created)) == 1


@pytest.mark.parametrize("limit", ["CLASS_BYTES", "STORE_BYTES"])
def test_a_class_that_does_not_fit_is_refused(sqlite_store, monkeypatch, limit):
    monkeypatch.setattr(class_limits, limit, 1000)
    with pytest.raises((ClassFullError, ClassroomError), match=r"room|more drawings"):
        imported(sqlite_store, packed(small_parts()))


def test_a_child_reads_the_same_within_its_time(sqlite_store, monkeypatch):
    content = packed(small_parts()).getvalue()
    created, secret = class_import.import_class_in_child(sqlite_store, content, today())
    assert sqlite_store.class_of_teacher(secret) == created
    assert [one.label for one in sqlite_store.drawings(created)] == [LINE["label"]]
    with pytest.raises(ClassroomError, match="no whole zip"):
        class_import.import_class_in_child(sqlite_store, b"", today())
    monkeypatch.setattr(class_limits, "IMPORT_SECONDS", 0.001)
    with pytest.raises(ClassroomError, match="too long"):
        class_import.import_class_in_child(sqlite_store, content, today())


def test_a_drawing_beside_its_canvas_is_refused(sqlite_store):
    away = {**LINE, "strokes": [{"width": 5, "points": [[900, 900]]}]}
    with pytest.raises(ClassroomError, match="is empty"):
        imported(sqlite_store, packed(small_parts([away])))


@pytest.mark.parametrize("title", ["", "a\u202eb", "x" * 81])
def test_bad_titles_are_refused(sqlite_store, title):
    with pytest.raises(ClassroomError, match="title"):
        imported(sqlite_store, packed(small_parts(title=title)))


def test_an_empty_file_is_refused(sqlite_store):
    with pytest.raises(ClassroomError, match="no whole zip"):
        class_import.import_class(sqlite_store, io.BytesIO(), today())
