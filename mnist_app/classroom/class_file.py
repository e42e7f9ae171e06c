"""The file of a class, a zip: its parts, and reading it without trusting it.

Strokes are the truth: images, sheets and readings are in the file for people and other programs,
and are made anew from the strokes when it is read. Nothing is unpacked to a disk.
"""

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

import numpy as np

from mnist_app.arrays import DIGITS
from mnist_app.checked_json import decode, parse_object
from mnist_app.classroom import class_limits
from mnist_app.classroom.stroke_codec import checked_drawing
from mnist_app.errors import BundleError, ClassroomError, InvalidImageError
from mnist_app.preprocessing.strokes import Stroke
from mnist_app.words import MarkedText, mark

FORMAT: Final = 1
FACTS: Final = "class.json"
DRAWINGS: Final = "drawings.jsonl"
MODELS: Final = "models.jsonl"
IMAGES: Final = "images.npz"
READINGS: Final = "readings.csv"
CARD: Final = "README.md"
SHEETS: Final = tuple(f"sheets/digit-{digit}.png" for digit in range(DIGITS))
PARTS: Final = frozenset((FACTS, DRAWINGS, MODELS, IMAGES, READINGS, CARD, *SHEETS))

_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_ZIP64: Final = b"PK\x06\x07"
_ZIP64_BYTES: Final = 20
"""End of a zip without comment, and what stands before it in one of more than 4 GB: APPNOTE.TXT of
PKWARE, 4.3.15 and 4.3.16."""
_DIRECTORY_BYTES: Final = 10_000
"""Bytes of the zip's directory; 16 parts have 1,000."""
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError)
"""What zips raise that are damaged, encrypted (RuntimeError) or have unknown features."""


@dataclass(frozen=True)
class ClassFacts:
    """``class.json``: the class without its drawings."""

    format: int
    title: str
    drawings_per_digit: int


@dataclass(frozen=True, eq=False)
class FileDrawing:
    """One drawing of a file: its pupil's number, its digit, and `Stroke` on a canvas in pixels."""

    pupil: int
    label: int
    height: int
    width: int
    drawn_at: datetime
    strokes: list[Stroke]


@dataclass(frozen=True)
class _LineStroke:
    width: float
    points: Any


@dataclass(frozen=True)
class _Line:
    pupil: int
    label: int
    height: int
    width: int
    drawn_at: str
    strokes: tuple[_LineStroke, ...]


def read_class(file: BinaryIO) -> tuple[ClassFacts, Iterator[FileDrawing]]:
    """Return the facts of the class in ``file`` and its drawings, in the order of arrival.

    The drawings are read as they are asked for, one in memory at a time. Raises `ClassroomError`,
    also while they are read, for a file that is damaged, too large, hostile or of a newer version.
    """
    try:
        archive = opened(file)
        content = archive.read(FACTS)
    except _UNREADABLE as error:
        raise refusal(mark("it is no whole zip file")) from error
    try:
        facts = decode(ClassFacts, parse_object(content, FACTS), FACTS)
    except BundleError as error:
        raise refusal(mark("its part {part} is damaged"), part=FACTS) from error
    if facts.format != FORMAT:
        raise ClassroomError("This file was saved by a newer version of the app. Install that one.")
    if not 1 <= facts.drawings_per_digit <= class_limits.MAXIMUM_PER_DIGIT:
        raise refusal(mark("its part {part} is damaged"), part=FACTS)
    return facts, _drawings(archive, facts)


def refusal(why: MarkedText, **values: object) -> ClassroomError:
    """Return the error that says ``why`` a file is refused and what to do.

    ``values`` fill the placeholders of ``why``.
    """
    return ClassroomError(
        "This file cannot be opened as a class: {why}. Save the class again in the app where it "
        "was drawn, and open that file.",
        why=why,
        **values,
    )


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """Return the zip after a look at its size, its directory and the names and sizes in that.

    Raises `ClassroomError`, and errors of `zipfile` for damaged zips.
    """
    size = file.seek(0, 2)
    if size > class_limits.FILE_BYTES:
        raise refusal(mark("it has more than {size} MB"), size=class_limits.FILE_BYTES // 1_000_000)
    file.seek(max(0, size - _END_BYTES - _ZIP64_BYTES))
    end = file.read()
    directory = int.from_bytes(end[-10:-6], "little")
    if end[-_END_BYTES:][:4] != _END or end.startswith(_ZIP64) or directory > _DIRECTORY_BYTES:
        raise refusal(mark("it is no whole zip file, or was packed by another program"))
    archive = zipfile.ZipFile(file)
    names = archive.namelist()
    if not set(names) <= PARTS or len(set(names)) < len(names):
        raise refusal(mark("it holds other things than a class"))
    if FACTS not in names or DRAWINGS not in names:
        raise refusal(mark("{part} or {other} is missing"), part=FACTS, other=DRAWINGS)
    for info in archive.infolist():
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusal(mark("it was packed by another program"))
        allowed = (
            class_limits.DRAWINGS_BYTES if info.filename == DRAWINGS else class_limits.PART_BYTES
        )
        if info.file_size > allowed:
            raise refusal(mark("its part {part} is too large"), part=info.filename)
    return archive


def _drawings(archive: zipfile.ZipFile, facts: ClassFacts) -> Iterator[FileDrawing]:
    drawn: Counter[tuple[int, int]] = Counter()
    pupils: set[int] = set()
    lines = lines_of(archive, DRAWINGS, class_limits.LINE_BYTES)
    for number, line in enumerate(lines, start=1):
        try:
            drawing = _drawing(line)
        except (BundleError, ClassroomError, InvalidImageError, ValueError, OverflowError) as error:
            raise refusal(mark("its drawing {number} is damaged"), number=number) from error
        drawn[drawing.pupil, drawing.label] += 1
        pupils.add(drawing.pupil)
        if drawn[drawing.pupil, drawing.label] > facts.drawings_per_digit:
            raise refusal(mark("a pupil has more drawings of a digit than were asked for"))
        if len(pupils) > class_limits.MAXIMUM_PUPILS:
            raise refusal(
                mark("it has more than {count} pupils"), count=class_limits.MAXIMUM_PUPILS
            )
        yield drawing


def lines_of(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """Yield the lines of a part, of up to ``most`` bytes each.

    Raises `ClassroomError` for longer ones and for bad data.
    """
    try:
        with archive.open(name) as part:
            while line := part.readline(most + 1):
                if len(line) > most:
                    raise refusal(mark("a line of its part {part} is too long"), part=name)
                yield line
    except _UNREADABLE as error:
        raise refusal(mark("its part {part} is damaged"), part=name) from error


def time_of(text: str) -> datetime:
    """Return the aware time in ISO 8601, in UTC. Raises `ValueError` and `OverflowError`."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError
    return found.astimezone(UTC)


def _drawing(line: bytes) -> FileDrawing:
    """Return the drawing of a line. Raises various errors if there is none in it."""
    found = decode(_Line, parse_object(line, DRAWINGS), DRAWINGS)
    if (
        found.label not in range(DIGITS)
        or not 1 <= found.pupil <= class_limits.MAXIMUM_PUPIL_NUMBER
    ):
        raise ValueError
    with np.errstate(over="ignore"):  # infinite widths are refused below
        strokes = [
            # float32: as the store keeps the width
            Stroke(np.asarray(stroke.points), float(np.float32(stroke.width)))
            for stroke in found.strokes
        ]
    return FileDrawing(
        pupil=found.pupil,
        label=found.label,
        height=found.height,
        width=found.width,
        drawn_at=time_of(found.drawn_at),
        strokes=checked_drawing(strokes, found.height, found.width),
    )
