"""Training images of each epoch, and the validation images held out from them.

An epoch consists of MNIST's training images, augmented. Recipes with pen digits add images of
their strokes, distorted anew in each epoch, images that show no digit, and digits cut out of
numbers. The drawings of a class join the pen digits, or without those the images.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import train_test_split

from mnist_app.arrays import Images, Labels
from mnist_app.errors import TrainingError
from mnist_app.preprocessing.augment import augment, augments
from mnist_app.training.data import pen_rendering
from mnist_app.training.data.class_split import ClassSplit
from mnist_app.training.data.cut_digits import NO_DIGIT, cut_digits
from mnist_app.training.data.datasets import Dataset
from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.negatives import negative_images
from mnist_app.training.recipe import Recipe

SPLIT_SEED: Final = 0
"""Seed of the split. It is the same for every run, so that validation figures are comparable."""
AUGMENTED_SHARE: Final = 0.5
"""Share of an epoch's images that are augmented, in recipes with pen digits."""
REDRAWN_SHARE: Final = 0.3
"""Share of MNIST's images that are redrawn with another pen, in recipes with pen digits: drawings
as of the app, by many more people than the writers of the pen digits."""
CUT_SHARE: Final = 0.12
"""Share of the images that are cut out of numbers, in recipes with images that show no digit."""
MIXED_SHARE: Final = 1 / 3
"""Share of the images that are mixed with another, in recipes with a teacher."""
VALIDATION_RENDERINGS: Final = 4
"""Validation images of each digit of a writer held out, each drawn with another brush width."""


@dataclass(frozen=True, eq=False)
class Split:
    """Training and validation images of one run, uint8 (n, 28, 28), with labels uint8 (n,).

    ``train_pen_digits`` are the digits to draw training images from. ``validation_pen_images``
    show the digits of the writers held out, as they were written. Both are empty for a recipe
    without pen digits.
    """

    train_images: Images
    train_labels: Labels
    validation_images: Images
    validation_labels: Labels
    checksums: Mapping[str, Any] = field(default_factory=dict)
    """Checksums of the data set, which a checkpoint keeps: ``md5``, and ``pens`` and ``class``
    where needed."""
    train_pen_digits: tuple[PenDigit, ...] = ()
    validation_pen_images: Images = field(default_factory=lambda: np.zeros((0, 28, 28), np.uint8))
    validation_pen_labels: Labels = field(default_factory=lambda: np.zeros(0, np.uint8))

    def validation_set(self) -> tuple[Images, Labels]:
        """Return all validation images, those of pen digits last, and their labels."""
        return (
            np.concatenate([self.validation_images, self.validation_pen_images]),
            np.concatenate([self.validation_labels, self.validation_pen_labels]),
        )

    def images_per_epoch(self, recipe: Recipe) -> int:
        """Return the number of images in an epoch of ``recipe``."""
        digits = len(self.train_labels) + recipe.pen_renderings * len(self.train_pen_digits)
        negatives = _non_digit_count(digits, recipe)
        return digits + negatives + _cut_count(digits + negatives, recipe)


def split(recipe: Recipe, dataset: Dataset) -> Split:
    """Divide ``dataset`` into training and validation data as ``recipe`` defines.

    Raises `TrainingError` if the share to hold out lacks a digit, or if the recipe needs pen digits
    and the data has none.
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
    pupils_digits: tuple[PenDigit, ...] = ()
    if dataset.class_split is not None:
        checksums["class"] = dataset.class_split.sha256
        pupils_digits = dataset.class_split.train.pen_digits
        parts = _with_pupils(recipe, dataset.class_split, parts)
    if not recipe.pen_renderings:
        return Split(*parts, checksums)
    if dataset.pen_digits is None:
        raise TrainingError(
            f"The recipe “{recipe.name}” trains on pen digits, and this data has "
            "none. Use MNIST, or a recipe without pen digits, such as cnn."
        )
    held_out_digits = dataset.pen_digits.by_writers(recipe.validation_writers)
    random = np.random.default_rng(SPLIT_SEED)
    return Split(
        *parts,
        {**checksums, "pens": dataset.pen_digits.sha256},
        train_pen_digits=dataset.pen_digits.by_writers(recipe.training_writers) + pupils_digits,
        validation_pen_images=np.stack(
            [
                pen_rendering.render_unchanged(digit.strokes, random)
                for digit in held_out_digits
                for _ in range(VALIDATION_RENDERINGS)
            ]
        ),
        validation_pen_labels=np.array([digit.label for digit in held_out_digits], np.uint8).repeat(
            VALIDATION_RENDERINGS
        ),
    )


def _with_pupils(
    recipe: Recipe, drawings: ClassSplit, parts: tuple[Images, Labels, Images, Labels]
) -> tuple[Images, Labels, Images, Labels]:
    """Return training and validation images and labels with those of a class's pupils.

    Pupils are left out of training images that recipes with pen digits draw from the strokes, and
    of validation images that are the test images.
    """
    train, train_labels, held_out, held_out_labels = parts
    if not recipe.pen_renderings:
        train = np.concatenate([train, drawings.train.images])
        train_labels = np.concatenate([train_labels, drawings.train.labels])
    if recipe.validate_on != "test":
        held_out = np.concatenate([held_out, drawings.validation.images])
        held_out_labels = np.concatenate([held_out_labels, drawings.validation.labels])
    return train, train_labels, held_out, held_out_labels


def epoch(recipe: Recipe, images: Split, number: int) -> tuple[Images, Labels]:
    """Return the images uint8 (n, 28, 28) of one epoch in random order, and labels uint8 (n,).

    They depend on the recipe, its seed and the epoch's ``number`` (from 0) alone. Images without a
    digit have the label `NO_DIGIT`. In recipes with pen digits, images of every source are
    augmented with the same probability: otherwise the network could tell the sources apart by the
    blur that augmentation leaves.
    """
    random = np.random.default_rng((recipe.seed, number))
    order = random.permutation(len(images.train_labels))
    drawn, labels = images.train_images[order], images.train_labels[order]
    if not recipe.pen_renderings:
        return augment(drawn, recipe, random) if augments(recipe) else drawn, labels
    for index in np.flatnonzero(random.random(len(drawn)) < REDRAWN_SHARE):
        drawn[index] = pen_rendering.redrawn(drawn[index], random)
    pen_digits = [digit for digit in images.train_pen_digits for _ in range(recipe.pen_renderings)]
    written = [
        pen_rendering.render(pen_rendering.with_flourish(digit, random), random)
        for digit in pen_digits
    ]
    negative_count = _non_digit_count(len(drawn) + len(written), recipe)
    negatives = [
        negative_images.image(images.train_pen_digits, random) for _ in range(negative_count)
    ]
    cut_count = _cut_count(len(drawn) + len(written) + negative_count, recipe)
    cut = list(islice(cut_digits(images.train_pen_digits, random), cut_count))
    drawn = np.concatenate([drawn, np.stack(written + negatives + [image for image, _ in cut])])
    added_labels = [digit.label for digit in pen_digits] + [NO_DIGIT] * negative_count
    added_labels += [label for _, label in cut]
    labels = np.concatenate([labels, np.array(added_labels, np.uint8)])
    augmented = random.random(len(drawn)) < AUGMENTED_SHARE
    drawn[augmented] = augment(drawn[augmented], recipe, random)
    order = random.permutation(len(labels))
    drawn, labels = drawn[order], labels[order]
    return (mixed(drawn, random), labels) if recipe.teacher else (drawn, labels)


def mixed(images: Images, random: np.random.Generator) -> Images:
    """Return ``images``, some mixed with the image before, to be taught between digits, too.

    Source: Zhang et al. 2018, “mixup: Beyond Empirical Risk Minimization”; for distillation Beyer
    et al. 2022, “Knowledge distillation: A good teacher is patient and consistent”.
    """
    chosen = np.flatnonzero(random.random(len(images)) < MIXED_SHARE)
    share = random.uniform(0, 0.5, (len(chosen), 1, 1)).astype(np.float32)
    result = images.copy()
    result[chosen] = np.rint((1 - share) * images[chosen] + share * images[chosen - 1])
    return result


def _non_digit_count(digits: int, recipe: Recipe) -> int:
    return _count_of_share(digits, recipe.non_digits)


def _cut_count(others: int, recipe: Recipe) -> int:
    return _count_of_share(others, CUT_SHARE) if recipe.non_digits else 0


def _count_of_share(others: int, share: float) -> int:
    """Return how many images, beside ``others``, are the share ``share`` of all."""
    return round(others * share / (1 - share))


def _held_out(
    recipe: Recipe, dataset: Dataset
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the indices of the images to train on and of those held out, both ascending."""
    indices = np.arange(len(dataset.train_labels))
    last = recipe.validate_on == "last"
    try:
        train, held_out = train_test_split(
            indices,
            test_size=recipe.validation,
            shuffle=not last,
            stratify=None if last else dataset.train_labels,
            random_state=None if last else SPLIT_SEED,
        )
    except ValueError as error:
        raise TrainingError(
            f"{recipe.validation:.2%} of {len(indices)} images cannot be held out for validation: "
            "some digit would be missing. Choose another share with --set validation=0.1"
        ) from error
    train.sort()
    held_out.sort()
    return train, held_out
