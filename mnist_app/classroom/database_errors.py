"""What has failed when a database reports an error, and the sentence that says what to do."""

import errno
import sqlite3
from enum import Enum
from typing import Final

import sqlalchemy as sa

from mnist_app.words import mark

DATABASE_VARIABLE: Final = "MNIST_APP_DATABASE"
"""Environment variable with the address of the database, if it is not SQLite beside the app."""


class Failure(Enum):
    """What has failed; the value is the sentence for the person at the screen."""

    AWAY = mark(
        "The database of the classes does not answer. What has its tick is kept. Wait a moment and "
        "try again; if that does not help, the terminal that runs the app says more."
    )
    FULL = mark(
        "The disk with the classes is full: nothing more can be kept. What has its tick is kept. "
        "Make room on the disk, then try again."
    )
    READ_ONLY = mark(
        "Classes cannot be stored: the app may not write to its folder “classes”, or to the "
        "database that MNIST_APP_DATABASE names. Allow that, then try again."
    )
    DAMAGED = mark(
        "The file of the classes is damaged or no database. Stop the app, put a copy in its "
        "place or move the file away, and start the app again."
    )
    WRONG = mark(
        "The database of the classes has refused this. What has its tick is kept. The terminal "
        "that runs the app says more."
    )


_SYSTEM: Final = {
    errno.EIO: Failure.AWAY,
    errno.ENOSPC: Failure.FULL,
    errno.EDQUOT: Failure.FULL,
}
_SQLITE: Final = {
    5: Failure.AWAY,  # busy
    6: Failure.AWAY,  # locked
    8: Failure.READ_ONLY,
    10: Failure.AWAY,  # input or output error
    11: Failure.DAMAGED,
    13: Failure.FULL,
    14: Failure.READ_ONLY,  # cannot open the file
    26: Failure.DAMAGED,  # no database
}
"""By primary result code, https://sqlite.org/rescode.html."""
_POSTGRESQL: Final = {
    "08": Failure.AWAY,  # connection lost
    "25006": Failure.READ_ONLY,
    "40": Failure.AWAY,  # deadlock, serialisation
    "42501": Failure.READ_ONLY,  # no privilege
    "53100": Failure.FULL,
    "53300": Failure.AWAY,  # too many connections
    "55P03": Failure.AWAY,  # lock not available
    "57P": Failure.AWAY,  # server stops or starts
    "58030": Failure.AWAY,  # input or output error
}
"""By the beginning of the SQLSTATE,
https://www.postgresql.org/docs/current/errcodes-appendix.html."""


def failure_of(error: Exception) -> Failure:
    """Return what has failed; `Failure.WRONG` for what only a mistake of the app explains.

    After `Failure.AWAY` the same transaction can be tried again.
    """
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, Failure.WRONG)
    if isinstance(cause, OSError):  # the file, its folder or its log
        return _SYSTEM.get(cause.errno or 0, Failure.READ_ONLY)
    if isinstance(error, sa.exc.TimeoutError):  # no connection became free
        return Failure.AWAY
    state = getattr(cause, "sqlstate", None)
    for beginning, failure in _POSTGRESQL.items():
        if state is not None and state.startswith(beginning):
            return failure
    lost = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    unreachable = isinstance(error, sa.exc.OperationalError) and state is None
    return Failure.AWAY if lost or unreachable else Failure.WRONG


def log_text(error: Exception, password: str | None) -> str:
    """Return what the log may say of ``error``: no values, no password.

    A driver's own message can hold both; that of a connection that failed holds no values.
    """
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    text = type(cause).__name__
    state = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    if state is not None:
        statement = getattr(error, "statement", None)
        return f"{text} {state} in {statement}" if statement else f"{text} {state}"
    reason = " ".join(str(cause).split())
    return f"{text}: {reason.replace(password, '***') if password else reason}"
