"""A class from a file that `mnist_app.classroom.class_export` wrote, all of it or nothing."""

import io
from datetime import date
from typing import BinaryIO, Final

from mnist_app.classroom import class_limits, stroke_codec
from mnist_app.classroom.class_file import ClassFacts, FileDrawing, opened, read_class, refusal
from mnist_app.classroom.class_models import read_models
from mnist_app.classroom.drawings import NewDrawing
from mnist_app.classroom.records import ClassRoom
from mnist_app.classroom.store import ClassStore
from mnist_app.classroom.taught_models import NewTaughtModel
from mnist_app.errors import BusyError, ClassroomError, OverBudgetError
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import draw
from mnist_app.words import mark
from mnist_app.worker_pool import WorkerPool

_Content = tuple[ClassFacts, list[NewDrawing], list[NewTaughtModel]]
_POOL: Final = WorkerPool(
    1,
    kept=0,
    memory=class_limits.IMPORT_MEMORY,
    patience=class_limits.IMPORT_SECONDS,
    preload=__name__,
)


def import_class(
    store: ClassStore, file: BinaryIO, delete_on: date, title: str | None = None
) -> tuple[ClassRoom, str]:
    """Return a new class with what is in ``file``, and its teacher's secret.

    Pupils keep their numbers and drawings their times and order; images are rendered from the
    strokes; taught models are checked and kept. ``title`` is by default the one in the file. Raises
    `ClassroomError` if the file is refused (`read_class`), `ClassFullError` and `StoreError` as
    `ClassStore.create_class` does; then nothing is kept.
    """
    return _created(store, _read(file), delete_on, title)


def import_class_in_child(
    store: ClassStore, content: bytes, delete_on: date
) -> tuple[ClassRoom, str]:
    """Return what `import_class` does for the file with this ``content``.

    A child process reads it within seconds and bytes, one file at a time: a hostile file holds up
    nobody who draws. Raises `ClassroomError` beyond either, too.
    """
    try:
        read = _POOL.call(class_limits.IMPORT_SECONDS, _read_bytes, content)
    except OverBudgetError as error:
        raise refusal(mark("its drawings take too long to read")) from error
    except BusyError as error:
        raise ClassroomError("Another class is being opened. Try again in a minute.") from error
    return _created(store, read, delete_on)


def _read_bytes(content: bytes) -> _Content:
    return _read(io.BytesIO(content))


def _read(file: BinaryIO) -> _Content:
    facts, found = read_class(file)
    drawn, size = [], 0
    for drawing in found:
        drawn.append(_new_drawing(drawing))
        size += drawn[-1].size
        if size > class_limits.CLASS_BYTES:
            raise refusal(mark("it has more drawings than a class may have"))
    return facts, drawn, read_models(opened(file), len(drawn))


def _created(
    store: ClassStore, read: _Content, delete_on: date, title: str | None = None
) -> tuple[ClassRoom, str]:
    facts, drawn, models = read
    title = facts.title if title is None else title
    return store.create_class(title, facts.drawings_per_digit, delete_on, drawn, models)


def _new_drawing(drawing: FileDrawing) -> NewDrawing:
    steps = steps_of_drawing(draw(drawing.strokes, drawing.height, drawing.width))
    if steps is None:
        raise refusal(mark("one of its drawings is empty"))
    return NewDrawing(
        pupil_number=drawing.pupil,
        label=drawing.label,
        height=drawing.height,
        width=drawing.width,
        image=steps.image,
        packed_strokes=stroke_codec.pack(drawing.strokes),
        drawn_at=drawing.drawn_at,
    )
