"""Files of classes for tests: as the app writes them, and changed by somebody else."""

import io
import json
import zipfile
from datetime import timedelta

from mnist_app.classroom.class_export import export_class
from mnist_app.classroom.class_import import import_class
from tests.classroom.lessons import today


def exported(store, classroom, recognizers=None):
    file = io.BytesIO()
    export_class(store, classroom, file, recognizers)
    return file


def imported(store, file, **options):
    return import_class(store, file, today() + timedelta(days=9), **options)


def parts(file):
    with zipfile.ZipFile(file) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(content, compression=zipfile.ZIP_DEFLATED):
    """A zip of the parts in ``content``."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return file


LINE = {
    "pupil": 3,
    "label": 4,
    "height": 64,
    "width": 64,
    "drawn_at": "2026-05-04T10:11:12.000013+00:00",
    "strokes": [{"width": 5.0, "points": [[20, 10], [40, 50]]}],
}
FACTS = {"format": 1, "title": "Class 7b", "drawings_per_digit": 2}


def small_parts(lines=(LINE,), **facts):
    """The parts of a class that the reader needs."""
    drawings = "".join(json.dumps(line) + "\n" for line in lines)
    return {"class.json": json.dumps({**FACTS, **facts}), "drawings.jsonl": drawings}


def class_file(folder, pupils):
    """The file of a class in which every pupil has drawn two lines of an own slope."""
    lines = [
        {
            **LINE,
            "pupil": pupil,
            "label": label,
            "strokes": [{"width": 4, "points": [[10, 10], [50, 10 + 2 * pupil + label]]}],
        }
        for pupil in range(1, pupils + 1)
        for label in (3, 8)
    ]
    path = folder / "class.zip"
    path.write_bytes(packed(small_parts(lines)).getvalue())
    return path
