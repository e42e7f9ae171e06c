"""A fragment of a page runs without the rest of the page, on a real server."""

import asyncio

import pytest

from benchmarks.app_server import ROOT, AppServer
from benchmarks.app_session import Session

COUNTING = """
import streamlit as st
from mnist_app.ui import runtime

def count(name):
    st.session_state[name] = st.session_state.get(name, 0) + 1
    st.markdown(f"{name} {st.session_state[name]}")

@runtime.isolated_fragment
def part():
    count("part")
    if st.button("Break", key="break"):
        raise RuntimeError("secret")

count("page")
part()
"""


@pytest.mark.slow
def test_a_fragment_runs_alone_and_shows_its_own_error(tmp_path, monkeypatch):
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


def _texts(session):
    return [e.markdown.body for e in session.page.elements() if e.HasField("markdown")]
