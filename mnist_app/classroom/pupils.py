"""Pupils in the database: each function works in the transaction of its caller."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from mnist_app.arrays import DIGITS
from mnist_app.classroom import ask_order, class_limits, classes
from mnist_app.classroom.codes import hash_of, new_secret
from mnist_app.classroom.records import Asked, Pupil
from mnist_app.classroom.tables import classes as classes_table
from mnist_app.classroom.tables import drawings, pupils
from mnist_app.errors import ClassFullError, ClassroomError, ClosedCodeError, UnknownClassError
from mnist_app.words import mark

_UNKNOWN = mark("This pupil is not in a class any more. Join with the code of your class.")


def join(connection: sa.Connection, class_id: int, secret_hash: str) -> Pupil:
    """Return the next pupil of a class, or the one that has joined with the same hash.

    Raises `ClosedCodeError`, and `ClassFullError` if the class has `class_limits.MAXIMUM_PUPILS`.
    """
    locked = classes.lock(connection, class_id)
    known = of_secret(connection, secret_hash)
    if known is not None:
        return known
    if not locked.is_open:
        raise ClosedCodeError("This code is closed. Ask your teacher to open it again.")
    is_there = (pupils.c.class_id == class_id) & pupils.c.is_removed.is_(False)
    there = connection.scalar(sa.select(sa.func.count()).where(is_there))
    if (there or 0) >= class_limits.MAXIMUM_PUPILS:
        raise ClassFullError(
            "This class is full: it has {count} pupils. Ask your teacher for the code of "
            "another class.",
            count=class_limits.MAXIMUM_PUPILS,
        )
    revision = classes.count_change(connection, locked, more_pupils=1)
    connection.execute(
        pupils.insert().values(
            class_id=class_id,
            number=locked.pupils + 1,
            secret_hash=secret_hash,
            to_draw=ask_order.new_order(locked.drawings_per_digit),
            joined_at=datetime.now(UTC),
            is_removed=False,
            revision=revision,
        )
    )
    joined = of_secret(connection, secret_hash)
    if joined is None:
        raise UnknownClassError(_UNKNOWN)
    return joined


def add_absent(
    connection: sa.Connection,
    locked: sa.Row[Any],
    number: int,
    *,
    joined_at: datetime,
    labels: Iterable[int],
    revision: int,
) -> None:
    """Add a pupil of a file, who has drawn ``labels``, to a locked class. Nobody has its secret."""
    order = ask_order.new_order(locked.drawings_per_digit)
    for label in labels:
        order = order.replace(str(label), "", 1)
    connection.execute(
        pupils.insert().values(
            class_id=locked.id,
            number=number,
            secret_hash=hash_of(new_secret()),
            to_draw=order,
            joined_at=joined_at,
            is_removed=False,
            revision=revision,
        )
    )


def of_secret(connection: sa.Connection, secret_hash: str) -> Pupil | None:
    """Return the pupil with this hash of the secret, None if there is none."""
    row = connection.execute(sa.select(pupils).where(pupils.c.secret_hash == secret_hash)).first()
    return None if row is None else record(row)


def of_class(connection: sa.Connection, class_id: int, after: int = -1) -> tuple[Pupil, ...]:
    """Return the pupils of a class that have changed after the revision ``after``, by number."""
    rows = connection.execute(
        sa.select(pupils)
        .where(pupils.c.class_id == class_id, pupils.c.revision > after)
        .order_by(pupils.c.number)
    )
    return tuple(record(row) for row in rows)


def record(row: sa.Row[Any]) -> Pupil:
    """Return the record of a row of the table."""
    return Pupil(
        id=row.id,
        class_id=row.class_id,
        number=row.number,
        joined_at=row.joined_at,
        is_removed=row.is_removed,
    )


def asked(connection: sa.Connection, pupil_id: int) -> Asked:
    """Return what a pupil is asked for. Raises `UnknownClassError` if the class was deleted."""
    row = connection.execute(
        sa.select(pupils.c.to_draw, classes_table.c.drawings_per_digit)
        .join(classes_table, classes_table.c.id == pupils.c.class_id)
        .where(pupils.c.id == pupil_id)
    ).first()
    if row is None:
        raise UnknownClassError(_UNKNOWN)
    return asked_of(str(row.to_draw), int(row.drawings_per_digit))


def asked_of(left: str, drawings_per_digit: int) -> Asked:
    """Return what a pupil is asked for who has the digits ``left`` still to draw."""
    total = DIGITS * drawings_per_digit
    return Asked(int(left[0]) if left else None, total - len(left), total)


def skip(connection: sa.Connection, pupil: Pupil, digit: int) -> None:
    """Ask a pupil for ``digit``, the next one, at the end instead. Nothing if it is not next."""
    classes.lock(connection, pupil.class_id)
    left = order_left(connection, pupil.id)
    _set_order(connection, pupil.id, ask_order.postponed(left, digit))


def take_off(connection: sa.Connection, pupil_id: int, digit: int) -> str:
    """Take one ``digit`` off what a pupil of a locked class is asked for; return what is left.

    Raises `ClassFullError` if it is not asked for any more.
    """
    left = ask_order.without(order_left(connection, pupil_id), digit)
    if left is None:
        raise ClassFullError(
            "Your class has all your drawings of a {digit} already.",
            digit=digit,
        )
    _set_order(connection, pupil_id, left)
    return left


def order_left(connection: sa.Connection, pupil_id: int) -> str:
    """Return the digits that a pupil of a locked class has still to draw.

    Raises `UnknownClassError` without the pupil, and `ClassroomError` if it was removed.
    """
    row = connection.execute(
        sa.select(pupils.c.to_draw, pupils.c.is_removed).where(pupils.c.id == pupil_id)
    ).first()
    if row is None:
        raise UnknownClassError(_UNKNOWN)
    if row.is_removed:
        raise ClassroomError("Your teacher has taken you out of this class. Ask your teacher.")
    return str(row.to_draw)


def set_removed(connection: sa.Connection, class_id: int, pupil_id: int, is_removed: bool) -> None:
    """Hide or show a pupil of this class with all drawings. Nothing if it is of another class."""
    revision = classes.count_change(connection, classes.lock(connection, class_id))
    connection.execute(
        pupils.update()
        .where(pupils.c.id == pupil_id, pupils.c.class_id == class_id)
        .values(is_removed=is_removed, revision=revision)
    )
    connection.execute(
        drawings.update()
        .where(drawings.c.pupil_id == pupil_id, drawings.c.class_id == class_id)
        .values(revision=revision)
    )


def _set_order(connection: sa.Connection, pupil_id: int, order: str) -> None:
    connection.execute(pupils.update().where(pupils.c.id == pupil_id).values(to_draw=order))
