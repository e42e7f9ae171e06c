"""How well a bundle reads: MNIST's test images as they are, and through the drawing canvas.

    MNIST_APP_DATA=FOLDER python benchmarks/reading.py [--model NAME_OR_FOLDER] [--record]

Through the canvas means: each test image is enlarged to a random size, placed at random on an empty
canvas of 280×280 pixels and read back as a drawing, so that everything between the canvas and the
network is measured with it. The random numbers come from a fixed seed. ``--record`` keeps the
figures in the bundle's report, as one more look at the test set.
"""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mnist_app import DatasetError, MnistAppError, Recognizer
from mnist_app.pretrained import amend_report
from mnist_app.training.datasets import load_dataset

CANVAS_SIDE = 280
SIZES = (56, CANVAS_SIDE)
"""Least and greatest side, in pixels, to which an image of 28×28 is enlarged."""
INTERPOLATIONS = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
SEED = 0

Images = npt.NDArray[np.uint8]


def on_canvas(image: Images, random: np.random.Generator) -> Images:
    """Return ``image`` enlarged at random and placed at random on a black canvas, RGBA."""
    side = int(random.integers(SIZES[0], SIZES[1] + 1))
    way = INTERPOLATIONS[int(random.integers(len(INTERPOLATIONS)))]
    large = cv2.resize(image, (side, side), interpolation=way)
    top, left = random.integers(0, CANVAS_SIDE - side + 1, 2)
    canvas = np.zeros((CANVAS_SIDE, CANVAS_SIDE, 4), np.uint8)
    canvas[top : top + side, left : left + side, :3] = large[..., np.newaxis]
    canvas[..., 3] = 255
    return canvas


def read_through_canvas(recognizer: Recognizer, images: Images) -> npt.NDArray[np.int64]:
    """Return the digits read, int64 (n,), from ``images`` uint8 (n, 28, 28); -1 for a blank."""
    random = np.random.default_rng(SEED)
    digits = np.full(len(images), -1, np.int64)
    for place, image in enumerate(images):
        _show_progress(place + 1, len(images))
        prediction = recognizer.read_digit(on_canvas(image, random))
        if prediction is not None:
            digits[place] = prediction.digit
    return digits


def _show_progress(done: int, total: int) -> None:
    if done % 500 == 0 or done == total:
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} read back", end=end, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Measure how well a bundle reads MNIST's test images, plain and on a canvas."
    )
    parser.add_argument("--model", metavar="NAME_OR_FOLDER", help="default: the shipped best")
    parser.add_argument("--data", metavar="FILE_OR_FOLDER", help="where MNIST is")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--record", action="store_true", help="keep them in the bundle's report")
    return parser


def main() -> int:
    """Print the figures; return the exit status."""
    options = _parser().parse_args()
    try:
        recognizer = Recognizer.load(options.model)
        mnist = load_dataset(options.data)
    except MnistAppError as error:
        print(f"reading: {error}", file=sys.stderr)
        return 2 if isinstance(error, DatasetError) else 1
    plain = recognizer.predict(mnist.test_images).argmax(axis=1)
    through = read_through_canvas(recognizer, mnist.test_images)
    total = len(mnist.test_labels)
    figures: dict[str, dict[str, Any]] = {}
    for name, digits in (("mnist_test", plain), ("mnist_test_through_canvas", through)):
        right = int((digits == mnist.test_labels).sum())
        interval = binomtest(right, total).proportion_ci(method="wilson")
        figures[name] = {
            "accuracy": right / total,
            "accuracy_interval": [float(interval.low), float(interval.high)],
        }
    if options.record:
        _record(recognizer, figures)
    if options.json:
        print(json.dumps(figures, indent=2))
        return 0
    print(f"{recognizer.bundle.name}, {total:,} test images of MNIST")
    for name, label in (
        ("mnist_test", "as they are"),
        ("mnist_test_through_canvas", f"through a canvas of {CANVAS_SIDE}×{CANVAS_SIDE} pixels"),
    ):
        low, high = figures[name]["accuracy_interval"]
        accuracy = figures[name]["accuracy"]
        print(f"  {label:40} {accuracy:8.2%}   (95 % interval {low:.2%} to {high:.2%})")
    return 0


def _record(recognizer: Recognizer, figures: dict[str, dict[str, Any]]) -> None:
    report = recognizer.bundle.report()
    look = {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "purpose": "benchmarks/reading.py: plain and through the canvas",
        "accuracy": figures["mnist_test"]["accuracy"],
        "accuracy_through_canvas": figures["mnist_test_through_canvas"]["accuracy"],
    }
    report["reading"] = figures
    report["test_looks"] = [*report.get("test_looks", []), look]
    amend_report(recognizer.bundle, report)


if __name__ == "__main__":
    sys.exit(main())
