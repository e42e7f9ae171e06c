"""Accuracy of a bundle on real, labelled pictures of handwritten digits and numbers.

    python -m benchmarks.real_pictures FOLDER [--source NAME] [--details FILE] [--model NAME]

A picture is FOLDER/SOURCE/LABEL__N.EXT, as in ``phone/7__001.jpg``; in a label of several lines "-"
is a line break. A source in which some label has several digits is read with `read_number`, and the
whole text must match; every other one with `read_digit`. Pictures of people's handwriting are
rarely ours to share: bring your own.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import benchmark_command
from mnist_app import DatasetError, MnistAppError, Recognizer
from mnist_app.preprocessing.image_files import read_picture
from mnist_app.proportion import interval

COMMAND: Final = "real_pictures"
SEPARATOR: Final = "__"
COMMONEST: Final = 5
"""Wrong readings that are printed for a source, the most frequent ones."""


@dataclass(frozen=True)
class PictureReading:
    """One picture's reading: ``read`` is empty if nothing was found, ``error`` why it failed."""

    source: str
    file: str
    true: str
    read: str
    accepted: bool
    error: str | None = None

    @property
    def is_right(self) -> bool:
        """Whether all digits are the true ones."""
        return self.read == self.true


def read_source(recognizer: Recognizer, folder: Path) -> list[PictureReading]:
    """Return the reading of every picture in ``folder``."""
    files = [file for file in sorted(folder.iterdir()) if SEPARATOR in file.name]
    are_numbers = any(len(file.name.split(SEPARATOR)[0]) > 1 for file in files)
    return [_read(recognizer, file, are_numbers) for file in files]


def _read(recognizer: Recognizer, file: Path, is_number: bool) -> PictureReading:
    true = file.name.split(SEPARATOR)[0].replace("-", "\n")
    try:
        picture = read_picture(file)
        if is_number:
            number = recognizer.read_number(picture)
            read, accepted = number.text, number.accepted
        else:
            digit = recognizer.read_digit(picture)
            read = "" if digit is None else str(digit.digit)
            accepted = digit is not None and digit.accepted
    except MnistAppError as error:
        return PictureReading(file.parent.name, file.name, true, "", False, str(error))
    return PictureReading(file.parent.name, file.name, true, read, accepted)


def figures(readings: Sequence[PictureReading]) -> dict[str, Any]:
    """Return counts and shares of some pictures."""
    right = sum(one.is_right for one in readings)
    accepted = [one for one in readings if one.accepted]
    wrong = Counter((one.true, one.read) for one in readings if not one.is_right)
    return {
        "pictures": len(readings),
        "right": right / len(readings),
        "right_interval": interval(right, len(readings)),
        "accepted": len(accepted) / len(readings),
        "right_of_accepted": sum(one.is_right for one in accepted) / max(1, len(accepted)),
        "nothing_found": sum(not one.read for one in readings),
        "commonest_wrong": wrong.most_common(COMMONEST),
    }


@benchmark_command.reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; return the exit status."""
    parser = benchmark_command.parser(COMMAND, "Measure how well real pictures are read.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with a folder per source")
    parser.add_argument("--source", action="append", metavar="NAME", help="only this one")
    parser.add_argument("--details", type=Path, metavar="FILE", help="write each reading as JSON")
    benchmark_command.add_model(parser)
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        raise DatasetError(f"There is no folder {options.folder}.")
    folders = [
        folder
        for folder in sorted(options.folder.iterdir())
        if folder.is_dir() and (not options.source or folder.name in options.source)
    ]
    recognizer = Recognizer.load(options.model)
    readings = {}
    for folder in benchmark_command.progress(folders, "sources", len(folders)):
        found = read_source(recognizer, folder)
        if found:
            readings[folder.name] = found
    everything = [one for found in readings.values() for one in found]
    if not everything:
        raise DatasetError(
            f"{options.folder} has no pictures named SOURCE/LABEL{SEPARATOR}NUMBER, such as "
            f"phone/7{SEPARATOR}001.jpg."
        )
    table = {name: figures(found) for name, found in {**readings, "all": everything}.items()}
    if options.details:
        lines = (json.dumps(asdict(one)) for one in everything)
        options.details.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(json.dumps(table, indent=2) if options.json else "\n".join(_lines(table)))
    return 0


def _lines(table: dict[str, dict[str, Any]]) -> list[str]:
    width = max(map(len, table)) + 2
    head = f"{'source':{width}}{'n':>6}{'right':>9}{'95 % interval':>18}{'accepted':>10}"
    lines = [head + f"{'of these right':>16}{'nothing':>9}  commonest wrong"]
    for name, row in table.items():
        low, high = row["right_interval"]
        wrong = " ".join(
            f"{true}>{read or '-'}:{count}".replace("\n", "/")
            for (true, read), count in row["commonest_wrong"]
        )
        lines.append(
            f"{name:{width}}{row['pictures']:6}{row['right']:9.1%}{f'{low:.1%}-{high:.1%}':>18}"
            f"{row['accepted']:10.1%}{row['right_of_accepted']:16.1%}{row['nothing_found']:9}  "
            f"{wrong[:80]}"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
