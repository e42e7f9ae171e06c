"""Layer outputs equal those of Keras; a receptive field holds the pixels that count."""

import numpy as np
import pytest

from mnist_app.bundle import load_bundle
from mnist_app.explain.feature_maps import DenseUnits, FeatureMaps, layer_outputs
from mnist_app.explain.litert_graph import LiteRTGraph
from tests.lazy_modules import LazyModule

keras = LazyModule("keras")
signal = LazyModule("scipy.signal")


def keras_layers(model):
    """Convolutions, poolings and dense layers with what follows each until the next of them."""
    wanted = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.ReLU | keras.layers.BatchNormalization):
            wanted[-1] = layer
        elif isinstance(
            layer,
            keras.layers.Conv2D
            | keras.layers.MaxPooling2D
            | keras.layers.AveragePooling2D
            | keras.layers.Dense,
        ):
            wanted.append(layer)
    return keras.Model(model.input, [layer.output for layer in wanted])


def test_layer_outputs_equal_those_of_keras(pair, images):
    model, graph = pair
    expected = keras_layers(model)(images.astype(np.float32))
    for number, image in enumerate(images):
        found = layer_outputs(graph, graph.values(image))
        assert len(found) == len(expected)
        for layer, theirs in zip(found, expected, strict=True):
            wanted = np.asarray(theirs[number])
            if isinstance(layer, FeatureMaps):
                np.testing.assert_allclose(layer.maps, np.moveaxis(wanted, -1, 0), atol=2e-4)
            else:
                np.testing.assert_allclose(layer.levels, wanted, atol=2e-4)
        assert [layer.last for layer in found if isinstance(layer, DenseUnits)][-1]


def test_a_receptive_field_is_what_a_pixel_depends_on(pair, images):
    """The oracle changes the image column by column, row by row, and sees which maps change."""
    _, graph = pair
    noise = np.random.default_rng(0).integers(1, 256, images[0].shape, np.uint8)

    def maps(image):
        return [m for m in layer_outputs(graph, graph.values(image)) if isinstance(m, FeatureMaps)]

    before = maps(noise)
    for axis in (0, 1):  # rows, columns
        reached = [np.zeros((layer.maps.shape[1 + axis], 28), bool) for layer in before]
        for line in range(28):
            changed = noise.copy()
            np.moveaxis(changed, axis, 0)[line] = 0
            for seen, one, other in zip(reached, before, maps(changed), strict=True):
                differs = (one.maps != other.maps).any(axis=0)
                seen[:, line] = differs.any(axis=1 - axis)
        for layer, seen in zip(before, reached, strict=True):
            field = layer.receptive_field
            for index, lines in enumerate(map(np.flatnonzero, seen)):
                middle, half = field.first + index * field.step, (field.size - 1) / 2
                assert lines.min() == max(0, middle - half)
                assert lines.max() == min(27, middle + half)


def test_filters_are_given_where_they_lie_on_the_image(images):
    graph = LiteRTGraph(load_bundle("cnn"))
    first, *others = (one for one in layer_outputs(graph, graph.values(images[0])))
    assert first.filters.shape == (16, 3, 3)
    assert all(one.filters is None for one in others if isinstance(one, FeatureMaps))
    for filter_, found in zip(first.filters, first.maps, strict=True):
        slid = signal.correlate2d(images[0] / 255, filter_, mode="valid")
        positive = found > 0
        if positive.any():
            assert np.ptp(found[positive] - slid[positive]) < 1e-5  # what is left is the bias


def test_weights_are_given_where_units_look_at_the_image(keras_models, images):
    model, bundle = keras_models["dense-128-64"]
    graph = LiteRTGraph(bundle)
    first, second, last = layer_outputs(graph, graph.values(images[0]))
    kernel = np.asarray(next(one for one in model.layers if one.weights).kernel)
    np.testing.assert_array_equal(first.weights, kernel.T.reshape(128, 28, 28))
    assert second.weights is None
    assert last.weights is None
    assert [one.number for one in (first, second, last)] == [1, 2, 3]


@pytest.mark.parametrize(("name", "kinds"), [("cnn", "ccmccm"), ("dense-128-64", "")])
def test_layers_are_counted_by_kind(name, kinds, images):
    graph = LiteRTGraph(load_bundle(name))
    found = [m for m in layer_outputs(graph, graph.values(images[0])) if isinstance(m, FeatureMaps)]
    assert "".join(layer.kind[0] for layer in found) == kinds
    for kind in "cm":
        numbers = [layer.number for layer in found if layer.kind[0] == kind]
        assert numbers == list(range(1, len(numbers) + 1))
