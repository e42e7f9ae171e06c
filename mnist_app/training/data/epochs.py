"""What a network is shown in one epoch, and what is held out to judge it.

Every epoch shows the training images of MNIST, changed a little; where the recipe says so also
pen strokes written by another hand each time, and pictures that are no digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import train_test_split

from mnist_app.arrays import Images, Labels
from mnist_app.errors import TrainingError
from mnist_app.training.augment import augment, augments
from mnist_app.training.data import pen_rendering
from mnist_app.training.data.datasets import Dataset
from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.negatives import negative_images
from mnist_app.training.recipe import Recipe

SPLIT_SEED: Final = 0
"""Every run holds out the same images, whatever its own seed: so their figures compare."""
NO_DIGIT: Final = 10
"""Label of what is no digit."""
CHANGED: Final = 0.5
VALIDATION_RENDERINGS: Final = 4
"""So many pictures of each digit of a writer who is held out, each with its own brush."""


@dataclass(frozen=True, eq=False)
class Split:
    """Training images and the validation images held out from them, uint8, with labels uint8.

    ``train_pen_digits`` are the digits to draw training images from. ``validation_pen_images``
    show the digits of the writers held out, as they were written. Both are empty for a recipe
    without pen digits.
    """

    train_images: Images
    train_labels: Labels
    validation_images: Images
    validation_labels: Labels
    checksums: Mapping[str, Any] = field(default_factory=dict)
    """Checksums of the data set, which a checkpoint keeps: ``md5``, and ``pens`` where needed."""
    train_pen_digits: tuple[PenDigit, ...] = ()
    validation_pen_images: Images = field(default_factory=lambda: np.zeros((0, 28, 28), np.uint8))
    validation_pen_labels: Labels = field(default_factory=lambda: np.zeros(0, np.uint8))

    def validation_set(self) -> tuple[Images, Labels]:
        """Return all images, with labels, by which the network is judged after every epoch."""
        return (
            np.concatenate([self.validation_images, self.validation_pen_images]),
            np.concatenate([self.validation_labels, self.validation_pen_labels]),
        )

    def images_per_epoch(self, recipe: Recipe) -> int:
        """Return how many images an epoch of ``recipe`` shows."""
        digits = len(self.train_labels) + recipe.pen_renderings * len(self.train_pen_digits)
        return digits + _non_digit_count(digits, recipe)


def split(recipe: Recipe, dataset: Dataset) -> Split:
    """Hold out validation images, and writers, as ``recipe`` says.

    Raises `TrainingError` if there are too few images for the wish, or no pen digits where the
    recipe needs them.
    """
    if recipe.validate_on == "test":
        parts = (
            dataset.train_images,
            dataset.train_labels,
            dataset.test_images,
            dataset.test_labels,
        )
    else:
        train, held_out = _held_out(recipe, dataset)
        parts = (
            dataset.train_images[train],
            dataset.train_labels[train],
            dataset.train_images[held_out],
            dataset.train_labels[held_out],
        )
    checksums: dict[str, Any] = {"md5": dict(dataset.md5)}
    if not recipe.pen_renderings:
        return Split(*parts, checksums)
    if dataset.pen_digits is None:
        raise TrainingError(
            f"The recipe “{recipe.name}” learns from pen digits, and this data has none."
        )
    strangers = dataset.pen_digits.by_writers(recipe.validation_writers)
    random = np.random.default_rng(SPLIT_SEED)
    return Split(
        *parts,
        {**checksums, "pens": dataset.pen_digits.sha256},
        train_pen_digits=dataset.pen_digits.by_writers(recipe.training_writers),
        validation_pen_images=np.stack(
            [
                pen_rendering.render_unchanged(digit.strokes, random)
                for digit in strangers
                for _ in range(VALIDATION_RENDERINGS)
            ]
        ),
        validation_pen_labels=np.array([digit.label for digit in strangers], np.uint8).repeat(
            VALIDATION_RENDERINGS
        ),
    )


def epoch(recipe: Recipe, images: Split, number: int) -> tuple[Images, Labels]:
    """Return the images uint8 (n, 28, 28) of one epoch in random order, and labels uint8 (n,).

    They are a matter of the recipe, its seed and the epoch's ``number`` (from 0) alone.

    A label of `NO_DIGIT` stands for what is none. Where MNIST's images are not alone, each image,
    wherever it comes from, is changed or left as it is with even odds: if only some sources were
    changed, the network could tell them from the others by the blur that changing leaves.
    """
    random = np.random.default_rng((recipe.seed, number))
    order = random.permutation(len(images.train_labels))
    shown, labels = images.train_images[order], images.train_labels[order]
    if not recipe.pen_renderings:
        return augment(shown, recipe, random) if augments(recipe) else shown, labels
    pens = [digit for digit in images.train_pen_digits for _ in range(recipe.pen_renderings)]
    written = [pen_rendering.render(digit.strokes, random) for digit in pens]
    others = _non_digit_count(len(shown) + len(written), recipe)
    restarts = sum(number >= epochs for epochs in recipe.restarts)
    strange = [
        negative_images.image(images.train_pen_digits, random, restarts) for _ in range(others)
    ]
    shown = np.concatenate([shown, np.stack(written + strange)])
    written_labels = np.array([digit.label for digit in pens], np.uint8)
    labels = np.concatenate([labels, written_labels, np.full(others, NO_DIGIT, np.uint8)])
    changed = random.random(len(shown)) < CHANGED
    shown[changed] = augment(shown[changed], recipe, random)
    order = random.permutation(len(labels))
    return shown[order], labels[order]


def _non_digit_count(digits: int, recipe: Recipe) -> int:
    return round(digits * recipe.non_digits / (1 - recipe.non_digits))


def _held_out(
    recipe: Recipe, dataset: Dataset
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the places of the images to train on and of those held out, both in order."""
    everything = np.arange(len(dataset.train_labels))
    last = recipe.validate_on == "last"
    try:
        train, held_out = train_test_split(
            everything,
            test_size=recipe.validation,
            shuffle=not last,
            stratify=None if last else dataset.train_labels,
            random_state=None if last else SPLIT_SEED,
        )
    except ValueError as error:
        raise TrainingError(
            f"{recipe.validation:.2%} of {len(everything)} images is no share to validate on: "
            "some digit would be missing. Choose another with --set validation=0.1"
        ) from error
    train.sort()
    held_out.sort()
    return train, held_out
