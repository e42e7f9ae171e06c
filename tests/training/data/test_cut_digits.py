"""What a network learns of divided numbers: digits cut right, and what wrong cuts leave."""

from itertools import islice

import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.training.data.cut_digits import NO_DIGIT, cut_digits
from mnist_app.training.data.pen_digits import PenDigit
from tests.drawings import DIGITS

PENS = tuple(
    PenDigit(label, writer, tuple(np.array(stroke, np.float32) for stroke in strokes))
    for writer in (1, 2)
    for label, strokes in DIGITS.items()
)


@pytest.fixture(scope="module")
def candidates():
    found = list(islice(cut_digits(PENS, np.random.default_rng(0)), 300))
    return np.stack([image for image, _ in found]), np.array([label for _, label in found])


def test_images_are_as_in_mnist_and_of_every_digit_and_of_none(candidates):
    images, labels = candidates
    assert images.dtype == np.uint8
    assert images.shape == (300, 28, 28)
    assert images.max(axis=(1, 2)).min() > 100
    assert set(labels.tolist()) == {*DIGITS, NO_DIGIT}
    assert 0.3 < (labels == NO_DIGIT).mean() < 0.8


def test_the_same_random_numbers_make_the_same_images(candidates):
    images, labels = candidates
    again = list(islice(cut_digits(PENS, np.random.default_rng(0)), 50))
    np.testing.assert_array_equal(np.stack([image for image, _ in again]), images[:50])
    assert [label for _, label in again] == labels[:50].tolist()


def test_what_is_cut_right_is_still_that_digit_and_what_is_cut_wrong_is_not(candidates):
    """The judge has learned from others' handwriting, and not from these."""
    images, labels = candidates
    readings = Recognizer.load("best").read_normalized_batch(images)
    right = labels != NO_DIGIT
    read = np.array([reading.digit for reading in readings])
    accepted = np.array([reading.accepted for reading in readings])
    assert (read == labels)[right].mean() > 0.85
    assert accepted[right].mean() > 0.6
    assert accepted[~right].mean() < 0.25


def test_a_piece_that_could_be_a_one_is_not_taught_to_be_none(candidates):
    images, labels = candidates
    for image in images[labels == NO_DIGIT]:
        points = np.argwhere(image > 0)
        weights = image[image > 0].astype(float)
        narrow, long = np.linalg.eigvalsh(np.cov(points.T, aweights=weights))
        assert narrow > 0.15**2 * long
