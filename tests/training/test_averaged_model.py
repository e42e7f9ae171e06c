"""A whole reading in one graph: what each view says alone, averaged."""

import dataclasses

import numpy as np
import pytest

from mnist_app.augmented_copies import COUNTS, SHIFTS, shifted_copies
from tests.lazy_modules import LazyModule

keras = LazyModule("keras")
averaged_model = LazyModule("mnist_app.training.averaged_model")
networks = LazyModule("mnist_app.training.networks")

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
SHAPES = {
    "two blocks": {"convolutions": ((3, 4), (5,)), "batch_normalisation": True, "hidden": ()},
    "three blocks": {"convolutions": ((3,), (4,), (5,)), "block_dropout": 0.5},
    "dense": {"convolutions": (), "dropout": 0.5},
}


def network(recipe, seed):
    """A network with weights and normalisation of its own."""
    keras.utils.set_random_seed(seed)
    model = networks.build(recipe, 1)
    random = np.random.default_rng(seed)
    model.set_weights([random.normal(0.1, 0.2, old.shape) ** 2 for old in model.get_weights()])
    return model


def outputs(model, images):
    return np.asarray(model(images.astype(np.float32)))


@pytest.fixture(params=SHAPES.values(), ids=SHAPES)
def recipe(request, written):
    return dataclasses.replace(written, **request.param)


@pytest.mark.parametrize("count", COUNTS)
def test_it_says_the_mean_of_what_each_view_says(recipe, count):
    model = network(recipe, 1)
    expected = np.mean([outputs(model, seen) for seen in shifted_copies(IMAGES, count)], axis=0)
    found = outputs(averaged_model.AveragedModel(model, count), IMAGES)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_work_of_one_view_is_the_networks_own(recipe):
    model = network(recipe, 1)
    one = networks.multiply_adds(model)
    assert averaged_model.AveragedModel(model).multiply_adds() == one


def test_five_views_take_less_than_half_of_the_work_by_hand(written):
    """Two blocks: once on 30 × 30 pixels, then on 12 × 12, 13 × 12 and 12 × 13 of 26 × 26."""
    recipe = dataclasses.replace(written, convolutions=((8, 8), (16, 16)), hidden=())
    model = network(recipe, 1)
    first = 28 * 28 * 9 * 8 + 26 * 26 * 9 * 8 * 8
    second = (10 * 10 + 2 * 11 * 10) * 9 * 8 * 16 + (8 * 8 + 2 * 9 * 8) * 9 * 16 * 16
    found = averaged_model.AveragedModel(model, 5).multiply_adds()
    assert found == first + second + len(SHIFTS) * 4 * 4 * 16 * 11
    assert found < 2.5 * networks.multiply_adds(model)
