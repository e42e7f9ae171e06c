"""The digits that the app draws itself."""

import numpy as np
import pytest

from mnist_app.training.data import synthetic


@pytest.fixture(scope="module")
def drawn():
    return synthetic.draw(200, seed=0)


def test_shapes_and_labels(drawn):
    images, labels = drawn
    assert images.shape == (200, 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    assert np.bincount(labels).tolist() == [20] * 10


def test_they_are_made_as_mnist_is(drawn):
    images, _ = drawn
    assert (images.max(axis=(1, 2)) == 255).all()
    index = np.arange(28)
    mass = images.sum(axis=(1, 2), dtype=float)
    for axis in (1, 2):
        centre = (images.sum(axis=axis, dtype=float) * index).sum(axis=1) / mass
        assert (np.abs(centre - 14) <= 0.5).all()


def test_the_seed_decides(drawn):
    images, _ = drawn
    assert np.array_equal(synthetic.draw(200, seed=0)[0], images)
    assert not np.array_equal(synthetic.draw(200, seed=1)[0], images)


def test_no_two_alike(drawn):
    images, _ = drawn
    assert len(np.unique(images.reshape(200, -1), axis=0)) == 200


def test_nearest_neighbour_can_tell_them_apart(drawn):
    """An independent reader agrees with the labels: the digits are what they say they are."""
    images, labels = drawn
    others, other_labels = synthetic.draw(100, seed=5)
    flat, known = others.reshape(100, -1).astype(float), images.reshape(200, -1).astype(float)
    nearest = ((flat[:, None] - known[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (labels[nearest] == other_labels).mean() > 0.8
