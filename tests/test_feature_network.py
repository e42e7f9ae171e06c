"""The two parts of a network make the whole, and a new last layer gives what it computes."""

import dataclasses

import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle
from mnist_app.errors import BundleError
from mnist_app.feature_network import FeatureNetwork, with_bias

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (6, 28, 28)).astype(np.uint8)


@pytest.mark.parametrize(
    "name", ["cnn", "cnn-regularised", "cnn-tuned", "dense-128", "dense-128-64", "dense-deep"]
)
def test_features_times_weights_are_the_logits(name):
    bundle = load_bundle(name)
    network, logits = FeatureNetwork(bundle), Recognizer(bundle).logits(IMAGES)
    found = with_bias(network.features(IMAGES)) @ network.weights
    assert found == pytest.approx(logits, rel=1e-3, abs=1e-3)


def test_another_last_layer_gives_other_logits():
    bundle = load_bundle("cnn")
    network = FeatureNetwork(bundle)
    weights = RANDOM.normal(0, 1, network.weights.shape).astype(np.float32)
    taught = Recognizer(dataclasses.replace(bundle, model=network.model_with(weights)))
    expected = with_bias(network.features(IMAGES)) @ weights
    assert taught.logits(IMAGES) == pytest.approx(expected, rel=1e-3, abs=1e-3)
    again = FeatureNetwork(taught.bundle)
    assert (again.weights == weights).all()
    assert (again.features(IMAGES) == network.features(IMAGES)).all()


@pytest.mark.parametrize("model", [b"", b"no model", bytes(1000)])
def test_what_is_no_model_is_refused(model):
    with pytest.raises(BundleError, match=r"“cnn” (cannot be taught|is not)"):
        FeatureNetwork(dataclasses.replace(load_bundle("cnn"), model=model))


def test_a_network_of_eleven_answers_is_refused():
    with pytest.raises(BundleError, match="“best” cannot be taught"):
        FeatureNetwork(load_bundle("best"))
