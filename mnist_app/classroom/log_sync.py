"""Makes commits of SQLite durable in groups: many threads wait for one write to the disk.

In WAL mode a commit is appended to the log, and ``synchronous = FULL`` waits for the disk each
time, while nobody else can write: 30 ms on a busy virtual disk, so that 100 pupils queue for
seconds. With ``synchronous = NORMAL`` SQLite waits at checkpoints alone, in the right order
(https://sqlite.org/pragma.html#pragma_synchronous), and the wait for the log is ours.
"""

import contextlib
import os
import threading
from pathlib import Path


class LogSync:
    """The write-ahead log of one database, as this process appends to it."""

    def __init__(self, database: Path) -> None:
        self._log = database.with_name(f"{database.name}-wal")
        self._committed = self._synced = 0
        self._syncing = threading.Lock()

    def count_commit(self) -> int:
        """Return the number of a commit that has just ended; one thread at a time calls this."""
        self._committed += 1
        return self._committed

    def sync(self, commit: int) -> None:
        """Return when this commit is on the disk; the next thread in the queue syncs for all.

        A sync that began after a commit covers it. A checkpoint meanwhile syncs by itself before it
        overwrites the log; without a log (other journal modes) SQLite syncs at each commit.
        """
        with self._syncing:
            if self._synced >= commit:
                return
            latest = self._committed
            with contextlib.suppress(FileNotFoundError), self._log.open("r+b") as log:
                os.fsync(log.fileno())
            self._synced = latest
