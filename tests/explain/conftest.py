"""Networks to explain, with their Keras models as oracles."""

import dataclasses

import numpy as np
import pytest

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.preprocessing.normalize import normalize_digit
from tests.drawings import drawn

SHIPPED = {"dense-128-64", "cnn", "cnn-regularised", "best"}.intersection(shipped_names())
UNUSUAL = "unusual"
"""An untrained network with padding, strides, means and 11 logits, which no other one has."""


@pytest.fixture(scope="session")
def images():
    """Drawn digits, MNIST-style."""
    return np.stack([normalize_digit(drawn(digit)) for digit in (2, 4, 7)])


@pytest.fixture(scope="session")
def keras_models(tmp_path_factory):
    """The Keras model and the bundle of every network here, by name."""
    import keras

    from mnist_app.training import export

    keras.utils.set_random_seed(0)
    flow = entry = keras.Input((28, 28), name="images")
    flow = keras.layers.Reshape((28, 28, 1))(keras.layers.Rescaling(1 / 255)(flow))
    flow = keras.layers.Conv2D(4, 3, strides=2, padding="same", activation="tanh")(flow)
    flow = keras.layers.AveragePooling2D(2)(flow)
    flow = keras.layers.Conv2D(6, 3, padding="same", use_bias=False)(flow)
    flow = keras.layers.ReLU()(keras.layers.BatchNormalization()(flow))
    flow = keras.layers.AveragePooling2D(3, strides=2)(flow)
    flow = keras.layers.Conv2D(8, 2, padding="same", activation="relu")(flow)
    flow = keras.layers.GlobalAveragePooling2D()(flow)
    flow = keras.layers.ReLU(6.0)(keras.layers.Dense(9)(flow))
    unusual = keras.Model(entry, keras.layers.Dense(11, name="logits")(flow))
    path = tmp_path_factory.mktemp(UNUSUAL) / "model.tflite"
    export.write_litert(unusual, path)
    bundle = dataclasses.replace(load_bundle("cnn"), name=UNUSUAL, model=path.read_bytes())
    found = {name: (export.load_keras_model(name), load_bundle(name)) for name in SHIPPED}
    return {**found, UNUSUAL: (unusual, bundle)}


@pytest.fixture(params=(*sorted(SHIPPED), UNUSUAL))
def pair(request, keras_models):
    """A Keras model that ends in logits, and the graph of the same network."""
    from mnist_app.training.networks import logits_model

    model, bundle = keras_models[request.param]
    return logits_model(model), LiteRTGraph(bundle)
