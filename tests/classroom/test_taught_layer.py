"""A taught model as bytes: read back whole, or refused; and as a recognizer like any other."""

import base64
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle
from mnist_app.classroom.taught_layer import TaughtLayer
from mnist_app.errors import TeachingError
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.feature_network import FeatureNetwork
from tests.classroom.taught import LAYER as MODEL
from tests.drawings import drawn

CONTENT = MODEL.to_bytes()


def test_what_is_written_is_read_and_small():
    found = TaughtLayer.from_bytes(CONTENT)
    assert (found.weights == MODEL.weights).all()
    assert {**vars(found), "weights": None} == {**vars(MODEL), "weights": None}
    assert len(CONTENT) < 10_000
    assert found.to_bytes() == CONTENT


@given(st.integers(0, len(CONTENT) - 1), st.binary(max_size=3))
def test_damaged_bytes_are_refused_or_still_a_model(place, instead):
    damaged = CONTENT[:place] + instead + CONTENT[place + len(instead) + 1 :]
    try:
        found = TaughtLayer.from_bytes(damaged)
    except TeachingError:
        return
    assert np.isfinite(found.weights).all()


@pytest.mark.parametrize(
    "change",
    [
        {"weights": "AAAA"},
        {"weights": "#" * 40},
        {"weights": base64.b64encode(np.full(20, np.nan, np.float32).tobytes()).decode()},
        {"weights": base64.b64encode(np.full(20, 1e9, np.float32).tobytes()).decode()},
        {"base": "/etc"},
        {"temperature": 0},
        {"temperature": 1e-30},
        {"acceptance_threshold": 1.5},
        {"teachers": "all"},
        {"options": {"seed": "x"}},
        {"base_sha256": None},
    ],
)
def test_impossible_values_are_refused(change):
    content = json.dumps({**json.loads(CONTENT), **change}).encode()
    with pytest.raises(TeachingError, match="damaged"):
        TaughtLayer.from_bytes(content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\x80\x04N.", CONTENT + b" " * 100_000])
def test_other_files_are_refused(content):
    with pytest.raises(TeachingError, match="damaged"):
        TaughtLayer.from_bytes(content)


def test_another_format_is_refused():
    content = json.dumps({**json.loads(CONTENT), "format": 2}).encode()
    with pytest.raises(TeachingError, match="another version of the app"):
        TaughtLayer.from_bytes(content)


@pytest.mark.parametrize("name", ["dense-128", "dense-deep", "cnn-regularised"])
def test_another_base_is_refused(lesson, name):
    with pytest.raises(TeachingError, match="another version of “cnn”"):
        lesson.taught.recognizer(load_bundle(name))


def test_a_base_of_another_checksum_is_refused(cnn):
    with pytest.raises(TeachingError, match="another version of “cnn”"):
        MODEL.recognizer(cnn)


def test_reads_in_every_way_that_a_recognizer_does(lesson, cnn, mirrored):
    recognizer, plain = lesson.taught.recognizer(cnn), Recognizer(cnn)
    images = mirrored.images[:30]
    logits = recognizer.logits(images)
    assert (recognizer.predict(images).argmax(axis=1) == logits.argmax(axis=1)).all()
    assert not np.allclose(logits, plain.logits(images))
    assert recognizer.bundle.settings.temperature == lesson.taught.temperature
    assert recognizer.bundle.settings.decoder_weights == cnn.settings.decoder_weights
    assert recognizer.read_number(drawn(2)).text == "2"
    values = LiteRTGraph(recognizer.bundle).values(images[0])
    assert values[LiteRTGraph(recognizer.bundle).logits] == pytest.approx(logits[:1], abs=1e-4)


def test_the_browser_reads_with_what_was_taught(lesson, cnn):
    """The weights of its file end in those of the last layer; all before stay."""
    browser = lesson.taught.recognizer(cnn).bundle.browser_network
    size = lesson.taught.weights.size
    for content, weights in (
        (cnn.browser_network, FeatureNetwork(cnn).weights),
        (browser, lesson.taught.weights),
    ):
        tail = np.frombuffer(content[-2 * size :], "<f2").reshape(weights.shape)
        assert tail == pytest.approx(weights, rel=1e-3, abs=1e-6)
    assert browser[: -2 * size] == cnn.browser_network[: -2 * size]


def test_the_film_of_the_base_is_not_that_of_what_was_taught(lesson, cnn):
    assert lesson.taught.recognizer(replace(cnn, film_bytes=b"a film")).bundle.film() is None


def test_pickling_keeps_what_was_taught(lesson, cnn, mirrored):
    recognizer = lesson.taught.recognizer(cnn)
    again = pickle.loads(pickle.dumps(recognizer))
    assert (again.logits(mirrored.images[:5]) == recognizer.logits(mirrored.images[:5])).all()
