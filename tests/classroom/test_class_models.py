"""Taught models in the file of a class: there and back, and files that are damaged or hostile."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_app.bundle import sha256
from mnist_app.classroom import class_limits
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.classroom.taught_layer import TaughtLayer
from mnist_app.classroom.taught_models import clean_name, free_name
from mnist_app.errors import ClassFullError, ClassroomError
from tests.classroom.class_files import exported, imported, packed, parts, small_parts
from tests.classroom.lessons import draw, new_class
from tests.classroom.taught import LAYER, LINE, OUTCOME

UNCHANGED = json.dumps(LINE).encode()


def with_models(*lines):
    """The file of a class with one drawing, and these lines of taught models."""
    content = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    return packed({**small_parts(), "models.jsonl": content})


def changed(part, **values):
    return {**LINE, part: {**LINE[part], **values}}


def models_of(store, file):
    return store.taught_models(imported(store, file)[0])


def classes_in(store):
    return store._database.read(
        lambda link: link.exec_driver_sql("SELECT count(*) FROM classes").scalar()
    )


pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=4)


@given(
    models=st.lists(st.tuples(st.text(max_size=90), pairs, pairs), max_size=3),
    removed=st.integers(0, 4),
)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_was_taken_along_comes_back_the_same(sqlite_store, models, removed):
    """Whatever they are called, and although a drawing that they name was removed."""
    store = sqlite_store
    created, _ = new_class(store)
    pupil, _ = store.join(created)
    drawings = [draw(store, pupil) for _ in range(5)]
    ids = [*(one.id for one in drawings), 10**6]  # the last one was deleted
    for index, (name, gained, lost) in enumerate(models):
        outcome = replace(
            OUTCOME,
            gained=tuple((ids[one], digit) for one, digit in gained),
            lost=tuple((ids[one], digit) for one, digit in lost),
        )
        blob = replace(LAYER, weights=LAYER.weights * (index + 1)).to_bytes()
        taken = ["cnn", *(one.name for one in store.taught_models(created))]
        kept_as = free_name(clean_name(name) or "cnn", taken)
        store.add_taught_model(created, kept_as, blob, outcome.to_json())
    store.remove_drawing(created, ids[removed])
    first = exported(store, created)
    again, _ = imported(store, first)
    assert parts(exported(store, again)) == parts(first)
    gone = (removed, 5)
    old, new = store.taught_models(created), store.taught_models(again)
    kept = [one.id for one in store.drawings(again)]
    left = [index for index in range(5) if index != removed]
    for before, after, (_, gained, lost) in zip(old, new, models, strict=True):
        ours = (before.name, before.blob, before.created_at)
        assert (after.name, after.blob, after.created_at) == ours
        for key, expected in (("gained", gained), ("lost", lost)):
            assert after.summary[key] == [
                [kept[left.index(one)], digit] for one, digit in expected if one not in gone
            ]
        assert {**after.summary, "gained": 0, "lost": 0} == {
            **before.summary,
            "gained": 0,
            "lost": 0,
        }
    store.delete_class(created)
    store.delete_class(again)


def test_it_reads_as_it_did(sqlite_store, lesson, cnn, mirrored):
    created, _ = new_class(sqlite_store)
    outcome = replace(OUTCOME, teachers=lesson.taught.teachers, options=lesson.taught.options)
    sqlite_store.add_taught_model(created, "ours", lesson.taught.to_bytes(), outcome.to_json())
    (found,) = models_of(sqlite_store, exported(sqlite_store, created))
    again = TaughtLayer.from_bytes(found.blob).recognizer(cnn)
    images = mirrored.images[:5]
    assert (again.logits(images) == lesson.taught.recognizer(cnn).logits(images)).all()


def test_what_is_damaged_here_is_left_out(sqlite_store):
    created, _ = new_class(sqlite_store)
    sqlite_store.add_taught_model(created, "ours", b"\x80\x04N.", OUTCOME.to_json())
    sqlite_store.add_taught_model(created, "yours", LAYER.to_bytes(), {})
    assert "models.jsonl" not in parts(exported(sqlite_store, created))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"\x80\x04N.",
        b"\xff",
        b"[" * 40 + b"]" * 40,
        {**LINE, "name": ""},
        {**LINE, "name": "\u202e [<>]"},
        {**LINE, "name": 7},
        {**LINE, "name": "\ud800"},
        {**LINE, "taught_at": "2026-05-04T10:11:12"},
        {**LINE, "taught_at": "0001-01-01T00:00:00+14:00"},
        {**LINE, "layer": LINE["layer"]["weights"]},
        {**LINE, "outcome": []},
        changed("layer", weights=LINE["layer"]["weights"][:-4]),
        changed("layer", base="../../etc"),
        changed("layer", base="dense-128"),
        changed("layer", teachers=[3]),
        changed("layer", temperature=1e-9),
        changed("outcome", base="![x](http://there/x.png)"),
        changed("outcome", base="dense-128"),
        changed("outcome", base="c" * 81),
        changed("outcome", teachers=[]),
        changed("outcome", testers=[2, 1]),
        changed("outcome", testers=[0, 1]),
        changed("outcome", testers=[10**30]),
        changed("outcome", lessons=-1),
        changed("outcome", before={"right": 0, "total": 0}),
        changed("outcome", after={"right": 13, "total": 12}),
        changed("outcome", mnist_after={"right": 10**30, "total": 10**30}),
        changed("outcome", gained=[[2, 7]]),
        changed("outcome", gained=[[0, 7]]),
        changed("outcome", lost=[[1, 10]]),
        changed("outcome", lost=[[1]]),
        changed("outcome", lost=[[1, 7]] * 4001),
    ],
)
def test_what_is_damaged_or_hostile_is_refused_and_nothing_kept(sqlite_store, line):
    with pytest.raises(ClassroomError, match="its taught model 2 is damaged") as caught:
        imported(sqlite_store, with_models(LINE, line))
    assert "there" not in str(caught.value)
    assert classes_in(sqlite_store) == 0


@given(st.integers(0, len(UNCHANGED) - 1), st.binary(max_size=3))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_bytes_are_refused_or_still_a_model(sqlite_store, place, instead):
    damaged = UNCHANGED[:place] + instead + UNCHANGED[place + len(instead) + 1 :]
    try:
        found = models_of(sqlite_store, with_models(damaged))
    except ClassroomError:
        return
    for one in found:
        assert np.isfinite(TaughtLayer.from_bytes(one.blob).weights).all()
        LessonOutcome.from_json(one.summary)


def test_a_layer_of_another_shape_than_its_base_has_is_refused(sqlite_store, cnn):
    narrow = replace(LAYER, weights=LAYER.weights[:-1], base_sha256=sha256(cnn.model))
    line = {**LINE, "layer": json.loads(narrow.to_bytes())}
    with pytest.raises(ClassroomError, match="damaged"):
        imported(sqlite_store, with_models(line))


def test_a_model_whose_base_is_not_here_keeps_its_figures(sqlite_store):
    line = changed("layer", base="of-tomorrow")
    line["outcome"] = {**LINE["outcome"], "base": "of-tomorrow"}
    (found,) = models_of(sqlite_store, with_models(line))
    assert LessonOutcome.from_json(found.summary).after == OUTCOME.after


def test_names_are_those_of_no_other_model_and_no_markdown(sqlite_store):
    names = ("ours", "ours", "best", "![a](http://b/c.png) *d*", "e" * 200)
    found = models_of(sqlite_store, with_models(*({**LINE, "name": name} for name in names)))
    assert [one.name for one in found] == [
        "ours",
        "ours (2)",
        "best (2)",
        "!a(http//b/c.png) d",
        "e" * 80,
    ]


def test_too_many_and_too_long_are_refused(sqlite_store, monkeypatch):
    monkeypatch.setattr(class_limits, "MAXIMUM_TAUGHT_MODELS", 2)
    assert len(models_of(sqlite_store, with_models(LINE, LINE))) == 2
    with pytest.raises(ClassroomError, match="more than 2 taught models"):
        imported(sqlite_store, with_models(LINE, LINE, LINE))
    with pytest.raises(ClassroomError, match=r"line of its part models.jsonl is too long"):
        imported(sqlite_store, with_models(b" " * class_limits.MODEL_LINE_BYTES + UNCHANGED))
    monkeypatch.setattr(class_limits, "MAXIMUM_MODEL_BYTES", 1000)
    with pytest.raises(ClassroomError, match="damaged"):
        imported(sqlite_store, with_models(LINE))


def test_models_count_as_bytes_of_the_class(store, monkeypatch):
    """Also on PostgreSQL, and nothing is kept of a class without room for all its models."""
    created, _ = imported(store, with_models(LINE, LINE))
    assert [one.summary["gained"] for one in store.taught_models(created)] == [
        [[store.drawings(created)[0].id, 7]]
    ] * 2
    monkeypatch.setattr(class_limits, "CLASS_BYTES", 12_000)
    with pytest.raises(ClassFullError, match="no room"):
        imported(store, with_models(LINE, LINE))
    assert classes_in(store) == 1
