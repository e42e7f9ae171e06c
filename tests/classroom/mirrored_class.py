"""A class for tests: eight pupils who write their digits mirrored, which cnn reads badly."""

import numpy as np

from mnist_app.classroom.class_drawings import ClassDrawings
from mnist_app.training.data import synthetic

PUPILS = tuple(range(1, 9))
TEACHERS = (1, 2, 3, 4)


def mirrored_digits():
    images, labels = synthetic.draw(160, seed=7)
    pupils = np.arange(160, dtype=np.int64) % len(PUPILS) + 1
    return ClassDrawings(np.ascontiguousarray(images[:, :, ::-1]), labels, pupils)
