"""How well numbers are read from photographs that nobody took: strangers' digits, rendered.

The digits of pen writers who no model has learned from and no constant was chosen by stand on
white, ruled and squared paper and on blackboards, in uneven light and shadows, seen by a camera
that shakes, blurs and compresses. Every case has a seed of its own.

There are four painters of photographs. The usual scenes, the photographs of homework and those of
the album were seen while the cleaning of photographs was written, and are for development. Those of
the camera roll are for the final figure: they are by somebody who knew neither the cleaning nor the
other painters, and had none of them read.
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

from benchmarks import progress
from benchmarks.photographs import album, camera_roll, homework, scene
from benchmarks.photographs.photograph import Photograph
from benchmarks.photographs.scene import Scene
from mnist_app import Recognizer
from mnist_app.errors import DatasetError, MnistAppError
from mnist_app.photo.cleaning import find_ink
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, PenDigit, load_pen_digits
from mnist_app.training.metrics import interval
from mnist_app.training.search.options import positive_integer

SCENES: Final[dict[str, Callable[..., Scene | Photograph]]] = {
    "album": album.photograph,
    "camera roll": camera_roll.photograph,
    "homework": homework.photograph,
    "usual": scene.photograph,
}
FINAL: Final = "camera roll"
SEED: Final = 2026
SINGLES, NUMBERS = 600, 300
LENGTH: Final = 4
TWELVE_MEGAPIXELS: Final = (4000, 3000)
TIMED: Final = 10


def cases(
    digits: Sequence[PenDigit], count: int, length: int, seed: int, *, scenes: str = FINAL
) -> Iterator[tuple[Scene | Photograph, str]]:
    """Yield photographs of ``length`` digits of one writer each, with what is written there.

    ``scenes`` is a key of `SCENES`.
    """
    by_writer: dict[int, list[PenDigit]] = defaultdict(list)
    for digit in digits:
        by_writer[digit.writer].append(digit)
    writers = sorted(by_writer)
    for case in range(count):
        random = np.random.default_rng([seed, length, case])
        own = by_writer[writers[int(random.integers(len(writers)))]]
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
    """Return how many of the photographs are read right, in all and by what is on them."""
    right, counted, accepted_wrong = 0, 0, 0
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for done, (photo, text) in enumerate(
        cases(digits, count, length, seed, scenes=scenes), start=1
    ):
        number = recognizer.read_number(photo.picture)
        is_right = number.text == text
        right += is_right
        counted += len(number.digits) == length
        accepted_wrong += number.accepted and not is_right
        for kind in _kinds(photo):
            kinds[kind][0] += is_right
            kinds[kind][1] += 1
        progress.show(done, count, "photographs")
    return {
        "pictures": count,
        "right": right / count,
        "right_interval": interval(right, count),
        "count_of_digits_right": counted / count,
        "wrong_but_sure": accepted_wrong / count,
        "right_by_kind": {kind: [*pair] for kind, pair in sorted(kinds.items())},
    }


def _kinds(photo: Scene | Photograph) -> tuple[str, ...]:
    """Return in words what is on a photograph and how it was taken."""
    if isinstance(photo, Photograph):
        return photo.conditions
    return (photo.surface, photo.pen, f"{photo.light} light")


def milliseconds(digits: Sequence[PenDigit], seed: int) -> dict[str, float]:
    """Return how long it takes to find the ink in 12 megapixels, decoded already."""
    wall, process = [], []
    for photo, _ in cases(digits, TIMED, LENGTH, seed + 1, scenes="usual"):
        large = cv2.resize(photo.picture, TWELVE_MEGAPIXELS, interpolation=cv2.INTER_CUBIC)
        start, start_process = time.perf_counter(), time.process_time()
        find_ink(np.asarray(large, np.uint8))
        wall.append(1000 * (time.perf_counter() - start))
        process.append(1000 * (time.process_time() - start_process))
    return {"wall": statistics.median(wall), "process": statistics.median(process)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Measure how well digits and 4-digit numbers are read from photographs."
    )
    first, last = HELD_OUT_WRITERS[0], HELD_OUT_WRITERS[-1]
    parser.add_argument("--model", metavar="NAME_OR_FOLDER", help="default: the shipped best")
    parser.add_argument("--data", metavar="FILE_OR_FOLDER", help="where the pen digits are")
    parser.add_argument(
        "--writers",
        nargs=2,
        type=int,
        default=(first, last),
        metavar=("FIRST", "LAST"),
        help=f"whose digits (default {first} {last}: strangers; choose nothing by them)",
    )
    parser.add_argument("--singles", type=positive_integer, default=SINGLES, metavar="COUNT")
    parser.add_argument("--numbers", type=positive_integer, default=NUMBERS, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--scenes",
        choices=SCENES,
        default=FINAL,
        help="who painted them; who wrote the cleaning has not seen the camera roll (the default)",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    options = _parser().parse_args(arguments)
    first, last = options.writers
    try:
        recognizer = Recognizer.load(options.model)
        digits = load_pen_digits(options.data).by_writers(tuple(range(first, last + 1)))
    except MnistAppError as error:
        print(f"photo_accuracy: {error}", file=sys.stderr)
        return 2 if isinstance(error, DatasetError) else 1
    if not digits:
        print(f"photo_accuracy: there are no writers {first} to {last}", file=sys.stderr)
        return 2
    figures = {
        "model": recognizer.bundle.name,
        "writers": [first, last],
        "seed": options.seed,
        "scenes": options.scenes,
        "single_digits": measure(
            recognizer, digits, options.singles, 1, options.seed, scenes=options.scenes
        ),
        "numbers": measure(
            recognizer, digits, options.numbers, LENGTH, options.seed, scenes=options.scenes
        ),
        "milliseconds_for_12_megapixels": milliseconds(digits, options.seed),
    }
    if options.json:
        print(json.dumps(figures, indent=2))
        return 0
    print(
        f"{figures['model']}, photographs of the digits of pen writers {first} to {last} "
        f"({options.scenes} scenes)"
    )
    for key, label in (("single_digits", "single digits"), ("numbers", f"{LENGTH}-digit numbers")):
        found = figures[key]
        low, high = found["right_interval"]
        print(
            f"  {label:16} {found['right']:7.2%} right (95 % interval {low:.2%} to {high:.2%}) "
            f"of {found['pictures']:,}; count of digits right "
            f"{found['count_of_digits_right']:.2%}; wrong but sure {found['wrong_but_sure']:.2%}"
        )
        for kind, (right, of_all) in found["right_by_kind"].items():
            print(f"      {kind:25} {right:4} of {of_all:4}   {right / of_all:7.2%}")
    times = figures["milliseconds_for_12_megapixels"]
    print(
        f"  ink in 12 megapixels, after decoding: median {times['wall']:.0f} ms, "
        f"{times['process']:.0f} ms of process time"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
