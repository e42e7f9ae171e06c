"""Options, progress bars and errors that the benchmark commands share."""

import argparse
import functools
import sys
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from tqdm import tqdm

from mnist_app import DatasetError, MnistAppError, console
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, WRITERS

Arguments = ParamSpec("Arguments")
Item = TypeVar("Item")


def parser(command: str, description: str) -> argparse.ArgumentParser:
    """Return a parser with the option ``--data``."""
    created = argparse.ArgumentParser(f"python -m benchmarks.{command}", description=description)
    created.add_argument(
        "--data",
        metavar="FOLDER",
        help="folder of the data sets; default: $MNIST_APP_DATA, then Keras's cache",
    )
    return created


def add_model(created: argparse.ArgumentParser) -> None:
    """Add the options ``--model`` and ``--json`` of a command that measures a bundle."""
    created.add_argument("--model", metavar="NAME_OR_FOLDER", help="default: the shipped best")
    created.add_argument("--json", action="store_true", help="print the figures as JSON")


def add_writers(created: argparse.ArgumentParser) -> None:
    """Add the option ``--writers`` of a command that draws pen digits."""
    first, last = HELD_OUT_WRITERS[0], HELD_OUT_WRITERS[-1]
    created.add_argument(
        "--writers",
        type=writers,
        default=HELD_OUT_WRITERS,
        metavar="FIRST-LAST",
        help=f"whose digits; default: {first}-{last}, for final figures only: no network learns "
        "from them and nothing is chosen by them",
    )


def writers(text: str) -> tuple[int, ...]:
    """Return the writers that "1-20" or "7" names. Raises ArgumentTypeError."""
    first, _, last = text.partition("-")
    if first.isdecimal() and (last or first).isdecimal():
        found = tuple(range(int(first), int(last or first) + 1))
        if found and found[0] >= 1 and found[-1] <= WRITERS:
            return found
    raise argparse.ArgumentTypeError(f"writers are 1 to {WRITERS}: write 1-20 or 7")


def positive_number(text: str) -> float:
    """Return a finite number above 0 from the command line."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be a number above 0")
    return value


def progress(items: Iterable[Item], description: str, total: int | None = None) -> Iterable[Item]:
    """Return ``items``, with a progress bar on standard error."""
    bar: Iterable[Item] = tqdm(items, desc=description, total=total, leave=False)
    return bar


def reports_errors(
    command: str,
) -> Callable[[Callable[Arguments, int]], Callable[Arguments, int]]:
    """Decorate a main function that prints an error of the app as one line.

    Exit status 2 for data that are missing, 1 for any other error, 141 if the reader of the output
    has left.
    """

    def decorate(main: Callable[Arguments, int]) -> Callable[Arguments, int]:
        @functools.wraps(main)
        def wrapped(*arguments: Arguments.args, **named: Arguments.kwargs) -> int:
            try:
                console.escape_what_cannot_be_encoded()
                status = main(*arguments, **named)
                sys.stdout.flush()
            except BrokenPipeError:
                console.discard_output()
                return console.CLOSED_PIPE
            except MnistAppError as error:
                print(f"{command}: {error}", file=sys.stderr)
                return 2 if isinstance(error, DatasetError) else 1
            return status

        return wrapped

    return decorate
