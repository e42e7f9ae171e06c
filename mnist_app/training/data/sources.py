"""MNIST from OpenML and from TensorFlow Datasets, in the original order of the images.

TensorFlow Datasets delivers the images in another order, which is undone here.
"""

import hashlib
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
from mnist_app.training.data.cache import TIMEOUT_SECONDS

OPENML_NUMBER: Final = 554
"""MNIST at openml.org: all 70,000 images in the original order, the training images first."""
TRAIN_IMAGES: Final = 60000
ORDER_FILE: Final = Path(__file__).with_name("mnist_order.npz")
"""For ``train`` and ``test``, uint16 (n,): index in MNIST of the images sorted by their bytes."""
ORDER_FREE_MD5: Final = {
    "train": "1228972b116b122ead7d85363d692702",
    "test": "08c0c30fd594a68c64ebde646fcb7c06",
}
"""MD5 of the images sorted by their bytes, each followed by its label."""
_OTHERWISE: Final = "Try again later, or give a file of your own with --data FILE_OR_FOLDER"

Arrays = dict[str, npt.NDArray[np.uint8]]


def from_openml() -> Arrays:
    """Return the four arrays of OpenML's copy, which scikit-learn downloads and caches.

    Raises `DatasetError` if it cannot be downloaded.
    """
    from sklearn.datasets import fetch_openml  # noqa: PLC0415 (needed here only)

    try:
        with _network_timeout(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one warning per attempt; the last failure is raised
            # the faster parser "pandas" of scikit-learn 1.9 fails with pandas 3
            table = fetch_openml(data_id=OPENML_NUMBER, as_frame=False, parser="liac-arff")
        images = np.asarray(table.data, dtype=np.uint8).reshape(-1, 28, 28)
        labels = np.asarray(table.target, dtype=np.uint8)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise DatasetError(
            f"MNIST could not be downloaded from OpenML ({error}). {_OTHERWISE}"
        ) from error
    return {
        "train_images": images[:TRAIN_IMAGES],
        "train_labels": labels[:TRAIN_IMAGES],
        "test_images": images[TRAIN_IMAGES:],
        "test_labels": labels[TRAIN_IMAGES:],
    }


@contextmanager
def _network_timeout() -> Iterator[None]:
    """Limit the silence of new sockets of this process: ``fetch_openml`` has no setting for it."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def from_tensorflow_datasets() -> Arrays:
    """Return the four arrays of TensorFlow Datasets' copy, in MNIST's original order.

    Raises `DatasetError` if that library is not installed, if the download fails, or if the
    images are not MNIST's.
    """
    try:
        import tensorflow_datasets as tfds  # noqa: PLC0415 (an optional library)
    except ImportError as error:
        raise DatasetError(
            "TensorFlow Datasets is not installed. Install it with "
            "“pip install tensorflow-datasets”, or omit --data"
        ) from error
    try:
        # a batch size of -1 is one batch of all images
        parts = tfds.as_numpy(tfds.load("mnist", split=["train", "test"], batch_size=-1))
    except Exception as error:
        # errors of the library, of TensorFlow and of the network have no common base class
        reason = str(error).strip().partition("\n")[0]
        raise DatasetError(
            f"MNIST could not be downloaded from TensorFlow Datasets ({reason}). {_OTHERWISE}"
        ) from error
    arrays: Arrays = {}
    for name, part in zip(("train", "test"), parts, strict=True):
        images = np.asarray(part["image"], dtype=np.uint8).reshape(-1, 28, 28)
        labels = np.asarray(part["label"]).astype(np.uint8)
        arrays[f"{name}_images"], arrays[f"{name}_labels"] = in_original_order(name, images, labels)
    return arrays


def in_original_order(name: str, images: Images, labels: Labels) -> tuple[Images, Labels]:
    """Return images and labels of the part ``name``, "train" or "test", in MNIST's order.

    ``images`` is uint8 (n, 28, 28) in any order, ``labels`` uint8 (n,). Raises `DatasetError` if
    they are not MNIST's.
    """
    by_bytes, checksum = sorted_by_bytes(images, labels)
    if checksum != ORDER_FREE_MD5[name]:
        raise DatasetError(
            f"The {name} images are not MNIST's, or not all of them: their checksum is wrong. "
            f"{_OTHERWISE}"
        )
    with np.load(ORDER_FILE, allow_pickle=False) as stored:
        index = stored[name]
    ordered_images, ordered_labels = np.empty_like(images), np.empty_like(labels)
    ordered_images[index], ordered_labels[index] = images[by_bytes], labels[by_bytes]
    return ordered_images, ordered_labels


def sorted_by_bytes(images: Images, labels: Labels) -> tuple[npt.NDArray[np.int64], str]:
    """Return the order (n,) that sorts images by their bytes and label, and the MD5 when sorted.

    Identical images with the same label are interchangeable.
    """
    rows = [image.tobytes() + bytes([label]) for image, label in zip(images, labels, strict=True)]
    order = sorted(range(len(rows)), key=rows.__getitem__)
    digest = hashlib.md5(usedforsecurity=False)
    for index in order:
        digest.update(rows[index])
    return np.array(order, dtype=np.int64), digest.hexdigest()
