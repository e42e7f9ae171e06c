"""Command line: ``python -m mnist_app read PATH...`` reads digits and numbers from pictures."""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from mnist_app.errors import BundleError, InvalidImageError
from mnist_app.preprocessing.image_files import NAMES, SUFFIXES, read_picture
from mnist_app.recognizer import NumberReading, Prediction, Recognizer

Record = dict[str, Any]
COLUMNS: Final = ("file", "blank", "digit", "accepted", "confidence", "probabilities", "error")
NUMBER_COLUMNS: Final = ("file", "text", "accepted", "digits", "error")
NOTHING: Final = "Nothing is drawn."
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
    columns = NUMBER_COLUMNS if options.number else COLUMNS
    writers: dict[str, Writer] = {
        "text": write_text,
        "json": JsonWriter(columns),
        "csv": CsvWriter(sys.stdout, columns),
    }
    write = writers[options.format]
    failed: list[Record] = []
    for place, file in enumerate(files, start=1):
        _show_progress(place, len(files))
        record = read_file(recognizer, file, number=options.number)
        if "error" in record:
            failed.append(record)
        write(record)
    _show_failures(failed)
    return SOME_FAILED if failed else ALL_READ


def read_file(recognizer: Recognizer, file: Path, *, number: bool = False) -> Record:
    """Return the record of one file: its digit, or its whole ``number``, or ``error``."""
    try:
        if file.is_dir():
            raise InvalidImageError(f"There is no picture in the folder {file.name}.")
        picture = read_picture(file)
        if number:
            found = _number_record(recognizer.read_number(picture))
        else:
            found = _digit_record(recognizer.read_digit(picture))
    except InvalidImageError as error:
        return {"file": str(file), "error": str(error)}
    return {"file": str(file), **found}


def _digit_record(prediction: Prediction | None) -> Record:
    if prediction is None:
        absent: Record = dict.fromkeys(COLUMNS[1:-1])
        return {**absent, "blank": True, "accepted": False, "sentence": NOTHING}
    return {
        "blank": False,
        "digit": prediction.digit,
        "accepted": prediction.accepted,
        "confidence": round(prediction.confidence, 6),
        "probabilities": [round(float(p), 6) for p in prediction.probabilities],
        "sentence": prediction.sentence,
    }


def _number_record(number: NumberReading) -> Record:
    in_one_line = " / ".join(number.text.splitlines())
    if not number.digits:
        sentence = NOTHING
    elif number.accepted:
        sentence = in_one_line
    else:
        sentence = f"I'm not sure of every digit. {in_one_line}, perhaps?"
    return {
        "text": number.text,
        "accepted": number.accepted,
        "digits": [
            {
                "digit": digit.digit,
                "accepted": digit.accepted,
                "confidence": round(digit.confidence, 6),
                "box": digit.box,
            }
            for digit in number.digits
        ],
        "sentence": sentence,
    }


class Writer(Protocol):
    """Writes one record to standard output."""

    def __call__(self, record: Record) -> None:
        """Write ``record``."""


def write_text(record: Record) -> None:
    """Write one line for a person; failures are listed on standard error instead."""
    if "error" not in record:
        print(f"{record['file']}: {record['sentence']}", flush=True)


class JsonWriter:
    """Writes one JSON object on a line of its own (JSON Lines)."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def __call__(self, record: Record) -> None:
        """Write ``record``."""
        shown = {key: value for key, value in record.items() if key in self._columns}
        print(json.dumps(shown), flush=True)


class CsvWriter:
    """Writes a header and one row per record.

    Probabilities are separated by spaces, the digits of a number are JSON.
    """

    def __init__(self, stream: TextIO, columns: Sequence[str]) -> None:
        self._stream = stream
        self._rows = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
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
        if "digits" in row:
            row["digits"] = json.dumps(row["digits"])
        self._rows.writerow(row)
        self._stream.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mnist_app", description="Reads digits that people drew."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser(
        "read",
        help="read the digit, or the number, in each picture",
        description=f"Reads the digit in each drawing, photo or scan ({', '.join(NAMES)}).",
        epilog="Exit status: 0 all read, 1 some could not be read, 2 wrong usage.",
    )
    read.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a picture or a folder")
    read.add_argument("--model", metavar="NAME_OR_FOLDER", help="a trained model (default: best)")
    read.add_argument("--number", action="store_true", help="read whole numbers, of any length")
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


def _show_progress(place: int, total: int) -> None:
    if total == 1:
        return
    if sys.stderr.isatty():
        end = "\n" if place == total else ""
        print(f"\rreading {place} of {total}", end=end, file=sys.stderr, flush=True)
    elif place % max(1, total // 10) == 0:
        print(f"reading {place} of {total}", file=sys.stderr, flush=True)


def _show_failures(failed: list[Record]) -> None:
    if failed:
        print(f"{len(failed)} could not be read:", file=sys.stderr)
    for record in failed:
        print(f"  {record['file']}: {record['error']}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
