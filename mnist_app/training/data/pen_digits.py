"""Digits as the pen wrote them: UCI's pen digits, 7,494 digits of 30 people, stroke by stroke.

Source: Alpaydin and Alimoglu 1998, “Pen-Based Recognition of Handwritten Digits”, UCI Machine
Learning Repository, data set 81, CC BY 4.0: the original file, in the UNIPEN format, which UCI
keeps squeezed by Unix's ``compress``.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ncompress
import numpy as np
import numpy.typing as npt

from mnist_app.errors import DatasetError
from mnist_app.training.data.sources import DATA_VARIABLE, keras_cache, network_timeout

FILE_NAME: Final = "pendigits-orig.tra"
SQUEEZED_NAME: Final = f"{FILE_NAME}.Z"
FOLDER: Final = "pendigits"
DOWNLOAD_URL: Final = (
    f"https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/{SQUEEZED_NAME}"
)
SHA256: Final = "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4"
"""Of the file as it is when it is no longer squeezed."""
WRITERS: Final = 30
HELD_OUT_WRITERS: Final = tuple(range(21, WRITERS + 1))
"""Writers whose digits nothing learns from and nothing is chosen by: kept for final figures."""

_SEGMENT: Final = re.compile(r'\.SEGMENT\s+DIGIT\s+\S+\s+\?\s+"(\d)"')
_COMMENT: Final = re.compile(r"\.COMMENT\s+(\d)\s+(\d+)\s+\d+")
_QUIET: Final = (".INCLUDE", ".LEXICON", ".HIERARCHY", ".DT")
"""Lines that say nothing about ink: the file's head, and how long the pen was in the air."""


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
    """All digits in the order of the file; ``source`` says in words where they came from."""

    source: str
    sha256: str
    digits: tuple[PenDigit, ...]

    def by_writers(self, writers: tuple[int, ...]) -> tuple[PenDigit, ...]:
        """Return the digits of these writers."""
        return tuple(digit for digit in self.digits if digit.writer in writers)


def load_pen_digits(wish: str | None = None, *, url: str = DOWNLOAD_URL) -> PenDigits:
    """Return the pen digits from a file or folder, from where they usually are, or from UCI.

    ``wish`` is a file (squeezed or not), or a folder with such a file or with a folder pendigits;
    a folder without one, or None, means the usual places: the folder that ``MNIST_APP_DATA`` names,
    Keras's cache, and in the end a download from ``url``. Raises `DatasetError` if nothing is
    found, or if what is found is damaged.
    """
    if wish is not None:
        path = Path(wish).expanduser()
        if path.is_file():
            return _read(path, "a file given on the command line")
        found = _file_in(path)
        if found is not None:
            return _read(found, "a folder given on the command line")
    named = os.environ.get(DATA_VARIABLE)
    found = _file_in(Path(named).expanduser()) if named else None
    if found is not None:
        return _read(found, f"the folder that {DATA_VARIABLE} names")
    found = _file_in(keras_cache())
    if found is not None:
        return _read(found, "Keras's cache")
    return _download(url)


def parse(text: str) -> tuple[PenDigit, ...]:
    """Return the digits in ``text`` of UNIPEN's format, whose y grows upwards.

    Raises ValueError at a line that it does not understand, or where a digit is not whole.
    """
    digits = []
    for label, lines in _segments(text):
        comment = _COMMENT.fullmatch(lines[0].strip()) if lines else None
        if comment is None or int(comment[1]) != label:
            raise ValueError(f"a digit {label} does not name its writer")
        strokes = tuple(_strokes(lines[1:]))
        if not strokes:
            raise ValueError(f"a digit {label} of writer {comment[2]} has no stroke")
        digits.append(PenDigit(label, int(comment[2]), strokes))
    return tuple(digits)


def _segments(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield label and lines of every digit."""
    label: int | None = None
    lines: list[str] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith(_QUIET):
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
    names = (FILE_NAME, SQUEEZED_NAME)
    candidates = [place / name for place in (folder, folder / FOLDER) for name in names]
    return next((file for file in candidates if file.is_file()), None)


def _read(path: Path, source: str) -> PenDigits:
    try:
        content = path.read_bytes()
        if path.suffix == ".Z":
            content = ncompress.decompress(content)
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read: {error}. {_where_to_get_it()}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise DatasetError(
            f"{path} is damaged or is not UCI's {FILE_NAME}: its checksum is not the known one. "
            + _where_to_get_it()
        )
    return PenDigits(source, found, parse(content.decode("ascii")))


def _download(url: str) -> PenDigits:
    """Fetch the file beside its place in the cache, and put it there only when it is whole."""
    import keras  # noqa: PLC0415 (seconds to import, and needed here only)

    cache = keras_cache()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with network_timeout():
            partial = Path(
                keras.utils.get_file(
                    f"partial-{SQUEEZED_NAME}",
                    url,
                    cache_dir=str(cache.parent),
                    force_download=True,
                )
            )
    except Exception as error:  # Keras raises bare Exception when a fetch fails
        raise DatasetError(
            f"The pen digits are not on this machine and could not be downloaded ({error}). "
            + _where_to_get_it()
        ) from error
    try:
        digits = _read(partial, "a download")
        partial.replace(cache / SQUEEZED_NAME)
    finally:
        partial.unlink(missing_ok=True)
    return digits


def _where_to_get_it() -> str:
    return (
        f"Fetch {DOWNLOAD_URL} and put it at {keras_cache() / SQUEEZED_NAME}, "
        f"or set {DATA_VARIABLE} to a folder that holds it."
    )
