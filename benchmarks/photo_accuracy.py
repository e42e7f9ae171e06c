"""Accuracy of a bundle on rendered photographs of digits and numbers.

    MNIST_APP_DATA=FOLDER python -m benchmarks.photo_accuracy [--model NAME_OR_FOLDER] [--json]

Pen digits of writers whom no model has learned from are rendered on white, ruled and squared paper
and on blackboards, in uneven light and shadow, with the blur, noise and compression of a camera.
Every photograph has a seed of its own.

The painter of the photographs, `benchmarks.photographs.camera_roll`, has no part in the training of
the network that finds handwriting: its author knew neither that network nor the compositor.
"""

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import cv2
import numpy as np

from benchmarks import benchmark_command
from benchmarks.number_composition import by_writer
from benchmarks.photographs import camera_roll
from benchmarks.photographs.photograph import Photograph
from benchmarks.photographs.unwritten import UNWRITTEN
from mnist_app import Recognizer
from mnist_app.proportion import interval
from mnist_app.training.data.pen_digits import PenDigit, load_pen_digits
from mnist_app.training.search.options import positive_integer

COMMAND: Final = "photo_accuracy"
SEED: Final = 2026
SINGLES, NUMBERS, UNWRITTEN_COUNT = 600, 300, 100
"""Default counts of photographs of single digits, of numbers, and of nothing written."""
LENGTH: Final = 4
"""Digits of a number."""
TIMED_SIZES: Final = ((4000, 3000), (400, 300))
"""Widths and heights at which it is timed how long the ink takes to be found."""
TIMED: Final = 10
"""Number of photographs timed at each size."""


def cases(
    digits: Sequence[PenDigit], count: int, length: int, seed: int
) -> Iterator[tuple[Photograph, str]]:
    """Yield photographs of ``length`` digits of one writer each, with the digits as text."""
    hands = list(by_writer(digits).values())
    for case in range(count):
        random = np.random.default_rng([seed, length, case])
        own = hands[int(random.integers(len(hands)))]
        chosen = [own[int(random.integers(len(own)))] for _ in range(length)]
        photo = camera_roll.photograph([digit.strokes for digit in chosen], random)
        yield photo, "".join(str(digit.label) for digit in chosen)


def measure(
    recognizer: Recognizer,
    digits: Sequence[PenDigit],
    count: int,
    length: int,
    seed: int,
) -> dict[str, Any]:
    """Return the share of photographs read right, and counts by condition."""
    right, counted, accepted_wrong = 0, 0, 0
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    photographs = cases(digits, count, length, seed)
    for photo, text in benchmark_command.progress(photographs, "photographs", count):
        number = recognizer.read_number(photo.picture)
        is_right = number.text == text
        right += is_right
        counted += len(number.digits) == length
        accepted_wrong += number.accepted and not is_right
        for kind in photo.conditions:
            kinds[kind][0] += is_right
            kinds[kind][1] += 1
    return {
        "pictures": count,
        "right": right / count,
        "right_interval": interval(right, count),
        "count_of_digits_right": counted / count,
        "wrong_but_sure": accepted_wrong / count,
        "right_by_kind": {kind: [*pair] for kind, pair in sorted(kinds.items())},
    }


def accepted_on_nothing(recognizer: Recognizer, count: int, seed: int) -> dict[str, dict[str, int]]:
    """Return of ``count`` pictures of each kind without writing, in how many a digit is found.

    ``found`` counts pictures with any digit, ``accepted`` those with one that is accepted, read as
    one digit or as a number.
    """
    counts = {}
    for index, (kind, paint) in enumerate(UNWRITTEN.items()):
        found = accepted = 0
        for case in benchmark_command.progress(range(count), kind, count):
            picture = paint(np.random.default_rng([seed, index, case]))
            ink = recognizer.find_ink(picture)
            digits = list(recognizer.read_number_in_ink(ink.ink).digits)
            single = recognizer.read_digit_in_ink(ink.ink, is_photograph=ink.is_photograph)
            digits += [] if single is None else [single.prediction]
            found += bool(digits)
            accepted += any(one.accepted for one in digits)
        counts[kind] = {"pictures": count, "found": found, "accepted": accepted}
    return counts


def milliseconds(
    recognizer: Recognizer, digits: Sequence[PenDigit], seed: int, size: tuple[int, int]
) -> dict[str, float]:
    """Return median wall and process time of finding the ink, in milliseconds.

    ``size`` is the width and height in pixels to which the photographs are resized first.
    """
    wall, process = [], []
    for photo, _ in cases(digits, TIMED, LENGTH, seed + 1):
        picture = cv2.resize(photo.picture, size, interpolation=cv2.INTER_AREA)
        start, start_process = time.perf_counter(), time.process_time()
        recognizer.find_ink(np.asarray(picture, np.uint8))
        wall.append(1000 * (time.perf_counter() - start))
        process.append(1000 * (time.process_time() - start_process))
    return {"wall": statistics.median(wall), "process": statistics.median(process)}


@benchmark_command.reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    options = _parser().parse_args(arguments)
    recognizer = Recognizer.load(options.model)
    digits = load_pen_digits(options.data).by_writers(options.writers)
    figures: dict[str, Any] = {
        "model": recognizer.bundle.name,
        "writers": [options.writers[0], options.writers[-1]],
        "seed": options.seed,
    }
    for key, count, length in (
        ("single_digits", options.singles, 1),
        ("numbers", options.numbers, LENGTH),
    ):
        figures[key] = measure(recognizer, digits, count, length, options.seed)
    figures["unwritten"] = accepted_on_nothing(recognizer, options.unwritten, options.seed)
    figures["milliseconds"] = {
        f"{width}×{height}": milliseconds(recognizer, digits, options.seed, (width, height))
        for width, height in TIMED_SIZES
    }
    print(json.dumps(figures, indent=2) if options.json else "\n".join(_lines(figures)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = benchmark_command.parser(
        COMMAND, "Measure how well digits and 4-digit numbers are read from rendered photographs."
    )
    benchmark_command.add_model(parser)
    benchmark_command.add_writers(parser)
    parser.add_argument(
        "--singles",
        type=positive_integer,
        default=SINGLES,
        help=f"photographs of single digits; default: {SINGLES}",
    )
    parser.add_argument(
        "--numbers",
        type=positive_integer,
        default=NUMBERS,
        help=f"photographs of {LENGTH}-digit numbers; default: {NUMBERS}",
    )
    parser.add_argument(
        "--unwritten",
        type=positive_integer,
        default=UNWRITTEN_COUNT,
        help=f"pictures of each kind without writing; default: {UNWRITTEN_COUNT}",
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"default: {SEED}")
    return parser


def _lines(figures: dict[str, Any]) -> list[str]:
    first, last = figures["writers"]
    title = f"{figures['model']}, photographs of the digits of pen writers {first} to {last}"
    lines = [title]
    for key, label in (("single_digits", "single digits"), ("numbers", f"{LENGTH}-digit numbers")):
        found = figures[key]
        low, high = found["right_interval"]
        lines.append(
            f"  {label:16} {found['right']:7.2%} right (95 % interval {low:.2%} to {high:.2%}) "
            f"of {found['pictures']:,}; count of digits right "
            f"{found['count_of_digits_right']:.2%}; wrong but accepted "
            f"{found['wrong_but_sure']:.2%}"
        )
        lines += [
            f"      {kind:25} {right:4} of {of_all:4}   {right / of_all:7.2%}"
            for kind, (right, of_all) in found["right_by_kind"].items()
        ]
    lines += [
        f"  {kind:16} nothing written: a digit found in {counts['found']} of "
        f"{counts['pictures']}, accepted in {counts['accepted']}"
        for kind, counts in figures["unwritten"].items()
    ]
    lines += [
        f"  ink in {size} pixels, after decoding: median {times['wall']:.0f} ms, "
        f"{times['process']:.0f} ms of process time"
        for size, times in figures["milliseconds"].items()
    ]
    return lines


if __name__ == "__main__":
    sys.exit(main())
