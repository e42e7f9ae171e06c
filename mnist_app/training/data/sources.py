"""MNIST from two services that many courses use: OpenML and TensorFlow Datasets.

Both bring the images as they were published, TensorFlow Datasets in an order of its own. Here
they are put back into the original order, so that "the first test image" is the same everywhere.
"""

import hashlib
import os
import socket
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Images, Labels
from mnist_app.errors import DatasetError

DATA_VARIABLE: Final = "MNIST_APP_DATA"
"""Environment variable that names a folder with data sets."""
OPENML_NUMBER: Final = 554
"""MNIST at openml.org: all 70,000 images in the original order, those for training first."""
TRAIN_IMAGES: Final = 60000
ORDER_FILE: Final = Path(__file__).with_name("mnist_order.npz")
"""For ``train`` and ``test``, uint16: the place in MNIST of each image, images sorted by bytes."""
ORDER_FREE_MD5: Final = {
    "train": "1228972b116b122ead7d85363d692702",
    "test": "08c0c30fd594a68c64ebde646fcb7c06",
}
"""MD5 of the sorted images, each followed by its label: the same in whatever order they come."""
TIMEOUT_SECONDS: Final = 30.0
_OTHERWISE: Final = "Try again later, or give a file that you have with --data FILE_OR_FOLDER"

Arrays = dict[str, npt.NDArray[np.uint8]]


def keras_cache() -> Path:
    """Return the folder in which Keras keeps data sets, which ``KERAS_HOME`` may move."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def from_openml() -> Arrays:
    """Return the four arrays of OpenML's copy, fetched and kept by scikit-learn.

    Raises `DatasetError` if it cannot be fetched.
    """
    from sklearn.datasets import fetch_openml  # noqa: PLC0415 (needed here only)

    try:
        with network_timeout(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of each attempt; the last one is raised
            # the quicker parser "pandas" of scikit-learn 1.9 fails with pandas 3
            table = fetch_openml(data_id=OPENML_NUMBER, as_frame=False, parser="liac-arff")
        images = np.asarray(table.data, dtype=np.uint8).reshape(-1, 28, 28)
        labels = np.asarray(table.target, dtype=np.uint8)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise DatasetError(
            f"MNIST could not be fetched from OpenML ({error}). {_OTHERWISE}"
        ) from error
    return {
        "train_images": images[:TRAIN_IMAGES],
        "train_labels": labels[:TRAIN_IMAGES],
        "test_images": images[TRAIN_IMAGES:],
        "test_labels": labels[TRAIN_IMAGES:],
    }


def from_tensorflow_datasets() -> Arrays:
    """Return the four arrays of TensorFlow Datasets' copy, in MNIST's original order.

    Raises `DatasetError` if that library is not installed, if it cannot fetch them, or if what
    it brings is not MNIST.
    """
    try:
        import tensorflow_datasets as tfds  # noqa: PLC0415 (an optional library)
    except ImportError as error:
        raise DatasetError(
            "TensorFlow Datasets is not installed. Install it with "
            "“pip install tensorflow-datasets”, or leave --data out"
        ) from error
    try:
        with network_timeout():
            # one batch of all images
            parts = tfds.as_numpy(tfds.load("mnist", split=["train", "test"], batch_size=-1))
    except Exception as error:
        # its own, TensorFlow's and the network's errors have no common base
        reason = str(error).strip().partition("\n")[0]
        raise DatasetError(
            f"MNIST could not be fetched from TensorFlow Datasets ({reason}). {_OTHERWISE}"
        ) from error
    arrays: Arrays = {}
    for name, part in zip(("train", "test"), parts, strict=True):
        images = np.asarray(part["image"], dtype=np.uint8).reshape(-1, 28, 28)
        labels = np.asarray(part["label"]).astype(np.uint8)
        arrays[f"{name}_images"], arrays[f"{name}_labels"] = in_original_order(name, images, labels)
    return arrays


def in_original_order(name: str, images: Images, labels: Labels) -> tuple[Images, Labels]:
    """Return images and labels of the part ``name``, "train" or "test", as MNIST orders them.

    ``images`` is uint8 (n, 28, 28) in any order, ``labels`` (n,). Raises `DatasetError` if they
    are not MNIST's.
    """
    by_bytes, checksum = sorted_by_bytes(images, labels)
    if checksum != ORDER_FREE_MD5[name]:
        raise DatasetError(
            f"The {name} images are not MNIST's, or not all of them: their checksum is not the "
            f"known one. {_OTHERWISE}"
        )
    with np.load(ORDER_FILE, allow_pickle=False) as stored:
        place = stored[name]
    ordered_images, ordered_labels = np.empty_like(images), np.empty_like(labels)
    ordered_images[place], ordered_labels[place] = images[by_bytes], labels[by_bytes]
    return ordered_images, ordered_labels


def sorted_by_bytes(images: Images, labels: Labels) -> tuple[npt.NDArray[np.int64], str]:
    """Return the order that sorts images with their labels by bytes, and the MD5 so sorted.

    Images that are alike to the byte and in their label may change places: nobody can tell.
    """
    rows = [image.tobytes() + bytes([label]) for image, label in zip(images, labels, strict=True)]
    order = sorted(range(len(rows)), key=rows.__getitem__)
    digest = hashlib.md5(usedforsecurity=False)
    for place in order:
        digest.update(rows[place])
    return np.array(order, dtype=np.int64), digest.hexdigest()


@contextmanager
def network_timeout() -> Iterator[None]:
    """Give up a connection that stays silent for `TIMEOUT_SECONDS`."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
