"""One store for all sessions, opened when it can be, and classes that go on their day."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from mnist_app.classroom.database_errors import DATABASE_VARIABLE
from mnist_app.classroom.store import ClassStore
from mnist_app.errors import StoreError, TooManyTriesError, UnknownClassError
from mnist_app.server import class_store
from mnist_app.server.class_store import NewClasses, SharedStore, delete_expired_daily


@pytest.fixture
def shared(tmp_path, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'classes.sqlite'}")
    opened = SharedStore()
    yield opened
    opened.close()


def test_one_visitor_makes_so_many_classes_and_others_are_not_held_up():
    now = 0.0
    new = NewClasses(lambda: now)
    for _ in range(class_store.VISITOR_CLASSES):
        new.charge("10.0.0.1")
    for _ in range(2):
        with pytest.raises(TooManyTriesError, match="Too many classes"):
            new.charge("10.0.0.1")
    new.charge("10.0.0.2")
    now = class_store.VISITOR_CLASS_SECONDS
    new.charge("10.0.0.1")
    with pytest.raises(TooManyTriesError):
        new.charge("10.0.0.1")


def test_all_get_one_store(shared):
    assert shared.get() is shared.get()


def test_a_closed_store_is_opened_again(shared):
    first = shared.get()
    shared.close()
    assert shared.get() is not first


def test_a_database_that_comes_back_is_used(shared, monkeypatch, tmp_path):
    monkeypatch.setenv(DATABASE_VARIABLE, "sqlite://")
    with pytest.raises(StoreError, match=DATABASE_VARIABLE):
        shared.get()
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'classes.sqlite'}")
    with pytest.raises(StoreError, match=DATABASE_VARIABLE):  # a class that waits does not try all
        shared.get()
    monkeypatch.setattr(class_store, "PAUSE_SECONDS", 0.0)
    assert isinstance(shared.get(), ClassStore)


def test_classes_past_their_date_go_at_once_and_again_later(shared, monkeypatch):
    monkeypatch.setattr(class_store, "shared_store", shared)
    monkeypatch.setattr(class_store, "DELETION_SECONDS", 0.01)
    today = datetime.now(UTC).date()
    kept, kept_secret = shared.get().create_class("stays", 1, today + timedelta(days=2))
    _, secret = shared.get().create_class("goes", 1, today)
    now = datetime.now(UTC) + timedelta(days=1)

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz=None):
            return now

    async def wait_for_deletion():
        task = asyncio.create_task(delete_expired_daily())
        await asyncio.sleep(0.05)
        assert shared.get().class_of_teacher(secret)
        monkeypatch.setattr(class_store, "datetime", Tomorrow)
        while True:
            try:
                shared.get().class_of_teacher(secret)
            except UnknownClassError:
                break
            await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(wait_for_deletion())
    assert shared.get().class_of_teacher(kept_secret) == kept


def test_a_database_that_is_away_does_not_end_the_daily_deletion(shared, monkeypatch, caplog):
    monkeypatch.setattr(class_store, "shared_store", shared)
    monkeypatch.setattr(class_store, "DELETION_SECONDS", 0.01)
    monkeypatch.setenv(DATABASE_VARIABLE, "sqlite://")

    async def run_for_a_while():
        task = asyncio.create_task(delete_expired_daily())
        while len(caplog.records) < 2:
            await asyncio.sleep(0.01)
        assert not task.done()
        task.cancel()

    asyncio.run(run_for_a_while())
    assert "could not be deleted" in caplog.text
