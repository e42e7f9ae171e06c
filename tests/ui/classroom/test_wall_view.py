"""What the wall sends to a browser, and what it takes from one."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from mnist_app.ui.classroom import wall_view
from mnist_app.ui.classroom.wall_view import OVERLAP_SECONDS, packed, read_number


@given(arrays(np.uint8, (28, 28)))
def test_a_packed_image_keeps_sixteen_levels(image):
    sent = np.frombuffer(base64.b64decode(packed(image)), np.uint8)
    levels = np.stack([sent >> 4, sent & 15], axis=1).reshape(28, 28)
    assert np.array_equal(levels, image // 16)


@pytest.mark.parametrize("value", [None, {}, {"drawing": "3"}, {"drawing": True}, {"pupil": 3}])
def test_anything_else_is_no_number(value):
    assert read_number(value, "drawing") is None


def test_a_number_is_read():
    assert read_number({"drawing": 3}, "drawing") == 3


@pytest.mark.parametrize("missed", [1, 2, 4])
def test_a_browser_that_misses_updates_for_a_while_has_everything(monkeypatch, missed):
    now = [100.0]
    monkeypatch.setattr(wall_view.time, "monotonic", lambda: now[0])
    shown = wall_view.Shown(1)
    has = -1
    for step in range(40):
        start = shown.next_update(step)
        if step % (missed + 1) == 0:
            assert start <= has
            has = step
        now[0] += 2.0
    assert missed * 2.0 < OVERLAP_SECONDS
    assert start > 30  # not everything is sent each time


@pytest.mark.parametrize(
    ("said", "words"), [((9,), "9"), ((9, 9, 9), "9"), ((9, 4), "4 or 9"), ((1, 7, 2), "1, 2 or 7")]
)
def test_digits_in_words(said, words):
    assert wall_view.digits_in_words(said) == words
