"""MNIST from OpenML and TensorFlow Datasets: in the original order, or refused."""

import gzip
import hashlib
import json
import sys
import types
from urllib.error import URLError

import numpy as np
import pytest

from mnist_app.errors import DatasetError
from mnist_app.training.data import datasets, sources


def same(dataset, arrays):
    return all(np.array_equal(getattr(dataset, name), array) for name, array in arrays.items())


@pytest.fixture
def openml(arrays, monkeypatch, tmp_path):
    """scikit-learn's cache as if data set 554 had been fetched; yields its ARFF file."""
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "scikit"))
    monkeypatch.setattr(sources, "TRAIN_IMAGES", 30)
    names = [f"pixel{number}" for number in range(1, 785)]
    lines = ["@RELATION mnist_784", *(f"@ATTRIBUTE {name} REAL" for name in names)]
    lines += ["@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA"]
    for part in ("train", "test"):
        pairs = zip(arrays[f"{part}_images"], arrays[f"{part}_labels"], strict=True)
        lines += [",".join(map(str, [*image.ravel(), label])) for image, label in pairs]
    table = "\n".join(lines).encode() + b"\n"
    description = {
        "id": "554",
        "name": "mnist_784",
        "description": "MNIST",
        "version": "1",
        "format": "ARFF",
        "status": "active",
        "url": "https://api.openml.org/data/v1/download/52667/mnist_784.arff",
        "default_target_attribute": "class",
        "md5_checksum": hashlib.md5(table).hexdigest(),
    }
    features = [
        {
            "index": str(index),
            "name": name,
            "data_type": "nominal" if name == "class" else "numeric",
            "is_target": str(name == "class").lower(),
            "is_ignore": "false",
            "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }
        for index, name in enumerate([*names, "class"])
    ]
    qualities = [{"name": "NumberOfInstances", "value": str(len(lines) - 787)}]
    files = {
        "api/v1/json/data/554": {"data_set_description": description},
        "api/v1/json/data/features/554": {"data_features": {"feature": features}},
        "api/v1/json/data/qualities/554": {"data_qualities": {"quality": qualities}},
    }
    folder = tmp_path / "scikit" / "openml" / "openml.org"
    arff = folder / "data/v1/download/52667/mnist_784.arff.gz"
    for name, content in files.items():
        path = folder / f"{name}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps(content).encode()))
    arff.parent.mkdir(parents=True)
    arff.write_bytes(gzip.compress(table))
    return arff


def test_openml_gives_the_same_arrays(arrays, openml):
    dataset = datasets.load_dataset("openml")
    assert same(dataset, arrays)
    assert dataset.source == "OpenML"


def test_an_altered_openml_set_is_refused(arrays, openml):
    datasets.MNIST_MD5 |= {"test_images": "0" * 32}
    with pytest.raises(DatasetError, match=r"OpenML's data set 554.*checksum of test_images"):
        datasets.load_dataset("openml")


def test_openml_out_of_reach_says_what_else_to_do(arrays, openml, monkeypatch):
    def nobody(*arguments, **settings):
        raise URLError("nobody answers")

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", nobody)
    monkeypatch.setattr("sklearn.datasets._openml.time.sleep", lambda seconds: None)
    openml.write_bytes(openml.read_bytes()[:500])
    with pytest.raises(DatasetError, match=r"could not be downloaded from OpenML.*--data"):
        datasets.load_dataset("openml")
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(openml.parent / "empty"))
    with pytest.raises(DatasetError, match=r"could not be downloaded from OpenML .*nobody answers"):
        datasets.load_dataset("openml")


def shuffled(images, labels, seed=0):
    order = np.random.default_rng(seed).permutation(len(labels))
    return images[order], labels[order]


@pytest.fixture
def order_of_few(arrays, monkeypatch, tmp_path):
    """The order file and the checksums of the few images that stand for MNIST in this test."""
    orders, checksums = {}, {}
    for part in ("train", "test"):
        orders[part], checksums[part] = sources.sorted_by_bytes(
            arrays[f"{part}_images"], arrays[f"{part}_labels"]
        )
    np.savez(tmp_path / "order.npz", **orders)
    monkeypatch.setattr(sources, "ORDER_FILE", tmp_path / "order.npz")
    monkeypatch.setattr(sources, "ORDER_FREE_MD5", checksums)


@pytest.fixture
def library(arrays, order_of_few, monkeypatch):
    """A stand-in for TensorFlow Datasets that brings the few images in an order of its own."""
    brought = []
    for part in ("train", "test"):
        images, labels = shuffled(arrays[f"{part}_images"], arrays[f"{part}_labels"])
        brought.append({"image": images[..., None], "label": labels.astype(np.int64)})

    def load(name, split, batch_size):
        assert (name, split, batch_size) == ("mnist", ["train", "test"], -1)
        return brought

    module = types.SimpleNamespace(load=load, as_numpy=lambda parts: parts)
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", module)
    return module, brought


def test_tensorflow_datasets_gives_the_same_arrays(arrays, library):
    dataset = datasets.load_dataset("tfds")
    assert same(dataset, arrays)
    assert dataset.source == "TensorFlow Datasets"


def test_other_images_from_tensorflow_datasets_are_refused(library):
    _, brought = library
    brought[1]["image"] = brought[1]["image"] // 2
    with pytest.raises(DatasetError, match=r"The test images are not MNIST's"):
        datasets.load_dataset("tfds")


def test_missing_images_from_tensorflow_datasets_are_refused(library):
    _, brought = library
    brought[0] = {name: array[1:] for name, array in brought[0].items()}
    with pytest.raises(DatasetError, match=r"The train images .* or not all of them"):
        datasets.load_dataset("tfds")


def test_tensorflow_datasets_out_of_reach_says_what_else_to_do(library, monkeypatch):
    def nobody(*arguments, **settings):
        raise ConnectionError("nobody answers")

    monkeypatch.setattr(library[0], "load", nobody)
    with pytest.raises(DatasetError, match=r"nobody answers.*--data"):
        datasets.load_dataset("tfds")


def test_without_tensorflow_datasets_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(DatasetError, match="pip install tensorflow-datasets"):
        datasets.load_dataset("tfds")


def test_alike_images_with_other_labels_are_told_apart():
    images = np.zeros((4, 28, 28), np.uint8)
    order, checksum = sources.sorted_by_bytes(images, np.array([3, 1, 2, 1], np.uint8))
    assert order.tolist() == [1, 3, 2, 0]
    assert sources.sorted_by_bytes(images, np.array([1, 1, 2, 3], np.uint8))[1] == checksum
    assert sources.sorted_by_bytes(images, np.array([1, 2, 2, 3], np.uint8))[1] != checksum


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_real_mnist_comes_back_from_any_order(mnist, part):
    images, labels = getattr(mnist, f"{part}_images"), getattr(mnist, f"{part}_labels")
    back, back_labels = sources.in_original_order(part, *shuffled(images, labels, seed=1))
    assert np.array_equal(back, images)
    assert np.array_equal(back_labels, labels)
