"""Classes in the database: each function works in the transaction of its caller.

Whatever changes a class begins with `lock`: changes of a class follow each other, in the order of
its revisions, so that nobody who asks for changes since a revision misses one.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from mnist_app.classroom import class_limits, codes
from mnist_app.classroom.records import ClassRoom
from mnist_app.classroom.tables import classes
from mnist_app.errors import ClassFullError, UnknownClassError
from mnist_app.words import mark

_ALL: Final = classes.alias()
_LOCK: Final = (
    sa.select(classes, sa.select(sa.func.sum(_ALL.c.bytes)).scalar_subquery().label("everything"))
    .where(classes.c.id == sa.bindparam("class_id"))
    .with_for_update()
)
"""The row of a class, with the bytes of all classes. Built once: every drawing needs it."""
_GONE = mark("This class does not exist any more: it was deleted.")


def create(
    connection: sa.Connection,
    *,
    title: str,
    teacher_hash: str,
    drawings_per_digit: int,
    delete_on: date,
) -> ClassRoom:
    """Return a new class, or the one that was created with the same ``teacher_hash``."""
    known = _first(connection, classes.c.teacher_hash == teacher_hash)
    if known is not None:
        return known
    count = connection.scalar(sa.select(sa.func.count()).select_from(classes))
    if (count or 0) >= class_limits.MAXIMUM_CLASSES:
        raise ClassFullError(
            "There are {count} classes already. Delete one that is over.",
            count=class_limits.MAXIMUM_CLASSES,
        )
    code = codes.new_code()
    while _first(connection, classes.c.code == code) is not None:
        code = codes.new_code()
    connection.execute(
        classes.insert().values(
            title=title,
            code=code,
            teacher_hash=teacher_hash,
            is_open=True,
            drawings_per_digit=drawings_per_digit,
            created_at=datetime.now(UTC),
            delete_on=delete_on,
            revision=0,
            bytes=0,
            pupils=0,
        )
    )
    return _found(connection, classes.c.code == code)


def of_code(connection: sa.Connection, code: str) -> ClassRoom | None:
    """Return the class with this code, open or closed, None if there is none."""
    return _first(connection, classes.c.code == code)


def of_teacher(connection: sa.Connection, teacher_hash: str) -> ClassRoom | None:
    """Return the class of the teacher with this hash of the secret, None if there is none."""
    return _first(connection, classes.c.teacher_hash == teacher_hash)


def of_id(connection: sa.Connection, class_id: int) -> ClassRoom:
    """Return a class. Raises `UnknownClassError` if it was deleted."""
    return _found(connection, classes.c.id == class_id)


def revision_of(connection: sa.Connection, class_id: int) -> int:
    """Return how many changes a class has seen. Raises `UnknownClassError` if it was deleted."""
    revision = connection.scalar(sa.select(classes.c.revision).where(classes.c.id == class_id))
    if revision is None:
        raise UnknownClassError(_GONE)
    return int(revision)


def lock(connection: sa.Connection, class_id: int) -> sa.Row[Any]:
    """Return the row of a class, which no other transaction changes until this one is over.

    ``everything`` in it are the bytes of all classes. Raises `UnknownClassError` if it was deleted.
    """
    row = connection.execute(_LOCK, {"class_id": class_id}).first()
    if row is None:
        raise UnknownClassError(_GONE)
    return row


def count_change(
    connection: sa.Connection, locked: sa.Row[Any], *, more_bytes: int = 0, more_pupils: int = 0
) -> int:
    """Count a change of the class that `lock` has returned; return its new revision.

    Raises `ClassFullError` if the class or the store would have too many bytes.
    """
    if more_bytes > 0 and (
        locked.bytes + more_bytes > class_limits.CLASS_BYTES
        or locked.everything + more_bytes > class_limits.STORE_BYTES
    ):
        raise ClassFullError(
            "There is no room for more drawings. Your teacher can delete a class that is over."
        )
    revision = int(locked.revision) + 1
    connection.execute(
        classes.update()
        .where(classes.c.id == locked.id)
        .values(
            revision=revision,
            bytes=locked.bytes + more_bytes,
            pupils=locked.pupils + more_pupils,
        )
    )
    return revision


def set_open(connection: sa.Connection, class_id: int, is_open: bool) -> ClassRoom:
    """Open or close the code of a class."""
    lock(connection, class_id)
    connection.execute(classes.update().where(classes.c.id == class_id).values(is_open=is_open))
    return of_id(connection, class_id)


def delete(connection: sa.Connection, class_id: int) -> None:
    """Delete a class with all that is its own; nothing if that has been done."""
    connection.execute(classes.delete().where(classes.c.id == class_id))


def delete_expired(connection: sa.Connection, today: date) -> int:
    """Delete the classes whose last day is before ``today``; return how many there were."""
    return connection.execute(classes.delete().where(classes.c.delete_on < today)).rowcount


def _first(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> ClassRoom | None:
    row = connection.execute(sa.select(classes).where(condition)).first()
    if row is None:
        return None
    return ClassRoom(
        id=row.id,
        title=row.title,
        code=row.code,
        is_open=row.is_open,
        drawings_per_digit=row.drawings_per_digit,
        created_at=row.created_at,
        delete_on=row.delete_on,
    )


def _found(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> ClassRoom:
    classroom = _first(connection, condition)
    if classroom is None:
        raise UnknownClassError(_GONE)
    return classroom
