"""Features in a bundle: stored to 8 bits, and refused where they are damaged or foreign."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app import teaching_data
from mnist_app.errors import BundleError
from mnist_app.teaching_data import LabelledFeatures, TeachingData

RANDOM = np.random.default_rng(0)


def some(count):
    features = np.maximum(RANDOM.normal(0, [1, 10, 0.1, 0], (count, 4)), 0).astype(np.float32)
    return LabelledFeatures(features, RANDOM.integers(0, 10, count).astype(np.uint8))


DATA = TeachingData(rehearsal=some(50), held_back=some(20), test=some(30))
CONTENT = DATA.to_bytes()
PARTS = ("rehearsal", "held_back", "test")


def test_features_are_kept_to_half_a_step_and_labels_as_they_are():
    found = TeachingData.parse(CONTENT, "mine")
    peaks = np.max([getattr(DATA, part).features.max(axis=0) for part in PARTS], axis=0)
    for part in PARTS:
        read, written = getattr(found, part), getattr(DATA, part)
        assert read.features.dtype == np.float32
        assert (np.abs(read.features - written.features) <= peaks / 255 / 2 * 1.001).all()
        assert (read.labels == written.labels).all()


def test_the_same_features_give_the_same_bytes():
    assert DATA.to_bytes() == CONTENT


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_harmless(place, change):
    damaged = bytearray(CONTENT)
    damaged[place] ^= change
    try:
        found = TeachingData.parse(bytes(damaged), "mine")
    except BundleError:
        return
    assert np.isfinite(found.test.features).all()


def altered(**arrays):
    with np.load(io.BytesIO(CONTENT)) as stored:
        content = io.BytesIO()
        np.savez_compressed(content, **{**dict(stored), **arrays})
    return content.getvalue()


@pytest.mark.parametrize(
    "arrays",
    [
        {"peaks": np.array([1, np.nan, 1, 1], np.float32)},
        {"peaks": np.zeros(4, np.float32)},
        {"peaks": np.ones(3, np.float32)},
        {"peaks": np.ones(4)},
        {"test": np.zeros((30, 5), np.uint8)},
        {"test": np.zeros((30, 4), np.float32)},
        {"test": np.zeros((0, 4), np.uint8), "test_labels": np.zeros(0, np.uint8)},
        {"test_labels": np.zeros(29, np.uint8)},
        {"held_back_labels": np.full(20, 10, np.uint8)},
        {"rehearsal": np.array({"a": 1}, object)},
    ],
)
def test_impossible_arrays_are_refused(arrays):
    with pytest.raises(BundleError, match="damaged"):
        TeachingData.parse(altered(**arrays), "mine")


def test_what_would_unpack_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(teaching_data, "MAXIMUM_BYTES", 500)
    with pytest.raises(BundleError, match="damaged"):
        TeachingData.parse(CONTENT, "mine")
