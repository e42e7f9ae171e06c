"""Films: which moments they have, and what is measured at each."""

import dataclasses
import itertools
import shutil

import numpy as np
import pytest

from mnist_app.bundle import load_bundle
from mnist_app.litert_weights import weights_in
from mnist_app.training.recipes import DENSE_128, FILMED, RECIPES
from tests.lazy_modules import LazyModule

epochs = LazyModule("mnist_app.training.data.epochs")
filming = LazyModule("mnist_app.training.filming")

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (40, 28, 28)).astype(np.uint8)


@pytest.mark.parametrize("batches", [1, 2, 5, 8440])
def test_each_moment_comes_after_twice_as_many_batches(batches):
    moments = sorted(filming.moments(batches))
    assert (moments[0], moments[-1]) == (0, batches)
    assert all(before == after // 2 for before, after in itertools.pairwise(moments))


def test_small_networks_that_were_validated_are_filmed():
    found = {name for name, recipe in RECIPES.items() if filming.can_be_filmed(recipe)}
    assert found == set(FILMED)
    normalised = dataclasses.replace(DENSE_128, batch_normalisation=True)
    assert not filming.can_be_filmed(normalised)
    assert not filming.can_be_filmed(dataclasses.replace(DENSE_128, validate_on="test"))


def test_moments_are_kept_in_a_file(tmp_path):
    moments = {
        images: [RANDOM.normal(0, 1, shape).astype(np.float32) for shape in ((2, 3), (2,))]
        for images in (0, 32, 600)
    }
    path = tmp_path / "epoch-1.npz"
    filming.save(moments, path)
    found = filming.load(path)
    assert list(found) == list(moments)
    for images, weights in moments.items():
        for one, other in zip(found[images], weights, strict=True):
            np.testing.assert_array_equal(one, other)
    for damaged in (b"", path.read_bytes()[:100]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="damaged"):
            filming.load(path)


@pytest.fixture
def bundle(tmp_path):
    """The shipped dense network, to be given another film."""
    return load_bundle(shutil.copytree(load_bundle(DENSE_128.name).folder, tmp_path / "mine"))


def read_by_numpy(weights):
    """What a network of two dense layers reads in the images."""
    first, bias, last, last_bias = weights
    units = np.maximum(IMAGES.reshape(-1, 784) / 255 @ first.reshape(128, 784).T + bias, 0)
    return (units @ last.reshape(10, 128).T + last_bias).argmax(axis=1)


@pytest.mark.parametrize("is_own", [True, False])
def test_a_film_tells_what_each_moment_reads_right(bundle, is_own):
    own = weights_in(bundle.model)
    start = [RANDOM.normal(0, 0.1, one.shape).astype(np.float32) for one in own]
    end = own if is_own else [one + np.float32(0.001) for one in own]
    labels = read_by_numpy(end).astype(np.uint8)
    labels[30:] = (labels[30:] + 1) % 10
    images = epochs.Split(IMAGES[:0], labels[:0], IMAGES, labels)
    film = filming.add_film(bundle, {0: start, 128: end}, images)
    published = load_bundle(bundle.folder)
    assert published.film().to_bytes() == film.to_bytes()
    assert film.ends_with_bundle == is_own
    assert film.images.tolist() == [0, 128]
    assert film.validation == 40
    at_start = int((read_by_numpy(film.weights.at(0)) == labels).sum())
    assert film.right.tolist() == [at_start, 30]
    unchanged = ("recipe", "settings", "model", "report_bytes", "errors_bytes")
    assert all(getattr(published, name) == getattr(bundle, name) for name in unchanged)
