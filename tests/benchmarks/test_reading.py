"""The reading benchmark's own parts."""

import numpy as np

from benchmarks.reading import CANVAS_SIDE, SIZES, on_canvas, read_through_canvas
from mnist_app import Recognizer
from mnist_app.ink.mnist_style import mnist_style
from tests.drawings import DIGITS, drawn


def test_an_image_lies_whole_on_the_canvas():
    random = np.random.default_rng(0)
    image = np.full((28, 28), 255, np.uint8)
    sides = set()
    for _ in range(40):
        canvas = on_canvas(image, random)
        assert canvas.shape == (CANVAS_SIDE, CANVAS_SIDE, 4)
        assert canvas[..., 3].min() == 255
        inked = np.argwhere(canvas[..., 0])
        height, width = np.ptp(inked, axis=0) + 1
        assert height == width
        assert len(inked) == height * width
        sides.add(int(height))
    assert SIZES[0] <= min(sides) < max(sides) <= SIZES[1]


def test_what_is_read_back_is_what_the_recogniser_says(capsys):
    recognizer = Recognizer.load()
    images = np.stack([mnist_style(drawn(digit)) for digit in DIGITS])
    read = read_through_canvas(recognizer, np.concatenate([images, np.zeros_like(images[:1])]))
    assert read[-1] == -1
    assert read[:-1].tolist() == recognizer.predict(images).argmax(axis=1).tolist()
