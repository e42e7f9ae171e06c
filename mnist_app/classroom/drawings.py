"""Drawings in the database: each function works in the transaction of its caller."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import numpy as np
import sqlalchemy as sa

from mnist_app.arrays import Image
from mnist_app.classroom import classes, pupils
from mnist_app.classroom.records import Asked, ClassRoom, Drawing, Pupil
from mnist_app.classroom.tables import drawings
from mnist_app.classroom.tables import pupils as pupils_table
from mnist_app.errors import UnknownClassError
from mnist_app.preprocessing.normalize import IMAGE_SIDE

_COLUMNS: Final = [column for column in drawings.c if column.name != "strokes"]
_SELECT: Final = sa.select(
    *_COLUMNS, pupils_table.c.number, pupils_table.c.is_removed.label("pupil_is_removed")
).join(pupils_table, pupils_table.c.id == drawings.c.pupil_id)
_SENT: Final = _SELECT.where(
    drawings.c.pupil_id == sa.bindparam("pupil"), drawings.c.client_id == sa.bindparam("client")
)
"""The drawing of a pupil with an id. Built once: every drawing asks for it."""
_PER_QUERY: Final = 1_000
"""Drawings whose numbers one query names; databases limit the values of a query."""
_ROW_BYTES: Final = 200
"""Bytes of a drawing in the database besides strokes and image, indexes included, about."""


@dataclass(frozen=True, eq=False)
class NewDrawing:
    """A drawing of a file; ``image`` is uint8 (28, 28), its strokes are those of `stroke_codec`."""

    pupil_number: int
    label: int
    height: int
    width: int
    image: Image
    packed_strokes: bytes
    drawn_at: datetime

    @property
    def size(self) -> int:
        """Bytes in the database, about."""
        return len(self.packed_strokes) + self.image.size + _ROW_BYTES


def fill(connection: sa.Connection, classroom: ClassRoom, drawn: Sequence[NewDrawing]) -> None:
    """Put drawings, at least one, and their pupils into a new class; nothing if that was done.

    Raises `ClassFullError` if there is no room for them.
    """
    locked = classes.lock(connection, classroom.id)
    if locked.pupils:
        return
    by_pupil: defaultdict[int, list[NewDrawing]] = defaultdict(list)
    for drawing in drawn:
        by_pupil[drawing.pupil_number].append(drawing)
    size = sum(drawing.size for drawing in drawn)
    revision = classes.count_change(connection, locked, more_bytes=size, more_pupils=max(by_pupil))
    for number, own in sorted(by_pupil.items()):
        pupils.add_absent(
            connection,
            locked,
            number,
            joined_at=min(drawing.drawn_at for drawing in own),
            labels=[drawing.label for drawing in own],
            revision=revision,
        )
    ids = {pupil.number: pupil.id for pupil in pupils.of_class(connection, classroom.id)}
    rows = [
        {
            "class_id": classroom.id,
            "pupil_id": ids[drawing.pupil_number],
            "client_id": uuid4(),
            "label": drawing.label,
            "height": drawing.height,
            "width": drawing.width,
            "image": drawing.image.tobytes(),
            "strokes": drawing.packed_strokes,
            "drawn_at": drawing.drawn_at,
            "is_removed": False,
            "revision": revision,
        }
        for drawing in drawn
    ]
    connection.execute(drawings.insert(), rows)


def add(
    connection: sa.Connection,
    pupil: Pupil,
    client_id: UUID,
    label: int,
    *,
    packed_strokes: bytes,
    image: Image,
    height: int,
    width: int,
) -> tuple[Drawing, Asked]:
    """Return the pupil's new drawing, or the one that came before with this ``client_id``.

    And what the pupil is asked for next.
    """
    locked = classes.lock(connection, pupil.class_id)
    known = connection.execute(_SENT, {"pupil": pupil.id, "client": client_id}).first()
    if known is not None:
        return record(known), pupils.asked(connection, pupil.id)
    left = pupils.take_off(connection, pupil.id, label)
    size = len(packed_strokes) + image.size + _ROW_BYTES
    revision = classes.count_change(connection, locked, more_bytes=size)
    drawn_at = datetime.now(UTC)
    row = {
        "class_id": pupil.class_id,
        "pupil_id": pupil.id,
        "client_id": client_id,
        "label": label,
        "height": height,
        "width": width,
        "image": image.tobytes(),
        "strokes": packed_strokes,
        "drawn_at": drawn_at,
        "is_removed": False,
        "revision": revision,
    }
    key = connection.execute(drawings.insert(), row).inserted_primary_key
    assert key is not None  # noqa: S101 (for the type checker)
    drawing = Drawing(
        id=key[0],
        client_id=client_id,
        class_id=pupil.class_id,
        pupil_id=pupil.id,
        pupil_number=pupil.number,
        label=label,
        height=height,
        width=width,
        image=image,
        drawn_at=drawn_at,
        is_removed=False,
        is_visible=True,
    )
    return drawing, pupils.asked_of(left, locked.drawings_per_digit)


def visible(connection: sa.Connection, class_id: int, pupil_id: int | None = None) -> list[Drawing]:
    """Return the visible drawings of a class, or of one of its pupils, in the order of arrival."""
    query = _SELECT.where(
        drawings.c.class_id == class_id,
        drawings.c.is_removed.is_(False),
        pupils_table.c.is_removed.is_(False),
    ).order_by(drawings.c.id)
    if pupil_id is not None:
        query = query.where(drawings.c.pupil_id == pupil_id)
    return [record(row) for row in connection.execute(query)]


def changed(connection: sa.Connection, class_id: int, after: int) -> tuple[Drawing, ...]:
    """Return the drawings that have changed after a revision, hidden ones too, by arrival."""
    query = _SELECT.where(drawings.c.class_id == class_id, drawings.c.revision > after)
    return tuple(record(row) for row in connection.execute(query.order_by(drawings.c.id)))


def packed_strokes(connection: sa.Connection, drawing_ids: Sequence[int]) -> dict[int, bytes]:
    """Return the packed strokes of drawings by their number; deleted ones are missing."""
    found: dict[int, bytes] = {}
    for start in range(0, len(drawing_ids), _PER_QUERY):
        some = drawing_ids[start : start + _PER_QUERY]
        query = sa.select(drawings.c.id, drawings.c.strokes).where(drawings.c.id.in_(some))
        found |= {row.id: row.strokes for row in connection.execute(query)}
    return found


def set_removed(
    connection: sa.Connection, class_id: int, drawing_id: int, is_removed: bool
) -> Drawing:
    """Hide or show a drawing of this class. Raises `UnknownClassError` if it is of another."""
    revision = classes.count_change(connection, classes.lock(connection, class_id))
    is_this_one = (drawings.c.id == drawing_id) & (drawings.c.class_id == class_id)
    connection.execute(
        drawings.update().where(is_this_one).values(is_removed=is_removed, revision=revision)
    )
    row = connection.execute(_SELECT.where(is_this_one)).first()
    if row is None:
        raise UnknownClassError("This drawing does not exist any more: it was deleted.")
    return record(row)


def purge(connection: sa.Connection, class_id: int) -> None:
    """Delete what is hidden in a class: removed drawings, removed pupils with their drawings."""
    locked = classes.lock(connection, class_id)
    hidden = (drawings.c.class_id == class_id) & (
        drawings.c.is_removed.is_(True)
        | drawings.c.pupil_id.in_(
            sa.select(pupils_table.c.id).where(
                pupils_table.c.class_id == class_id, pupils_table.c.is_removed.is_(True)
            )
        )
    )
    size = sa.func.length(drawings.c.strokes) + sa.func.length(drawings.c.image) + _ROW_BYTES
    freed = connection.scalar(sa.select(sa.func.sum(size)).where(hidden)) or 0
    connection.execute(drawings.delete().where(hidden))
    connection.execute(
        pupils_table.delete().where(
            pupils_table.c.class_id == class_id, pupils_table.c.is_removed.is_(True)
        )
    )
    classes.count_change(connection, locked, more_bytes=-int(freed))


def record(row: Any) -> Drawing:
    """Return the record of a row of `_SELECT`."""
    image = np.frombuffer(row.image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    return Drawing(
        id=row.id,
        client_id=row.client_id,
        class_id=row.class_id,
        pupil_id=row.pupil_id,
        pupil_number=row.number,
        label=row.label,
        height=row.height,
        width=row.width,
        image=image,
        drawn_at=row.drawn_at,
        is_removed=row.is_removed,
        is_visible=not (row.is_removed or row.pupil_is_removed),
    )
