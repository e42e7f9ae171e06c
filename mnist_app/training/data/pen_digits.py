"""UCI's pen digits: the pen strokes of 7,494 digits by 30 writers.

Source: Alpaydin and Alimoglu 1998, “Pen-Based Recognition of Handwritten Digits”, UCI Machine
Learning Repository, data set 81, CC BY 4.0. The original file has the UNIPEN format and is
compressed with Unix's ``compress``.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ncompress
import numpy as np
import numpy.typing as npt

from mnist_app.errors import DatasetError
from mnist_app.training.data.cache import DATA_VARIABLE, data_folders, download, keras_cache

FILE_NAME: Final = "pendigits-orig.tra"
COMPRESSED_NAME: Final = f"{FILE_NAME}.Z"
FOLDER: Final = "pendigits"
DOWNLOAD_URL: Final = (
    f"https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/{COMPRESSED_NAME}"
)
SHA256: Final = "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4"
"""SHA-256 of the decompressed file."""
WRITERS: Final = 30
HELD_OUT_WRITERS: Final = tuple(range(21, WRITERS + 1))
"""Writers kept for final figures: no network trains on their digits, no choice is based on them."""

_SEGMENT: Final = re.compile(r'\.SEGMENT\s+DIGIT\s+\S+\s+\?\s+"(\d)"')
_COMMENT: Final = re.compile(r"\.COMMENT\s+(\d)\s+(\d+)\s+\d+")
_IGNORED: Final = (".INCLUDE", ".LEXICON", ".HIERARCHY", ".DT")
"""Lines without ink: the header of the file, and the times during which the pen is lifted."""


@dataclass(frozen=True, eq=False)
class PenDigit:
    """One digit of one writer (1-30).

    Each stroke is float32 (n, 2), x to the right and y down, in units of the tablet.
    """

    label: int
    writer: int
    strokes: tuple[npt.NDArray[np.float32], ...]


@dataclass(frozen=True, eq=False)
class PenDigits:
    """All digits in the order of the file; ``source`` describes the origin of the file."""

    source: str
    sha256: str
    digits: tuple[PenDigit, ...]

    def by_writers(self, writers: tuple[int, ...]) -> tuple[PenDigit, ...]:
        """Return the digits of these writers."""
        return tuple(digit for digit in self.digits if digit.writer in writers)


def by_hand(digits: Sequence[PenDigit]) -> list[list[PenDigit]]:
    """Return the ``digits`` of each writer."""
    writers = sorted({digit.writer for digit in digits})
    return [[digit for digit in digits if digit.writer == writer] for writer in writers]


def load_pen_digits(location: str | None = None, *, url: str = DOWNLOAD_URL) -> PenDigits:
    """Return the pen digits from ``location``, from `data_folders`, or from a download.

    ``location`` is the file, compressed or not, or a folder that holds it or holds a folder
    “pendigits” with it. A folder without it is passed over. Raises `DatasetError` if the file is
    not found or is damaged.
    """
    if location is not None:
        path = Path(location).expanduser()
        if path.is_file():
            return _read(path, "a file given on the command line")
        found = _file_in(path)
        if found is not None:
            return _read(found, "a folder given on the command line")
    for folder, source in data_folders():
        found = _file_in(folder)
        if found is not None:
            return _read(found, source)
    path = download(
        url, FILE_NAME, SHA256, instructions=_instructions(), decompress=ncompress.decompress
    )
    return _read(path, "a download")


def parse(text: str) -> tuple[PenDigit, ...]:
    """Return the digits in ``text``, in the UNIPEN format, where y grows upwards.

    Raises ValueError if a line is not part of the format, or if a digit is incomplete.
    """
    digits = []
    for label, lines in _segments(text):
        comment = _COMMENT.fullmatch(lines[0].strip()) if lines else None
        if comment is None or int(comment[1]) != label:
            raise ValueError(f"a digit {label} has no comment that names its writer")
        strokes = tuple(_strokes(lines[1:]))
        if not strokes:
            raise ValueError(f"a digit {label} of writer {comment[2]} has no stroke")
        digits.append(PenDigit(label, int(comment[2]), strokes))
    return tuple(digits)


def _segments(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the label and the lines of every digit."""
    label: int | None = None
    lines: list[str] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith(_IGNORED):
            continue
        opening = _SEGMENT.match(line)
        if opening is None:
            if label is None:
                raise ValueError(f"not a line of a UNIPEN file of digits: {line[:40]!r}")
            lines.append(line)
            continue
        if label is not None:
            yield label, lines
        label, lines = int(opening[1]), []
    if label is not None:
        yield label, lines


def _strokes(lines: list[str]) -> Iterator[npt.NDArray[np.float32]]:
    points: list[tuple[int, int]] | None = None
    for line in lines:
        word = line.strip()
        if word == ".PEN_DOWN" and points is None:
            points = []
        elif word == ".PEN_UP" and points:
            yield np.array(points, np.float32)
            points = None
        elif points is not None and len(pair := word.split()) == 2:  # noqa: PLR2004
            points.append((int(pair[0]), -int(pair[1])))
        else:
            raise ValueError(f"not a line of a stroke: {line[:40]!r}")
    if points is not None:
        raise ValueError("a stroke does not end")


def _file_in(folder: Path) -> Path | None:
    names = (FILE_NAME, COMPRESSED_NAME)
    candidates = [where / name for where in (folder, folder / FOLDER) for name in names]
    return next((file for file in candidates if file.is_file()), None)


def _read(path: Path, source: str) -> PenDigits:
    try:
        content = path.read_bytes()
        if path.suffix == ".Z":
            content = ncompress.decompress(content)
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read: {error}. {_instructions()}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise DatasetError(
            f"{path} is damaged or is not UCI's {FILE_NAME}: its checksum is wrong. "
            + _instructions()
        )
    return PenDigits(source, found, parse(content.decode("ascii")))


def _instructions() -> str:
    return (
        f"Download {DOWNLOAD_URL} yourself and save it as {keras_cache() / COMPRESSED_NAME}, "
        f"or set {DATA_VARIABLE} to its folder."
    )
