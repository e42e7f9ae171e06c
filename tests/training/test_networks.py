"""From recipes to Keras networks, against counts and formulas written out by hand."""

import dataclasses

import numpy as np
import pytest

from mnist_app.errors import TrainingError
from mnist_app.training.recipes import CNN, RECIPES, Recipe
from tests.lazy_modules import LazyModule

keras = LazyModule("keras")
special = LazyModule("scipy.special")
networks = LazyModule("mnist_app.training.networks")

DENSE = Recipe("dense", "Dense", hidden=(5,), output="softmax")


def test_layers_follow_the_declaration():
    recipe = dataclasses.replace(CNN, convolutions=((3, 4), (5,)), hidden=(7, 6))
    kinds = [type(layer).__name__ for layer in networks.build(recipe, 1).layers]
    block = ["MaxPooling2D", "Dropout"]
    assert kinds == [
        *["InputLayer", "Rescaling", "Reshape"],
        *["Conv2D", "Conv2D", *block, "Conv2D", *block, "Flatten"],
        *["Dense", "Dropout", "Dense", "Dropout", "Dense"],
    ]


def test_batch_normalisation_stands_between_convolution_and_activation():
    recipe = dataclasses.replace(CNN, convolutions=((3,),), batch_normalisation=True)
    model = networks.build(recipe, 1)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds[3:7] == ["Conv2D", "BatchNormalization", "ReLU", "MaxPooling2D"]
    assert model.layers[3].count_params() == 3 * 3 * 3
    assert networks.multiply_adds(model) == 26 * 26 * 27 + 13 * 13 * 3 * 128 + 128 * 10


def test_the_summary_lists_every_layer():
    rows = networks.summary(networks.build(DENSE, 1))
    assert [(row.kind, row.shape, row.parameters) for row in rows] == [
        ("InputLayer", "28 × 28", 0),
        ("Rescaling", "28 × 28", 0),
        ("Flatten", "784", 0),
        ("Dense", "5", 785 * 5),
        ("Dense", "10", 60),
        ("Softmax", "10", 0),
    ]


def test_parameters_and_multiply_adds_by_hand():
    recipe = dataclasses.replace(CNN, convolutions=((3, 4),), hidden=(7,))
    model = networks.build(recipe, 1)
    # 28 -> 26 -> 24 by the convolutions, -> 12 by pooling
    weights = [3 * 3 * 1 * 3, 3 * 3 * 3 * 4, 12 * 12 * 4 * 7, 7 * 10]
    assert model.count_params() == sum(weights) + 3 + 4 + 7 + 10
    places = [26 * 26, 24 * 24, 1, 1]
    assert networks.multiply_adds(model) == sum(np.multiply(weights, places))


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_builds_and_takes_raw_grey_levels(name):
    model = networks.logits_model(networks.build(RECIPES[name], 1))
    assert model.input_shape == (None, 28, 28)
    assert model.output_shape == (None, RECIPES[name].classes)


def test_grey_levels_are_scaled_inside_and_softmax_is_the_end():
    """The dense network, once more in NumPy."""
    model = networks.build(DENSE, 1)
    image = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    kernel, bias, last_kernel, last_bias = model.get_weights()
    hidden = np.maximum(image.reshape(3, 784) / 255 @ kernel + bias, 0)
    logits = hidden @ last_kernel + last_bias
    found = networks.logits_model(model).predict(image, verbose=0)
    assert np.allclose(found, logits, atol=1e-5)
    assert np.allclose(model.predict(image, verbose=0), special.softmax(logits, axis=1), atol=1e-6)


def test_the_cosine_schedule_decays_to_nothing():
    schedule = networks.build(dataclasses.replace(DENSE, schedule="cosine"), 100).optimizer
    rates = [float(schedule._learning_rate(step)) for step in (0, 50, 100)]
    assert np.allclose(rates, [0.001, 0.0005, 0], atol=1e-9)


def test_too_many_convolutions_are_refused_before_training():
    recipe = dataclasses.replace(CNN, convolutions=((4, 4), (4, 4), (4, 4), (4, 4)))
    with pytest.raises(TrainingError, match="reduce a 28×28 image to nothing"):
        networks.build(recipe, 1)
