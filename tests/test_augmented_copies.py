"""Several views of one image: shifted by a pixel, nothing else."""

import cv2
import numpy as np
import pytest
from PIL import Image

from mnist_app.augmented_copies import COUNTS, SHIFTS, rotated_copies, shifted_copies
from mnist_app.preprocessing.normalize import normalize_digit
from tests.drawings import scrawl

DEGREES = 25.0
RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("count", COUNTS)
def test_there_are_as_many_views_as_were_asked_for_and_the_first_is_the_image(count):
    images = RANDOM.integers(0, 256, (3, 28, 28), np.uint8)
    seen = shifted_copies(images, count)
    assert seen.shape == (count, 3, 28, 28)
    assert seen.dtype == np.uint8
    np.testing.assert_array_equal(seen[0], images)


def test_views_are_shifted_as_opencv_shifts_them():
    images = RANDOM.integers(0, 256, (2, 28, 20), np.uint8)
    for (right, down), seen in zip(SHIFTS, shifted_copies(images, len(SHIFTS)), strict=True):
        matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
        for image, view in zip(images, seen, strict=True):
            expected = cv2.warpAffine(image, matrix, (20, 28), flags=cv2.INTER_NEAREST)
            np.testing.assert_array_equal(view, expected)


def test_on_average_they_are_not_shifted():
    assert np.sum(SHIFTS, axis=0).tolist() == [0, 0]
    assert len(set(SHIFTS)) == len(SHIFTS)


def test_of_no_images_there_are_no_views():
    assert shifted_copies(np.zeros((0, 28, 28), np.uint8), 5).shape == (5, 0, 28, 28)


def test_turned_images_are_turned_to_both_sides_about_their_middle():
    """The oracle is Pillow, whose degrees run to the left too."""
    images = np.stack([normalize_digit(scrawl(seed)) for seed in range(3)])
    found = rotated_copies(images, DEGREES)
    assert found.shape == (2, 3, 28, 28)
    assert found.dtype == np.uint8
    for views_, degrees in zip(found, (DEGREES, -DEGREES), strict=True):
        for image, view in zip(images, views_, strict=True):
            expected = Image.fromarray(image).rotate(degrees, Image.Resampling.BILINEAR)
            difference = np.abs(view.astype(int) - np.asarray(expected, int))
            assert difference.mean() < 1.5
            assert difference.mean() < 0.1 * np.abs(view.astype(int) - image).mean()


def test_the_two_sides_mirror_each_other():
    images = RANDOM.integers(0, 256, (2, 28, 28), np.uint8)
    left, right = rotated_copies(images, DEGREES)
    mirrored = rotated_copies(images[:, :, ::-1], DEGREES)[1][:, :, ::-1]
    assert np.abs(left.astype(int) - mirrored).max() <= 1
    assert np.abs(left.astype(int) - right).mean() > 10


def test_of_no_images_none_is_turned():
    assert rotated_copies(np.zeros((0, 28, 28), np.uint8), DEGREES).shape == (2, 0, 28, 28)
