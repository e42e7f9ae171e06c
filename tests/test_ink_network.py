"""The files of the network that finds handwriting, their checks, and calls from many threads."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mnist_app.bundle import sha256, shipped_folder, shipped_names
from mnist_app.errors import BundleError
from mnist_app.ink_network import FILES, MANIFEST, NAME, InkNetwork, read_ink_files
from tests.drawings import drawn
from tests.photographs import overlap, photographed


@pytest.fixture
def copy(tmp_path):
    """A copy of the shipped network that a test may damage."""
    return shutil.copytree(shipped_folder() / NAME, tmp_path / NAME)


def test_the_shipped_network_is_whole_and_no_model_of_digits():
    assert set(read_ink_files(shipped_folder() / NAME)) == set(FILES)
    assert NAME not in shipped_names()


def test_it_finds_handwriting_in_a_picture_of_any_size():
    network, ink = InkNetwork.load(), drawn(2, brush=14)
    picture = photographed(ink)
    for rows, columns in ((340, 340), (333, 327), (340, 340)):
        found = network(np.ascontiguousarray(picture[:rows, :columns]))
        assert found.shape == (rows, columns)
        assert overlap(found, ink[:rows, :columns]) > 0.5


def test_many_threads_get_the_same_answer():
    network, picture = InkNetwork.load(), photographed(drawn(2))
    crops = [np.ascontiguousarray(picture[: 100 + 40 * index]) for index in range(4)]
    alone = [network(crop) for crop in crops]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(network, crops * 3))
    for found, wanted in zip(together, alone * 3, strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("file", [*FILES, MANIFEST])
def test_a_missing_or_altered_file_is_refused(copy, file):
    content = (copy / file).read_bytes()
    (copy / file).write_bytes(content[:-20])
    with pytest.raises(BundleError):
        InkNetwork.load(copy)
    (copy / file).unlink()
    with pytest.raises(BundleError, match="incomplete"):
        InkNetwork.load(copy)


def test_another_format_or_another_network_is_refused(copy):
    manifest = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps({**manifest, "format_version": 9}))
    with pytest.raises(BundleError, match="format 9"):
        InkNetwork.load(copy)
    digits = (shipped_folder() / "best" / "model.tflite").read_bytes()
    (copy / "model.tflite").write_bytes(digits)
    manifest["sha256"]["model.tflite"] = sha256(digits)
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="any size"):
        InkNetwork.load(copy)
    (copy / "model.tflite").write_bytes(b"no model")
    manifest["sha256"]["model.tflite"] = sha256(b"no model")
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="not a LiteRT model"):
        InkNetwork.load(copy)
