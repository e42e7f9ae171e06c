"""Several views of one image: shifted by a pixel, nothing else."""

import cv2
import numpy as np
import pytest

from mnist_app.views import COUNTS, SHIFTS, views

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("count", COUNTS)
def test_there_are_as_many_views_as_were_asked_for_and_the_first_is_the_image(count):
    images = RANDOM.integers(0, 256, (3, 28, 28), np.uint8)
    seen = views(images, count)
    assert seen.shape == (count, 3, 28, 28)
    assert seen.dtype == np.uint8
    np.testing.assert_array_equal(seen[0], images)


def test_views_are_shifted_as_opencv_shifts_them():
    images = RANDOM.integers(0, 256, (2, 28, 20), np.uint8)
    for (right, down), seen in zip(SHIFTS, views(images, len(SHIFTS)), strict=True):
        matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
        for image, view in zip(images, seen, strict=True):
            expected = cv2.warpAffine(image, matrix, (20, 28), flags=cv2.INTER_NEAREST)
            np.testing.assert_array_equal(view, expected)


def test_on_average_they_are_not_shifted():
    assert np.sum(SHIFTS, axis=0).tolist() == [0, 0]
    assert len(set(SHIFTS)) == len(SHIFTS)


def test_of_no_images_there_are_no_views():
    assert views(np.zeros((0, 28, 28), np.uint8), 5).shape == (5, 0, 28, 28)
