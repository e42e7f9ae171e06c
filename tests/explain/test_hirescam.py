"""Class activation maps, with the gradients of Keras as the oracle."""

import dataclasses

import numpy as np
import pytest

from mnist_app.bundle import load_bundle
from mnist_app.explain.feature_maps import FeatureMaps, layer_outputs
from mnist_app.explain.hirescam import class_activation_maps
from mnist_app.explain.litert_graph import LiteRTGraph
from tests.lazy_modules import LazyModule

keras = LazyModule("keras")
tf = LazyModule("tensorflow")
export = LazyModule("mnist_app.training.export")
networks = LazyModule("mnist_app.training.networks")


def keras_evidence(model, image):
    """Gradient times activation, summed over the last maps of at least 7×7, or on the image."""
    maps = [layer.output for layer in model.layers if len(layer.output.shape) == 4]
    fine = [features for features in maps if features.shape[1] >= 7]
    both = keras.Model(model.input, [fine[-1] if fine else model.input, model.output])
    with tf.GradientTape() as tape:
        given = tf.constant(image[None].astype(np.float32))
        tape.watch(given)
        features, logits = both(given, training=False)
        features = features if fine else given
    gradients = tape.jacobian(logits, features)[0, :, 0].numpy()
    parts = (gradients - gradients.mean(axis=0)) * features[0].numpy()
    return parts.sum(axis=-1) if parts.ndim == 4 else parts


@pytest.mark.slow
def test_evidence_is_what_keras_finds(pair, images):
    model, graph = pair
    found = class_activation_maps(graph, graph.values(images[0]))
    wanted = keras_evidence(model, images[0])
    assert found.maps.shape == wanted.shape
    assert np.abs(wanted).max() > 1e-3
    np.testing.assert_allclose(found.maps, wanted, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.slow
def test_the_parts_add_up_to_the_evidence_but_for_the_biases(images, tmp_path):
    """Without biases nothing is left over: the parts are the centred logits."""
    keras.utils.set_random_seed(1)
    flow = entry = keras.Input((28, 28), name="images")
    flow = keras.layers.Reshape((28, 28, 1))(flow)
    flow = keras.layers.Conv2D(4, 3, use_bias=False, activation="relu")(flow)
    flow = keras.layers.Flatten()(keras.layers.MaxPooling2D(2)(flow))
    flow = keras.layers.Dense(8, use_bias=False, activation="relu")(flow)
    model = keras.Model(
        entry, keras.layers.Dense(10, use_bias=False, name=networks.LOGITS_LAYER)(flow)
    )
    values, graph = values_and_graph(model, images[0], tmp_path)
    logits = values[graph.logits][0]
    found = class_activation_maps(graph, values).maps.sum(axis=(1, 2))
    np.testing.assert_allclose(found, logits - logits.mean(), rtol=1e-3)


def values_and_graph(model, image, folder):
    export.write_models(model, folder)
    content = (folder / "model.tflite").read_bytes()
    graph = LiteRTGraph(dataclasses.replace(load_bundle("cnn"), model=content))
    return graph.values(image), graph


@pytest.mark.slow
def test_without_a_known_gradient_there_is_no_evidence(images, tmp_path):
    flow = entry = keras.Input((28, 28), name="images")
    flow = keras.layers.Dense(8, activation="tanh")(keras.layers.Flatten()(flow))
    model = keras.Model(entry, keras.layers.Dense(10, name=networks.LOGITS_LAYER)(flow))
    values, graph = values_and_graph(model, images[0], tmp_path)
    assert class_activation_maps(graph, values) is None
    assert [one.number for one in layer_outputs(graph, values)] == [1, 2]


@pytest.mark.parametrize("name", ["cnn", "dense-128-64"])
def test_evidence_lies_on_the_last_maps_or_on_the_image(name, images):
    graph = LiteRTGraph(load_bundle(name))
    values = graph.values(images[0])
    found = class_activation_maps(graph, values)
    maps = [layer for layer in layer_outputs(graph, values) if isinstance(layer, FeatureMaps)]
    if maps:
        assert (
            found.receptive_field == [m for m in maps if m.maps.shape[1] >= 7][-1].receptive_field
        )
    else:
        assert found.maps.shape == (10, 28, 28)
        assert not found.maps[:, images[0] == 0].any()
