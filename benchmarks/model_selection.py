"""Figures by which a network is chosen: held-out images that are not part of the final figures.

    MNIST_APP_DATA=FOLDER python -m benchmarks.model_selection
    MNIST_APP_DATA=FOLDER python -m benchmarks.model_selection runs/best/epoch-60.keras

The images are the MNIST images and the pen writers (17 to 20) that the recipe ``best`` holds out,
letters of scripts that it never learns from, and the other negative images of training. Temperature
and threshold are fitted as in training.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import benchmark_command
from mnist_app.arrays import Image, Images
from mnist_app.bundle import load_bundle
from mnist_app.confidence import calibrated, digit_scores
from mnist_app.training.data import pen_rendering
from mnist_app.training.data.datasets import load_dataset
from mnist_app.training.data.epochs import split
from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.evaluate import calibrate
from mnist_app.training.export import MODEL_FILE, read_keras_file
from mnist_app.training.inference import logits
from mnist_app.training.metrics import figures
from mnist_app.training.negatives import dejavu, drawn_letters, negative_images, noto
from mnist_app.training.recipes import BEST

COMMAND: Final = "model_selection"
SEED: Final = 5
RENDERINGS: Final = 6
"""Number of renderings of each digit of the held-out writers."""
OF_LETTERS: Final = 4
"""Number of renderings of each letter."""
OF_KINDS: Final = 300
"""Number of images of each other kind that is no digit."""


def non_digit_images(
    pen_digits: Sequence[PenDigit], random: np.random.Generator
) -> dict[str, Images]:
    """Return images without a digit by kind; some are made of ``pen_digits``."""

    def rendered(outlines: dejavu.Outlines) -> Image:
        looseness = random.uniform(*negative_images.LOOSENESS)
        return pen_rendering.render_outlines(outlines, random, looseness)

    found: dict[str, list[Image]] = {}
    sources = (("DejaVu letters", dejavu), ("Noto letters", noto), ("drawn letters", drawn_letters))
    for name, module in sources:
        letters = benchmark_command.progress(module.letters(held_out=True), name)
        images = [rendered(outlines) for outlines in letters for _ in range(OF_LETTERS)]
        found[f"{name} of held-out scripts"] = images
    for kind in negative_images.KINDS:
        name = kind.__name__.strip("_")
        if name not in ("dejavu_letter", "noto_letter", "drawn_letter"):
            found[f"{name}, as in training"] = [kind(pen_digits, random) for _ in range(OF_KINDS)]
    return {name: np.stack(images) for name, images in found.items()}


def measure(model: Any, data: str | None) -> list[str]:
    """Return the figures of ``model`` as lines. Raises `MnistAppError`."""
    dataset = load_dataset(data, pen_digits=True)
    images = split(BEST, dataset)
    random = np.random.default_rng(SEED)
    pens = dataset.pen_digits.by_writers(BEST.validation_writers) if dataset.pen_digits else ()
    drawn = np.stack(
        [
            pen_rendering.render_unchanged(pen.strokes, random)
            for pen in pens
            for _ in range(RENDERINGS)
        ]
    )
    labels = np.repeat(np.array([pen.label for pen in pens], np.uint8), RENDERINGS)
    calibration = calibrate(model, images)
    temperature, threshold = calibration.temperature, calibration.threshold
    seen = logits(model, drawn)
    accepted = digit_scores(seen, temperature) >= threshold
    rows = [f"temperature {temperature:.2f}, threshold {threshold:.2f}"]
    for name, found in (
        ("MNIST's images held out", calibration.validation),
        (
            "digits of the writers held out",
            figures(calibrated(seen, temperature), labels, accepted),
        ),
    ):
        rows.append(
            f"{name}: {found.errors} of {found.images} misread ({found.accuracy:.2%} "
            f"right), negative log-likelihood {found.negative_log_likelihood:.4f}, calibration "
            f"error {found.expected_calibration_error:.2%}, {found.accepted:.2%} accepted, "
            f"{found.accuracy_accepted:.2%} of them right"
        )
    for name, negatives in non_digit_images(pens, random).items():
        accepted = digit_scores(logits(model, negatives), temperature) >= threshold
        rows.append(f"{name}: {accepted.mean():.2%} of {len(negatives)} accepted")
    return rows


@benchmark_command.reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    options = _parser().parse_args(arguments)
    if options.model and options.model.endswith(".keras"):
        file = Path(options.model)
    else:
        file = load_bundle(options.model).folder / MODEL_FILE
    print("\n".join(measure(read_keras_file(file), options.data)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = benchmark_command.parser(
        COMMAND, "Measure a network on held-out images, by which networks are compared and chosen."
    )
    parser.add_argument(
        "model", nargs="?", help="a checkpoint (.keras), or a bundle's name or folder"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
