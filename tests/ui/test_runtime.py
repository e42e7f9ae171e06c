"""Errors become sentences, and a fragment runs without the rest of its page."""

import logging
import subprocess
import sys

import cv2
import pytest
from streamlit.testing.v1 import AppTest

from mnist_app.ui import runtime
from tests.ui.page_runner import ROOT, SCRIPT_SECONDS

TORN = """
import streamlit as st
from mnist_app.errors import BundleError
from mnist_app.ui import runtime

@runtime.isolated_fragment
def part(error):
    st.markdown("above")
    raise error

with runtime.errors_as_sentences():
    part({error})
st.markdown("below")
"""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("BundleError('Train it again.')", "Train it again."),
        ("RuntimeError('/home/me/secret')", "Something went wrong on this page."),
    ],
)
def test_an_error_in_a_fragment_is_a_sentence_and_the_rest_is_shown(error, said, caplog):
    with caplog.at_level(logging.ERROR):
        app = AppTest.from_string(
            TORN.replace("{error}", error), default_timeout=SCRIPT_SECONDS
        ).run()
    assert not app.exception
    assert [text.value for text in app.markdown] == ["above", "below"]
    (sentence,) = (box.value for box in app.error)
    assert sentence.startswith(said)
    assert "secret" not in sentence
    assert "a page ended early" in caplog.text, "the terminal says why"


def test_opencv_starts_no_threads():
    before = cv2.getNumThreads()
    runtime.limit_opencv_to_one_thread()
    try:
        assert cv2.getNumThreads() == 1
    finally:
        cv2.setNumThreads(before)


RESIZE_IN_THREADS = """
import threading
import cv2, numpy as np, psutil
from mnist_app.ui import runtime

def resize_in_threads(count):
    image = np.zeros((340, 340), np.uint8)
    for _ in range(count):
        thread = threading.Thread(target=cv2.resize, args=(image, (28, 28)))
        thread.start()
        thread.join()

runtime.limit_opencv_to_one_thread()
resize_in_threads(500)
before = psutil.Process().memory_info().rss
resize_in_threads(6000)
print(psutil.Process().memory_info().rss - before)
"""


@pytest.mark.slow
def test_a_stroke_in_a_thread_of_its_own_keeps_no_memory():
    """In a process of its own, whose memory no other test changes."""
    done = subprocess.run(
        [sys.executable, "-c", RESIZE_IN_THREADS], cwd=ROOT, check=True, capture_output=True
    )
    assert int(done.stdout) < 3e6, "a kilobyte a thread would be 5 MB"
