"""How well a bundle reads: MNIST, strangers' pens, letters and other drawings that are no digit.

    MNIST_APP_DATA=FOLDER python -m benchmarks.digits_accuracy [--model NAME_OR_FOLDER] [--record]

``mnist.npz``, ``pendigits/pendigits-orig.tra`` and ``letters.npz`` are looked for in that folder,
or in the one that ``--data`` names; what is not there is left out and said. Everything is drawn on
an empty canvas of 280×280 pixels and read back as a drawing, so that all between the canvas and the
network is measured with it. The random numbers come from a fixed seed. ``--record`` keeps the
figures in the bundle's report, as one more look at what is kept for final figures.
"""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks import non_digit_drawings, progress
from benchmarks.canvas_drawings import CANVAS_SIDE, Images, load_letters, on_canvas, rgba
from benchmarks.latency import timings
from mnist_app import DatasetError, MnistAppError, Prediction, Recognizer
from mnist_app.bundle import amend_report
from mnist_app.training.data.datasets import load_dataset
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, PenDigit, load_pen_digits
from mnist_app.training.metrics import expected_calibration_error, interval, reliability

SIZES = (56, CANVAS_SIDE)
"""Least and greatest side, in pixels, to which an image of 28×28 is enlarged."""
INTERPOLATIONS = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
SEED = 0
TIMED = 100
"""About so many digits are read with a clock beside them."""
OF_EACH_KIND = 1000
"""So many drawings of each kind that is no digit."""

Figures = dict[str, Any]


def enlarged_on_canvas(image: Images, random: np.random.Generator) -> Images:
    """Return ``image`` enlarged at random and placed at random on a black canvas, RGBA."""
    side = int(random.integers(SIZES[0], SIZES[1] + 1))
    way = INTERPOLATIONS[int(random.integers(len(INTERPOLATIONS)))]
    large = cv2.resize(image, (side, side), interpolation=way)
    top, left = random.integers(0, CANVAS_SIDE - side + 1, 2)
    ink = np.zeros((CANVAS_SIDE, CANVAS_SIDE), np.uint8)
    ink[top : top + side, left : left + side] = large
    return rgba(ink)


def mnist(recognizer: Recognizer, images: Images, labels: npt.NDArray[np.uint8]) -> Figures:
    """Return the accuracy on MNIST-style images as they are, and read back from a canvas."""
    random = np.random.default_rng(SEED)
    plain = recognizer.predict(images).argmax(axis=1)
    canvases = (enlarged_on_canvas(image, random) for image in images)
    through = [_digit(reading) for reading in _read(recognizer, canvases, len(images), "MNIST")]
    return {
        "mnist_test": _accuracy(plain == labels),
        "mnist_test_through_canvas": _accuracy(np.array(through) == labels),
    }


def strangers(recognizer: Recognizer, digits: tuple[PenDigit, ...]) -> Figures:
    """Return accuracy, acceptance and calibration on people's pen digits, each drawn once."""
    random = np.random.default_rng(SEED)
    canvases = (on_canvas(digit.strokes, random) for digit in digits)
    readings = list(_read(recognizer, canvases, len(digits), "strangers' digits"))
    labels = np.array([digit.label for digit in digits])
    right = np.array([_digit(reading) for reading in readings]) == labels
    accepted = np.array([reading is not None and reading.accepted for reading in readings])
    confidence = np.array([reading.confidence if reading else 0.0 for reading in readings])
    calibration = expected_calibration_error(reliability(confidence, right))
    return {
        **_accuracy(right),
        "digits": len(digits),
        "accepted": float(accepted.mean()),
        "accuracy_accepted": _mean(right[accepted]),
        "expected_calibration_error": calibration,
        "recall": [_mean(right[labels == digit]) for digit in range(10)],
    }


def letters(recognizer: Recognizer, folder: str | None) -> Figures:
    """Return the share of letters that is taken for digits, without those shaped like one."""
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


def non_digits(recognizer: Recognizer, digits: tuple[PenDigit, ...]) -> Figures:
    """Return, kind by kind, the share of scrawls that is taken for digits."""
    found = {}
    for name, kind in {**non_digit_drawings.KINDS, **non_digit_drawings.FOR_INFORMATION}.items():
        random = np.random.default_rng(SEED)
        canvases = (kind(digits, random) for _ in range(OF_EACH_KIND))
        accepted = _accepted(_read(recognizer, canvases, OF_EACH_KIND, name))
        found[name] = {"drawings": OF_EACH_KIND, "accepted": float(accepted.mean())}
    return found


def _read(
    recognizer: Recognizer, canvases: Iterable[Images], total: int, what: str
) -> Iterable[Prediction | None]:
    for done, canvas in enumerate(canvases, start=1):
        progress.show(done, total, what)
        yield recognizer.read_digit(canvas)


def _digit(reading: Prediction | None) -> int:
    return -1 if reading is None else reading.digit


def _accepted(readings: Iterable[Prediction | None]) -> npt.NDArray[np.bool_]:
    return np.array([reading is not None and reading.accepted for reading in readings])


def _mean(right: npt.NDArray[np.bool_]) -> float | None:
    return float(right.mean()) if len(right) else None


def _accuracy(right: npt.NDArray[np.bool_]) -> Figures:
    return {
        "accuracy": float(right.mean()),
        "accuracy_interval": interval(int(right.sum()), len(right)),
    }


def measure(recognizer: Recognizer, data: str | None) -> tuple[Figures, list[str]]:
    """Return all figures for which there is data, and a sentence for each that is left out."""
    figures: Figures = {}
    missing = []
    try:
        dataset = load_dataset(data)
        figures |= mnist(recognizer, dataset.test_images, dataset.test_labels)
    except DatasetError as error:
        missing.append(f"Without MNIST: {error}")
    try:
        digits = load_pen_digits(data).by_writers(HELD_OUT_WRITERS)
        figures["strangers"] = strangers(recognizer, digits)
        figures["non_digits"] = non_digits(recognizer, digits)
        random = np.random.default_rng(SEED)
        some = digits[:: max(1, len(digits) // TIMED)]
        canvases = [on_canvas(digit.strokes, random) for digit in some]
        figures["speed"] = timings(recognizer, canvases)
    except DatasetError as error:
        missing.append(f"Without strangers' digits: {error}")
    try:
        figures["letters"] = letters(recognizer, data)
    except DatasetError as error:
        missing.append(f"Without letters: {error}")
    figures["model_bytes"] = len(recognizer.bundle.model)
    return figures, missing


def lines(name: str, figures: Figures) -> list[str]:
    """Return the figures as lines of text."""
    rows = [name]

    def row(label: str, value: str) -> None:
        rows.append(f"  {label:48} {value}")

    for key, label in (
        ("mnist_test", "MNIST's test images, as they are"),
        ("mnist_test_through_canvas", "the same through the canvas"),
        ("strangers", "strangers' digits"),
    ):
        if key in figures:
            low, high = figures[key]["accuracy_interval"]
            text = f"{figures[key]['accuracy']:.2%} (95 % interval {low:.2%} to {high:.2%})"
            row(label, text)
    if "strangers" in figures:
        found = figures["strangers"]
        row("  of these accepted", f"{found['accepted']:.2%}")
        if found["accuracy_accepted"] is not None:
            row("  accuracy among the accepted", f"{found['accuracy_accepted']:.2%}")
        row("  expected calibration error", f"{found['expected_calibration_error']:.2%}")
        recall = {d: share for d, share in enumerate(found["recall"]) if share is not None}
        worst = min(recall, key=recall.__getitem__)
        row("  least read digit", f"{worst}: {recall[worst]:.2%}")
    if "letters" in figures:
        found = figures["letters"]
        row("letters accepted", f"{found['accepted']:.2%} of {found['drawings']:,}")
        row("  with those shaped like digits", f"{found['accepted_of_all']:.2%}")
    for kind, found in figures.get("non_digits", {}).items():
        note = " (for information)" if kind in non_digit_drawings.FOR_INFORMATION else ""
        row(f"{kind} accepted{note}", f"{found['accepted']:.2%}")
    row("size of model.tflite", f"{figures['model_bytes'] / 1e6:.2f} MB")
    if "speed" in figures:
        found = figures["speed"]
        times = found["read_digit_ms"] / found["litert_ms"]
        row(
            "read_digit, median",
            f"{found['read_digit_ms']:.2f} ms, {times:.1f} times the bare network "
            f"({found['litert_ms']:.2f} ms); Keras's predict {found['keras_predict_ms']:.0f} ms",
        )
        row("  the slowest tenth, from", f"{found['read_digit_p90_ms']:.2f} ms")
    return rows


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Measure how well a bundle reads digits, and what else it takes for one."
    )
    parser.add_argument("--model", metavar="NAME_OR_FOLDER", help="default: the shipped best")
    parser.add_argument("--data", metavar="FOLDER", help="where the data sets are")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--record", action="store_true", help="keep them in the bundle's report")
    return parser


def main() -> int:
    """Print the figures; return the exit status."""
    options = _parser().parse_args()
    try:
        recognizer = Recognizer.load(options.model)
        figures, missing = measure(recognizer, options.data)
    except MnistAppError as error:
        print(f"digits_accuracy: {error}", file=sys.stderr)
        return 1
    for sentence in missing:
        print(f"digits_accuracy: {sentence}", file=sys.stderr)
    if options.record:
        _record(recognizer, figures)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        print("\n".join(lines(recognizer.bundle.name, figures)))
    return 2 if missing else 0


def _record(recognizer: Recognizer, figures: Figures) -> None:
    accuracies = {
        name: found["accuracy"]
        for name, found in figures.items()
        if isinstance(found, dict) and "accuracy" in found
    }
    look = {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "purpose": "benchmarks.digits_accuracy: MNIST, strangers, letters, scrawls",
        "accuracy": accuracies.get("mnist_test"),
        "others": accuracies,
    }
    report = recognizer.bundle.report().amended(reading=figures).with_test_use(**look)
    amend_report(recognizer.bundle, report)


if __name__ == "__main__":
    sys.exit(main())
