"""Inference with a Keras model, with the same copies of each image as a `Recognizer` averages."""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from mnist_app.arrays import Floats, Images
from mnist_app.augmented_copies import rotated_copies
from mnist_app.confidence import digit_scores
from mnist_app.reading_settings import RotatedCopies
from mnist_app.training.averaged_model import AveragedModel
from mnist_app.training.networks import logits_model
from mnist_app.training.recipe import Recipe

ROTATED_COPIES: Final = RotatedCopies()
"""Rotated copies of recipes with ``second_look``: in calibration, evaluation and their bundles."""
_BATCH_SIZE: Final = 1000
"""Number of images per call of the network; limits memory."""


@dataclass(frozen=True, eq=False)
class ModelOutputs:
    """Outputs of a model for n images: ``logits`` float32 (n, 10) or (n, 11).

    ``rotated`` float32 (2, n, 10 or 11) are the logits of two rotated copies, None for a
    model that uses none.
    """

    logits: Floats
    rotated: Floats | None

    def scores(self, temperature: float) -> Floats:
        """Return the score by which each prediction is accepted, see `digit_scores`."""
        return digit_scores(self.logits, temperature, self.rotated, ROTATED_COPIES)


class InferenceModel:
    """A Keras model with its test-time augmentation, see `mnist_app.augmented_copies`."""

    def __init__(self, model: Any, views: int = 1, *, second_look: bool = False) -> None:
        """Average over ``views`` shifted copies; with ``second_look`` use rotated copies too."""
        self.averaged: Final = AveragedModel(model, views)
        self._single: Final = logits_model(model) if second_look else None

    @classmethod
    def of(cls, model: Any, recipe: Recipe) -> Self:
        """Return ``model`` with the test-time augmentation of ``recipe``."""
        return cls(model, recipe.views, second_look=recipe.second_look)

    def outputs(self, images: Images) -> ModelOutputs:
        """Return the outputs for images uint8 (n, 28, 28)."""
        rotated = None
        if self._single is not None:
            copies = rotated_copies(images, ROTATED_COPIES.degrees)
            rotated = np.stack([logits(self._single, copy) for copy in copies])
        return ModelOutputs(logits(self.averaged, images), rotated)


def logits(model: Any, images: Images) -> Floats:
    """Return the output of ``model``, float32 (n, 10) or (n, 11), for images uint8 (n, 28, 28)."""
    return np.asarray(model.predict(images, batch_size=_BATCH_SIZE, verbose=0), np.float32)
