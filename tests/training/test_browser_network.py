"""The file for the browser: the layers and weights of the Keras model, and nothing else."""

import json
import struct

import numpy as np
import pytest

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.errors import TrainingError
from tests.lazy_modules import LazyModule

keras = LazyModule("keras")
export = LazyModule("mnist_app.training.export")
browser_network = LazyModule("mnist_app.training.browser_network")


def parts(content):
    (length,) = struct.unpack_from("<I", content)
    return json.loads(content[4 : 4 + length]), np.frombuffer(content[4 + length :], "<f2")


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_bundle_has_the_file_of_its_keras_model(name):
    model = export.load_keras_model(name)
    assert browser_network.browser_network(model) == load_bundle(name).browser_network


def test_batch_normalisation_is_folded():
    rng = np.random.default_rng()
    images = keras.Input((28, 28))
    x = keras.layers.Reshape((28, 28, 1))(keras.layers.Rescaling(1 / 255)(images))
    x = keras.layers.Conv2D(3, 3, use_bias=False)(x)
    normalisation = keras.layers.BatchNormalization()
    x = keras.layers.MaxPooling2D(2)(keras.layers.ReLU()(normalisation(x)))
    x = keras.layers.Dense(10, name="logits")(keras.layers.Flatten()(x))
    model = keras.Model(images, x)
    normalisation.set_weights([rng.uniform(0.5, 1.5, 3) for _ in range(4)])
    layers, weights = parts(browser_network.browser_network(model))
    assert layers == [
        {"kind": "convolution", "outputs": 3, "relu": True},
        {"kind": "pooling"},
        {"kind": "dense", "outputs": 10, "relu": False},
    ]
    assert len(weights) == 9 * 3 + 3 + 13 * 13 * 3 * 10 + 10
    image = rng.uniform(0, 1, (3, 3))
    patch = keras.ops.convert_to_tensor(np.pad(image, (0, 25))[np.newaxis, :, :, np.newaxis])
    expected = normalisation(model.layers[3](patch))[0, 0, 0]
    kernel, bias = weights[:27].reshape(9, 3), weights[27:30]
    assert image.ravel() @ kernel + bias == pytest.approx(np.asarray(expected), abs=0.02)


def test_what_the_browser_cannot_read_is_refused():
    images = keras.Input((28, 28))
    x = keras.layers.Flatten()(keras.layers.LayerNormalization(name="odd")(images))
    model = keras.Model(images, keras.layers.Dense(10, name="logits")(x))
    with pytest.raises(TrainingError, match="“odd”"):
        browser_network.browser_network(model)
    plain = keras.Model(images, keras.layers.Dense(10)(keras.layers.Flatten()(images)))
    plain.layers[-1].bias.assign([1e6] * 10)
    with pytest.raises(TrainingError, match="float16"):
        browser_network.browser_network(plain)
