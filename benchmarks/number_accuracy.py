"""Accuracy of a bundle on whole numbers written by people whom it has not learned from.

    MNIST_APP_DATA=FOLDER python -m benchmarks.number_accuracy [--model NAME_OR_FOLDER] [--json]

A number is composed of the pen digits of one writer, at random size, pen, slant, slope and baseline
(`benchmarks.number_composition`). Gaps are the minimum distances between the ink of neighbours, in
digit heights:

with gaps        from 0.10 to 0.60
tight            from 0.02 to 0.10
touching pair    one pair overlaps by up to 0.05, the others stand apart by 0.04 to 0.40
overlapping pair one pair overlaps by 0.12, the others stand apart by 0.04 to 0.40

Each number is read from its picture and from its pen strokes.

Numbers in which two upright digits overlap by more than a quarter of the height are drawn again,
as people do not write so closely. The random numbers come from a fixed seed. Writers 21-30 are for
final figures only; use ``--writers 1-20`` while developing.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from benchmarks import benchmark_command
from benchmarks.number_composition import Number, by_writer, compose
from mnist_app import NumberReading, Recognizer
from mnist_app.preprocessing.normalize import normalize_digit
from mnist_app.proportion import interval
from mnist_app.training.data.pen_digits import PenDigit, load_pen_digits
from mnist_app.training.search.options import positive_integer

COMMAND: Final = "number_accuracy"
GAPS: Final = (0.10, 0.60)
TIGHT: Final = (0.02, 0.10)
"""Minimum and maximum gap, in digit heights."""
APART: Final = (0.04, 0.40)
OVERLAP: Final = 0.05
STRONG_OVERLAP: Final = 0.12
"""Gaps beside a touching pair, the maximum overlap of the pair, and that of an overlapping pair, in
digit heights."""
NESTING: Final = 0.25
"""Maximum overlap of neighbours made upright, in digit heights."""
STRONG_SLANT: Final = (0.5, 0.7)
"""Minimum and maximum of a strong slant, in pixels to the side per pixel up: 27 to 35 degrees."""
LENGTHS: Final = (1, 8)
"""Minimum and maximum number of digits where a kind sets none."""
SEED: Final = 0

Gaps = Callable[[int, np.random.Generator], list[float]]


@dataclass(frozen=True)
class NumberKind:
    """One kind of numbers: gaps, digits a line (None: 1 to 8), lines, and slant.

    If ``as_written``, digits keep the relative heights that their writer gave them; else all have
    about the same height.
    """

    name: str
    gaps: Gaps
    length: int | None = 4
    lines: int = 1
    slanted: bool = False
    as_written: bool = False


def uniform(low: float, high: float) -> Gaps:
    """Return a function that draws gaps from a uniform distribution, in digit heights."""
    return lambda count, random: random.uniform(low, high, count).tolist()


def one_overlap(low: float, high: float) -> Gaps:
    """Return a function that draws gaps of which one, at random, is an overlap of low to high."""

    def draw_gaps(count: int, random: np.random.Generator) -> list[float]:
        gaps: list[float] = random.uniform(*APART, count).tolist()
        if count:
            gaps[int(random.integers(count))] = -float(random.uniform(low, high))
        return gaps

    return draw_gaps


KINDS: Final = (
    NumberKind("4 digits with gaps", uniform(*GAPS)),
    NumberKind("4 digits, tight", uniform(*TIGHT)),
    NumberKind("4 digits, one touching pair", one_overlap(0, OVERLAP)),
    NumberKind("1 to 8 digits with gaps", uniform(*GAPS), length=None),
    NumberKind("1 to 8 digits, tight", uniform(*TIGHT), length=None),
    NumberKind("4 digits with gaps, slanted by 27 to 35 degrees", uniform(*GAPS), slanted=True),
    NumberKind("3 lines of 4 digits with gaps", uniform(*GAPS), lines=3),
    NumberKind("4 digits with gaps, as tall as written", uniform(*GAPS), as_written=True),
    NumberKind("4 digits, tight, as tall as written", uniform(*TIGHT), as_written=True),
    NumberKind("4 digits, one overlapping pair", one_overlap(STRONG_OVERLAP, STRONG_OVERLAP)),
)


def numbers_of(
    kind: NumberKind, digits: Sequence[PenDigit], count: int, random: np.random.Generator
) -> list[Number]:
    """Return ``count`` numbers of a kind, each in one writer's hand."""
    hands = by_writer(digits)
    writers = list(hands)
    usual = {w: usual_height(hand) for w, hand in hands.items()} if kind.as_written else {}
    found: list[Number] = []
    while len(found) < count:
        writer = writers[int(random.integers(len(writers)))]
        hand = hands[writer]
        lines, gaps = [], []
        for _ in range(kind.lines):
            length = kind.length or int(random.integers(LENGTHS[0], LENGTHS[1] + 1))
            lines.append([hand[int(index)] for index in random.integers(len(hand), size=length)])
            gaps.append(kind.gaps(length - 1, random))
        slant = None
        if kind.slanted:
            slant = float(random.uniform(*STRONG_SLANT)) * (1 if random.random() < 0.5 else -1)
        number = compose(lines, gaps, random, slant=slant, usual_height=usual.get(writer))
        if number.nesting <= NESTING:
            found.append(number)
    return found


def usual_height(hand: Sequence[PenDigit]) -> float:
    """Return the median height of digits, in the units of their strokes."""
    return float(np.median([np.ptp(np.concatenate(digit.strokes)[:, 1]) for digit in hand]))


def measure(recognizer: Recognizer, numbers: Sequence[Number]) -> dict[str, Any]:
    """Return what is right from the pictures and from the strokes of ``numbers``.

    ``each_digit_alone`` is the share of numbers that are right if every digit's ink is given: the
    difference to ``whole_number_right`` is the loss by segmentation.
    """
    alone = 0
    for number in numbers:
        images = [normalize_digit(ink) for ink in number.inks]
        known = recognizer.predict(np.stack([image for image in images if image is not None]))
        alone += "".join(map(str, known.argmax(axis=1))) == number.text.replace("\n", "")
    return {
        "numbers": len(numbers),
        "each_digit_alone": alone / len(numbers),
        "from_picture": _measure(lambda number: recognizer.read_number(number.ink), numbers),
        "from_strokes": _measure(
            lambda number: recognizer.read_strokes(number.strokes, *number.ink.shape), numbers
        ),
    }


def _measure(read: Callable[[Number], NumberReading], numbers: Sequence[Number]) -> dict[str, Any]:
    """Return the shares of numbers and of counts of digits that ``read`` reads right; its time."""
    whole = counted = 0
    seconds = []
    for number in benchmark_command.progress(numbers, "numbers"):
        started = time.perf_counter()
        text = read(number).text
        seconds.append(time.perf_counter() - started)
        whole += text == number.text
        counted += [len(line) for line in text.split("\n")] == [
            len(line) for line in number.text.split("\n")
        ]
    total = len(numbers)
    return {
        "whole_number_right": whole / total,
        "whole_number_right_interval": interval(whole, total),
        "count_right": counted / total,
        "count_right_interval": interval(counted, total),
        "median_milliseconds": 1000 * float(np.median(seconds)),
    }


@benchmark_command.reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    parser = benchmark_command.parser(COMMAND, "Measure how well a bundle reads whole numbers.")
    benchmark_command.add_model(parser)
    benchmark_command.add_writers(parser)
    parser.add_argument(
        "--count", type=positive_integer, default=500, help="numbers of each kind; default: 500"
    )
    options = parser.parse_args(arguments)
    recognizer = Recognizer.load(options.model)
    digits = load_pen_digits(options.data).by_writers(options.writers)
    figures = {}
    for index, kind in enumerate(KINDS):
        random = np.random.default_rng([SEED, index])
        numbers = numbers_of(kind, digits, options.count, random)
        figures[kind.name] = measure(recognizer, numbers)
        if not options.json:
            _print(kind.name, figures[kind.name])
    if options.json:
        print(json.dumps({"model": recognizer.bundle.name, "kinds": figures}, indent=2))
    return 0


def _print(name: str, figures: dict[str, Any]) -> None:
    print(f"{name} ({figures['numbers']} numbers)")
    for source in ("from_picture", "from_strokes"):
        found = figures[source]
        print(f"  {source.replace('_', ' ')}, median {found['median_milliseconds']:.0f} ms")
        for key in ("whole_number_right", "count_right"):
            low, high = found[f"{key}_interval"]
            label = key.replace("_", " ")
            print(f"    {label:38} {found[key]:7.1%}   (95 % interval {low:.1%} to {high:.1%})")
    print(f"  {'right if each digit is known apart':40} {figures['each_digit_alone']:7.1%}")


if __name__ == "__main__":
    sys.exit(main())
