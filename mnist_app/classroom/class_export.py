"""A class as a file to take along: its visible drawings and its taught models.

`mnist_app.classroom.class_file` describes the file.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

import cv2
import numpy as np

from mnist_app.arrays import DIGITS, Images
from mnist_app.classroom import class_file, class_models
from mnist_app.classroom.class_card import class_card
from mnist_app.classroom.contact_sheet import contact_sheet
from mnist_app.classroom.records import ClassRoom, Drawing
from mnist_app.classroom.store import ClassStore
from mnist_app.csv_cells import text_cell
from mnist_app.preprocessing.normalize import IMAGE_SIDE
from mnist_app.preprocessing.strokes import Stroke
from mnist_app.recognizer import Recognizer

AT_ONCE: Final = 500
"""Drawings whose strokes, or readings, are in memory at once."""


def export_class(
    store: ClassStore,
    classroom: ClassRoom,
    file: BinaryIO,
    recognizers: Mapping[str, Recognizer] | None = None,
) -> None:
    """Write the visible drawings of a class and its taught models into ``file``, a zip.

    ``recognizers`` are the models, by name, whose readings are written too. In memory are the
    images of all drawings and the strokes of `AT_ONCE`. Raises `UnknownClassError` if the class, or
    one of its drawings, is deleted meanwhile, and `StoreError`.
    """
    drawings = store.drawings(classroom)
    images = np.zeros((len(drawings), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for index, drawing in enumerate(drawings):
        images[index] = drawing.image
    facts = class_file.ClassFacts(class_file.FORMAT, classroom.title, classroom.drawings_per_digit)
    models = class_models.models_to_save(store.taught_models(classroom), drawings)
    card = class_card(classroom, drawings, models, datetime.now(UTC))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(class_file.CARD, card)
        archive.writestr(class_file.FACTS, json.dumps(asdict(facts), indent=1) + "\n")
        with archive.open(class_file.DRAWINGS, "w") as part:
            for start in range(0, len(drawings), AT_ONCE):
                some = drawings[start : start + AT_ONCE]
                for drawing, strokes in zip(some, store.strokes(some), strict=True):
                    part.write(_line(drawing, strokes))
        if models:
            archive.writestr(class_file.MODELS, b"".join(map(class_models.line_of, models)))
        archive.writestr(class_file.IMAGES, _images(drawings, images))
        with archive.open(class_file.READINGS, "w") as part:
            table = io.TextIOWrapper(part, "utf-8", newline="")
            csv.writer(table).writerows(_readings(drawings, images, recognizers or {}))
            table.detach()
        labels = np.array([drawing.label for drawing in drawings])
        for digit in range(DIGITS):
            if (labels == digit).any():
                sheet = contact_sheet(images[labels == digit])
                png = cv2.imencode(".png", sheet)[1].tobytes()
                archive.writestr(class_file.SHEETS[digit], png)


def _line(drawing: Drawing, strokes: Sequence[Stroke]) -> bytes:
    line = {
        "pupil": drawing.pupil_number,
        "label": drawing.label,
        "height": drawing.height,
        "width": drawing.width,
        "drawn_at": drawing.drawn_at.isoformat(),
        "strokes": [
            {
                "width": _shortest(np.float32(stroke.width)),
                "points": _shortest(stroke.points),
            }
            for stroke in strokes
        ],
    }
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _shortest(values: Any) -> Any:
    """Return float32 values as the floats with the fewest digits that become them again."""
    return np.asarray(values, np.float32).astype(str).astype(np.float64).tolist()


def _images(drawings: Sequence[Drawing], images: Images) -> bytes:
    content = io.BytesIO()
    np.savez_compressed(
        content,
        images=images,
        labels=np.array([drawing.label for drawing in drawings], np.uint8),
        pupils=np.array([drawing.pupil_number for drawing in drawings], np.int64),
    )
    return content.getvalue()


def _readings(
    drawings: Sequence[Drawing], images: Images, recognizers: Mapping[str, Recognizer]
) -> Iterator[list[object]]:
    """Yield the rows of the table: the head, then a row for each drawing."""
    heads = ("reads", "confidence", "accepted")
    models = [text_cell(f"{name} {head}") for name in recognizers for head in heads]
    yield ["drawing", "pupil", "label", *models]
    for start in range(0, len(drawings), AT_ONCE):
        some = images[start : start + AT_ONCE]
        readings = [one.read_normalized_batch(some) for one in recognizers.values()]
        for index, drawing in enumerate(drawings[start : start + AT_ONCE]):
            row: list[object] = [start + index + 1, drawing.pupil_number, drawing.label]
            for reading in (of_model[index] for of_model in readings):
                accepted = "yes" if reading.accepted else "no"
                row += [reading.digit, f"{reading.confidence:.4f}", accepted]
            yield row
