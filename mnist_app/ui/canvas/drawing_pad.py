"""A person's drawings, shown on any page: a canvas with undo, redo, Clear and brush."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from mnist_app.preprocessing import Image
from mnist_app.ui.canvas import component


@dataclass(frozen=True)
class Pad:
    """A sheet and the brush for it: ``brush`` is the key of its width.

    ``narrowest``, ``widest`` and ``usual`` are widths in pixels of the canvas. With the usual one
    a digit of usual height gets strokes of 2 to 3 pixels in the end, as MNIST's are.
    """

    sheet: component.Sheet
    brush: str
    narrowest: int
    widest: int
    usual: int


DIGIT: Final = Pad(component.DIGIT, "brush", 8, 40, 22)
NUMBER: Final = Pad(component.NUMBER, "number_brush", 6, 24, 14)


def show_canvas(pad: Pad = DIGIT) -> Image | None:
    """Show the canvas with undo, redo and Clear; return its ink, or None if it is empty.

    The drawing is the same on every page; on a page without canvas, `canvas.ink` returns it.
    """
    st.session_state.setdefault(pad.brush, pad.usual)
    with st.container(key="drawing", gap=None, width=pad.sheet.width):
        ink = component.drawing_canvas(st.session_state[pad.brush], pad.sheet)
        st.button(
            "Clear",
            key="clear",
            icon=":material/delete:",
            on_click=component.clear,
            args=(pad.sheet,),
        )
    return ink


def show_brush(pad: Pad = DIGIT) -> None:
    """Show the choice of the brush's width."""
    st.slider(
        "Brush width",
        pad.narrowest,
        pad.widest,
        key=pad.brush,
        persist_state="session",
        format="%d px",
        width=component.SIDE,
        help="For the strokes to come. MNIST's strokes are 2 to 3 pixels thick when the digit is "
        "20 pixels tall: a very thin or very thick brush makes a digit harder to read.",
    )
