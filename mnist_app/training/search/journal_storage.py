"""Storage of a study that several workers share: the interface, and a journal file.

A worker takes a trial while it holds the lock of the study, so that the total is exact. Before it
releases the lock it claims the trial; from then on other workers can tell whether it is alive. A
trial of a lost worker is failed and repeated once, by the next worker that takes a trial.
"""

import os
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final, Protocol

import optuna
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState

from mnist_app.errors import TrainingError

_CLAIMED: Final = "claimed"
_RETRIES: Final = 1
_RETRY_NOTES: Final = ("failed_trial", "retry_history")
_POLL_SECONDS: Final = 0.05


class StudyStorage(Protocol):
    """Storage of one study. ``name`` describes it without a password."""

    name: str
    optuna_storage: optuna.storages.BaseStorage

    def lock(self) -> AbstractContextManager[None]:
        """Hold the lock of the study; wait until no other worker holds it."""

    def claim(self, trial: optuna.Trial) -> None:
        """Record that this worker has taken ``trial``. Called while the lock is held."""

    def release(self, number: int) -> None:
        """Record that this worker has ended trial ``number``."""

    def fail_lost_trials(self, study: optuna.Study) -> None:
        """Fail trials of lost workers and queue each once more. Called while the lock is held."""

    def translated_errors(self) -> AbstractContextManager[None]:
        """Raise errors of the storage itself as `TrainingError`."""


class JournalStudyStorage:
    """A study in a journal file, for the workers of one computer.

    Each worker locks the byte of its trial in the file ``workers`` beside the journal. The
    operating system releases the lock when the process ends, however it ends. Byte 0 is the lock
    of the study. Raises `TrainingError` if the journal is damaged, `OSError` if it cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "journal.log"
        self.name = str(path)
        self._file = os.open(folder / "workers", os.O_RDWR | os.O_CREAT, 0o666)
        # Optuna's other kind of lock needs a privilege on Windows
        lock = JournalFileOpenLock(str(path))
        backend = JournalFileBackend(str(path), lock_obj=lock)
        with self.lock():
            _truncate_incomplete_line(path, lock)
            try:
                self.optuna_storage: optuna.storages.BaseStorage = optuna.storages.JournalStorage(
                    backend
                )
            except (ValueError, KeyError, AssertionError) as error:
                raise TrainingError(
                    f"The journal {path} is damaged ({error}). To start a new study, remove it or "
                    "choose another folder with --output FOLDER"
                ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of the study; wait until no other worker holds it."""
        while not _lock(self._file, 0):
            time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            _unlock(self._file, 0)

    def claim(self, trial: optuna.Trial) -> None:
        """Lock the byte of ``trial``."""
        _lock(self._file, 1 + trial.number)
        mark_claimed(trial)

    def release(self, number: int) -> None:
        """Unlock the byte of trial ``number``."""
        _unlock(self._file, 1 + number)

    def fail_lost_trials(self, study: optuna.Study) -> None:
        """Fail the running trials whose byte is not locked, and queue each once more."""
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if _lock(self._file, 1 + trial.number):
                _unlock(self._file, 1 + trial.number)
                # Its worker may have finished it meanwhile: the result comes before the unlocking.
                if study.get_trials(deepcopy=False)[trial.number].state == TrialState.RUNNING:
                    fail(study, trial)

    def translated_errors(self) -> AbstractContextManager[None]:
        """Do nothing: errors of a file are an `OSError` with a clear message."""
        return nullcontext()


def mark_claimed(trial: optuna.Trial) -> None:
    """Record in ``trial`` that a worker has claimed it. A repetition of the trial is unclaimed."""
    trial.set_user_attr(_CLAIMED, trial.number)


def is_claimed(trial: FrozenTrial) -> bool:
    """Return whether a worker has claimed ``trial``."""
    return trial.user_attrs.get(_CLAIMED) == trial.number


def fail(study: optuna.Study, trial: FrozenTrial) -> None:
    """Fail ``trial``, whose worker was lost, and queue it once more."""
    study.tell(trial.number, state=TrialState.FAIL)
    retry_once(study, trial)


def retry_once(study: optuna.Study, trial: FrozenTrial) -> None:
    """Queue the failed ``trial`` with the same values, unless it is a repetition already."""
    fresh = study.trials[trial.number]
    # the pruner's notes on the lost trial do not apply to its repetition
    fresh.system_attrs = {
        key: value for key, value in fresh.system_attrs.items() if key in _RETRY_NOTES
    }
    with without_experimental_warnings():
        optuna.storages.RetryHeartbeatStaleTrialCallback(max_retry=_RETRIES)(study, fresh)


@contextmanager
def without_experimental_warnings() -> Iterator[None]:
    """Suppress Optuna's warnings that heartbeats are experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        yield


def _truncate_incomplete_line(path: Path, lock: JournalFileOpenLock) -> None:
    """Remove an incomplete last line, left by a worker that was killed while writing."""
    lock.acquire()
    try:
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(path, whole)
    finally:
        lock.release()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, offset: int) -> bool:
        os.lseek(file, offset, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int, offset: int) -> None:
        os.lseek(file, offset, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int, offset: int) -> bool:
        """Lock the byte at ``offset`` without waiting; return whether that succeeded."""
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int, offset: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, offset)
