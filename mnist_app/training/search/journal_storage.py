"""Who works on which trial of a study, when several workers share it.

A worker takes a trial in its turn, and the others wait meanwhile: so no two of them think that
the last one is theirs. In that turn it also claims the trial: from then on others can tell whether
it is alive. The trial of a worker that was lost is failed and repeated once, by whoever comes next.
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


class Place(Protocol):
    """Where a study is kept and shared; ``name`` says it in words, without any password."""

    name: str
    storage: optuna.storages.BaseStorage

    def turn(self) -> AbstractContextManager[None]:
        """Wait until no other worker takes a trial, and keep the others waiting meanwhile."""

    def claim(self, trial: optuna.Trial) -> None:
        """Say, in one's turn, that this worker has taken ``trial`` and lives."""

    def release(self, number: int) -> None:
        """Say that this worker is done with trial ``number``."""

    def fail_lost(self, study: optuna.Study) -> None:
        """Fail, in one's turn, the trials whose workers were lost; repeat each of them once."""

    def clear_errors(self) -> AbstractContextManager[None]:
        """Turn what goes wrong with the place itself into a `TrainingError`."""


class Journal:
    """A study in a file, for the workers of one machine.

    The operating system says who is alive: in the file ``workers`` beside the journal every
    worker locks the byte of its trial, and a lock ends with the process that holds it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "journal.log"
        self.name = str(path)
        self._file = os.open(folder / "workers", os.O_RDWR | os.O_CREAT, 0o666)
        # the other kind of lock that Optuna has needs a privilege on Windows
        lock = JournalFileOpenLock(str(path))
        backend = JournalFileBackend(str(path), lock_obj=lock)
        with self.turn():
            _cut_off_half_a_line(path, lock)
            try:
                self.storage: optuna.storages.BaseStorage = optuna.storages.JournalStorage(backend)
            except (ValueError, KeyError, AssertionError) as error:
                raise TrainingError(
                    f"The journal {path} is damaged ({error}). Start another study: remove it, or "
                    "choose another place with --output FOLDER"
                ) from error

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other worker takes a trial, and keep the others waiting meanwhile."""
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

    def fail_lost(self, study: optuna.Study) -> None:
        """Fail every running trial whose byte nobody has locked."""
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if _lock(self._file, 1 + trial.number):
                _unlock(self._file, 1 + trial.number)
                fail(study, trial)

    def clear_errors(self) -> AbstractContextManager[None]:
        """Do nothing: what goes wrong with a file is an `OSError`, which says what it is."""
        return nullcontext()


def mark_claimed(trial: optuna.Trial) -> None:
    """Write down that a worker has claimed ``trial``; a repeated trial is another one."""
    trial.set_user_attr(_CLAIMED, trial.number)


def is_claimed(trial: FrozenTrial) -> bool:
    """Tell whether a worker has claimed ``trial``."""
    return trial.user_attrs.get(_CLAIMED) == trial.number


def fail(study: optuna.Study, trial: FrozenTrial) -> None:
    """Fail a trial whose worker was lost, and have it repeated once."""
    study.tell(trial.number, state=TrialState.FAIL)
    retry_once(study, trial)


def retry_once(study: optuna.Study, trial: FrozenTrial) -> None:
    """Put the failed ``trial`` with the same values into the queue, unless it was there before."""
    fresh = study.trials[trial.number]
    # what pruning noted of the lost one is not true of the next
    fresh.system_attrs = {
        key: value for key, value in fresh.system_attrs.items() if key in _RETRY_NOTES
    }
    with quietly():
        optuna.storages.RetryHeartbeatStaleTrialCallback(max_retry=_RETRIES)(study, fresh)


@contextmanager
def quietly() -> Iterator[None]:
    """Leave out Optuna's notices that heartbeats are experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        yield


def _cut_off_half_a_line(path: Path, lock: JournalFileOpenLock) -> None:
    """Remove what a worker that was killed while it wrote has left; Optuna does not count it."""
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

    def _lock(file: int, place: int) -> bool:
        os.lseek(file, place, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int, place: int) -> None:
        os.lseek(file, place, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int, place: int) -> bool:
        """Lock one byte without waiting, and tell whether that worked."""
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int, place: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, place)
