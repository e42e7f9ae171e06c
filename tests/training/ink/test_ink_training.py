"""Training of the ink network: it learns, and goes on as if nothing had been."""

import dataclasses
import json

import numpy as np
import pytest

from mnist_app.errors import BundleError, TrainingError
from mnist_app.ink_network import MANIFEST, InkNetwork
from mnist_app.training.data.pen_digits import by_hand
from mnist_app.training.ink.compositor import composed
from mnist_app.training.ink.ink_recipe import InkRecipe, ink_recipe
from tests.lazy_modules import LazyModule

ink_training = LazyModule("mnist_app.training.ink.ink_training")
network = LazyModule("mnist_app.training.ink.network")
publish = LazyModule("mnist_app.training.ink.publish")
keras = LazyModule("keras")

TINY = InkRecipe(epochs=2, pictures=4, passes=1, batch_size=2, validation_pictures=2)


@pytest.fixture(scope="module")
def digits(with_pen_digits):
    """Digits of all writers."""
    return with_pen_digits.pen_digits.digits


def two_layers():
    """A network of the form of the real one, which is quick to compile."""
    given = keras.Input((None, None, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(given)
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same")(x)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization()(x))
    return keras.Model(given, network.DepthToSpace()(keras.layers.Conv2D(4, 3, padding="same")(x)))


@pytest.fixture(scope="module")
def small():
    """Have `train_ink` train a small network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ink_training, "build_ink_network", two_layers)
        yield


@pytest.fixture(scope="module")
def run(digits, small, tmp_path_factory):
    return ink_training.train_ink(TINY, digits, tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def learned(digits):
    """The real network after some batches, and the loss of each."""
    pictures, targets = composed(by_hand(digits), (0,), 4)
    model = network.build_ink_network()
    model.compile("adam", loss=network.ink_loss)
    losses = [float(model.train_on_batch(pictures, targets[..., None])) for _ in range(12)]
    return ink_training.InkRun(model, losses, [0.5] * len(losses))


def weights(model):
    return [np.asarray(weight) for weight in model.get_weights()]


@pytest.mark.slow
def test_a_resumed_run_ends_like_an_uninterrupted_one(digits, run, tmp_path, monkeypatch):
    save = ink_training._save_checkpoint

    def killed(*arguments):
        save(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ink_training, "_save_checkpoint", killed)
        with pytest.raises(KeyboardInterrupt):
            ink_training.train_ink(TINY, digits, tmp_path)
    resumed = ink_training.train_ink(TINY, digits, tmp_path, resume=True)
    assert resumed.loss == pytest.approx(run.loss, rel=1e-4)
    for one, other in zip(weights(resumed.model), weights(run.model), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-2, atol=1e-3)


@pytest.mark.slow
def test_a_checkpoint_of_another_recipe_is_refused(digits, run, tmp_path):
    ink_training._save_checkpoint(run, TINY, tmp_path)
    other = dataclasses.replace(TINY, seed=1)
    with pytest.raises(TrainingError, match="another recipe"):
        ink_training.train_ink(other, digits, tmp_path, resume=True)
    (tmp_path / ink_training.STATE_FILE).write_text("{}")
    with pytest.raises(TrainingError, match="cannot be read"):
        ink_training.train_ink(TINY, digits, tmp_path, resume=True)


@pytest.mark.slow
def test_the_network_learns(learned):
    assert learned.loss[-1] < 0.7 * learned.loss[0]


def test_the_loss_is_least_for_the_truth():
    target = np.zeros((1, 8, 8, 1), np.uint8)
    target[0, 2:5, 2:5] = 255
    right = np.where(target > 0, 9.0, -9.0).astype(np.float32)
    assert float(network.ink_loss(target, right)) < 0.01
    assert float(network.ink_loss(target, -right)) > 5
    assert float(network.ink_loss(target, np.zeros_like(right))) > 0.6


def test_overlap():
    target = np.zeros((3, 16, 16), np.uint8)
    target[:, :4] = 255

    class Model:
        def predict_on_batch(self, pictures):
            return np.where(np.arange(16)[None, :, None, None] < 8, 1.0, -1.0) * np.ones(
                (3, 1, 16, 1)
            )

    assert ink_training.overlap(Model(), np.zeros((3, 16, 16, 3), np.uint8), target) == 0.5


@pytest.mark.slow
def test_a_published_network_is_checked(learned, tmp_path):
    folder = tmp_path / "ink"
    publish.publish_ink(learned, TINY, folder, "a test")
    published = InkNetwork.load(folder)
    found = published(np.random.default_rng(0).integers(0, 256, (37, 53, 3), np.uint8))
    assert (found.shape, found.dtype) == ((37, 53), np.uint8)
    reference = np.asarray(learned.model.predict_on_batch(np.full((1, 32, 32, 3), 90, np.uint8)))
    lite = published(np.full((32, 32, 3), 90, np.uint8))
    assert np.abs(lite / 255 - 1 / (1 + np.exp(-reference[0, ..., 0]))).max() < 0.02
    report = json.loads((folder / "report.json").read_text())
    assert report["validation_overlap"] == learned.overlap
    (folder / "report.json").write_text("{}")
    with pytest.raises(BundleError, match="altered"):
        InkNetwork.load(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(BundleError, match="incomplete"):
        InkNetwork.load(folder)


def test_settings():
    assert ink_recipe(["epochs=3", "learning_rate=0.01"]) == InkRecipe(epochs=3, learning_rate=0.01)
    for wrong in ("epochs", "colour=3", "epochs=many", "epochs=0", "validation_writers=3"):
        with pytest.raises(TrainingError):
            ink_recipe([wrong])
