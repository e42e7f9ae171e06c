"""MNIST from wherever a person has it, always the same arrays, verified by checksum.

Without a wish of the person's, these places are looked at in this order: the folder named by the
environment variable ``MNIST_APP_DATA``, Keras's own cache, a download through Keras.
"""

import hashlib
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.errors import DatasetError
from mnist_app.training.data import idx, sources, synthetic
from mnist_app.training.data.pen_digits import PenDigits, load_pen_digits
from mnist_app.training.data.sources import DATA_VARIABLE, keras_cache

NPZ_NAME: Final = "mnist.npz"
DOWNLOAD_URL: Final = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
"""The file that ``keras.datasets.mnist`` fetches."""
SYNTHETIC: Final = "synthetic"
OPENML: Final = "openml"
TENSORFLOW_DATASETS: Final = "tfds"

MNIST_MD5: Final[Mapping[str, str]] = {
    "train_images": "6bbc9ace898e44ae57da46a324031adb",
    "train_labels": "a25bea736e30d166cdddb491f175f624",
    "test_images": "2646ac647ad5339dbf082846283269ea",
    "test_labels": "27ae3e4e09519cfbb04c329615203637",
}
"""MD5 of each array written as an IDX file: those of the four original files, unzipped."""

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

Arrays = dict[str, npt.NDArray[np.uint8]]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images uint8 (n, 28, 28), white ink on black, and labels uint8 (n,) from 0 to 9.

    ``name`` is "mnist" or "synthetic", ``source`` says in words where the data came from, and
    ``md5`` is the checksum of each array written as IDX.
    """

    name: str
    source: str
    train_images: npt.NDArray[np.uint8]
    train_labels: npt.NDArray[np.uint8]
    test_images: npt.NDArray[np.uint8]
    test_labels: npt.NDArray[np.uint8]
    md5: Mapping[str, str]
    pen_digits: PenDigits | None = None
    """UCI's pen digits, for recipes that learn from them too."""


def load_dataset(
    wish: str | None = None, *, pen_digits: bool = False, url: str = DOWNLOAD_URL
) -> Dataset:
    """Return the data to train on, with UCI's pen digits if ``pen_digits`` is set.

    ``wish`` is a file, a folder, the service ``"openml"`` or ``"tfds"``, ``"synthetic"``, or None
    to look in the usual places and download from ``url`` in the end. Pen digits are looked for in
    a folder that is wished for, else in their usual places, see `pen_digits.load_pen_digits`.
    Raises `DatasetError` if nothing is found, or if what is found is not whole and unaltered.
    """
    dataset = _mnist(wish, url)
    if not pen_digits:
        return dataset
    folder = wish if wish is not None and Path(wish).expanduser().is_dir() else None
    return replace(dataset, pen_digits=load_pen_digits(folder))


def _mnist(wish: str | None, url: str) -> Dataset:
    if wish == SYNTHETIC:
        return synthetic_dataset()
    if wish == OPENML:
        return _verified(sources.from_openml(), "OpenML's data set 554", "OpenML")
    if wish == TENSORFLOW_DATASETS:
        arrays = sources.from_tensorflow_datasets()
        return _verified(arrays, "The copy of TensorFlow Datasets", "TensorFlow Datasets")
    if wish is not None:
        return _from_path(Path(wish).expanduser(), "a file or folder given on the command line")
    return _from_usual_places(url)


def _from_usual_places(url: str) -> Dataset:
    named = os.environ.get(DATA_VARIABLE)
    if named and _holds_mnist(folder := Path(named).expanduser()):
        return _from_path(folder, f"the folder that {DATA_VARIABLE} names")
    cached = keras_cache() / NPZ_NAME
    if cached.is_file():
        return _from_path(cached, "Keras's cache")
    return _download(url)


def synthetic_dataset(seed: int = 0) -> Dataset:
    """Return 600 training and 200 test digits that `mnist_app.training.data.synthetic` draws."""
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
    )


def checksums(arrays: Mapping[str, npt.NDArray[np.uint8]]) -> dict[str, str]:
    """Return the MD5 of every array written as an IDX file."""
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
        whole = path / NPZ_NAME
        arrays = _read_npz(whole) if whole.exists() else _read_idx_folder(path)
    elif path.exists():
        arrays = _read_npz(path)
    else:
        raise DatasetError(f"{path} does not exist. {_where_to_get_it(DOWNLOAD_URL)}")
    return _verified(arrays, str(path), source)


def _verified(arrays: Arrays, where: str, source: str) -> Dataset:
    found = checksums(arrays)
    wrong = [name for name, expected in MNIST_MD5.items() if found[name] != expected]
    if wrong:
        raise DatasetError(
            f"{where} is damaged or is not MNIST: the checksum of {', '.join(wrong)} is not the "
            f"known one. {_where_to_get_it(DOWNLOAD_URL)}"
        )
    return Dataset("mnist", source, **arrays, md5=found, pen_digits=None)


def _read_npz(path: Path) -> Arrays:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file):  # else np.load tries other formats
            file.seek(0)
            with np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[key] for name, key in _NPZ_KEYS.items()}
    except KeyError as error:
        raise DatasetError(
            f"{path} is not MNIST: it has no array of the name {error.args[0]}."
        ) from error
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DatasetError(
            f"{path} is damaged or is no npz file: {error}. {_where_to_get_it(DOWNLOAD_URL)}"
        ) from error
    for name, array in arrays.items():
        if array.dtype != np.uint8:
            raise DatasetError(f"{path} is not MNIST: {name} is {array.dtype}, not bytes.")
    return arrays


def _read_idx_folder(folder: Path) -> Arrays:
    files = {part: _idx_file(folder, part) for part in _IDX_STEMS}
    arrays: Arrays = {}
    for part, file in files.items():
        if file is None:
            raise DatasetError(
                f"{folder} holds neither {NPZ_NAME} nor all four IDX files of MNIST: "
                f"{_IDX_STEMS[part][0]} (or .gz) is not there. {_where_to_get_it(DOWNLOAD_URL)}"
            )
        arrays[part] = idx.read(file)
    return arrays


def _idx_file(folder: Path, part: str) -> Path | None:
    candidates = [folder / f"{stem}{end}" for stem in _IDX_STEMS[part] for end in ("", ".gz")]
    return next((file for file in candidates if file.is_file()), None)


def _download(url: str) -> Dataset:
    """Fetch the file beside its place in the cache, and put it there only when it is whole."""
    import keras  # noqa: PLC0415 (seconds to import, and needed here only)

    cache = keras_cache()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with sources.network_timeout():
            partial = Path(
                keras.utils.get_file(
                    f"{NPZ_NAME}.partial", url, cache_dir=str(cache.parent), force_download=True
                )
            )
    except Exception as error:  # Keras raises bare Exception when a fetch fails
        raise DatasetError(
            f"MNIST is not on this machine and could not be downloaded ({error}). "
            + _where_to_get_it(url)
        ) from error
    try:
        dataset = _verified(_read_npz(partial), url, "a download")
        partial.replace(cache / NPZ_NAME)
    finally:
        partial.unlink(missing_ok=True)
    return dataset


def _where_to_get_it(url: str) -> str:
    return (
        f"Fetch {url} and put it at {keras_cache() / NPZ_NAME}, "
        f"or pass it with --data FILE, or set {DATA_VARIABLE} to its folder."
    )
