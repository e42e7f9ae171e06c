"""Bundles on disk: found by name or folder, and read as a whole or refused."""

import contextlib
import io
import json
import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app import bundle as bundle_module
from mnist_app.bundle import Bundle, check_new_name, load_bundle, shipped_names
from mnist_app.bundle_publishing import amend
from mnist_app.errors import BundleError
from mnist_app.reading_settings import ReadingSettings
from tests.bundles import SETTINGS, mark_of, publish_marked

FILES = ["browser.bin", "bundle.json", "errors.npz", "model.keras", "model.tflite", "report.json"]


@pytest.fixture
def folder(tmp_path):
    return publish_marked(tmp_path / "models" / "mine")


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A place for shipped bundles of this test's own."""
    place = tmp_path / "shipped"
    place.mkdir()
    monkeypatch.setattr(bundle_module, "shipped_folder", lambda: place)
    return place


def test_what_was_published_is_read(folder):
    bundle = load_bundle(folder)
    assert (bundle.name, bundle.folder, bundle.recipe) == ("mine", folder, "tiny")
    assert bundle.settings == SETTINGS
    assert bundle.model == b"litert old"
    assert json.loads(bundle.report_bytes) == {"mark": "old"}
    misread = bundle.misread()
    assert misread.index.tolist() == [5]
    assert misread.labels.tolist() == [7]
    assert misread.images.shape == (1, 28, 28)
    assert misread.probabilities.dtype == np.float32
    assert sorted(path.name for path in folder.iterdir()) == FILES


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_refused_by_name(folder, file):
    (folder / file).unlink()
    with pytest.raises(BundleError, match=f"“mine” has no readable {file}"):
        load_bundle(folder)


@pytest.mark.parametrize("file", [file for file in FILES if file != "bundle.json"])
@pytest.mark.parametrize(
    "damage",
    [lambda content: content[:-1], lambda content: content + b" ", lambda content: b""],
    ids=["truncated", "longer", "empty"],
)
def test_an_altered_file_is_refused_by_name(folder, file, damage):
    path = folder / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError, match=rf"{file} .*damaged or was altered"):
        load_bundle(folder)


def test_a_bundle_of_an_older_version_is_refused_although_its_files_are_whole(folder):
    manifest = folder / "bundle.json"
    values = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**values, "format_version": 5}))
    with pytest.raises(BundleError, match="“mine” was made by an older version of this app"):
        load_bundle(folder)


@pytest.fixture
def teachable(tmp_path):
    return publish_marked(tmp_path / "models" / "taught", teaching__npz=b"features")


def test_an_optional_file_is_read_and_stays_when_the_bundle_is_amended(teachable, folder):
    assert load_bundle(folder).teaching_bytes is None
    assert load_bundle(teachable).teaching_bytes == b"features"
    amend(load_bundle(teachable), settings=ReadingSettings(2.0, 0.5))
    amended = load_bundle(teachable)
    assert (amended.teaching_bytes, amended.settings.temperature) == (b"features", 2.0)


def test_an_optional_file_is_checked_like_the_others(teachable, folder):
    (folder / "teaching.npz").write_bytes(b"features")
    with pytest.raises(BundleError, match="altered"):
        load_bundle(folder)
    (teachable / "teaching.npz").write_bytes(b"other features")
    with pytest.raises(BundleError, match="altered"):
        load_bundle(teachable)
    (teachable / "teaching.npz").unlink()
    with pytest.raises(BundleError, match=r"has no teaching\.npz: it is incomplete"):
        load_bundle(teachable)


def test_a_film_is_read_kept_and_refused_if_it_is_none(folder, tmp_path):
    assert load_bundle(folder).film() is None
    filmed = publish_marked(tmp_path / "models" / "filmed", film__npz=b"a film")
    amend(load_bundle(filmed), settings=ReadingSettings(2.0, 0.5))
    assert load_bundle(filmed).film_bytes == b"a film"
    with pytest.raises(BundleError, match=r"film\.npz of the bundle “filmed” is damaged\. "):
        load_bundle(filmed).film()


def test_names_and_folders_are_told_apart(shipped, monkeypatch, tmp_path):
    publish_marked(shipped / "cnn", "shipped")
    publish_marked(tmp_path / "elsewhere" / "cnn", "own")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert mark_of("cnn") == "shipped"
    assert mark_of("./cnn") == "own"
    assert mark_of(tmp_path / "elsewhere" / "cnn") == "own"
    assert mark_of(None) == "shipped"


def test_the_default_is_best_then_cnn(shipped):
    with pytest.raises(BundleError, match=r"no trained model here.*train_model\.py fit cnn"):
        load_bundle()
    publish_marked(shipped / "a-dense-one")
    publish_marked(shipped / "cnn", "cnn")
    assert shipped_names() == ("cnn", "a-dense-one")
    assert mark_of(None) == "cnn"
    publish_marked(shipped / "best", "best")
    assert shipped_names() == ("best", "cnn", "a-dense-one")
    assert mark_of(None) == "best"


@pytest.mark.parametrize("name", ["cnm", "", ".", "..", "cnn\0"])
def test_an_unknown_name_is_refused_with_the_known_ones(shipped, name):
    publish_marked(shipped / "cnn")
    with pytest.raises(BundleError, match=r"no trained model called .*cnn"):
        load_bundle(name)


def test_a_name_cannot_lead_out_of_the_shipped_folder(shipped, monkeypatch, tmp_path):
    """With a separator it is a folder of the caller's, seen from where the caller is."""
    publish_marked(tmp_path / "secret")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert mark_of("../secret") == "old"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BundleError):
        load_bundle("../secret")


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "", "-x", "a b", "a\n", "ü"])
def test_names_of_new_bundles_are_plain(name):
    with pytest.raises(BundleError, match="cannot be the name"):
        check_new_name(name)


def test_plain_names_of_new_bundles_pass():
    for name in ("cnn", "dense-128", "a.b_c-1", "7"):
        assert check_new_name(name) == name


def npz_of(**changes):
    """Return the bytes of an archive of one misread image, with ``changes`` of its arrays."""
    content = io.BytesIO()
    arrays = {
        "index": np.array([5]),
        "images": np.zeros((1, 28, 28), np.uint8),
        "labels": np.array([7]),
        "probabilities": np.full((1, 10), 0.1, np.float32),
    }
    np.savez_compressed(content, **{**arrays, **changes})
    return content.getvalue()


def bomb():
    """Return an archive whose array of images has 2 GB, all of them 0."""
    content = io.BytesIO(npz_of())
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": (2**31,)}
    )
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("more.npy", header.getvalue())
    # Only the size in the directory matters: nothing is inflated.
    directory = content.getvalue()
    at = directory.rindex(b"PK\x01\x02") + 24
    return directory[:at] + struct.pack("<I", 2**31) + directory[at + 4 :]


def encrypted():
    """Return an archive whose members are marked as encrypted."""
    content = bytearray(npz_of())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


def oversized_header():
    """Return an archive whose array of images claims more bytes than there is memory."""
    content = io.BytesIO()
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": (2**45, 28, 28)}
    )
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("index", "images", "labels", "probabilities"):
            archive.writestr(f"{name}.npy", header.getvalue())
    return content.getvalue()


class Runs:
    """An object whose pickle creates a folder when it is unpacked."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return (os.mkdir, (str(self.folder),))


@pytest.mark.parametrize(
    "content",
    [
        *[b"", b"no zip", b"PK\x03\x04 cut", bomb(), encrypted(), oversized_header()],
        npz_of(images=np.zeros((2, 28, 28), np.uint8)),
        npz_of(images=np.zeros((1, 27, 28), np.uint8)),
        npz_of(labels=np.array(7)),
        npz_of(probabilities=np.zeros((1, 11), np.float32)),
        npz_of(labels=np.array(["seven"])),
        npz_of(index=np.array([Runs("nowhere")], dtype=object)),
    ],
)
def test_a_damaged_list_of_misread_images_is_refused(tmp_path, content):
    folder = publish_marked(tmp_path / "model", errors__npz=content)
    with pytest.raises(BundleError, match="misread images in the bundle “model” is damaged"):
        load_bundle(folder).misread()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_damage_of_the_list_of_misread_images_is_refused_or_harmless(data):
    content = bytearray(npz_of())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    bundle = Bundle("m", Path("m"), "tiny", SETTINGS, b"", b"", b"", bytes(content))
    with contextlib.suppress(BundleError):
        assert len(bundle.misread().images) == 1


def test_pickled_objects_are_never_unpacked(tmp_path):
    """A pickle can run code; the file is refused before that."""
    ran = tmp_path / "ran"
    content = npz_of(index=np.array([Runs(ran)], dtype=object))
    folder = publish_marked(tmp_path / "model", errors__npz=content)
    with pytest.raises(BundleError):
        load_bundle(folder).misread()
    assert not ran.exists()
