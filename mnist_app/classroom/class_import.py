"""A class from a file that `mnist_app.classroom.class_export` wrote, all of it or nothing."""

import time
from datetime import date
from typing import BinaryIO

from mnist_app.classroom import class_limits, stroke_codec
from mnist_app.classroom.class_file import FileDrawing, read_class, refusal
from mnist_app.classroom.drawings import NewDrawing
from mnist_app.classroom.records import ClassRoom
from mnist_app.classroom.store import ClassStore
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import draw
from mnist_app.words import mark


def import_class(
    store: ClassStore, file: BinaryIO, delete_on: date, title: str | None = None
) -> tuple[ClassRoom, str]:
    """Return a new class with the drawings of ``file``, and its teacher's secret.

    Pupils keep their numbers and drawings their times and order; images are rendered from the
    strokes. ``title`` is by default the one in the file. Raises `ClassroomError` if the file is
    refused (`read_class`) or takes too long, `ClassFullError` and `StoreError` as
    `ClassStore.create_class` does; then nothing is kept.
    """
    facts, found = read_class(file)
    drawn, size, give_up = [], 0, time.monotonic() + class_limits.IMPORT_SECONDS
    for drawing in found:
        drawn.append(_new_drawing(drawing))
        size += drawn[-1].size
        if size > class_limits.CLASS_BYTES:
            raise refusal(mark("it has more drawings than a class may have"))
        if time.monotonic() > give_up:
            raise refusal(mark("its drawings take too long to read"))
    title = facts.title if title is None else title
    return store.create_class(title, facts.drawings_per_digit, delete_on, drawn)


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
