"""Command line: ``python -m mnist_app read PATH...`` reads digits from picture files."""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from mnist_app.errors import BundleError, InvalidImageError
from mnist_app.ink.picture_file import SUFFIXES, read_picture
from mnist_app.recognizer import Recognizer

Record = dict[str, Any]
COLUMNS: Final = ("file", "blank", "digit", "accepted", "confidence", "probabilities", "error")
ALL_READ, SOME_FAILED, WRONG_USAGE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 all read, 1 some failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        recognizer = Recognizer.load(options.model)
    except BundleError as error:
        print(f"mnist_app: {error}", file=sys.stderr)
        return WRONG_USAGE
    files = list(_expand(options.paths))
    writers: dict[str, Writer] = {
        "text": write_text,
        "json": write_json,
        "csv": CsvWriter(sys.stdout),
    }
    write = writers[options.format]
    failed: list[Record] = []
    for number, file in enumerate(files, start=1):
        _show_progress(number, len(files))
        record = read_file(recognizer, file)
        if "error" in record:
            failed.append(record)
        write(record)
    _show_failures(failed)
    return SOME_FAILED if failed else ALL_READ


def read_file(recognizer: Recognizer, file: Path) -> Record:
    """Return the record of one file: what it shows, or ``file`` and ``error``."""
    try:
        if file.is_dir():
            raise InvalidImageError(f"There is no picture in the folder {file.name}.")
        prediction = recognizer.read_digit(read_picture(file))
    except InvalidImageError as error:
        return {"file": str(file), "error": str(error)}
    record: Record = {"file": str(file), "blank": prediction is None, "digit": None}
    record |= {"accepted": False, "confidence": None, "probabilities": None}
    if prediction is not None:
        record["digit"] = prediction.digit
        record["accepted"] = prediction.accepted
        record["confidence"] = round(prediction.confidence, 6)
        record["probabilities"] = [round(float(p), 6) for p in prediction.probabilities]
        record["sentence"] = prediction.sentence
    return record


class Writer(Protocol):
    """Writes one record to standard output."""

    def __call__(self, record: Record) -> None:
        """Write ``record``."""


def write_text(record: Record) -> None:
    """Write one line for a person; failures are listed on standard error instead."""
    if "error" not in record:
        print(f"{record['file']}: {record.get('sentence', 'Nothing is drawn.')}", flush=True)


def write_json(record: Record) -> None:
    """Write one JSON object on a line of its own (JSON Lines)."""
    print(json.dumps({key: value for key, value in record.items() if key in COLUMNS}), flush=True)


class CsvWriter:
    """Writes a header and one row per record; probabilities are separated by spaces."""

    def __init__(self, stream: TextIO) -> None:
        self._rows = csv.DictWriter(stream, COLUMNS, extrasaction="ignore", lineterminator="\n")
        self._started = False

    def __call__(self, record: Record) -> None:
        """Write ``record``, booleans as true and false, what is absent as an empty cell."""
        if not self._started:
            self._rows.writeheader()
            self._started = True
        row = dict(record)
        for key in ("blank", "accepted"):
            if key in row:
                row[key] = str(row[key]).lower()
        if row.get("probabilities"):
            row["probabilities"] = " ".join(map(str, row["probabilities"]))
        self._rows.writerow(row)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mnist_app", description="Reads digits that people drew."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser(
        "read",
        help="read the digit in each picture",
        description="Reads the digit in each picture (PNG, JPEG, WebP, GIF, BMP, TIFF).",
        epilog="Exit status: 0 all read, 1 some could not be read, 2 wrong usage.",
    )
    read.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a picture or a folder")
    read.add_argument("--model", metavar="NAME_OR_FOLDER", help="a trained model (default: best)")
    form = read.add_mutually_exclusive_group()
    form.add_argument(
        "--json", dest="format", action="store_const", const="json", help="one JSON object a line"
    )
    form.add_argument("--csv", dest="format", action="store_const", const="csv", help="a table")
    read.set_defaults(format="text")
    return parser


def _expand(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that are meant: a folder means the pictures in it, by name."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        pictures = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        yield from pictures or [path]


def _show_progress(number: int, total: int) -> None:
    if total == 1:
        return
    if sys.stderr.isatty():
        end = "\n" if number == total else ""
        print(f"\rreading {number} of {total}", end=end, file=sys.stderr, flush=True)
    elif number % max(1, total // 10) == 0:
        print(f"reading {number} of {total}", file=sys.stderr, flush=True)


def _show_failures(failed: list[Record]) -> None:
    if failed:
        print(f"{len(failed)} could not be read:", file=sys.stderr)
    for record in failed:
        print(f"  {record['file']}: {record['error']}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
