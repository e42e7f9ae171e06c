"""Deleted drawings leave no bytes in SQLite's files."""

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from mnist_app.classroom import classes, stroke_codec
from mnist_app.classroom.store import ClassStore
from mnist_app.errors import StoreError
from mnist_app.preprocessing.strokes import Stroke
from tests.classroom.lessons import draw, new_class


def scribble(seed, points=600):
    """A stroke of random points, whose bytes occur nowhere else."""
    random = np.random.default_rng(seed)
    return [Stroke(random.uniform(5, 60, (points, 2)).astype(np.float32), 3.0)]


def traces(folder, drawings):
    """How many pieces of 16 bytes of the drawings are in the files of a folder."""
    content = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    pieces = set()
    for strokes, image in drawings:
        packed = stroke_codec.pack(strokes)[16:]
        pieces |= {packed[start : start + 16] for start in range(0, len(packed) - 15, 16)}
        rows = [image[row].tobytes() for row in range(8, 20)]
        pieces |= {row for row in rows if len(set(row)) > 8}
    assert len(pieces) > 100
    return sum(piece in content for piece in pieces)


def filled(store, count=6):
    classroom, _ = new_class(store)
    pupil, _ = store.join(classroom)
    drawn = []
    for seed in range(count):
        strokes = scribble(seed)
        drawn.append((strokes, draw(store, pupil, strokes=strokes)))
    return classroom, drawn


def test_a_deleted_class_is_in_no_bytes(sqlite_store, tmp_path):
    classroom, drawn = filled(sqlite_store)
    store_folder = tmp_path / "classes"
    pairs = [(strokes, kept.image) for strokes, kept in drawn]
    kept_class, _ = new_class(sqlite_store)
    kept = draw(sqlite_store, sqlite_store.join(kept_class)[0], strokes=scribble(99))
    model = np.random.default_rng(3).bytes(5000)
    sqlite_store.add_taught_model(classroom, "ours", model, {})
    assert traces(store_folder, pairs) > 100
    sqlite_store.delete_class(classroom)
    assert traces(store_folder, pairs) == 0
    assert traces(store_folder, [(scribble(99), kept.image)]) > 10, "others are kept"
    content = b"".join(path.read_bytes() for path in store_folder.iterdir())
    for text in (classroom.code.encode(), model[:16], model[-16:]):
        assert text not in content


def test_purged_drawings_are_in_no_bytes(sqlite_store, tmp_path):
    classroom, drawn = filled(sqlite_store)
    removed, kept = drawn[:3], drawn[3:]
    for _, drawing in removed:
        sqlite_store.remove_drawing(classroom, drawing.id)
    sqlite_store.purge(classroom)
    folder = tmp_path / "classes"
    assert traces(folder, [(strokes, drawing.image) for strokes, drawing in removed]) == 0
    assert traces(folder, [(strokes, drawing.image) for strokes, drawing in kept]) > 100


def test_classes_past_their_date_are_in_no_bytes(sqlite_store, tmp_path):
    _, drawn = filled(sqlite_store)
    assert sqlite_store.delete_expired(datetime.now(UTC) + timedelta(days=31)) == 1
    pairs = [(strokes, drawing.image) for strokes, drawing in drawn]
    assert traces(tmp_path / "classes", pairs) == 0


def test_a_deletion_that_was_broken_off_is_completed_at_the_next_start(sqlite_url, tmp_path):
    store = ClassStore.open(sqlite_url)
    classroom, drawn = filled(store)
    store._database.write(lambda link: classes.delete(link, classroom.id))  # and then killed
    pairs = [(strokes, drawing.image) for strokes, drawing in drawn]
    assert traces(tmp_path / "classes", pairs) > 100
    again = ClassStore.open(sqlite_url)
    assert traces(tmp_path / "classes", pairs) == 0
    again.close()
    store.close()


def test_walls_that_poll_meanwhile_do_not_keep_bytes(sqlite_store, tmp_path):
    classroom, drawn = filled(sqlite_store)
    other, _ = new_class(sqlite_store)
    over = threading.Event()

    def poll():
        while not over.is_set():
            sqlite_store.changes(other)

    walls = [threading.Thread(target=poll) for _ in range(3)]
    for wall in walls:
        wall.start()
    sqlite_store.delete_class(classroom)
    found = traces(tmp_path / "classes", [(strokes, one.image) for strokes, one in drawn])
    over.set()
    for wall in walls:
        wall.join()
    assert found == 0


@pytest.mark.slow
def test_a_reader_that_does_not_end_is_reported_and_the_rest_deleted_later(
    sqlite_store, sqlite_url, tmp_path
):
    classroom, drawn = filled(sqlite_store)
    with sqlite_store._database._engine.begin() as reader:
        reader.exec_driver_sql("SELECT * FROM drawings").fetchall()
        with pytest.raises(StoreError, match="may still lie"):
            sqlite_store.delete_class(classroom)
    sqlite_store.delete_class(classroom)
    pairs = [(strokes, one.image) for strokes, one in drawn]
    assert traces(tmp_path / "classes", pairs) == 0
