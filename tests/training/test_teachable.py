"""What makes a bundle one that a class can teach."""

import dataclasses
import shutil

import numpy as np
import pytest

from mnist_app.bundle import load_bundle, sha256
from mnist_app.errors import TrainingError
from mnist_app.feature_network import FeatureNetwork, with_bias
from mnist_app.training import teachable
from mnist_app.training.data import epochs
from mnist_app.training.recipes import RECIPES


@pytest.fixture
def copy(bundle_folder, tmp_path):
    return load_bundle(shutil.copytree(bundle_folder, tmp_path / "tiny"))


def test_networks_that_end_in_two_dense_layers_and_were_validated_can_be_taught():
    assert {name for name, recipe in RECIPES.items() if teachable.can_be_taught(recipe)} == {
        "cnn",
        "cnn-regularised",
        "dense-128",
        "dense-128-logits",
        "dense-deep",
    }


def test_a_bundle_gets_the_features_of_its_own_images(copy, tiny, drawn):
    teachable.make_teachable(copy, tiny, drawn)
    found = load_bundle(copy.folder)
    data, network, images = found.teaching(), FeatureNetwork(found), epochs.split(tiny, drawn)
    assert len(data.test.labels) == len(drawn.test_labels)
    parts = {
        "rehearsal": (images.train_images, images.train_labels),
        "held_back": (images.validation_images, images.validation_labels),
        "test": (drawn.test_images, drawn.test_labels),
    }
    for name, (all_images, labels) in parts.items():
        part, features = getattr(data, name), network.features(all_images)
        step = features.max() / 255
        for own, label in zip(part.features[:20], part.labels[:20], strict=True):
            nearest = np.abs(features - own).max(axis=1)
            assert (nearest[labels == label] <= step).any()
    unchanged = ("recipe", "settings", "model", "report_bytes", "errors_bytes")
    assert all(getattr(found, name) == getattr(copy, name) for name in unchanged)


def test_other_data_and_other_networks_are_refused(copy, tiny, drawn):
    other = dataclasses.replace(drawn, md5={})
    with pytest.raises(TrainingError, match="this is other data"):
        teachable.make_teachable(copy, tiny, other)
    with pytest.raises(TrainingError, match="cannot be taught"):
        teachable.make_teachable(copy, dataclasses.replace(tiny, hidden=()), drawn)


@pytest.mark.slow
def test_what_cnn_is_shipped_with_is_what_the_command_makes(mnist, tmp_path):
    """Labels and readings are MNIST's; the bytes are those that the command writes anew."""
    cnn = load_bundle("cnn")
    test = cnn.teaching().test
    read = (with_bias(test.features) @ FeatureNetwork(cnn).weights).argmax(axis=1)
    assert (read != test.labels).sum() == cnn.report().test.errors
    assert (np.bincount(test.labels) == np.bincount(mnist.test_labels)).all()
    shutil.copytree(cnn.folder, tmp_path / "cnn")
    teachable.make_teachable(load_bundle(tmp_path / "cnn"), RECIPES["cnn"], mnist)
    again = load_bundle(tmp_path / "cnn").teaching_bytes
    assert sha256(again) == sha256(cnn.teaching_bytes)
