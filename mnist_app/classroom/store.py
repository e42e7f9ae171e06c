"""The store of the classes: what pages call. Every call is one short transaction.

Secrets and codes are the only keys: a page gets a `ClassRoom` or a `Pupil` for one and hands it to
the other calls, which touch nothing of another class.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from mnist_app.arrays import DIGITS
from mnist_app.classroom import class_limits, classes, drawings, pupils, stroke_codec, taught_models
from mnist_app.classroom.codes import GuessLimiter, hash_of, new_secret, typed_code
from mnist_app.classroom.database import Database
from mnist_app.classroom.drawings import NewDrawing
from mnist_app.classroom.records import Asked, Changes, ClassRoom, Drawing, Pupil, TaughtModel
from mnist_app.classroom.taught_models import NewTaughtModel
from mnist_app.errors import ClassroomError, ClosedCodeError, StoreError, UnknownClassError
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import Stroke, draw

_log = logging.getLogger(__name__)


class ClassStore:
    """Classes, their pupils, drawings and taught models in a database.

    One for a process; threads may share it. What a call has returned is committed. All calls raise
    `StoreError` if the database cannot do its part, and those for a class or pupil
    `UnknownClassError` once the class was deleted.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._limiter = GuessLimiter()

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Open the store, create or migrate its tables, and delete classes past their date.

        ``url`` is the address of a SQLite file or PostgreSQL database; without one
        ``MNIST_APP_DATABASE`` says it, or the store is in the folder ``classes`` beside the app.
        """
        store = cls(Database(url))
        store.delete_expired(datetime.now(UTC))
        return store

    def close(self) -> None:
        """Close all connections to the database."""
        self._database.close()

    def create_class(
        self,
        title: str,
        drawings_per_digit: int,
        delete_on: date,
        drawn: Sequence[NewDrawing] = (),
        models: Sequence[NewTaughtModel] = (),
    ) -> tuple[ClassRoom, str]:
        """Return a new class and its teacher's secret, of which the store keeps only a hash.

        ``drawn`` are the drawings that it has from the beginning, with their pupils, and ``models``
        the models that it has taught: see `mnist_app.classroom.class_import`.
        The class is deleted after the day ``delete_on`` (UTC). Raises `ClassroomError` for a title,
        number or date out of `class_limits`, `ClassFullError` beyond its ``MAXIMUM_CLASSES``.
        """
        title = " ".join(title.split())
        today = datetime.now(UTC).date()
        if not title or len(title) > class_limits.MAXIMUM_TITLE or not title.isprintable():
            raise ClassroomError(
                "Give the class a title of up to {count} characters.",
                count=class_limits.MAXIMUM_TITLE,
            )
        if not 1 <= drawings_per_digit <= class_limits.MAXIMUM_PER_DIGIT:
            raise ClassroomError(
                "Ask for 1 to {count} drawings of each digit.",
                count=class_limits.MAXIMUM_PER_DIGIT,
            )
        if not today <= delete_on <= today + timedelta(days=class_limits.MAXIMUM_DAYS):
            raise ClassroomError("Choose a day within a year for deleting the class.")
        secret = new_secret()

        def create(connection: Any) -> ClassRoom:
            created = classes.create(
                connection,
                title=title,
                teacher_hash=hash_of(secret),
                drawings_per_digit=drawings_per_digit,
                delete_on=delete_on,
            )
            if drawn:
                drawings.fill(connection, created, drawn)
            if models:
                taught_models.fill(connection, created.id, models)
            return created

        return self._database.write(create), secret

    def class_of_code(self, text: str, visitor: str, *, may_be_closed: bool = False) -> ClassRoom:
        """Return the class whose code a person has typed: an open one, unless it ``may_be_closed``.

        ``visitor`` is who typed, such as the address in the network: wrong codes are slowed down
        for each and over all. Raises `UnknownClassError`, `ClosedCodeError`, `TooManyTriesError`.
        """
        self._limiter.charge(visitor)
        code = typed_code(text)
        try:
            found = self._database.read(lambda link: classes.of_code(link, code)) if code else None
        except BaseException:
            self._limiter.refund(visitor)
            raise
        if found is None:
            raise UnknownClassError(
                "There is no class with this code. Look at it again: six letters and digits."
            )
        self._limiter.refund(visitor)
        if not found.is_open and not may_be_closed:
            raise ClosedCodeError("This code is closed. Ask your teacher to open it again.")
        return found

    def class_of_teacher(self, secret: str) -> ClassRoom:
        """Return the class of the teacher with this secret. Raises `UnknownClassError`."""
        found = self._database.read(lambda link: classes.of_teacher(link, hash_of(secret)))
        if found is None:
            raise UnknownClassError(
                "This teacher's link opens no class: it is incomplete, or the class was deleted."
            )
        return found

    def class_of_pupil(self, pupil: Pupil) -> ClassRoom:
        """Return the class of a pupil, whether its code is open or closed."""
        return self._database.read(lambda link: classes.of_id(link, pupil.class_id))

    def close_code(self, classroom: ClassRoom) -> ClassRoom:
        """Let nobody join any more; pupils who have joined go on. Return the class as it is now."""
        return self._database.write(lambda link: classes.set_open(link, classroom.id, False))

    def reopen_code(self, classroom: ClassRoom) -> ClassRoom:
        """Let pupils join again. Return the class as it is now."""
        return self._database.write(lambda link: classes.set_open(link, classroom.id, True))

    def delete_class(self, classroom: ClassRoom) -> None:
        """Delete a class and all that is its own, in SQLite also from the bytes of all files."""
        self._database.write(lambda link: classes.delete(link, classroom.id))
        self._empty_log()

    def delete_expired(self, now: datetime) -> int:
        """Delete the classes whose last day (UTC) is over; return how many. Call it once a day.

        SQLite's log is emptied in any case: a deletion may have been broken off before it was.
        """
        today = now.astimezone(UTC).date()
        deleted = self._database.write(lambda link: classes.delete_expired(link, today))
        if not self._database.empty_log():
            _log.warning("The log of the classes is in use; it will be emptied tomorrow.")
        return deleted

    def join(self, classroom: ClassRoom) -> tuple[Pupil, str]:
        """Return a new pupil of a class and its secret, by which its page finds it again.

        Raises `ClosedCodeError`, and `ClassFullError` beyond `class_limits.MAXIMUM_PUPILS`.
        """
        secret = new_secret()
        joined = self._database.write(lambda link: pupils.join(link, classroom.id, hash_of(secret)))
        return joined, secret

    def pupil_of_secret(self, secret: str) -> Pupil:
        """Return the pupil with this secret. Raises `UnknownClassError`."""
        found = self._database.read(lambda link: pupils.of_secret(link, hash_of(secret)))
        if found is None:
            raise UnknownClassError(
                "This pupil's link opens no class: it is incomplete, or the class was deleted. "
                "Join with the code of your class."
            )
        return found

    def pupils(self, classroom: ClassRoom) -> tuple[Pupil, ...]:
        """Return all pupils of a class by number, removed ones too."""
        return self._database.read(lambda link: pupils.of_class(link, classroom.id))

    def asked(self, pupil: Pupil) -> Asked:
        """Return which digit a pupil is asked for next; a reload asks for the same."""
        return self._database.read(lambda link: pupils.asked(link, pupil.id))

    def skip(self, pupil: Pupil, digit: int) -> None:
        """Ask for ``digit``, the next one, at the end: the pupil drew something else.

        Nothing happens if another digit is next. Raises `ClassroomError` for a removed pupil.
        """
        self._database.write(lambda link: pupils.skip(link, pupil, digit))

    def add_drawing(
        self,
        pupil: Pupil,
        client_id: str,
        label: int,
        strokes: Iterable[object],
        *,
        height: int,
        width: int,
    ) -> tuple[Drawing, Asked]:
        """Keep a drawing of the digit ``label``; it is committed when this returns.

        Return it, and what the pupil is asked for next.

        ``client_id`` is a UUID that the pupil's page has chosen: a drawing sent twice is kept once,
        as it came first. ``strokes`` are `Stroke` on a canvas of ``height`` and ``width`` pixels.
        Raises `InvalidImageError` for bad strokes; `ClassroomError` for a blank or too long
        drawing, a bad id or label, or a removed pupil; `ClassFullError` if the label is not asked
        for any more or there is no room.
        """
        checked = stroke_codec.checked_drawing(strokes, height, width)
        steps = steps_of_drawing(draw(checked, height, width))
        if steps is None:
            raise ClassroomError("The canvas is empty. Draw the digit first.")
        if label not in range(DIGITS):
            raise ClassroomError("A drawing must be of a digit, 0 to 9.")
        try:
            drawing_id = UUID(client_id)
        except ValueError:
            raise ClassroomError("The drawing came without a valid id. Reload the page.") from None
        return self._database.write(
            lambda connection: drawings.add(
                connection,
                pupil,
                drawing_id,
                int(label),
                packed_strokes=stroke_codec.pack(checked),
                image=steps.image,
                height=height,
                width=width,
            )
        )

    def drawings(self, classroom: ClassRoom, pupil: Pupil | None = None) -> list[Drawing]:
        """Return the visible drawings of a class, or of one pupil, in the order of arrival."""
        pupil_id = None if pupil is None else pupil.id
        return self._database.read(lambda link: drawings.visible(link, classroom.id, pupil_id))

    def changes(self, classroom: ClassRoom, after: int = -1) -> Changes:
        """Return what has changed in a class after the revision ``after``; -1 is the beginning.

        Ask again with the `Changes.revision` of the answer; when nothing has changed it costs one
        small query.
        """

        def read(connection: Any) -> Changes:
            revision = classes.revision_of(connection, classroom.id)
            if revision <= after:
                return Changes(revision)
            # What is committed between these queries comes now and once more the next time.
            changed = drawings.changed(connection, classroom.id, after)
            return Changes(revision, changed, pupils.of_class(connection, classroom.id, after))

        return self._database.read(read)

    def strokes(self, wanted: Sequence[Drawing]) -> list[list[Stroke]]:
        """Return the strokes of drawings, in their order. Raises `UnknownClassError`."""
        packed = self._database.read(
            lambda link: drawings.packed_strokes(link, [drawing.id for drawing in wanted])
        )
        if not all(drawing.id in packed for drawing in wanted):
            raise UnknownClassError("A drawing does not exist any more: it was deleted.")
        return [stroke_codec.unpack(packed[drawing.id]) for drawing in wanted]

    def remove_drawing(self, classroom: ClassRoom, drawing_id: int) -> Drawing:
        """Hide a drawing of the class. Return it as it is now."""
        return self._database.write(
            lambda link: drawings.set_removed(link, classroom.id, drawing_id, True)
        )

    def restore_drawing(self, classroom: ClassRoom, drawing_id: int) -> Drawing:
        """Undo `remove_drawing`. Return the drawing as it is now."""
        return self._database.write(
            lambda link: drawings.set_removed(link, classroom.id, drawing_id, False)
        )

    def remove_pupil(self, classroom: ClassRoom, pupil_id: int) -> None:
        """Hide a pupil of the class and all its drawings; it can draw no more."""
        self._database.write(lambda link: pupils.set_removed(link, classroom.id, pupil_id, True))

    def restore_pupil(self, classroom: ClassRoom, pupil_id: int) -> None:
        """Undo `remove_pupil`; drawings that were removed on their own stay hidden."""
        self._database.write(lambda link: pupils.set_removed(link, classroom.id, pupil_id, False))

    def purge(self, classroom: ClassRoom) -> None:
        """Delete what was removed from a class, in SQLite also from the bytes of all files."""
        self._database.write(lambda link: drawings.purge(link, classroom.id))
        self._empty_log()

    def add_taught_model(
        self, classroom: ClassRoom, name: str, blob: bytes, summary: dict[str, Any]
    ) -> TaughtModel:
        """Keep a taught model; ``summary`` is a JSON object. Raises `ClassFullError`."""
        now = datetime.now(UTC)
        return self._database.write(
            lambda link: taught_models.add(link, classroom.id, name, blob, summary, created_at=now)
        )

    def taught_models(self, classroom: ClassRoom) -> list[TaughtModel]:
        """Return the taught models of a class, the oldest first."""
        return self._database.read(lambda link: taught_models.of_class(link, classroom.id))

    def delete_taught_model(self, classroom: ClassRoom, model_id: int) -> None:
        """Delete a taught model of a class; nothing if it has none of this number."""
        self._database.write(lambda link: taught_models.delete(link, classroom.id, model_id))

    def _empty_log(self) -> None:
        if not self._database.empty_log():
            raise StoreError(
                "What was deleted may still lie in a log beside the database, because another "
                "program reads there. Close that program and delete again."
            )
