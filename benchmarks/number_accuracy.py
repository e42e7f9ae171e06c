"""How well a bundle reads whole numbers in the handwriting of people whom it has never seen.

    MNIST_APP_DATA=FOLDER python -m benchmarks.number_accuracy [--model NAME_OR_FOLDER] [--json]

Numbers are composed of the digits that one of the pen digits' writers wrote: one writer a number,
at random size, pen, slant, slope and baseline (`benchmarks.number_composition`). Gaps are the least
distance between the ink of neighbours, in heights of the digits:

with gaps        from 0.10 to 0.60
tight            from 0.02 to 0.10
touching pair    one pair overlaps by up to 0.05, the others stand apart by 0.04 to 0.40

Two digits whose boxes, made upright, would reach over each other by more than a quarter of the
height to come that close are not taken: people do not write them so. The random numbers come from
a fixed seed. Writers 21-30 are for final figures, and nothing was chosen by them; whatever is to
be tried out is tried out with ``--writers 1-20``.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from benchmarks import progress
from benchmarks.number_composition import Number, compose
from mnist_app import DatasetError, MnistAppError, Recognizer
from mnist_app.preprocessing.normalize import normalize_digit
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, WRITERS, PenDigit, load_pen_digits
from mnist_app.training.metrics import interval
from mnist_app.training.search.options import positive_integer

GAPS: Final = (0.10, 0.60)
TIGHT: Final = (0.02, 0.10)
APART: Final = (0.04, 0.40)
OVERLAP: Final = 0.05
NESTING: Final = 0.25
LEANING: Final = (0.5, 0.7)
LENGTHS: Final = (1, 8)
SEED: Final = 0

Gaps = Callable[[int, np.random.Generator], list[float]]


@dataclass(frozen=True)
class Kind:
    """One kind of numbers: how many digits in how many lines, how far apart, how slanted.

    If they are ``as_written``, digits are as tall as their writer wrote them, else all about alike.
    """

    name: str
    gaps: Gaps
    length: int | None = 4
    lines: int = 1
    leans: bool = False
    as_written: bool = False


def evenly(low: float, high: float) -> Gaps:
    """Return gaps drawn evenly between two shares of the height."""
    return lambda count, random: random.uniform(low, high, count).tolist()


def one_touching(count: int, random: np.random.Generator) -> list[float]:
    """Return gaps of which one is an overlap."""
    gaps: list[float] = random.uniform(*APART, count).tolist()
    if count:
        gaps[int(random.integers(count))] = -float(random.uniform(0, OVERLAP))
    return gaps


KINDS: Final = (
    Kind("4 digits with gaps", evenly(*GAPS)),
    Kind("4 digits, tight", evenly(*TIGHT)),
    Kind("4 digits, one touching pair", one_touching),
    Kind("1 to 8 digits with gaps", evenly(*GAPS), length=None),
    Kind("1 to 8 digits, tight", evenly(*TIGHT), length=None),
    Kind("4 digits with gaps, slanted by 27 to 35 degrees", evenly(*GAPS), leans=True),
    Kind("3 lines of 4 digits with gaps", evenly(*GAPS), lines=3),
    Kind("4 digits with gaps, as tall as written", evenly(*GAPS), as_written=True),
    Kind("4 digits, tight, as tall as written", evenly(*TIGHT), as_written=True),
)


def numbers_of(
    kind: Kind, digits: Sequence[PenDigit], count: int, random: np.random.Generator
) -> list[Number]:
    """Return ``count`` numbers of a kind, each in one writer's hand."""
    hands: dict[int, list[PenDigit]] = {}
    for digit in digits:
        hands.setdefault(digit.writer, []).append(digit)
    writers = sorted(hands)
    usual = {w: usual_height(hand) for w, hand in hands.items()} if kind.as_written else {}
    found: list[Number] = []
    while len(found) < count:
        writer = writers[int(random.integers(len(writers)))]
        hand = hands[writer]
        lines, gaps = [], []
        for _ in range(kind.lines):
            length = kind.length or int(random.integers(LENGTHS[0], LENGTHS[1] + 1))
            lines.append([hand[int(place)] for place in random.integers(len(hand), size=length)])
            gaps.append(kind.gaps(length - 1, random))
        slant = None
        if kind.leans:
            slant = float(random.uniform(*LEANING)) * (1 if random.random() < 0.5 else -1)
        number = compose(lines, gaps, random, slant=slant, usual_height=usual.get(writer))
        if number.nesting <= NESTING:
            found.append(number)
    return found


def usual_height(hand: Sequence[PenDigit]) -> float:
    """Return the median height of digits in the units of their strokes."""
    return float(np.median([np.ptp(np.concatenate(digit.strokes)[:, 1]) for digit in hand]))


def measure(recognizer: Recognizer, numbers: Sequence[Number]) -> dict[str, Any]:
    """Return how many numbers, and how many counts of digits, are read right, and how fast.

    ``each_digit_alone`` is the share of numbers that would be right if every digit's ink were
    known: what is lost between the two is lost by dividing the number.
    """
    whole = counted = alone = 0
    seconds = []
    for place, number in enumerate(numbers, start=1):
        started = time.perf_counter()
        text = recognizer.read_number(number.ink).text
        seconds.append(time.perf_counter() - started)
        whole += text == number.text
        counted += [len(line) for line in text.split("\n")] == [
            len(line) for line in number.text.split("\n")
        ]
        images = [normalize_digit(ink) for ink in number.inks]
        known = recognizer.predict(np.stack([image for image in images if image is not None]))
        alone += "".join(map(str, known.argmax(axis=1))) == number.text.replace("\n", "")
        progress.show(place, len(numbers), "numbers")
    total = len(numbers)
    return {
        "numbers": total,
        "whole_number_right": whole / total,
        "whole_number_right_interval": interval(whole, total),
        "count_right": counted / total,
        "count_right_interval": interval(counted, total),
        "each_digit_alone": alone / total,
        "median_milliseconds": 1000 * float(np.median(seconds)),
    }


def writers_from(text: str) -> tuple[int, ...]:
    """Return the writers that "1-20" or "7" names. Raises ValueError for anything else."""
    first, _, last = text.partition("-")
    found = tuple(range(int(first), int(last or first) + 1))
    if not found or found[0] < 1 or found[-1] > WRITERS:
        raise ValueError(f"writers are 1 to {WRITERS}")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Measure how well a bundle reads whole numbers.",
    )
    parser.add_argument("--model", metavar="NAME_OR_FOLDER", help="default: the shipped best")
    parser.add_argument("--data", metavar="FILE_OR_FOLDER", help="where the pen digits are")
    parser.add_argument(
        "--writers",
        type=writers_from,
        default=HELD_OUT_WRITERS,
        metavar="FIRST-LAST",
        help=f"default: {HELD_OUT_WRITERS[0]}-{HELD_OUT_WRITERS[-1]}, held out of all training",
    )
    parser.add_argument("--count", type=positive_integer, default=500, help="numbers of each kind")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        recognizer = Recognizer.load(options.model)
        digits = load_pen_digits(options.data).by_writers(options.writers)
    except MnistAppError as error:
        print(f"number_accuracy: {error}", file=sys.stderr)
        return 2 if isinstance(error, DatasetError) else 1
    figures = {}
    for place, kind in enumerate(KINDS):
        random = np.random.default_rng([SEED, place])
        numbers = numbers_of(kind, digits, options.count, random)
        figures[kind.name] = measure(recognizer, numbers)
        if not options.json:
            _show(kind.name, figures[kind.name])
    if options.json:
        print(json.dumps({"model": recognizer.bundle.name, "kinds": figures}, indent=2))
    return 0


def _show(name: str, figures: dict[str, Any]) -> None:
    print(f"{name} ({figures['numbers']} numbers, median {figures['median_milliseconds']:.0f} ms)")
    for key, label in (
        ("whole_number_right", "whole number right"),
        ("count_right", "count right"),
    ):
        low, high = figures[f"{key}_interval"]
        print(f"  {label:40} {figures[key]:7.1%}   (95 % interval {low:.1%} to {high:.1%})")
    print(f"  {'right if each digit were known apart':40} {figures['each_digit_alone']:7.1%}")


if __name__ == "__main__":
    sys.exit(main())
