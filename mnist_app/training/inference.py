"""Inference with a Keras model."""

from typing import Any, Final

import numpy as np

from mnist_app.arrays import Floats, Images
from mnist_app.training.networks import logits_model

_BATCH_SIZE: Final = 1000
"""Number of images per call of the network; limits memory."""


def logits(model: Any, images: Images) -> Floats:
    """Return the logits of ``model``, float32 (n, 10 or 11), for images uint8 (n, 28, 28)."""
    found = logits_model(model).predict(images, batch_size=_BATCH_SIZE, verbose=0)
    return np.asarray(found, np.float32)
