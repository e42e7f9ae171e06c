"""A study in a PostgreSQL database: one that any number of machines work on.

Optuna keeps the study and the heartbeats there. PostgreSQL's advisory locks let one worker at a
time take a trial, which is what makes a study's total exact. The password goes to the driver and
nowhere else: no address that holds it is kept, shown or written.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final
from zlib import crc32

import optuna
import sqlalchemy as sa

from mnist_app.errors import TrainingError
from mnist_app.training.search.journal_storage import (
    fail,
    is_claimed,
    mark_claimed,
    quietly,
    retry_once,
)

SCHEMES: Final = ("postgresql", "postgres", "postgresql+psycopg")
_DRIVER: Final = "postgresql+psycopg"
_EXAMPLE: Final = "postgresql://USER@HOST/DATABASE"
_LOCKS: Final = 6_764  # the first half of the number of each of our locks
_TABLES: Final = 0
_CONNECT_SECONDS: Final = 10
_TURN_SECONDS: Final = 60
"""A worker whose machine died in its turn loses it after this long."""


class _Storage(optuna.storages.RDBStorage):
    """Optuna's storage, whose heartbeat outlives a beat that did not come through."""

    def record_heartbeat(self, trial_id: int) -> None:
        # when the database is gone for good, the worker itself finds out and says so
        with suppress(optuna.exceptions.StorageInternalError, sa.exc.SQLAlchemyError):
            super().record_heartbeat(trial_id)


class Database:
    """Where a study is, as `mnist_app.training.search.journal_storage.Place` says.

    ``lost_after`` is for how many seconds a worker may be silent until its trial is given to
    another. Raises `TrainingError` if ``address`` cannot be understood or nothing answers there.
    """

    def __init__(self, address: str, study: str, *, lost_after: int) -> None:
        url, self._secrets = _understood(address)
        self.name = f"{url.host or 'localhost'}, database {url.database or url.username}"
        connect: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
        if self._secrets:
            connect["password"] = self._secrets[0]
        self._lock = crc32(study.encode()) - 2**31
        with self.clear_errors():
            self._turns = sa.create_engine(url, connect_args=connect, poolclass=sa.NullPool)
            # two workers must not create the tables at once
            with self._locked(_TABLES), quietly(), self._other_versions_refused():
                self._storage = _Storage(
                    url.render_as_string(hide_password=False),  # there is none in it
                    engine_kwargs={"connect_args": connect, "pool_pre_ping": True},
                    heartbeat_interval=max(1, lost_after // 4),
                    grace_period=lost_after,
                    heartbeat_stale_trial_callback=retry_once,
                )
        self.storage: optuna.storages.BaseStorage = self._storage

    def turn(self) -> AbstractContextManager[None]:
        """Wait until no other worker takes a trial, and keep the others waiting meanwhile."""
        return self._locked(self._lock)

    def claim(self, trial: optuna.Trial) -> None:
        """Beat once before the turn ends: from then on silence means that this worker is lost."""
        self._storage.record_heartbeat(trial._trial_id)  # noqa: SLF001 (Optuna's own id of it)
        mark_claimed(trial)

    def release(self, number: int) -> None:
        """Do nothing: the heartbeat of trial ``number`` ends with it."""

    def fail_lost(self, study: optuna.Study) -> None:
        """Fail the trials of workers that fell silent, or died before they claimed theirs."""
        with quietly():
            optuna.storages.fail_stale_trials(study)
        for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
            if not is_claimed(trial):
                fail(study, trial)

    def close(self) -> None:
        """Give the connections back."""
        self._storage.remove_session()
        self._storage.engine.dispose()

    @contextmanager
    def clear_errors(self) -> Iterator[None]:
        """Turn what goes wrong with the database into a `TrainingError` without its password."""
        try:
            yield
        except (sa.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
            # "from None": what the driver says of itself is not for the screen
            raise TrainingError(
                f"The database at {self.name} does not answer as it should: "
                f"{self._reason(error)}. What is finished is kept there: give the same command "
                "again to go on"
            ) from None

    @contextmanager
    def _locked(self, number: int) -> Iterator[None]:
        """Hold the lock of that number, which ends with this worker's connection."""
        with self._turns.begin() as connection:
            connection.execute(
                sa.text(f"SET LOCAL idle_in_transaction_session_timeout = '{_TURN_SECONDS}s'")
            )
            connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(:ours, :number)"),
                {"ours": _LOCKS, "number": number},
            )
            yield

    @contextmanager
    def _other_versions_refused(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise TrainingError(
                f"The tables in the database at {self.name} are of another version of Optuna. "
                "Use the same version on every machine, or another database"
            ) from error

    def _reason(self, error: BaseException | None) -> str:
        """Return the driver's own reason, on one line and without secrets."""
        while error is not None and not isinstance(error, sa.exc.DBAPIError):
            error = error.__cause__ or error.__context__
        if not isinstance(error, sa.exc.DBAPIError):
            return "the connection was lost"
        text = " ".join(str(error.orig).split())
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text.rstrip(".?")


def _understood(address: str) -> tuple[sa.URL, list[str]]:
    """Return the address without its password, and the password if there is one."""
    try:
        url = sa.make_url(address)
        if url.drivername not in SCHEMES or "@" in (url.host or ""):
            raise ValueError
    except (sa.exc.ArgumentError, ValueError):
        raise TrainingError(
            f"--storage is not the address of a PostgreSQL database. Write {_EXAMPLE}, with the "
            "password in the environment variable PGPASSWORD or in the file .pgpass; in an "
            "address, special characters of a password are written as in %40 for @"
        ) from None
    query = dict(url.query)
    given = [url.password, query.pop("password", None)]
    secrets = [str(secret) for secret in given if secret]
    return url.set(drivername=_DRIVER, query=query)._replace(password=None), secrets
