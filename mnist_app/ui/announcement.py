"""A sentence that screen readers say when it changes, and that nobody sees."""

from pathlib import Path

import streamlit as st
from streamlit.components import v2 as components

_HERE = Path(__file__)
_region = components.component(
    "announcement",
    html='<p class="announced" role="status"></p>',
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
)


def announce(sentence: str) -> None:
    """Have screen readers say ``sentence``, plain text, when they are done with what they say now.

    Call it in every run of a page: a live region speaks only if it was there before the change.
    """
    with st.container(key="announcement"):
        _region(data={"text": sentence}, key="announced", height="content")
