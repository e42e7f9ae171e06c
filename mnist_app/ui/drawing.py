"""The one drawing of a person, shown on any page: the canvas with undo, redo, Clear and brush."""

from typing import Final

import streamlit as st

from mnist_app.ink import Image
from mnist_app.ui import canvas

BRUSH_WIDTHS: Final = (8, 40)
"""Narrowest and widest brush in pixels of the canvas."""
USUAL_BRUSH_WIDTH: Final = 22
"""With it a digit of usual height gets strokes of 2 to 3 pixels in the end, as MNIST's are."""


def show_canvas() -> Image | None:
    """Show the canvas with undo, redo and Clear; return its ink, or None if it is empty.

    The drawing is the same on every page; on a page without canvas, `canvas.ink` returns it.
    """
    st.session_state.setdefault("brush", USUAL_BRUSH_WIDTH)
    with st.container(key="drawing", gap=None, width=canvas.SIDE):
        ink = canvas.drawing_canvas(st.session_state["brush"])
        st.button("Clear", key="clear", icon=":material/delete:", on_click=canvas.clear)
    return ink


def show_brush() -> None:
    """Show the choice of the brush's width."""
    narrowest, widest = BRUSH_WIDTHS
    st.slider(
        "Brush width",
        narrowest,
        widest,
        key="brush",
        persist_state="session",
        format="%d px",
        width=canvas.SIDE,
        help="For the strokes to come. MNIST's strokes are 2 to 3 pixels thick when the digit is "
        "20 pixels tall: a very thin or very thick brush makes a digit harder to read.",
    )
