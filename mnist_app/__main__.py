"""Command line: ``mnist-app read PATH...`` reads the digit, or the number, in each picture.

Records go to standard output, one per file; progress and failures go to standard error.
"""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from mnist_app import console
from mnist_app.console import CLOSED_PIPE, INTERRUPTED
from mnist_app.csv_cells import text_cell
from mnist_app.errors import BundleError
from mnist_app.file_records import COLUMNS, NUMBER_COLUMNS, Record, read_file_in_child
from mnist_app.preprocessing.image_files import NAMES, SUFFIXES
from mnist_app.recognizer import Recognizer

Writer = Callable[[Record], None]
ALL_READ, SOME_FAILED, WRONG_USAGE = 0, 1, 2
"""Exit statuses; `mnist_app.console` has those of a command that was cut off."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0 all read, 1 some failed, 2 wrong usage, 130 interrupted, 141 output closed by its reader.
    """
    options = _parser().parse_args(arguments)
    console.escape_what_cannot_be_encoded()
    try:
        return _read(options)
    except KeyboardInterrupt:
        _tell("\nmnist-app: stopped.")
        return INTERRUPTED
    except OSError as error:  # failures to read a file are records: this one is of the output
        status = CLOSED_PIPE if console.is_closed_pipe(error) else SOME_FAILED
        if status != CLOSED_PIPE:
            _tell(f"mnist-app: the records cannot be written ({error.strerror or error}).")
        console.discard_output()
        return status


def _read(options: argparse.Namespace) -> int:
    """Write the records of all files that ``options`` names; return the exit status."""
    try:
        recognizer = Recognizer.load(options.model)
    except (BundleError, OSError) as error:
        _tell(f"mnist-app: {error}")
        return WRONG_USAGE
    files = list(_expand(options.paths))
    write = _writer(options.format, NUMBER_COLUMNS if options.number else COLUMNS)
    failed: list[Record] = []
    for count, file in enumerate(files, start=1):
        _show_progress(count, len(files))
        record = read_file_in_child(recognizer, file, number=options.number)
        if "error" in record:
            failed.append(record)
        write(record)
    _show_failures(failed)
    return SOME_FAILED if failed else ALL_READ


def _writer(form: str, columns: Sequence[str]) -> Writer:
    """Return the function that writes one record to standard output as "text", "json" or "csv"."""
    if form == "json":
        return lambda record: print(
            json.dumps({key: record[key] for key in columns if key in record}), flush=True
        )
    return CsvWriter(columns) if form == "csv" else _write_text


def _write_text(record: Record) -> None:
    """Write one line for a person; failures are listed on standard error instead."""
    if "error" not in record:
        print(f"{record['file']}: {record['sentence']}", flush=True)


class CsvWriter:
    """Writes a header and one row per record to standard output.

    Booleans are true and false, absent values are empty cells, probabilities are separated by
    spaces, the digits of a number are JSON. No file name is a formula (`mnist_app.csv_cells`).
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._rows = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
        self._started = False

    def __call__(self, record: Record) -> None:
        """Write ``record``, after the header if it is the first."""
        if not self._started:
            self._rows.writeheader()
            self._started = True
        row = dict(record)
        for key in ("blank", "accepted"):
            if key in row:
                row[key] = str(row[key]).lower()
        for key in ("file", "error"):
            if key in row:
                row[key] = text_cell(row[key])
        if row.get("probabilities"):
            row["probabilities"] = " ".join(map(str, row["probabilities"]))
        if "digits" in row:
            row["digits"] = json.dumps(row["digits"])
        self._rows.writerow(row)
        sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    as_module = Path(sys.argv[0]).name == "__main__.py"
    parser = argparse.ArgumentParser(
        prog="python -m mnist_app" if as_module else "mnist-app",
        description="Reads digits that people drew.",
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
    """Yield the files to read: for a folder the pictures in it, by name, or itself if none."""
    for path in paths:
        pictures: list[Path] = []
        with suppress(OSError):  # no folder, or one that cannot be listed
            pictures = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        yield from pictures or [path]


def _show_progress(count: int, total: int) -> None:
    if total == 1:
        return
    if sys.stderr.isatty():
        end = "\n" if count == total else ""
        print(f"\rreading {count} of {total}", end=end, file=sys.stderr, flush=True)
    elif count % max(1, total // 10) == 0:
        print(f"reading {count} of {total}", file=sys.stderr, flush=True)


def _show_failures(failed: list[Record]) -> None:
    if failed:
        print(f"{len(failed)} could not be read:", file=sys.stderr)
    for record in failed:
        print(f"  {record['file']}: {record['error']}", file=sys.stderr)


def _tell(message: str) -> None:
    """Print a line on standard error if that is still possible."""
    with suppress(OSError):
        print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
