"""Reads digits that people draw, and says so when it is not sure.

>>> from mnist_app import Recognizer
>>> recognizer = Recognizer.load()
>>> prediction = recognizer.read_digit(image)  # doctest: +SKIP
"""

from mnist_app.errors import (
    BundleError,
    DatasetError,
    InvalidImageError,
    MnistAppError,
    TrainingError,
)
from mnist_app.prediction import NumberReading, Prediction
from mnist_app.preprocessing.strokes import Stroke
from mnist_app.recognizer import Recognizer

__all__ = [
    "BundleError",
    "DatasetError",
    "InvalidImageError",
    "MnistAppError",
    "NumberReading",
    "Prediction",
    "Recognizer",
    "Stroke",
    "TrainingError",
]
