"""What is acknowledged has been written to the disk, in groups."""

import os
import threading
import time

import pytest

from mnist_app.classroom import database
from mnist_app.errors import StoreError
from tests.classroom.lessons import draw, new_class


def test_every_acknowledged_drawing_was_synced_after_its_commit_and_many_at_once(
    sqlite_store, tmp_path, monkeypatch
):
    """A disk that takes 50 ms: 20 pupils wait for a few writes, none returns before its own."""
    classroom, _ = new_class(sqlite_store, per_digit=1)
    pupils = [sqlite_store.join(classroom)[0] for _ in range(20)]
    log = tmp_path / "classes" / "classes.sqlite-wal"
    on_disk, syncs = b"", 0

    def slow_sync(descriptor):
        nonlocal on_disk, syncs
        assert os.fstat(descriptor).st_ino == log.stat().st_ino
        content = log.read_bytes()  # what a sync that begins now covers
        time.sleep(0.05)
        on_disk, syncs = content, syncs + 1

    monkeypatch.setattr(os, "fsync", slow_sync)
    unsafe = []

    def pupil_draws(pupil):
        drawing = draw(sqlite_store, pupil)
        if drawing.client_id.hex.encode() not in on_disk:
            unsafe.append(drawing)

    threads = [threading.Thread(target=pupil_draws, args=(pupil,)) for pupil in pupils]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sqlite_store.drawings(classroom)) == 20
    assert unsafe == []
    assert 1 <= syncs < 15


def test_a_disk_that_fails_is_reported(sqlite_store, monkeypatch):
    classroom, _ = new_class(sqlite_store)
    pupil, _ = sqlite_store.join(classroom)

    def fail(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(database, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreError, match="does not answer"):
        draw(sqlite_store, pupil)
    monkeypatch.undo()
    draw(sqlite_store, pupil)
