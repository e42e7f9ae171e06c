"""The head of a page: its title, at the same height on every page, and what stands beside it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def title_row(title: str, key: str = "head") -> DeltaGenerator:
    """Show the page's title, in Markdown; return the row, whose further parts stand at the right.

    A title alone is as high as one with a control beside it (``style.css``). ``key`` is the row's;
    a second title, of a page that cannot go on, needs another.
    """
    row = st.container(
        key=key,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    )
    row.title(title, width="content", anchor=False)
    return row
