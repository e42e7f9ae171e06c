"""Knowledge distillation: a small network learns what larger ones make of each image.

Source: Hinton et al. 2015, “Distilling the Knowledge in a Neural Network”. The targets are the
teachers' probabilities, of “no digit” too. A digit turned by `DEGREES` is still a digit, and what
only resembles one mostly is not: the teachers are asked for turned copies as well, and the student
learns to see the difference in one look.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import cv2
import numpy as np

from mnist_app.arrays import DIGITS, Floats, Images
from mnist_app.confidence import softmax
from mnist_app.training.inference import logits

DEGREES: Final = 25.0
"""Rotation of the two copies, counter-clockwise and clockwise: farther than training images are."""
COPIES_WEIGHT: Final = 0.4
"""Share of the copies' logits in deciding whether an image shows a digit."""


def soft_labels(teachers: Sequence[Any], images: Images) -> Floats:
    """Return the target of each image uint8 (n, 28, 28): probabilities float32 (n, 11).

    ``teachers`` are Keras models that return 11 logits.
    """

    def log_probabilities(copies: Images) -> Floats:
        mean = np.mean([softmax(logits(teacher, copies)) for teacher in teachers], axis=0)
        return np.asarray(np.log(np.maximum(mean, np.finfo(np.float32).tiny)), np.float32)

    return targets(log_probabilities, images)


def targets(log_probabilities: Callable[[Images], Floats], images: Images) -> Floats:
    """Return the targets that a teacher's ``log_probabilities`` (n, 11) of images give.

    Which digit it is, the image itself decides; whether there is one, the turned copies too.
    """
    own = log_probabilities(images)
    turned = [log_probabilities(copy) for copy in rotated(images)]
    both = (1 - COPIES_WEIGHT) * own + COPIES_WEIGHT * np.mean(turned, axis=0)
    no_digit = softmax(both.astype(np.float32))[:, DIGITS:]
    digits = softmax(own[:, :DIGITS])
    return np.concatenate([digits * (1 - no_digit), no_digit], axis=1).astype(np.float32)


def rotated(images: Images) -> Images:
    """Return images uint8 (n, height, width) turned to both sides: uint8 (2, n, height, width).

    The first copy is turned counter-clockwise about the image's centre, the second clockwise.
    Pixels that come in are paper, 0.
    """
    height, width = images.shape[1:]
    copies = np.empty((2, *images.shape), np.uint8)
    for side, angle in enumerate((DEGREES, -DEGREES)):
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
        for index, image in enumerate(images):
            copies[side, index] = cv2.warpAffine(image, matrix, (width, height))
    return copies
