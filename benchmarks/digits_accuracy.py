"""Accuracy of a bundle on single digits, and the drawings without a digit that it accepts.

    MNIST_APP_DATA=FOLDER python -m benchmarks.digits_accuracy [--model NAME_OR_FOLDER] [--record]

``mnist.npz``, ``pendigits/pendigits-orig.tra`` and ``letters.npz`` are read from that folder, or
from the one that ``--data`` names; figures whose data set is missing are left out with a message.
Every drawing is made on an empty canvas of 280×280 pixels and read back as a drawing, so that the
figures include the preprocessing. The random numbers come from a fixed seed. ``--record`` writes
the figures to the bundle's report, as one more use of the test images.
"""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks import benchmark_command
from benchmarks.canvas_drawings import CANVAS_SIDE, load_letters, on_canvas, rgba
from benchmarks.latency import timings
from benchmarks.non_digit_drawings import FOR_INFORMATION, KINDS
from mnist_app import DatasetError, Prediction, Recognizer
from mnist_app.arrays import Image, Images, Labels, Mask
from mnist_app.bundle_publishing import amend
from mnist_app.proportion import interval
from mnist_app.training.data.datasets import load_dataset
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, PenDigit, load_pen_digits
from mnist_app.training.metrics import expected_calibration_error, reliability

COMMAND: Final = "digits_accuracy"
SIDES: Final = (56, CANVAS_SIDE)
"""Minimum and maximum side, in pixels, to which an image of 28×28 is enlarged."""
INTERPOLATIONS: Final = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
SEED: Final = 0
TIMED: Final = 100
"""Approximate number of digits whose reading is timed."""
OF_EACH_KIND: Final = 1000
"""Number of drawings of each kind that is no digit."""

Figures = dict[str, Any]


def enlarged_on_canvas(image: Image, random: np.random.Generator) -> Image:
    """Return ``image`` enlarged at random, at a random position on a black canvas, RGBA."""
    side = int(random.integers(SIDES[0], SIDES[1] + 1))
    interpolation = INTERPOLATIONS[int(random.integers(len(INTERPOLATIONS)))]
    large = cv2.resize(image, (side, side), interpolation=interpolation)
    top, left = random.integers(0, CANVAS_SIDE - side + 1, 2)
    ink = np.zeros((CANVAS_SIDE, CANVAS_SIDE), np.uint8)
    ink[top : top + side, left : left + side] = large
    return rgba(ink)


def mnist(recognizer: Recognizer, images: Images, labels: Labels) -> Figures:
    """Return the accuracy on MNIST-style images as they are, and read back from a canvas."""
    random = np.random.default_rng(SEED)
    plain = recognizer.predict(images).argmax(axis=1)
    canvases = (enlarged_on_canvas(image, random) for image in images)
    readings = _read(recognizer, canvases, len(images), "MNIST")
    return {
        "mnist_test": _accuracy(plain == labels),
        "mnist_test_through_canvas": _accuracy(_digits(readings) == labels),
    }


def held_out_digits(recognizer: Recognizer, digits: Sequence[PenDigit]) -> Figures:
    """Return accuracy, acceptance and calibration on pen digits, each drawn once."""
    random = np.random.default_rng(SEED)
    canvases = (on_canvas(digit.strokes, random) for digit in digits)
    readings = _read(recognizer, canvases, len(digits), "pen digits")
    labels = np.array([digit.label for digit in digits])
    right = _digits(readings) == labels
    accepted = _accepted(readings)
    confidence = np.array([reading.confidence if reading else 0.0 for reading in readings])
    return {
        **_accuracy(right),
        "digits": len(digits),
        "accepted": float(accepted.mean()),
        "accuracy_accepted": _mean(right[accepted]),
        "expected_calibration_error": expected_calibration_error(reliability(confidence, right)),
        "recall": [_mean(right[labels == digit]) for digit in range(10)],
    }


def letters(recognizer: Recognizer, folder: str | None) -> Figures:
    """Return the share of letters accepted as digits, without those shaped like a digit."""
    random = np.random.default_rng(SEED)
    drawings = load_letters(folder)
    canvases = (on_canvas(letter.strokes, random) for letter in drawings)
    accepted = _accepted(_read(recognizer, canvases, len(drawings), "letters"))
    unlike = np.array([not letter.shaped_like_a_digit for letter in drawings])
    return {
        "drawings": int(unlike.sum()),
        "accepted": float(accepted[unlike].mean()),
        "all_drawings": len(drawings),
        "accepted_of_all": float(accepted.mean()),
    }


def non_digits(recognizer: Recognizer, digits: Sequence[PenDigit]) -> Figures:
    """Return, by kind, the share of drawings without a digit that is accepted as one."""
    found = {}
    for name, kind in {**KINDS, **FOR_INFORMATION}.items():
        random = np.random.default_rng(SEED)
        canvases = (kind(digits, random) for _ in range(OF_EACH_KIND))
        accepted = _accepted(_read(recognizer, canvases, OF_EACH_KIND, name))
        found[name] = {"drawings": OF_EACH_KIND, "accepted": float(accepted.mean())}
    return found


def _read(
    recognizer: Recognizer, canvases: Iterable[Image], total: int, description: str
) -> list[Prediction | None]:
    canvases = benchmark_command.progress(canvases, description, total)
    return [recognizer.read_digit(canvas) for canvas in canvases]


def _digits(readings: Sequence[Prediction | None]) -> npt.NDArray[np.int_]:
    return np.array([-1 if reading is None else reading.digit for reading in readings])


def _accepted(readings: Sequence[Prediction | None]) -> Mask:
    return np.array([reading is not None and reading.accepted for reading in readings])


def _mean(right: Mask) -> float | None:
    return float(right.mean()) if len(right) else None


def _accuracy(right: Mask) -> Figures:
    return {
        "accuracy": float(right.mean()),
        "accuracy_interval": interval(int(right.sum()), len(right)),
    }


def measure(recognizer: Recognizer, data: str | None) -> tuple[Figures, list[str]]:
    """Return all figures for which there is data, and a message for each missing data set."""

    def of_mnist() -> Figures:
        dataset = load_dataset(data)
        return mnist(recognizer, dataset.test_images, dataset.test_labels)

    def of_pen_digits() -> Figures:
        digits = load_pen_digits(data).by_writers(HELD_OUT_WRITERS)
        random = np.random.default_rng(SEED)
        timed = digits[:: max(1, len(digits) // TIMED)]
        return {
            "strangers": held_out_digits(recognizer, digits),
            "non_digits": non_digits(recognizer, digits),
            "speed": timings(recognizer, [on_canvas(digit.strokes, random) for digit in timed]),
        }

    def of_letters() -> Figures:
        return {"letters": letters(recognizer, data)}

    figures: Figures = {}
    missing = []
    parts: dict[str, Callable[[], Figures]] = {
        "MNIST": of_mnist,
        "pen digits": of_pen_digits,
        "letters": of_letters,
    }
    for name, part in parts.items():
        try:
            figures |= part()
        except DatasetError as error:
            missing.append(f"no figures of {name}: {error}")
    figures["model_bytes"] = len(recognizer.bundle.model)
    return figures, missing


def lines(name: str, figures: Figures) -> list[str]:
    """Return the figures as lines of text."""
    rows = {
        label: _with_interval(figures[key])
        for key, label in (
            ("mnist_test", "MNIST's test images, as they are"),
            ("mnist_test_through_canvas", "the same through the canvas"),
            ("strangers", "digits of held-out writers"),
        )
        if key in figures
    }
    if "strangers" in figures:
        found = figures["strangers"]
        recall = {d: share for d, share in enumerate(found["recall"]) if share is not None}
        worst = min(recall, key=recall.__getitem__)
        rows["  accepted"] = f"{found['accepted']:.2%}"
        if found["accuracy_accepted"] is not None:
            rows["  accuracy among the accepted"] = f"{found['accuracy_accepted']:.2%}"
        rows["  expected calibration error"] = f"{found['expected_calibration_error']:.2%}"
        rows["  digit of the lowest recall"] = f"{worst}: {recall[worst]:.2%}"
    if "letters" in figures:
        found = figures["letters"]
        rows["letters accepted"] = f"{found['accepted']:.2%} of {found['drawings']:,}"
        rows["  with those shaped like digits"] = f"{found['accepted_of_all']:.2%}"
    for kind, found in figures.get("non_digits", {}).items():
        note = " (for information)" if kind in FOR_INFORMATION else ""
        rows[f"{kind} accepted{note}"] = f"{found['accepted']:.2%}"
    rows["size of model.tflite"] = f"{figures['model_bytes'] / 1e6:.2f} MB"
    if "speed" in figures:
        found = figures["speed"]
        ratio = found["read_digit_ms"] / found["litert_ms"]
        rows["read_digit, median"] = (
            f"{found['read_digit_ms']:.2f} ms, {ratio:.1f} times the bare network "
            f"({found['litert_ms']:.2f} ms); Keras's predict {found['keras_predict_ms']:.0f} ms"
        )
        rows["  90th percentile"] = f"{found['read_digit_p90_ms']:.2f} ms"
    return [name, *(f"  {label:48} {value}" for label, value in rows.items())]


def _with_interval(found: Figures) -> str:
    low, high = found["accuracy_interval"]
    return f"{found['accuracy']:.2%} (95 % interval {low:.2%} to {high:.2%})"


@benchmark_command.reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status, 2 if a data set is missing."""
    parser = benchmark_command.parser(
        COMMAND, "Measure how well a bundle reads digits, and which other drawings it accepts."
    )
    benchmark_command.add_model(parser)
    parser.add_argument(
        "--record", action="store_true", help="write the figures to the bundle's report"
    )
    options = parser.parse_args(arguments)
    recognizer = Recognizer.load(options.model)
    figures, missing = measure(recognizer, options.data)
    for message in missing:
        print(f"{COMMAND}: {message}", file=sys.stderr)
    if options.record:
        _record(recognizer, figures)
    text = json.dumps(figures, indent=2) if options.json else None
    print(text or "\n".join(lines(recognizer.bundle.name, figures)))
    return 2 if missing else 0


def _record(recognizer: Recognizer, figures: Figures) -> None:
    accuracies = {
        name: found["accuracy"]
        for name, found in figures.items()
        if isinstance(found, dict) and "accuracy" in found
    }
    use = {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "purpose": "benchmarks.digits_accuracy: MNIST, held-out writers, letters, non-digits",
        "accuracy": accuracies.get("mnist_test"),
        "others": accuracies,
    }
    report = recognizer.bundle.report().amended(reading=figures).with_test_use(**use)
    amend(recognizer.bundle, report=report)


if __name__ == "__main__":
    sys.exit(main())
