"""The store of the classes that all sessions of the process share, and its daily deletion."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from mnist_app.classroom.store import ClassStore
from mnist_app.errors import StoreError, TooManyTriesError

DELETION_SECONDS: Final = 24 * 3600.0
"""Time between two deletions of classes past their date."""
PAUSE_SECONDS: Final = 5.0
"""Time after a failure to open the store in which it is not tried again: it takes seconds, and a
whole class waits for the answer."""

_log = logging.getLogger(__name__)


VISITOR_CLASSES: Final = 20
"""Classes that one visitor may make at once; the store has room for 200."""
VISITOR_CLASS_SECONDS: Final = 3 * 3600.0
"""Time after which a visitor may make one class more: the store is full in three weeks then."""


class NewClasses:
    """Counts the classes that each visitor makes. Threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._paid_at: dict[str, float] = {}
        """When the classes of each visitor will be forgotten (generic cell rate algorithm)."""

    def charge(self, visitor: str) -> None:
        """Count a class of ``visitor``. Raises `TooManyTriesError` if there were too many."""
        with self._lock:
            now = self._clock()
            self._paid_at = {who: paid for who, paid in self._paid_at.items() if paid > now}
            paid = self._paid_at.get(visitor, now)
            if paid - now > (VISITOR_CLASSES - 1) * VISITOR_CLASS_SECONDS:
                raise TooManyTriesError(
                    "Too many classes were made from this device. Use one that you have, or wait "
                    "some hours."
                )
            self._paid_at[visitor] = paid + VISITOR_CLASS_SECONDS


class SharedStore:
    """Opens the store at its first use. One for the process; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: ClassStore | None = None
        self._failure: StoreError | None = None
        self._failed_at = 0.0

    def get(self) -> ClassStore:
        """Return the open store. Raises `StoreError` while its database cannot be used."""
        with self._lock:
            if self._store is None:
                self._store = self._open()
            return self._store

    def close(self) -> None:
        """Close the store; the next use opens it again."""
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = self._failure = None

    def _open(self) -> ClassStore:
        if self._failure and time.monotonic() < self._failed_at + PAUSE_SECONDS:
            raise StoreError(self._failure.args[0], **self._failure.values)
        try:
            return ClassStore.open()
        except StoreError as error:
            self._failure, self._failed_at = error, time.monotonic()
            raise


shared_store: Final = SharedStore()
new_classes: Final = NewClasses()


async def delete_expired_daily() -> None:
    """Delete classes past their date, now and once a day, without holding up the server."""
    while True:
        await asyncio.to_thread(_delete_expired)
        await asyncio.sleep(DELETION_SECONDS)


def _delete_expired() -> None:
    try:
        shared_store.get().delete_expired(datetime.now(UTC))
    except StoreError as error:
        _log.error("Classes past their date could not be deleted: %s", error)
