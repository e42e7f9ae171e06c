"""What goes wrong on a page is said in a sentence, and only the part that changed runs again."""

import asyncio
import logging
import threading

import cv2
import numpy as np
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.lesson.server import ROOT, AppServer
from benchmarks.lesson.session import Session
from mnist_app.ui import runtime

TORN = """
import streamlit as st
from mnist_app.errors import BundleError
from mnist_app.ui import house

@house.runs_alone
def part(error):
    st.markdown("above")
    raise error

with house.plain_errors():
    part({error})
st.markdown("below")
"""

COUNTING = """
import streamlit as st
from mnist_app.ui import house

def count(name):
    st.session_state[name] = st.session_state.get(name, 0) + 1
    st.markdown(f"{name} {st.session_state[name]}")

@house.runs_alone
def part():
    count("part")
    if st.button("Break", key="break"):
        raise RuntimeError("secret")

count("page")
part()
"""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("BundleError('Train it again.')", "Train it again."),
        ("RuntimeError('/home/me/secret')", "Something went wrong on this page."),
    ],
)
def test_an_error_in_a_part_is_a_sentence_and_the_rest_is_shown(error, said, caplog):
    with caplog.at_level(logging.ERROR):
        app = AppTest.from_string(TORN.replace("{error}", error)).run()
    assert not app.exception
    assert [text.value for text in app.markdown] == ["above", "below"]
    (sentence,) = (box.value for box in app.error)
    assert sentence.startswith(said)
    assert "secret" not in sentence
    assert "a page ended early" in caplog.text, "the terminal says why"


@pytest.mark.slow
def test_a_part_runs_alone_and_says_alone_what_went_wrong(tmp_path, monkeypatch):
    (tmp_path / "app.py").write_text(COUNTING, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    async def press(url):
        async with Session(url) as session:
            await session.open_page()
            seen = [_texts(session)]
            await session.press("Break")
            return [*seen, _texts(session)], session.page.errors()

    with AppServer(tmp_path) as server:
        seen, errors = asyncio.run(press(server.url))
        assert "RuntimeError: secret" in server.log()
    assert seen == [["page 1", "part 1"], ["page 1", "part 2"]]
    (sentence,) = errors
    assert sentence.startswith("Something went wrong on this page.")


def test_a_stroke_in_a_thread_of_its_own_leaves_nothing_behind():
    before = cv2.getNumThreads()
    runtime.one_thread_for_opencv()
    try:
        _resize_in_threads(500)
        grown = psutil.Process().memory_info().rss
        _resize_in_threads(6000)
        grown = psutil.Process().memory_info().rss - grown
    finally:
        cv2.setNumThreads(before)
    assert grown < 2e6, "a kilobyte a thread would be 5 MB"


def _resize_in_threads(count):
    image = np.zeros((340, 340), np.uint8)
    for _ in range(count):
        thread = threading.Thread(target=cv2.resize, args=(image, (28, 28)))
        thread.start()
        thread.join()


def _texts(session):
    return [e.markdown.body for e in session.page.elements() if e.HasField("markdown")]
