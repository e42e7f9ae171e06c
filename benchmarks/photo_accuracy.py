"""Accuracy of a bundle on rendered photographs of digits and numbers.

    MNIST_APP_DATA=FOLDER python -m benchmarks.photo_accuracy [--model NAME_OR_FOLDER] [--json]

Pen digits of writers whom no model has learned from are rendered on white, ruled and squared paper
and on blackboards, in uneven light and shadow, with the blur, noise and compression of a camera.
Every photograph has a seed of its own.

There are four painters. Scenes "usual", "homework" and "album" were used to develop the cleaning of
photographs. "camera roll" is for the final figure: its author knew neither the cleaning nor the
other painters, and none of its photographs was read during development.
"""

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import cv2
import numpy as np

from benchmarks import benchmark_command
from benchmarks.number_composition import by_writer
from benchmarks.photographs import album, camera_roll, homework, scene
from benchmarks.photographs.photograph import Photograph
from benchmarks.photographs.scene import Scene
from mnist_app import Recognizer
from mnist_app.photo.cleaning import find_ink
from mnist_app.training.data.pen_digits import PenDigit, load_pen_digits
from mnist_app.training.metrics import interval
from mnist_app.training.search.options import positive_integer

SCENES: Final[dict[str, Callable[..., Scene | Photograph]]] = {
    "album": album.photograph,
    "camera roll": camera_roll.photograph,
    "homework": homework.photograph,
    "usual": scene.photograph,
}
FINAL: Final = "camera roll"
"""The painter of the final figures."""
COMMAND: Final = "photo_accuracy"
SEED: Final = 2026
SINGLES, NUMBERS = 600, 300
"""Default counts of photographs of single digits and of numbers."""
LENGTH: Final = 4
"""Digits of a number."""
TWELVE_MEGAPIXELS: Final = (4000, 3000)
TIMED: Final = 10
"""Number of photographs whose cleaning is timed."""


def cases(
    digits: Sequence[PenDigit], count: int, length: int, seed: int, *, scenes: str = FINAL
) -> Iterator[tuple[Scene | Photograph, str]]:
    """Yield photographs of ``length`` digits of one writer each, with the digits as text.

    ``scenes`` is a key of `SCENES`.
    """
    hands = list(by_writer(digits).values())
    for case in range(count):
        random = np.random.default_rng([seed, length, case])
        own = hands[int(random.integers(len(hands)))]
        chosen = [own[int(random.integers(len(own)))] for _ in range(length)]
        photo = SCENES[scenes]([digit.strokes for digit in chosen], random)
        yield photo, "".join(str(digit.label) for digit in chosen)


def measure(
    recognizer: Recognizer,
    digits: Sequence[PenDigit],
    count: int,
    length: int,
    seed: int,
    *,
    scenes: str = FINAL,
) -> dict[str, Any]:
    """Return the share of photographs read right, and counts by condition."""
    right, counted, accepted_wrong = 0, 0, 0
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    photographs = cases(digits, count, length, seed, scenes=scenes)
    for photo, text in benchmark_command.progress(photographs, "photographs", count):
        number = recognizer.read_number(photo.picture)
        is_right = number.text == text
        right += is_right
        counted += len(number.digits) == length
        accepted_wrong += number.accepted and not is_right
        for kind in _conditions(photo):
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


def _conditions(photo: Scene | Photograph) -> tuple[str, ...]:
    """Return the names of a photograph's contents, light and camera settings."""
    if isinstance(photo, Photograph):
        return photo.conditions
    return (photo.surface, photo.pen, f"{photo.light} light")


def milliseconds(digits: Sequence[PenDigit], seed: int) -> dict[str, float]:
    """Return median wall and process time of cleaning 12 decoded megapixels, in milliseconds."""
    wall, process = [], []
    for photo, _ in cases(digits, TIMED, LENGTH, seed + 1, scenes="usual"):
        large = cv2.resize(photo.picture, TWELVE_MEGAPIXELS, interpolation=cv2.INTER_CUBIC)
        start, start_process = time.perf_counter(), time.process_time()
        find_ink(np.asarray(large, np.uint8))
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
        "scenes": options.scenes,
    }
    for key, count, length in (
        ("single_digits", options.singles, 1),
        ("numbers", options.numbers, LENGTH),
    ):
        figures[key] = measure(
            recognizer, digits, count, length, options.seed, scenes=options.scenes
        )
    figures["milliseconds_for_12_megapixels"] = milliseconds(digits, options.seed)
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
    parser.add_argument("--seed", type=int, default=SEED, help=f"default: {SEED}")
    parser.add_argument(
        "--scenes",
        choices=SCENES,
        default=FINAL,
        help=f"the painter; default: {FINAL}, which the cleaning was not developed with",
    )
    return parser


def _lines(figures: dict[str, Any]) -> list[str]:
    first, last = figures["writers"]
    title = f"{figures['model']}, photographs of the digits of pen writers {first} to {last}"
    lines = [f"{title} ({figures['scenes']} scenes)"]
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
    times = figures["milliseconds_for_12_megapixels"]
    lines.append(
        f"  ink in 12 megapixels, after decoding: median {times['wall']:.0f} ms, "
        f"{times['process']:.0f} ms of process time"
    )
    return lines


if __name__ == "__main__":
    sys.exit(main())
