"""Addresses of the database, and what pupils are told when it cannot do its part."""

import os
import shutil
import sqlite3
import stat
import tempfile
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from mnist_app.classroom import database
from mnist_app.classroom.database_errors import failure_of, log_text
from mnist_app.classroom.store import ClassStore
from mnist_app.errors import StoreError
from tests.classroom.conftest import PASSWORD
from tests.classroom.lessons import draw, new_class

NOBODY = 65_534


@pytest.fixture
def quick_retries(monkeypatch):
    monkeypatch.setattr(database, "RETRY_SECONDS", 0.2)


def test_the_store_is_beside_the_app_and_its_owners_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("MNIST_APP_DATABASE", raising=False)
    monkeypatch.setattr(database, "DEFAULT_FOLDER", tmp_path / "classes")
    old_mask = os.umask(0)
    try:
        store = ClassStore.open()
        new_class(store)
    finally:
        os.umask(old_mask)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "classes", *(tmp_path / "classes").iterdir())
    }
    store.close()
    assert modes["classes"] == 0o700
    assert modes["classes.sqlite"] == modes["classes.sqlite-wal"] == 0o600
    assert set(modes.values()) == {0o600, 0o700}


def test_the_default_folder_is_ignored_by_git():
    root = Path(database.__file__).parents[2]
    assert root / "classes" == database.DEFAULT_FOLDER
    assert "classes/" in (root / ".gitignore").read_text().splitlines()


def test_the_environment_names_another_database(tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_APP_DATABASE", f"sqlite:///{tmp_path}/x/other.db")
    ClassStore.open().close()
    assert (tmp_path / "x" / "other.db").exists()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spelled_in_three_ways(scheme):
    url = database._checked_url(f"{scheme}://app:{PASSWORD}@host/classes")
    assert url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "address",
    [
        f"mysql://app:{PASSWORD}@host/classes",
        f"postgresql+asyncpg://app:{PASSWORD}@host/classes",
        f"postgresql://app:{PASSWORD}@host:port/classes",
        "sqlite://",
        "sqlite:///:memory:",
        PASSWORD,
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(address):
    with pytest.raises(StoreError, match=r"postgresql\+psycopg://USER") as caught:
        ClassStore.open(address)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_server_that_is_not_there_is_reported_without_its_password(quick_retries, caplog):
    with pytest.raises(StoreError, match="does not answer") as caught:
        ClassStore.open(f"postgresql://app:{PASSWORD}@127.0.0.1:1/classes")
    assert PASSWORD not in str(caught.value) + caplog.text
    assert "refused" in caplog.text
    assert caught.value.__suppress_context__


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="Windows has other permissions")
@pytest.mark.parametrize("there", [False, True])
def test_a_read_only_folder(there, quick_retries):
    """Root may write everywhere, so another user opens the store where this is root."""
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite:///{folder}/classes.sqlite"
    try:
        if there:
            store = ClassStore.open(url)
            new_class(store)
            store.close()
            (folder / "classes.sqlite").chmod(0o444)
        folder.chmod(0o555)
        before = os.geteuid()
        if before == 0:
            os.seteuid(NOBODY)
        try:
            with pytest.raises(StoreError, match="may not write") as caught:
                ClassStore.open(url)
        finally:
            os.seteuid(before)
        assert str(folder) not in str(caught.value)
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_file_in_the_place_of_the_folder(tmp_path, quick_retries):
    (tmp_path / "classes").write_text("in the way")
    with pytest.raises(StoreError, match="may not write"):
        ClassStore.open(f"sqlite:///{tmp_path}/classes/classes.sqlite")


@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\0" + b"x" * 9000]
)
def test_a_damaged_file(tmp_path, content, quick_retries):
    (tmp_path / "classes.sqlite").write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        ClassStore.open(f"sqlite:///{tmp_path}/classes.sqlite")


def test_a_full_disk_keeps_what_has_its_tick_and_nothing_half(sqlite_store):
    classroom, _ = new_class(sqlite_store, per_digit=20)
    pupil, _ = sqlite_store.join(classroom)
    engine = sqlite_store._database._engine
    engine.dispose()
    sa.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 40"))
    kept = []

    def fill():
        kept.extend(draw(sqlite_store, pupil).id for _ in range(200))

    with pytest.raises(StoreError, match="full") as caught:
        fill()
    assert len(kept) > 5
    assert "classes.sqlite" not in str(caught.value)
    assert [one.id for one in sqlite_store.drawings(classroom)] == kept
    assert sqlite_store.asked(pupil).drawn == len(kept)
    sqlite_store.delete_class(classroom)
    again, _ = new_class(sqlite_store)
    draw(sqlite_store, sqlite_store.join(again)[0])


def locked_by_another_program(url, over):
    """Write to a SQLite database from outside for as long as ``over`` says."""
    connection = sqlite3.connect(sa.make_url(url).database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    over()
    connection.execute("ROLLBACK")
    connection.close()


def test_a_database_that_comes_back_in_time_is_waited_for(sqlite_store, sqlite_url):
    classroom, _ = new_class(sqlite_store)
    pupil, _ = sqlite_store.join(classroom)
    locked, released = threading.Event(), threading.Event()

    def hold():
        locked.set()
        released.wait(20)

    program = threading.Thread(target=locked_by_another_program, args=(sqlite_url, hold))
    program.start()
    locked.wait(20)
    threading.Timer(0.5, released.set).start()
    draw(sqlite_store, pupil)
    program.join()
    assert len(sqlite_store.drawings(classroom)) == 1


@pytest.mark.slow
def test_a_database_that_stays_away_is_reported_and_can_be_used_afterwards(
    sqlite_store, sqlite_url
):
    classroom, _ = new_class(sqlite_store)
    pupil, _ = sqlite_store.join(classroom)

    def try_to_draw():
        with pytest.raises(StoreError, match="does not answer"):
            draw(sqlite_store, pupil)
        assert sqlite_store.drawings(classroom) == [], "reading goes on"

    locked_by_another_program(sqlite_url, try_to_draw)
    draw(sqlite_store, pupil)
    assert sqlite_store.asked(pupil).drawn == 1


@pytest.mark.slow
def test_postgresql_goes_away_and_comes_back(postgres_server, caplog, quick_retries):
    """Pupils draw all the time: what is acknowledged is kept, and kept once."""
    store = ClassStore.open(postgres_server.address)
    classroom, _ = new_class(store, per_digit=20)
    over, kept, failed = threading.Event(), {}, []

    def keep_drawing():
        pupil, _ = store.join(classroom)
        drawn = kept.setdefault(pupil.number, [])
        while not over.is_set():
            try:
                drawn.append(draw(store, pupil).id)
            except StoreError as error:
                failed.append(str(error))

    pupils = [threading.Thread(target=keep_drawing) for _ in range(3)]
    for pupil in pupils:
        pupil.start()
    while sum(map(len, kept.values())) < 10:
        time.sleep(0.05)
    postgres_server.stop()
    while not failed:
        time.sleep(0.05)
    postgres_server.start()
    before = sum(map(len, kept.values()))
    while sum(map(len, kept.values())) < before + 10:
        time.sleep(0.05)
    over.set()
    for pupil in pupils:
        pupil.join()
    assert failed
    assert all("does not answer" in text for text in failed)
    assert PASSWORD not in caplog.text
    found = {pupil.number: [] for pupil in store.pupils(classroom)}
    for drawing in store.drawings(classroom):
        found[drawing.pupil_number].append(drawing.id)
    for number, drawn in kept.items():
        assert set(drawn) <= set(found[number]), "an acknowledged drawing is lost"
    for pupil in store.pupils(classroom):
        assert store.asked(pupil).drawn == len(found[pupil.number]), "half written"
    store.close()


def test_mistakes_of_the_app_are_logged_without_values(sqlite_store, caplog):
    statement = sa.text("INSERT INTO classes (code) VALUES (:code)")
    with pytest.raises(StoreError, match="has refused this"):
        sqlite_store._database.write(lambda link: link.execute(statement, {"code": "SECRET"}))
    assert "SQLITE_CONSTRAINT" in caplog.text
    assert "INSERT INTO classes" in caplog.text
    assert "SECRET" not in caplog.text


def test_unknown_errors_are_the_apps_mistakes():
    error = sa.exc.ProgrammingError("SELECT 1", {}, Exception("secret"))
    assert failure_of(error).name == "WRONG"
    assert log_text(Exception("no route for Tr0ub4dor"), "Tr0ub4dor") == (
        "Exception: no route for ***"
    )
