"""Makes a bundle one that a class can teach: adds the features of MNIST's images to it."""

from typing import Final

import numpy as np

from mnist_app.arrays import Images, Labels
from mnist_app.bundle import Bundle
from mnist_app.bundle_publishing import amend
from mnist_app.errors import TrainingError
from mnist_app.feature_network import FeatureNetwork
from mnist_app.teaching_data import LabelledFeatures, TeachingData
from mnist_app.training.data.datasets import Dataset, check_trained_on
from mnist_app.training.data.epochs import split
from mnist_app.training.recipe import Recipe

REHEARSAL: Final = 10_000
"""Training images to rehearse with; enough for 5,000 drawings, see `mnist_app.classroom.teaching`.
They and the test images take 1.3 MB in the bundle of cnn."""
HELD_BACK: Final = 2_000
"""Validation images to calibrate by."""
SEED: Final = 0
"""Seed of the choice among the images."""


def can_be_taught(recipe: Recipe) -> bool:
    """Tell whether the networks of ``recipe`` end in two dense layers, and have validation images.

    The last dense layer is then a softmax regression on the units of the one before. Without
    validation images nothing could be held back to calibrate by.
    """
    return bool(recipe.hidden) and not recipe.non_digits and recipe.validate_on != "test"


def make_teachable(bundle: Bundle, recipe: Recipe, dataset: Dataset) -> None:
    """Publish ``bundle`` again with the features of images that it was trained and tested on.

    ``recipe`` and ``dataset`` are those of the bundle. Raises `TrainingError` if they are not, or
    if such a network cannot be taught; `BundleError` or `OSError` as `amend` does.
    """
    check_trained_on(bundle, dataset)
    if not can_be_taught(recipe):
        raise TrainingError(
            f"“{bundle.name}” cannot be taught: its recipe has no dense layer before its logits, "
            "knows “no digit”, or has no validation images. Choose another model, such as cnn"
        )
    network, images = FeatureNetwork(bundle), split(recipe, dataset)
    random = np.random.default_rng(SEED)

    def features(images: Images, labels: Labels, most: int) -> LabelledFeatures:
        index = random.permutation(len(labels))[:most]
        return LabelledFeatures(network.features(images[index]), labels[index])

    teaching = TeachingData(
        rehearsal=features(images.train_images, images.train_labels, REHEARSAL),
        held_back=features(images.validation_images, images.validation_labels, HELD_BACK),
        test=features(dataset.test_images, dataset.test_labels, len(dataset.test_labels)),
    )
    amend(bundle, teaching=teaching)
