"""What the store keeps and hands out, on SQLite and on PostgreSQL."""

import logging
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_app.classroom import class_limits, codes
from mnist_app.classroom.store import ClassStore
from mnist_app.errors import (
    ClassFullError,
    ClassroomError,
    ClosedCodeError,
    InvalidImageError,
    TooManyTriesError,
    UnknownClassError,
)
from mnist_app.preprocessing import strokes as strokes_module
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import Stroke
from tests.classroom.lessons import SIDE, draw, new_class, today


def test_a_class_is_found_by_its_code_and_by_its_teachers_secret(store, store_url):
    classroom, secret = new_class(store)
    assert classroom.delete_on == today() + timedelta(days=30)
    assert datetime.now(UTC) - classroom.created_at < timedelta(minutes=1)
    again = ClassStore.open(store_url)
    assert again.class_of_code(f" {classroom.code.lower()} ", "visitor") == classroom
    assert again.class_of_teacher(secret) == classroom
    again.close()
    other, other_secret = new_class(store)
    assert other.code != classroom.code
    assert store.class_of_teacher(other_secret) == other != classroom


@pytest.mark.parametrize("secret", ["", "x", "\ud800", "é" * 1000, "A" * 22])
def test_no_other_secret_opens_a_class(sqlite_store, secret):
    new_class(sqlite_store)
    with pytest.raises(UnknownClassError):
        sqlite_store.class_of_teacher(secret)
    with pytest.raises(UnknownClassError):
        sqlite_store.pupil_of_secret(secret)


def test_a_pupils_secret_is_no_teachers(sqlite_store):
    classroom, teacher = new_class(sqlite_store)
    _, secret = sqlite_store.join(classroom)
    with pytest.raises(UnknownClassError):
        sqlite_store.class_of_teacher(secret)
    with pytest.raises(UnknownClassError):
        sqlite_store.pupil_of_secret(teacher)


@pytest.mark.parametrize("title", ["", "  ", "x" * 81, "a\x00b", "a\u202eb"])
def test_titles_that_are_refused(sqlite_store, title):
    with pytest.raises(ClassroomError, match="title"):
        sqlite_store.create_class(title, 2, today())


@pytest.mark.parametrize("per_digit", [0, -1, class_limits.MAXIMUM_PER_DIGIT + 1])
def test_numbers_of_drawings_that_are_refused(sqlite_store, per_digit):
    with pytest.raises(ClassroomError, match="1 to"):
        sqlite_store.create_class("7b", per_digit, today())


@pytest.mark.parametrize("days", [-1, class_limits.MAXIMUM_DAYS + 1])
def test_days_of_deletion_that_are_refused(sqlite_store, days):
    with pytest.raises(ClassroomError, match="within a year"):
        sqlite_store.create_class("7b", 2, today() + timedelta(days=days))


def test_a_closed_code_lets_nobody_join_but_pupils_go_on(store):
    classroom, _ = new_class(store)
    pupil, _ = store.join(classroom)
    closed = store.close_code(classroom)
    assert not closed.is_open
    with pytest.raises(ClosedCodeError):
        store.class_of_code(classroom.code, "visitor")
    with pytest.raises(ClosedCodeError):
        store.join(classroom)
    draw(store, pupil)
    assert store.class_of_pupil(pupil) == closed
    assert store.reopen_code(classroom) == classroom
    assert store.join(store.class_of_code(classroom.code, "visitor"))[0].number == 2


def test_wrong_codes_are_slowed_down(sqlite_store):
    classroom, _ = new_class(sqlite_store)
    wrong = "222222" if classroom.code != "222222" else "333333"
    for _ in range(codes.VISITOR_TRIES):
        with pytest.raises(UnknownClassError):
            sqlite_store.class_of_code(wrong, "guesser")
    with pytest.raises(TooManyTriesError):
        sqlite_store.class_of_code(classroom.code, "guesser")
    for _ in range(codes.VISITOR_TRIES + 1):
        assert sqlite_store.class_of_code(classroom.code, "pupil") == classroom


def test_pupils_are_numbered_and_found_after_a_reload(store):
    classroom, _ = new_class(store)
    joined = [store.join(classroom) for _ in range(3)]
    assert [pupil.number for pupil, _ in joined] == [1, 2, 3]
    for pupil, secret in joined:
        assert store.pupil_of_secret(secret) == pupil
    assert store.pupils(classroom) == tuple(pupil for pupil, _ in joined)
    other, _ = new_class(store)
    assert store.join(other)[0].number == 1


def test_a_pupil_is_asked_for_every_digit_as_often_and_a_reload_changes_nothing(store):
    classroom, _ = new_class(store, per_digit=2)
    pupil, secret = store.join(classroom)
    drawn = Counter()
    while (asked := store.asked(pupil)).digit is not None:
        assert store.asked(store.pupil_of_secret(secret)) == asked
        assert (asked.drawn, asked.total) == (drawn.total(), 20)
        draw(store, pupil, asked.digit)
        drawn[asked.digit] += 1
    assert drawn == dict.fromkeys(range(10), 2)
    with pytest.raises(ClassFullError, match="already"):
        draw(store, pupil, 4)


def test_a_skipped_digit_is_asked_for_at_the_end(store):
    classroom, _ = new_class(store, per_digit=1)
    pupil, _ = store.join(classroom)
    skipped = store.asked(pupil).digit
    store.skip(pupil, skipped)
    store.skip(pupil, skipped)  # sent twice
    order = []
    while (digit := store.asked(pupil).digit) is not None:
        order.append(digit)
        draw(store, pupil, digit)
    assert order[-1] == skipped
    assert sorted(order) == list(range(10))


def test_a_drawing_is_kept_as_it_was_drawn(store):
    classroom, _ = new_class(store)
    pupil, _ = store.join(classroom)
    random = np.random.default_rng(1)
    strokes = [
        Stroke(random.uniform(5, 60, (30, 2)).astype(np.float32), 4.5),
        Stroke(np.array([[30, 30]], np.float32), 7.0),
    ]
    label = store.asked(pupil).digit
    client_id = str(uuid.uuid4())
    kept = draw(store, pupil, label, strokes, client_id=client_id)
    assert (str(kept.client_id), kept.label, kept.pupil_id) == (client_id, label, pupil.id)
    assert (kept.height, kept.width, kept.pupil_number) == (SIDE, SIDE, 1)
    assert datetime.now(UTC) - kept.drawn_at < timedelta(minutes=1)
    assert kept.drawn_at.tzinfo is not None
    steps = steps_of_drawing(strokes_module.draw(strokes, SIDE, SIDE))
    np.testing.assert_array_equal(kept.image, steps.image)
    (found,) = store.drawings(classroom)
    np.testing.assert_array_equal(found.image, steps.image)
    (back,) = store.strokes([found])
    assert [stroke.width for stroke in back] == [4.5, 7.0]
    for one, other in zip(strokes, back, strict=True):
        np.testing.assert_array_equal(one.points, other.points)


def test_a_drawing_sent_twice_is_kept_once_as_it_came_first(store):
    classroom, _ = new_class(store)
    pupil, _ = store.join(classroom)
    asked = store.asked(pupil)
    client_id = str(uuid.uuid4())
    first = draw(store, pupil, asked.digit, client_id=client_id)
    changed = [Stroke(np.array([[5, 5], [60, 5]], np.float32), 5.0)]
    again = draw(store, pupil, (asked.digit + 1) % 10, changed, client_id=client_id.upper())
    assert (again.id, again.label) == (first.id, first.label)
    np.testing.assert_array_equal(again.image, first.image)
    assert store.asked(pupil).drawn == 1
    neighbour, _ = store.join(classroom)  # the same id of another pupil is another drawing
    assert draw(store, neighbour, client_id=client_id).pupil_id == neighbour.id
    assert len(store.drawings(classroom)) == 2


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "4"}, ClassroomError),
        ({"label": 10}, ClassroomError),
        ({"label": -1}, ClassroomError),
        ({"strokes": []}, ClassroomError),
        ({"strokes": [Stroke(np.full((2, 2), 900, np.float32), 5.0)]}, ClassroomError),
        ({"strokes": ["no stroke"]}, InvalidImageError),
    ],
)
def test_bad_drawings_are_refused_and_change_nothing(sqlite_store, changed, error):
    classroom, _ = new_class(sqlite_store)
    pupil, _ = sqlite_store.join(classroom)
    before = sqlite_store.asked(pupil), sqlite_store.changes(classroom).revision
    with pytest.raises(error):
        draw(sqlite_store, pupil, **{"label": 4, **changed})
    assert (sqlite_store.asked(pupil), sqlite_store.changes(classroom).revision) == before


def test_a_wall_sees_arrivals_removals_and_undo(store):
    classroom, _ = new_class(store)
    pupil, _ = store.join(classroom)
    changes = store.changes(classroom)
    assert (changes.pupils, changes.drawings) == ((pupil,), ())
    one, other = draw(store, pupil), draw(store, pupil)

    def since(revision):
        found = store.changes(classroom, revision)
        return found.revision, {drawing.id: drawing.is_visible for drawing in found.drawings}

    revision, seen = since(changes.revision)
    assert seen == {one.id: True, other.id: True}
    assert since(revision) == (revision, {})
    assert store.remove_drawing(classroom, one.id).is_removed
    revision, seen = since(revision)
    assert seen == {one.id: False}
    assert [drawing.id for drawing in store.drawings(classroom)] == [other.id]
    assert not store.restore_drawing(classroom, one.id).is_removed
    store.remove_drawing(classroom, one.id)
    store.remove_pupil(classroom, pupil.id)
    revision, seen = since(revision)
    assert seen == {one.id: False, other.id: False}
    assert store.drawings(classroom) == []
    assert store.pupils(classroom)[0].is_removed
    with pytest.raises(ClassroomError, match="taken you out"):
        draw(store, pupil, 4)
    with pytest.raises(ClassroomError, match="taken you out"):
        store.skip(pupil, 4)
    store.restore_pupil(classroom, pupil.id)
    assert since(revision)[1] == {one.id: False, other.id: True}
    draw(store, pupil)


def test_nothing_changed_costs_one_query(sqlite_store):
    classroom, _ = new_class(sqlite_store)
    draw(sqlite_store, sqlite_store.join(classroom)[0])
    revision = sqlite_store.changes(classroom).revision
    queries = []
    engine = sqlite_store._database._engine
    sa.event.listen(engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    sqlite_store.changes(classroom, revision)
    assert [query for query in queries if query != "BEGIN"] == [
        "SELECT classes.revision \nFROM classes \nWHERE classes.id = ?"
    ]


ACTIONS = ("draw", "remove", "restore", "remove pupil", "restore pupil", "skip", "poll")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 5)), max_size=20))
def test_a_wall_that_asks_for_changes_shows_what_is_there(sqlite_store, actions):
    """Whatever happens in whatever order, in two classes of which the wall shows one."""
    classrooms = [new_class(sqlite_store)[0] for _ in range(2)]
    pupils = [sqlite_store.join(classrooms[number % 2])[0] for number in range(4)]
    shown, revision, drawn = {}, -1, []
    for action, number in [*actions, ("poll", 0)]:
        pupil = pupils[number % len(pupils)]
        home = classrooms[0] if pupil.class_id == classrooms[0].id else classrooms[1]
        try:
            match action:
                case "draw":
                    drawn.append(draw(sqlite_store, pupil))
                case "skip":
                    sqlite_store.skip(pupil, sqlite_store.asked(pupil).digit)
                case "remove pupil":
                    sqlite_store.remove_pupil(home, pupil.id)
                case "restore pupil":
                    sqlite_store.restore_pupil(home, pupil.id)
                case "remove" | "restore" if drawn:
                    change = getattr(sqlite_store, f"{action}_drawing")
                    change(classrooms[number % 2], drawn[number % len(drawn)].id)
        except ClassroomError:
            continue  # a removed pupil draws, or the drawing is of the other class
        if action == "poll":
            changes = sqlite_store.changes(classrooms[0], revision)
            revision = changes.revision
            for drawing in changes.drawings:
                shown.pop(drawing.id, None)
                if drawing.is_visible:
                    shown[drawing.id] = drawing.label
            there = {one.id: one.label for one in sqlite_store.drawings(classrooms[0])}
            assert shown == there


def test_a_teacher_changes_nothing_of_another_class(store):
    classroom, _ = new_class(store)
    pupil, _ = store.join(classroom)
    drawing = draw(store, pupil)
    model = store.add_taught_model(classroom, "ours", b"weights", {})
    stranger, _ = new_class(store)
    with pytest.raises(UnknownClassError):
        store.remove_drawing(stranger, drawing.id)
    store.remove_pupil(stranger, pupil.id)
    store.delete_taught_model(stranger, model.id)
    store.delete_class(stranger)
    assert [one.id for one in store.drawings(classroom)] == [drawing.id]
    assert not store.pupils(classroom)[0].is_removed
    assert [one.id for one in store.taught_models(classroom)] == [model.id]


def test_a_pupil_sees_its_own_drawings(store):
    classroom, _ = new_class(store)
    pupils = [store.join(classroom)[0] for _ in range(2)]
    drawn = [draw(store, pupil).id for pupil in pupils]
    for pupil, drawing_id in zip(pupils, drawn, strict=True):
        assert [one.id for one in store.drawings(classroom, pupil)] == [drawing_id]


def test_a_deleted_class_is_unknown_to_everybody_and_its_numbers_are_not_used_again(store):
    classroom, secret = new_class(store)
    pupil, pupil_secret = store.join(classroom)
    drawing = draw(store, pupil)
    store.add_taught_model(classroom, "ours", b"weights", {})
    store.delete_class(classroom)
    new, _ = new_class(store)
    new_pupil, _ = store.join(new)
    assert new.id > classroom.id
    assert new_pupil.id > pupil.id
    assert draw(store, new_pupil).id > drawing.id
    for ask in (
        lambda: store.class_of_teacher(secret),
        lambda: store.class_of_code(classroom.code, "visitor"),
        lambda: store.pupil_of_secret(pupil_secret),
        lambda: store.changes(classroom),
        lambda: store.join(classroom),
        lambda: store.asked(pupil),
        lambda: draw(store, pupil, 4),
        lambda: store.skip(pupil, 4),
        lambda: store.strokes([drawing]),
        lambda: store.class_of_pupil(pupil),
        lambda: store.close_code(classroom),
        lambda: store.remove_pupil(classroom, pupil.id),
        lambda: store.remove_drawing(classroom, drawing.id),
        lambda: store.add_taught_model(classroom, "ours", b"", {}),
    ):
        with pytest.raises(UnknownClassError):
            ask()
    store.delete_class(classroom)  # twice
    assert store.taught_models(classroom) == []


def test_classes_past_their_day_are_deleted_daily_and_at_the_start(store, store_url):
    classes = [new_class(store, days=days) for days in (0, 1, 5)]

    def left(of):
        found = []
        for number, (_, secret) in enumerate(classes):
            try:
                of.class_of_teacher(secret)
            except UnknownClassError:
                continue
            found.append(number)
        return found

    now = datetime.combine(today(), datetime.min.time(), UTC)
    assert store.delete_expired(now) == 0
    assert left(store) == [0, 1, 2]
    assert store.delete_expired(now + timedelta(days=1)) == 1
    assert left(store) == [1, 2]
    with store._database._engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE classes SET delete_on = :day WHERE id = :id"),
            {"day": str(today() - timedelta(days=1)), "id": classes[1][0].id},
        )
    again = ClassStore.open(store_url)
    assert left(again) == [2]
    again.close()


def test_purging_deletes_what_was_removed_and_frees_its_bytes(store, monkeypatch):
    classroom, _ = new_class(store)
    pupil, secret = store.join(classroom)
    other, _ = store.join(classroom)
    removed, kept, others = draw(store, pupil), draw(store, pupil), draw(store, other)
    size = 784 + 200 + len(b"".join((bytes(4), bytes(8), bytes(16))))
    monkeypatch.setattr(class_limits, "CLASS_BYTES", 4 * size - 1)
    with pytest.raises(ClassFullError, match="room"):
        draw(store, pupil)
    store.remove_drawing(classroom, removed.id)
    store.remove_pupil(classroom, other.id)
    store.purge(classroom)
    assert [one.id for one in store.changes(classroom).drawings] == [kept.id]
    assert [one.id for one in store.pupils(classroom)] == [pupil.id]
    with pytest.raises(UnknownClassError):
        store.restore_drawing(classroom, removed.id)
    with pytest.raises(UnknownClassError):
        store.strokes([others])
    draw(store, pupil)
    draw(store, pupil)
    with pytest.raises(ClassFullError, match="room"):
        draw(store, pupil)
    assert store.pupil_of_secret(secret).number == 1
    assert store.join(classroom)[0].number == 3


def test_limits_of_classes_pupils_and_bytes(sqlite_store, monkeypatch):
    monkeypatch.setattr(class_limits, "MAXIMUM_CLASSES", 2)
    monkeypatch.setattr(class_limits, "MAXIMUM_PUPILS", 2)
    monkeypatch.setattr(class_limits, "STORE_BYTES", 3_500)
    classes = [new_class(sqlite_store)[0] for _ in range(2)]
    with pytest.raises(ClassFullError, match="classes already"):
        new_class(sqlite_store)
    for classroom in classes:
        pupils = [sqlite_store.join(classroom)[0] for _ in range(2)]
        with pytest.raises(ClassFullError, match="2 pupils"):
            sqlite_store.join(classroom)
    sqlite_store.remove_pupil(classes[1], pupils[0].id)
    assert sqlite_store.join(classes[1])[0].number == 3
    sqlite_store.restore_pupil(classes[1], pupils[0].id)
    draw(sqlite_store, pupils[0])
    draw(sqlite_store, pupils[1])
    asked = sqlite_store.asked(pupils[0])
    draw(sqlite_store, pupils[1])
    with pytest.raises(ClassFullError, match="delete a class"):
        draw(sqlite_store, pupils[0])
    assert sqlite_store.asked(pupils[0]) == asked, "what is refused is asked for again"
    sqlite_store.delete_class(classes[1])
    draw(sqlite_store, sqlite_store.join(new_class(sqlite_store)[0])[0])


def test_taught_models_are_kept_and_deleted(store, monkeypatch):
    classroom, _ = new_class(store)
    blob = np.random.default_rng(2).bytes(5000)
    summary = {"taught by": [1, 2], "right": 0.985, "name": "Größe"}
    ours = store.add_taught_model(classroom, "ours", blob, summary)
    theirs = store.add_taught_model(classroom, "theirs", b"", {})
    found = store.taught_models(classroom)
    assert [model.id for model in found] == [ours.id, theirs.id]
    assert (found[0].name, found[0].blob, found[0].summary) == ("ours", blob, summary)
    store.delete_taught_model(classroom, ours.id)
    store.delete_taught_model(classroom, ours.id)
    assert [model.name for model in store.taught_models(classroom)] == ["theirs"]
    with pytest.raises(ClassroomError, match="too large"):
        store.add_taught_model(classroom, "big", bytes(class_limits.MAXIMUM_MODEL_BYTES + 1), {})
    monkeypatch.setattr(class_limits, "MAXIMUM_TAUGHT_MODELS", 1)
    with pytest.raises(ClassFullError, match="Delete one"):
        store.add_taught_model(classroom, "more", b"", {})


def test_codes_and_secrets_are_in_no_log_and_no_repr(sqlite_store, sqlite_url, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    classroom, secret = new_class(sqlite_store)
    pupil, pupil_secret = sqlite_store.join(classroom)
    drawing = draw(sqlite_store, pupil)
    sqlite_store.class_of_code(classroom.code, "visitor")
    sqlite_store.class_of_teacher(secret)
    sqlite_store.pupil_of_secret(pupil_secret)
    with pytest.raises(UnknownClassError) as wrong:
        sqlite_store.class_of_code("234679", "visitor")
    texts = [caplog.text, repr(classroom), repr(pupil), repr(drawing), repr(sqlite_store)]
    texts.append(str(wrong.value))
    for hidden in (classroom.code, secret, pupil_secret, "234679"):
        assert not any(hidden in text for text in texts)
    files = b"".join(path.read_bytes() for path in (tmp_path / "classes").iterdir())
    assert classroom.code.encode() in files
    for hidden in (secret, pupil_secret):
        assert hidden.encode() not in files, "only hashes are kept"
