"""MNIST from every source gives the same arrays; any other file is refused by name."""

import gzip
import hashlib
import socket
import sys

import numpy as np
import pytest
import requests

from mnist_app.errors import DatasetError
from mnist_app.training.data import cache, datasets, idx

IDX_NAMES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
NPZ_NAMES = {
    "train_images": "x_train",
    "train_labels": "y_train",
    "test_images": "x_test",
    "test_labels": "y_test",
}


def write_npz(path, arrays):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **{NPZ_NAMES[name]: array for name, array in arrays.items()})
    return path


def write_idx(folder, arrays, *, dotted=False, gzipped=False):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        file = IDX_NAMES[name].replace("-idx", ".idx") if dotted else IDX_NAMES[name]
        content = idx.encode(array)
        (folder / (file + ".gz" * gzipped)).write_bytes(
            gzip.compress(content) if gzipped else content
        )
    return folder


def offer(web, arrays, monkeypatch):
    """Put mnist.npz on the web server and let its checksum be the known one."""
    path = write_npz(web / "mnist.npz", arrays)
    monkeypatch.setattr(datasets, "NPZ_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def same(dataset, arrays):
    return all(np.array_equal(getattr(dataset, name), array) for name, array in arrays.items())


@pytest.mark.parametrize(
    "write",
    [
        lambda tmp, arrays: write_npz(tmp / "my-digits.npz", arrays),
        lambda tmp, arrays: write_npz(tmp / "npz" / "mnist.npz", arrays).parent,
        lambda tmp, arrays: write_idx(tmp / "idx", arrays),
        lambda tmp, arrays: write_idx(tmp / "gz", arrays, gzipped=True),
        lambda tmp, arrays: write_idx(tmp / "dotted", arrays, dotted=True),
    ],
    ids=["npz", "folder with npz", "IDX", "gzipped IDX", "dotted IDX"],
)
def test_every_form_gives_the_same_arrays(tmp_path, arrays, write):
    dataset = datasets.load_dataset(str(write(tmp_path, arrays)))
    assert same(dataset, arrays)
    assert dataset.name == "mnist"
    assert dataset.md5 == datasets.MNIST_MD5


def test_the_order_of_sources(tmp_path, arrays, server, monkeypatch):
    """Each source is used only if those before it hold nothing."""
    web, url, asked = server
    offer(web, arrays, monkeypatch)
    assert datasets.load_dataset(url=url).source == "a download"
    assert asked == ["/mnist.npz"]
    assert datasets.load_dataset(url=url).source == "Keras's cache"
    assert asked == ["/mnist.npz"]
    monkeypatch.setenv("MNIST_APP_DATA", str(tmp_path / "empty"))
    assert datasets.load_dataset(url=url).source == "Keras's cache"
    monkeypatch.setenv("MNIST_APP_DATA", str(write_idx(tmp_path / "named", arrays)))
    assert "MNIST_APP_DATA" in datasets.load_dataset(url=url).source
    own = write_npz(tmp_path / "own.npz", arrays)
    assert "command line" in datasets.load_dataset(str(own), url=url).source


def test_keras_cache_is_where_keras_looks(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert cache.keras_cache() == tmp_path / "datasets"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache.keras_cache() == tmp_path / "home" / ".keras" / "datasets"


def test_without_network_and_file_the_message_says_what_to_do(tmp_path, arrays, server):
    _, url, _ = server
    with pytest.raises(DatasetError) as caught:
        datasets.load_dataset(url=url)  # the server has no such file
    message = str(caught.value)
    for hint in ("404", url, str(tmp_path / "keras-home" / "datasets" / "mnist.npz"), "--data"):
        assert hint in message
    with pytest.raises(DatasetError, match="could not be downloaded"):
        datasets.load_dataset(url="http://127.0.0.1:9/mnist.npz")  # nobody listens there


def test_a_bad_download_never_reaches_the_cache(tmp_path, arrays, server, monkeypatch):
    web, url, _ = server
    whole = offer(web, arrays, monkeypatch).read_bytes()
    for content in (whole[:-200], b"<html>Please log in to the school network</html>", b""):
        (web / "mnist.npz").write_bytes(content)
        with pytest.raises(DatasetError, match="hash of downloaded file"):
            datasets.load_dataset(url=url)
        assert not list((tmp_path / "keras-home" / "datasets").iterdir())


def test_a_download_that_is_cut_off_never_reaches_the_cache(tmp_path, arrays, server, monkeypatch):
    web, url, _ = server
    offer(web, arrays, monkeypatch)
    monkeypatch.setattr("requests.Response.iter_content", cut_off)
    with pytest.raises(DatasetError, match="cut off"):
        datasets.load_dataset(url=url)
    assert not list((tmp_path / "keras-home" / "datasets").iterdir())


def cut_off(response, chunk_size):
    """Yield the first bytes of a response, then raise as requests does for a lost connection."""
    with response:
        yield response.raw.read(100)
        raise requests.exceptions.ChunkedEncodingError("cut off")


def test_a_silent_server_is_given_up(arrays, monkeypatch):
    monkeypatch.setattr(cache, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/mnist.npz"
        with pytest.raises(DatasetError, match=r"timed out.*--data"):
            datasets.load_dataset(url=url)


def test_a_cache_that_cannot_be_written_is_named(tmp_path, arrays, server, monkeypatch):
    web, url, _ = server
    offer(web, arrays, monkeypatch)
    (tmp_path / "file").touch()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    with pytest.raises(DatasetError, match="could not be downloaded"):
        datasets.load_dataset(url=url)


def test_a_download_has_a_progress_bar_on_a_terminal_alone(arrays, server, monkeypatch, capsys):
    web, url, _ = server
    path = offer(web, arrays, monkeypatch)
    assert same(datasets.load_dataset(url=url), arrays)
    assert "%" not in capsys.readouterr().err
    (cache.keras_cache() / path.name).unlink()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert same(datasets.load_dataset(url=url), arrays)
    assert "100%" in capsys.readouterr().err


def test_altered_arrays_are_refused_by_name(tmp_path, arrays):
    altered = {**arrays, "test_labels": arrays["test_labels"][::-1].copy()}
    path = write_npz(tmp_path / "altered.npz", altered)
    with pytest.raises(DatasetError, match=r"altered\.npz.*checksum of test_labels"):
        datasets.load_dataset(str(path))


def test_a_truncated_file_is_refused_wherever_it_is(tmp_path, arrays, monkeypatch):
    content = write_npz(tmp_path / "whole.npz", arrays).read_bytes()
    named = tmp_path / "named" / "mnist.npz"
    cached = tmp_path / "keras-home" / "datasets" / "mnist.npz"
    for path in (named, cached):
        path.parent.mkdir(parents=True)
        path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DatasetError, match=r"keras-home.*mnist\.npz is damaged"):
        datasets.load_dataset()
    monkeypatch.setenv("MNIST_APP_DATA", str(named.parent))
    with pytest.raises(DatasetError, match=r"named.*mnist\.npz is damaged"):
        datasets.load_dataset()


def test_an_incomplete_idx_folder_names_the_missing_file(tmp_path, arrays):
    folder = write_idx(tmp_path / "idx", arrays, gzipped=True)
    (folder / "t10k-images-idx3-ubyte.gz").unlink()
    with pytest.raises(DatasetError, match=r"t10k-images-idx3-ubyte .*is missing"):
        datasets.load_dataset(str(folder))


def test_other_files_are_refused(tmp_path, arrays):
    np.save(tmp_path / "one.npy", arrays["train_images"])
    np.savez(tmp_path / "other.npz", x_train=arrays["train_images"])
    floats = {name: array.astype(np.float32) for name, array in arrays.items()}
    write_npz(tmp_path / "floats.npz", floats)
    objects = {**arrays, "test_labels": np.array([{}] * 20)}
    write_npz(tmp_path / "objects.npz", objects)
    content = bytearray(write_npz(tmp_path / "encrypted.npz", arrays).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of an encrypted file
    (tmp_path / "encrypted.npz").write_bytes(content)
    names = ("one.npy", "other.npz", "floats.npz", "objects.npz", "encrypted.npz", "missing.npz")
    for name in names:
        with pytest.raises(DatasetError, match=name):
            datasets.load_dataset(str(tmp_path / name))


def test_synthetic_needs_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    dataset = datasets.load_dataset("synthetic")
    assert dataset.name == "synthetic"
    assert dataset.train_images.shape == (600, 28, 28)
    assert dataset.test_images.shape == (200, 28, 28)
    known = {image.tobytes() for image in dataset.train_images}
    assert not any(image.tobytes() in known for image in dataset.test_images)


def test_the_real_mnist(mnist):
    """The counts per digit are those that LeCun's page and many papers give."""
    assert mnist.train_images.shape == (60000, 28, 28)
    assert mnist.test_images.shape == (10000, 28, 28)
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(mnist.test_labels).tolist() == counts
    assert mnist.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
