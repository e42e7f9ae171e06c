"""The drawing area of a page: canvas, undo, redo, Clear, brush width, and where drawings stay."""

from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.ui.canvas import component
from mnist_app.ui.canvas.canvas_spec import DIGIT, SIDE, CanvasSpec
from mnist_app.words import _, mark

FULL: Final = mark(
    "The canvas is full: your last stroke is not on it. Press Clear for a new drawing."
)

PRIVACY: Final = mark(
    "Drawings stay in this tab of the browser until it is closed, and in the memory of the "
    "computer that runs the app. They are stored nowhere else."
)
"""Where a drawing stays: for the foot of every page with a canvas."""


def show_canvas(spec: CanvasSpec = DIGIT, kept_as: str | None = None) -> Image | None:
    """Show the canvas with undo, redo and Clear; return its ink, uint8, or None if it is empty.

    ``kept_as`` is that of `component.drawing_canvas`.
    """
    st.session_state.setdefault(spec.brush_key, spec.default_brush)
    with st.container(key="drawing", gap=None, width=spec.width):
        ink = component.drawing_canvas(st.session_state[spec.brush_key], spec, kept_as)
        if component.is_full(spec):
            st.markdown(_(FULL))
        st.button(
            _("Clear"),
            key="clear",
            icon=":material/delete:",
            on_click=component.clear,
            args=(spec,),
        )
    return ink


def show_brush(spec: CanvasSpec = DIGIT) -> None:
    """Show the slider for the width of the brush."""
    st.slider(
        _("Brush width"),
        spec.minimum_brush,
        spec.maximum_brush,
        key=spec.brush_key,
        persist_state="session",
        format="%d px",
        width=SIDE,
        help=_(
            "Applies to your next strokes. MNIST's strokes are 2 to 3 pixels thick when the digit "
            "is 20 pixels tall: a very thin or very thick brush makes a digit harder to read."
        ),
    )
