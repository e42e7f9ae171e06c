"""Occlusion: the most important ink is that on which the prediction depends."""

import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.explain.occlusion import COVER_SIDE, occlude


def weighing(weights):
    """A reader for which class 3 is the sum of the weighed ink, and all others are level."""

    def logits(images):
        found = np.zeros((len(images), 10), np.float32)
        found[:, 3] = (images * weights).sum(axis=(1, 2)) / 255
        return found

    return logits


def test_the_pixel_that_counts_is_found(images):
    image = images[0]
    y, x = np.argwhere(image == 255)[20]
    weights = np.zeros(image.shape)
    weights[y, x] = 4.0
    found = occlude(image, weighing(weights), 3)
    left, top, width, height = found.worst
    assert left <= x < left + width
    assert top <= y < top + height
    assert (width, height) == (COVER_SIDE, COVER_SIDE)
    assert not found.covered[top : top + height, left : left + width].any()
    outside = np.ones(image.shape, bool)
    outside[top : top + height, left : left + width] = False
    np.testing.assert_array_equal(found.covered[outside], image[outside])
    assert found.importance.max() == found.importance[y, x] == pytest.approx(4.0, abs=1e-5)
    far = np.hypot(*(np.indices(image.shape) - np.array([y, x])[:, None, None])) > 7
    assert not found.importance[far].any()


def test_ink_that_speaks_against_the_digit_counts_negative(images):
    found = occlude(images[1], weighing(np.full((28, 28), -0.1)), 3)
    assert found.importance.min() < 0
    assert found.importance.max() <= 1e-6


def test_it_is_the_mean_over_the_covers_that_hide_a_pixel(images):
    """A slow, literal oracle with the real network."""
    image, recognizer = images[2], Recognizer.load()
    found = occlude(image, recognizer.logits, 7)

    def odds(picture):
        logits = recognizer.logits(picture[None])[0].astype(float)
        shares = np.exp(logits - logits.max())
        return np.log(shares[7]) - np.log(shares.sum() - shares[7])

    falls = {}
    for y in [*range(0, 23, 2), 23]:
        for x in [*range(0, 23, 2), 23]:
            covered = image.copy()
            covered[y : y + 5, x : x + 5] = 0
            if (covered != image).any():
                falls[x, y] = odds(image) - odds(covered)
    for y, x in ((6, 10), (14, 14), (20, 12), (2, 2)):
        over = [fall for (a, b), fall in falls.items() if a <= x < a + 5 and b <= y < b + 5]
        wanted = np.mean(over) if over else 0.0
        assert found.importance[y, x] == pytest.approx(wanted, abs=1e-3)
    assert found.worst[:2] == max(falls, key=falls.get)


def test_only_covers_that_hide_ink_are_read(images):
    dot = np.zeros((28, 28), np.uint8)
    dot[14, 14] = 255
    seen = []

    def logits(pictures):
        seen.append(len(pictures))
        return np.zeros((len(pictures), 10), np.float32)

    occlude(dot, logits, 0)
    assert sum(seen) <= 1 + 9
