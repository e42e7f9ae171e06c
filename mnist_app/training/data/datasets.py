"""MNIST as the same verified arrays from any source: npz, IDX, Keras's cache, OpenML, TFDS.

Without a location, MNIST is searched for in the folder that the environment variable
``MNIST_APP_DATA`` names, then in Keras's cache, and is downloaded into that cache in the end.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from mnist_app.arrays import Image, Images, Labels
from mnist_app.bundle import Bundle
from mnist_app.errors import DatasetError, TrainingError
from mnist_app.training.data import idx, sources, synthetic
from mnist_app.training.data.cache import DATA_VARIABLE, data_folders, download, keras_cache
from mnist_app.training.data.class_split import ClassSplit
from mnist_app.training.data.pen_digits import PenDigits, load_pen_digits

NPZ_NAME: Final = "mnist.npz"
DOWNLOAD_URL: Final = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
"""The file that ``keras.datasets.mnist`` downloads."""
NPZ_SHA256: Final = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
"""SHA-256 of that file, from the source of ``keras.datasets.mnist``."""
SYNTHETIC: Final = "synthetic"
OPENML: Final = "openml"
TENSORFLOW_DATASETS: Final = "tfds"

MNIST_MD5: Final[Mapping[str, str]] = {
    "train_images": "6bbc9ace898e44ae57da46a324031adb",
    "train_labels": "a25bea736e30d166cdddb491f175f624",
    "test_images": "2646ac647ad5339dbf082846283269ea",
    "test_labels": "27ae3e4e09519cfbb04c329615203637",
}
"""MD5 of each array encoded as IDX: those of the four original files, decompressed."""

_NPZ_KEYS: Final = {
    "train_images": "x_train",
    "train_labels": "y_train",
    "test_images": "x_test",
    "test_labels": "y_test",
}
_IDX_STEMS: Final = {
    "train_images": ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    "train_labels": ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    "test_images": ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    "test_labels": ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
}
_SYNTHETIC_TRAIN: Final = 600
_SYNTHETIC_TEST: Final = 200
_ZIP_ERRORS: Final = (zipfile.BadZipFile, zlib.error, RuntimeError)
"""What a damaged, an encrypted (RuntimeError) or an unknown kind of archive raises."""

Arrays = dict[str, Image]
"""The fields ``train_images`` to ``test_labels`` of `Dataset`."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images uint8 (n, 28, 28), white ink on black, and labels uint8 (n,) from 0 to 9.

    ``name`` is "mnist" or "synthetic", ``source`` describes the origin of the data, and ``md5``
    holds the checksum of each array encoded as IDX.
    """

    name: str
    source: str
    train_images: Images
    train_labels: Labels
    test_images: Images
    test_labels: Labels
    md5: Mapping[str, str]
    pen_digits: PenDigits | None = None
    """UCI's pen digits, for recipes that train on them too."""
    class_split: ClassSplit | None = None
    """A class whose pupils are learned from, too, and measured on."""


def load_dataset(
    location: str | None = None, *, pen_digits: bool = False, url: str = DOWNLOAD_URL
) -> Dataset:
    """Return the data to train on, with UCI's pen digits if ``pen_digits`` is set.

    ``location`` is a file, a folder, ``"openml"``, ``"tfds"``, ``"synthetic"``, or None to search
    `data_folders` and download from ``url`` if they hold no MNIST. Pen digits are searched for in
    ``location`` if it is a folder, then as `load_pen_digits` does. Raises `DatasetError` if the
    data is not found, damaged or not MNIST.
    """
    dataset = _mnist(location, url)
    if not pen_digits:
        return dataset
    is_folder = location is not None and Path(location).expanduser().is_dir()
    return replace(dataset, pen_digits=load_pen_digits(location if is_folder else None))


def _mnist(location: str | None, url: str) -> Dataset:
    if location == SYNTHETIC:
        return synthetic_dataset()
    if location == OPENML:
        return _verified(sources.from_openml(), "OpenML's data set 554", "OpenML")
    if location == TENSORFLOW_DATASETS:
        arrays = sources.from_tensorflow_datasets()
        return _verified(arrays, "The copy of TensorFlow Datasets", "TensorFlow Datasets")
    if location is not None:
        return _from_path(Path(location).expanduser(), "a file or folder given on the command line")
    for folder, source in data_folders():
        if _holds_mnist(folder):
            return _from_path(folder, source)
    path = download(url, NPZ_NAME, NPZ_SHA256, instructions=_instructions(url))
    return _from_path(path, "a download")


def synthetic_dataset(seed: int = 0) -> Dataset:
    """Return 600 training and 200 test digits drawn by `mnist_app.training.data.synthetic`."""
    train_images, train_labels = synthetic.draw(_SYNTHETIC_TRAIN, seed)
    test_images, test_labels = synthetic.draw(_SYNTHETIC_TEST, seed + 1)
    arrays = {
        "train_images": train_images,
        "train_labels": train_labels,
        "test_images": test_images,
        "test_labels": test_labels,
    }
    return Dataset(
        SYNTHETIC,
        "digits that the app drew itself",
        **arrays,
        md5=checksums(arrays),
        pen_digits=None,
        class_split=None,
    )


def checksums(arrays: Mapping[str, Image]) -> dict[str, str]:
    """Return the MD5 of each array encoded as IDX."""
    return {
        name: hashlib.md5(idx.encode(array), usedforsecurity=False).hexdigest()
        for name, array in arrays.items()
    }


def _holds_mnist(folder: Path) -> bool:
    return (folder / NPZ_NAME).exists() or any(
        _idx_file(folder, part) is not None for part in _IDX_STEMS
    )


def _from_path(path: Path, source: str) -> Dataset:
    if path.is_dir():
        if not (path / NPZ_NAME).exists():
            return _verified(_read_idx_folder(path), str(path), source)
        path /= NPZ_NAME
    elif not path.exists():
        raise DatasetError(f"{path} does not exist. {_instructions(DOWNLOAD_URL)}")
    return _verified(_read_npz(path), str(path), source)


def _verified(arrays: Arrays, where: str, source: str) -> Dataset:
    found = checksums(arrays)
    wrong = [name for name, expected in MNIST_MD5.items() if found[name] != expected]
    if wrong:
        raise DatasetError(
            f"{where} is damaged or is not MNIST: the checksum of {', '.join(wrong)} is wrong. "
            f"{_instructions(DOWNLOAD_URL)}"
        )
    return Dataset("mnist", source, **arrays, md5=found, pen_digits=None, class_split=None)


def _read_npz(path: Path) -> Arrays:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file):  # else np.load tries other formats
            file.seek(0)
            with np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[key] for name, key in _NPZ_KEYS.items()}
    except KeyError as error:
        raise DatasetError(
            f"{path} is not MNIST: the array {error.args[0]} is missing. "
            f"{_instructions(DOWNLOAD_URL)}"
        ) from error
    except (OSError, ValueError, EOFError, MemoryError, *_ZIP_ERRORS) as error:
        raise DatasetError(
            f"{path} is damaged or is not an npz file: {error}. {_instructions(DOWNLOAD_URL)}"
        ) from error
    for name, array in arrays.items():
        if array.dtype != np.uint8:
            raise DatasetError(
                f"{path} is not MNIST: {name} has the type {array.dtype}, not uint8. "
                f"{_instructions(DOWNLOAD_URL)}"
            )
    return arrays


def _read_idx_folder(folder: Path) -> Arrays:
    files = {part: _idx_file(folder, part) for part in _IDX_STEMS}
    arrays: Arrays = {}
    for part, file in files.items():
        if file is None:
            raise DatasetError(
                f"{folder} holds neither {NPZ_NAME} nor all four IDX files of MNIST: "
                f"{_IDX_STEMS[part][0]} (or .gz) is missing. {_instructions(DOWNLOAD_URL)}"
            )
        arrays[part] = idx.read(file)
    return arrays


def _idx_file(folder: Path, part: str) -> Path | None:
    candidates = [folder / f"{stem}{end}" for stem in _IDX_STEMS[part] for end in ("", ".gz")]
    return next((file for file in candidates if file.is_file()), None)


def _instructions(url: str) -> str:
    return (
        f"Download {url} yourself and save it as {keras_cache() / NPZ_NAME}, "
        f"or give the file with --data FILE, or set {DATA_VARIABLE} to its folder."
    )


def check_trained_on(bundle: Bundle, dataset: Dataset) -> None:
    """Raise `TrainingError` if ``bundle`` was trained on other data than ``dataset``."""
    data = bundle.report().data
    if data.md5 != dataset.md5:
        raise TrainingError(
            f"“{bundle.name}” was trained on {data.source}, and this is other data. Give the same "
            "data with --data FILE_OR_FOLDER"
        )
