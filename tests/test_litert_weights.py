"""Weights of LiteRT models: those of Keras, in its order, and put back where they came from."""

import dataclasses

import numpy as np
import pytest

from mnist_app import Recognizer, litert_weights
from mnist_app.bundle import load_bundle
from tests.lazy_modules import LazyModule

export = LazyModule("mnist_app.training.export")
filming = LazyModule("mnist_app.training.filming")

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (3, 28, 28)).astype(np.uint8)


@pytest.mark.parametrize("name", ["cnn", "dense-128"])
def test_they_are_those_of_the_keras_model(name):
    expected = filming.weights_of(export.load_keras_model(name))
    found = litert_weights.weights_in(load_bundle(name).model)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other.ravel())


def test_a_network_with_other_weights_computes_with_them():
    """An oracle in NumPy: two dense layers."""
    shapes = ((128, 784), (128,), (10, 128), (10,))
    first, bias, last, last_bias = weights = [
        RANDOM.normal(0, 0.1, shape).astype(np.float32) for shape in shapes
    ]
    bundle = load_bundle("dense-128")
    other = dataclasses.replace(bundle, model=litert_weights.with_weights(bundle.model, weights))
    units = np.maximum(IMAGES.reshape(3, 784) / 255 @ first.T + bias, 0)
    expected = units @ last.T + last_bias
    assert Recognizer(other).logits(IMAGES) == pytest.approx(expected, rel=1e-3, abs=1e-3)
    for one, written in zip(litert_weights.weights_in(other.model), weights, strict=True):
        np.testing.assert_array_equal(one, written.ravel())


def test_weights_that_do_not_fit_are_refused():
    model = load_bundle("dense-128").model
    *others, bias = litert_weights.weights_in(model)
    for wrong in (others, [*others, bias[1:]], [*others, bias, bias]):
        with pytest.raises(litert_weights.NO_MODEL):
            litert_weights.with_weights(model, wrong)
    with pytest.raises(litert_weights.NO_MODEL):
        litert_weights.with_weights(bytes(1000), [])
