"""Ink of numbers and of single strokes, to test segmentation with."""

import numpy as np

from mnist_app.preprocessing.strokes import Stroke, draw
from tests.drawings import strokes_of


def written(digits, *, size=90, step=100, top=60, brush=10, slope=0.0, left=30):
    """Strokes of digits side by side."""
    return [
        stroke
        for index, digit in enumerate(digits)
        for stroke in strokes_of(
            digit, left=left + index * step, top=top + slope * index * step, size=size, brush=brush
        )
    ]


def line_of(*points, width=10.0):
    return Stroke(np.array(points, np.float32), width)


def drawn(strokes, height=300, width=700):
    return draw(strokes, height, width)
