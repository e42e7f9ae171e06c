"""Storage of a study in a PostgreSQL database, shared by workers on any number of computers.

Optuna stores the study and heartbeats. An advisory lock of PostgreSQL lets one worker at a time
take a trial, which makes the total exact. The password is passed to the driver alone: no address
that contains it is stored, printed or logged.
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
    retry_once,
    without_experimental_warnings,
)

SCHEMES: Final = ("postgresql", "postgres", "postgresql+psycopg")
_DRIVER: Final = "postgresql+psycopg"
_EXAMPLE: Final = "postgresql://USER@HOST/DATABASE"
_LOCK_CLASS: Final = 6_764
"""First of the two numbers of an advisory lock; the second is `_TABLES` or derived from a study."""
_TABLES: Final = 0
_CONNECT_SECONDS: Final = 10
"""Maximum time to connect to the database."""
_LOCK_SECONDS: Final = 60
"""Time after which the lock of a worker whose computer failed is released."""


class _Storage(optuna.storages.RDBStorage):
    """Optuna's storage, with heartbeats that continue after one fails to be written."""

    def record_heartbeat(self, trial_id: int) -> None:
        # if the database does not come back, the worker's next query reports it
        with suppress(optuna.exceptions.StorageInternalError, sa.exc.SQLAlchemyError):
            super().record_heartbeat(trial_id)


class PostgresStudyStorage:
    """A study in a PostgreSQL database: see `StudyStorage` in `journal_storage`.

    A worker without a heartbeat for ``lost_after`` seconds counts as lost. Raises `TrainingError`
    if ``address`` is not valid or the database cannot be reached.
    """

    def __init__(self, address: str, study: str, *, lost_after: int) -> None:
        url, self._secrets = _parsed_address(address)
        self.name = f"{url.host or 'localhost'}, database {url.database or url.username}"
        connect: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
        if self._secrets:
            connect["password"] = self._secrets[0]
        self._lock = crc32(study.encode()) - 2**31
        with self.translated_errors():
            self._lock_engine = sa.create_engine(url, connect_args=connect, poolclass=sa.NullPool)
            # the lock keeps two workers from creating the tables at the same time
            with (
                self._locked(_TABLES),
                without_experimental_warnings(),
                self._other_versions_refused(),
            ):
                self._storage = _Storage(
                    url.render_as_string(hide_password=False),  # the URL has none
                    engine_kwargs={"connect_args": connect, "pool_pre_ping": True},
                    heartbeat_interval=max(1, lost_after // 4),
                    grace_period=lost_after,
                    heartbeat_stale_trial_callback=retry_once,
                )
        self.optuna_storage: optuna.storages.BaseStorage = self._storage

    def lock(self) -> AbstractContextManager[None]:
        """Hold the lock of the study; wait until no other worker holds it."""
        return self._locked(self._lock)

    def claim(self, trial: optuna.Trial) -> None:
        """Write a first heartbeat and mark ``trial`` as claimed, before the lock is released."""
        self._storage.record_heartbeat(trial._trial_id)  # noqa: SLF001 (Optuna's internal id)
        mark_claimed(trial)

    def release(self, number: int) -> None:
        """Do nothing: Optuna ends the heartbeat of trial ``number``."""

    def fail_lost_trials(self, study: optuna.Study) -> None:
        """Fail trials without a recent heartbeat or a claim, and queue each once more."""
        with without_experimental_warnings():
            optuna.storages.fail_stale_trials(study)
        for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
            if not is_claimed(trial):
                fail(study, trial)

    def close(self) -> None:
        """Close all connections."""
        self._storage.remove_session()
        self._storage.engine.dispose()

    @contextmanager
    def translated_errors(self) -> Iterator[None]:
        """Raise errors of the database as `TrainingError`, without the password."""
        try:
            yield
        except (sa.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
            # "from None": the driver's own message may contain the password
            raise TrainingError(
                f"The database at {self.name} does not answer as it should: "
                f"{self._reason(error)}. Finished trials are kept there: run the same command "
                "again to resume"
            ) from None

    @contextmanager
    def _locked(self, number: int) -> Iterator[None]:
        """Hold the advisory lock ``number``, which ends with this worker's connection."""
        with self._lock_engine.begin() as connection:
            connection.execute(
                sa.text(f"SET LOCAL idle_in_transaction_session_timeout = '{_LOCK_SECONDS}s'")
            )
            connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(:lock_class, :number)"),
                {"lock_class": _LOCK_CLASS, "number": number},
            )
            yield

    @contextmanager
    def _other_versions_refused(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise TrainingError(
                f"The tables in the database at {self.name} belong to another version of "
                "Optuna. Use the same version on every computer, or another database"
            ) from error

    def _reason(self, error: BaseException | None) -> str:
        """Return the driver's message on one line and without the password."""
        while error is not None and not isinstance(error, sa.exc.DBAPIError):
            error = error.__cause__ or error.__context__
        if not isinstance(error, sa.exc.DBAPIError):
            return "the connection was lost"
        text = " ".join(str(error.orig).split())
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text.rstrip(".?")


def _parsed_address(address: str) -> tuple[sa.URL, list[str]]:
    """Return ``address`` without its passwords, and the passwords. Raises `TrainingError`."""
    try:
        url = sa.make_url(address)
        if url.drivername not in SCHEMES or "@" in (url.host or ""):
            raise ValueError
    except (sa.exc.ArgumentError, ValueError):
        raise TrainingError(
            f"--storage is not the address of a PostgreSQL database. Write {_EXAMPLE}, with the "
            "password in the environment variable PGPASSWORD or in the file .pgpass. In an "
            "address, encode special characters of a password, for example @ as %40"
        ) from None
    query = dict(url.query)
    given = [url.password, query.pop("password", None)]
    secrets = [str(secret) for secret in given if secret]
    return url.set(drivername=_DRIVER, query=query)._replace(password=None), secrets
