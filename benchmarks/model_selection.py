"""What a network is chosen by: images that it did not learn from, and that are no final figures.

    MNIST_APP_DATA=FOLDER python -m benchmarks.model_selection
    MNIST_APP_DATA=FOLDER python -m benchmarks.model_selection runs/best/epoch-80.keras --views 1

They are the MNIST images and the pen writers (17 to 20) whom the recipe ``best`` holds out, letters
of scripts that it never learns from, and other things that are no digit. Temperature and threshold
are fitted as in training.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks import progress
from mnist_app import MnistAppError
from mnist_app.augmented_copies import COUNTS
from mnist_app.bundle import load_bundle
from mnist_app.confidence import calibrated
from mnist_app.training.data import pen_rendering
from mnist_app.training.data.datasets import load_dataset
from mnist_app.training.data.epochs import split
from mnist_app.training.evaluate import Reader, calibrate
from mnist_app.training.export import MODEL_FILE, read_keras_file
from mnist_app.training.metrics import figures
from mnist_app.training.negatives import dejavu, negative_images, noto
from mnist_app.training.recipes import BEST

Images = npt.NDArray[np.uint8]

SEED: Final = 5
RENDERINGS: Final = 6
"""Of each digit of the writers held out."""
OF_LETTERS, OF_KINDS = 4, 300
"""Renderings of each letter, and of each other kind of no digit."""


def no_digits(pens: Sequence[Any], random: np.random.Generator) -> dict[str, Images]:
    """Return images of what is no digit, by kind; ``pens`` are digits to make some of them of."""

    def filled(outlines: dejavu.Outlines) -> Images:
        return pen_rendering.render_outlines(
            outlines, random, random.uniform(*negative_images.LOOSENESS)
        )

    modules = {
        "letters of the alphabets held out": dejavu,
        "letters of the scripts held out": noto,
    }
    found = {}
    for name, module in modules.items():
        letters = module.letters(held_out=True)
        found[name] = []
        for done, outlines in enumerate(letters, 1):
            found[name] += [filled(outlines) for _ in range(OF_LETTERS)]
            progress.show(done, len(letters), name)
    for kind in negative_images.KINDS:
        name = kind.__name__.strip("_")
        if name not in ("dejavu_letter", "noto_letter"):
            found[f"{name}, as in training"] = [kind(pens, random) for _ in range(OF_KINDS)]
    return {name: np.stack(images) for name, images in found.items()}


def measure(reader: Reader, data: str | None) -> list[str]:
    """Return the figures of ``reader`` as lines. Raises `MnistAppError`."""
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
    calibration = calibrate(reader, images)
    temperature, threshold = calibration.temperature, calibration.threshold
    seen = reader.look(drawn)
    accepted = seen.scores(temperature) >= threshold
    rows = [f"temperature {temperature:.2f}, threshold {threshold:.2f}"]
    for name, found in (
        ("MNIST's images held out", calibration.validation),
        (
            "digits of the writers held out",
            figures(calibrated(seen.logits, temperature), labels, accepted),
        ),
    ):
        rows.append(
            f"{name}: {found.errors} of {found.images} misread ({found.accuracy:.2%} "
            f"right), negative log-likelihood {found.negative_log_likelihood:.4f}, calibration "
            f"error {found.expected_calibration_error:.2%}, {found.accepted:.2%} accepted, "
            f"{found.accuracy_accepted:.2%} of them right"
        )
    for name, shown in no_digits(pens, random).items():
        accepted = reader.look(shown).scores(temperature) >= threshold
        rows.append(f"{name}: {accepted.mean():.2%} of {len(shown)} accepted")
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    parser = argparse.ArgumentParser(
        description="Measure a network by images that are no final figures, to choose by.",
    )
    parser.add_argument(
        "model", nargs="?", help="a checkpoint (.keras), or a bundle's name or folder"
    )
    parser.add_argument("--views", type=int, choices=COUNTS, help="default: the bundle's, or 1")
    parser.add_argument(
        "--second-look",
        action=argparse.BooleanOptionalAction,
        help="whether there is one; default: as in the bundle, or none",
    )
    parser.add_argument("--data", metavar="FOLDER", help="where the data sets are")
    options = parser.parse_args(arguments)
    try:
        if options.model and options.model.endswith(".keras"):
            file, views, twice = Path(options.model), 1, False
        else:
            bundle = load_bundle(options.model)
            file, views = bundle.folder / MODEL_FILE, bundle.views
            twice = bundle.second_look
        reader = Reader(
            read_keras_file(file),
            options.views or views,
            second_look=twice if options.second_look is None else options.second_look,
        )
        rows = measure(reader, options.data)
    except MnistAppError as error:
        print(f"model_selection: {error}", file=sys.stderr)
        return 1
    print("\n".join(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
