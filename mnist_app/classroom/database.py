"""The database of the classes: SQLite beside the app, or PostgreSQL. Connections, retries, errors.

All statements run in short transactions of `Database.read` and `Database.write`. A transaction that
fails because the database is away or locked is tried again for `RETRY_SECONDS`: what it does
must come to the same when it is done twice, since a lost answer to a commit leaves open whether
it took place.
"""

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from mnist_app.classroom import migrations
from mnist_app.classroom.database_errors import (
    DATABASE_VARIABLE,
    Failure,
    failure_of,
    log_text,
)
from mnist_app.classroom.log_sync import LogSync
from mnist_app.errors import StoreError

T = TypeVar("T")

DEFAULT_FOLDER: Final = Path(__file__).resolve().parents[2] / "classes"
DEFAULT_FILE: Final = "classes.sqlite"
RETRY_SECONDS: Final = 3.0
"""Time after which a transaction is given up. A page cannot answer its pupil meanwhile."""
FIRST_PAUSE_SECONDS: Final = 0.05
"""Pause before the second try; each further one is twice as long."""
BUSY_SECONDS: Final = 2
"""Time for which SQLite waits for another process that writes."""
_POSTGRESQL: Final[dict[str, Any]] = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 5_000,  # milliseconds without an answer to what was sent
    # milliseconds: what a process that hangs or died holds up
    "options": "-c lock_timeout=2500 -c idle_in_transaction_session_timeout=10000",
}
"""Options of libpq, https://www.postgresql.org/docs/current/libpq-connect.html."""
CONNECTIONS: Final = 8
"""Open connections to the database, per process; threads wait for one."""
_log = logging.getLogger(__name__)


class Database:
    """Connections to one database; threads may share it, processes may not."""

    def __init__(self, url: str | None = None) -> None:
        self.url = _checked_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing: contextlib.AbstractContextManager[Any] = (
            threading.Lock() if self.is_sqlite else contextlib.nullcontext()
        )
        """SQLite has one writer at a time. Threads queue here, which is faster than its polling."""
        self._log = LogSync(Path(str(self.url.database))) if self.is_sqlite else None
        try:
            self._engine = _engine(self.url, self.is_sqlite)
        except ImportError:
            raise StoreError(
                "PostgreSQL needs a package that is not installed: pip install 'psycopg[binary]'."
            ) from None
        try:
            self._retry(self._migrate)
        except BaseException:
            self.close()
            raise

    def read(self, work: Callable[[sa.Connection], T]) -> T:
        """Return what ``work`` reads in one transaction. Raises `StoreError`."""

        def run() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        return self._retry(run)

    def write(self, work: Callable[[sa.Connection], T]) -> T:
        """Return what ``work`` returns, after its transaction has been committed.

        ``work`` may be called several times. Raises `StoreError`; then nothing is half written.
        """

        def run() -> T:
            with self._writing, self._engine.connect() as connection:
                connection.execution_options(mnist_app_writes=True)
                with connection.begin():
                    done = work(connection)
                commit = self._log.count_commit() if self._log else 0
            if self._log:
                self._log.sync(commit)
            return done

        return self._retry(run)

    def empty_log(self) -> bool:
        """Copy SQLite's write-ahead log into its file and empty it; other databases have none.

        Return False if another process reads for longer than `BUSY_SECONDS`: then it is not empty.
        """
        if not self.is_sqlite:
            return True

        def run() -> bool:
            with self._writing, self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)  # noqa: S101 (for the type checker)
                return not raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

        return self._retry(run)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        with self._writing, self._engine.connect() as connection:
            migrations.upgrade(connection.execution_options(mnist_app_writes=True))

    def _retry(self, run: Callable[[], T]) -> T:
        give_up, pause = time.monotonic() + RETRY_SECONDS, FIRST_PAUSE_SECONDS
        while True:
            try:
                return run()
            except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
                failure = failure_of(error)
                if failure is not Failure.AWAY or time.monotonic() + pause > give_up:
                    text = log_text(error, self.url.password)
                    _log.error("The database of the classes failed: %s", text)
                    # "from None": the driver's own message may hold values and the password
                    raise StoreError(failure.value) from None
            time.sleep(pause)
            pause *= 2


def _checked_url(url: str | None) -> sa.URL:
    """Return the address of the database; creates SQLite's default folder. Raises `StoreError`."""
    text = url or os.environ.get(DATABASE_VARIABLE)
    if not text:
        return sa.URL.create("sqlite", database=str(DEFAULT_FOLDER / DEFAULT_FILE))
    try:
        found = sa.make_url(text)
        if found.drivername in ("postgres", "postgresql"):
            found = found.set(drivername="postgresql+psycopg")
        if found.drivername not in ("sqlite", "postgresql+psycopg"):
            raise ValueError
        if found.drivername == "sqlite" and found.database in (None, "", ":memory:"):
            raise ValueError
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError(
            "{variable} is no address of a database that the app can use. Write "
            "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE with special characters of the "
            "password encoded, for example @ as %40, or sqlite:///FILE.",
            variable=DATABASE_VARIABLE,
        ) from None
    return found


def _engine(url: sa.URL, is_sqlite: bool) -> sa.Engine:
    pool: dict[str, Any] = {
        "poolclass": sa.QueuePool,
        "pool_size": CONNECTIONS,
        "max_overflow": 0,
        "pool_timeout": 10,
        "hide_parameters": True,
    }
    if not is_sqlite:
        return sa.create_engine(url, pool_pre_ping=True, connect_args=_POSTGRESQL, **pool)
    engine = sa.create_engine(
        url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **pool
    )

    @sa.event.listens_for(engine, "do_connect")
    def prepare_file(*_: object) -> None:
        _make_private(Path(str(url.database)))

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # "begin" below decides how a transaction begins
        for pragma in ("secure_delete = ON", "foreign_keys = ON", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")  # secure: deleted bytes become zeros
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        # without a write-ahead log, as on some network drives, each commit waits for the disk
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if mode == 'wal' else 'FULL'}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("mnist_app_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make_private(path: Path) -> None:
    """Create the file of the database and its folder, readable by their owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
