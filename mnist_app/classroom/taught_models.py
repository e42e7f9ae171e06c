"""Taught models in the database: each function works in the transaction of its caller."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from mnist_app.classroom import class_limits, classes
from mnist_app.classroom.records import TaughtModel
from mnist_app.classroom.tables import taught_models
from mnist_app.errors import ClassFullError, ClassroomError


def add(
    connection: sa.Connection, class_id: int, name: str, blob: bytes, summary: dict[str, Any]
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
            created_at=datetime.now(UTC),
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
