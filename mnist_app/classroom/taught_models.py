"""Taught models in the database: each function works in the transaction of its caller."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from mnist_app.classroom import class_limits, classes
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.classroom.records import TaughtModel
from mnist_app.classroom.tables import drawings, taught_models
from mnist_app.errors import ClassFullError, ClassroomError

_MARKDOWN: Final = str.maketrans(dict.fromkeys("[]<>`*_~$:#|\\"))
"""Characters that names lose: pages show names in widgets that read Markdown, such as pictures."""


@dataclass(frozen=True, eq=False)
class NewTaughtModel:
    """A taught model of a file: ``blob`` as `mnist_app.classroom.taught_layer` makes it.

    ``outcome`` names drawings by their position among those of the file, from 1.
    """

    name: str
    blob: bytes
    outcome: LessonOutcome
    created_at: datetime


def fill(connection: sa.Connection, class_id: int, models: Sequence[NewTaughtModel]) -> None:
    """Put taught models into a new class that has its drawings; nothing if that was done.

    Raises as `add` does.
    """
    if of_class(connection, class_id):
        return
    is_own = drawings.c.class_id == class_id
    ids = connection.scalars(sa.select(drawings.c.id).where(is_own).order_by(drawings.c.id))
    numbers = dict(enumerate(ids, start=1))
    for model in models:
        summary = model.outcome.renumbered(numbers).to_json()
        add(connection, class_id, model.name, model.blob, summary, created_at=model.created_at)


def add(
    connection: sa.Connection,
    class_id: int,
    name: str,
    blob: bytes,
    summary: dict[str, Any],
    *,
    created_at: datetime,
) -> TaughtModel:
    """Return a new taught model of a class.

    Raises `ClassFullError` beyond `class_limits.MAXIMUM_TAUGHT_MODELS` and `ClassroomError` beyond
    `class_limits.MAXIMUM_MODEL_BYTES`.
    """
    text = json.dumps(summary, allow_nan=False)
    size = len(blob) + len(text)
    if size > class_limits.MAXIMUM_MODEL_BYTES or len(name) > class_limits.MAXIMUM_TITLE:
        raise ClassroomError("This taught model is too large to be kept, or its name too long.")
    locked = classes.lock(connection, class_id)
    if len(of_class(connection, class_id)) >= class_limits.MAXIMUM_TAUGHT_MODELS:
        raise ClassFullError(
            "This class keeps {count} taught models already. Delete one.",
            count=class_limits.MAXIMUM_TAUGHT_MODELS,
        )
    classes.count_change(connection, locked, more_bytes=size)
    connection.execute(
        taught_models.insert().values(
            class_id=class_id,
            name=name,
            blob=blob,
            summary=text,
            created_at=created_at,
        )
    )
    return of_class(connection, class_id)[-1]  # others wait for the lock


def of_class(connection: sa.Connection, class_id: int) -> list[TaughtModel]:
    """Return the taught models of a class, the oldest first."""
    query = sa.select(taught_models).where(taught_models.c.class_id == class_id)
    return [
        TaughtModel(
            id=row.id,
            class_id=row.class_id,
            name=row.name,
            blob=row.blob,
            summary=json.loads(row.summary),
            created_at=row.created_at,
        )
        for row in connection.execute(query.order_by(taught_models.c.id))
    ]


def delete(connection: sa.Connection, class_id: int, model_id: int) -> None:
    """Delete a taught model of this class; nothing if there is none of this number."""
    locked = classes.lock(connection, class_id)
    for model in of_class(connection, class_id):
        if model.id == model_id:
            connection.execute(taught_models.delete().where(taught_models.c.id == model_id))
            size = len(model.blob) + len(json.dumps(model.summary))
            classes.count_change(connection, locked, more_bytes=-size)


def clean_name(text: str) -> str:
    """Return ``text`` as the name of a taught model: on one line, short, without Markdown."""
    kept = "".join(one for one in " ".join(text.split()) if one.isprintable())
    return " ".join(kept.translate(_MARKDOWN).split())[: class_limits.MAXIMUM_TITLE].strip()


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return the clean name ``wanted``, with a number if it is ``taken``."""
    start = wanted[: class_limits.MAXIMUM_TITLE - 5]
    names = [wanted, *(f"{start} ({number})" for number in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)
