"""The drawing canvas: the one caller of ``st_canvas``, its only adapter.

The reading is made from the strokes that the component reports, never from its picture: after the
canvas has been mounted anew with an earlier drawing, it shows the ink but reports no picture until
the next stroke.
"""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.components import v2 as components

from mnist_app.preprocessing import Image
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.ui.canvas.fabric_adapter import read_strokes

SIDE: Final = 340
"""Width and height in pixels of the canvas for a digit; it fits a phone 390 px wide."""
INK, PAPER = "#FFFFFF", "#000000"

KEYS: Final = 16
"""After so many canvases a key is used again: Streamlit keeps a little of every key it ever saw for
as long as a session lives. Not sooner: a late message of a cleared canvas must not find its key."""


@dataclass(frozen=True)
class Sheet:
    """What is drawn on: one drawing a session, the same on every page that shows it.

    ``name`` is what its keys begin with; ``width`` and ``height`` in pixels.
    """

    name: str
    width: int
    height: int

    @property
    def drawing(self) -> str:
        """Where a session keeps the drawing: the objects that the component reported last."""
        return f"{self.name}_drawing"

    @property
    def at_mount(self) -> str:
        """Where it keeps the drawing that the canvas started with."""
        return f"{self.name}_at_mount"

    @property
    def generation(self) -> str:
        """Where it keeps how many canvases there were."""
        return f"{self.name}_generation"


DIGIT: Final = Sheet("canvas", SIDE, SIDE)
"""For one digit: the pages Draw, Compare and Inside."""
NUMBER: Final = Sheet("canvas-wide", 680, 400)
"""For whole numbers. A phone shows it half as large, as wide as its screen."""


@contextmanager
def _own_files() -> Iterator[None]:
    """Let the component register itself with ``canvas.css`` and ``canvas.js`` around its own files.

    As it comes, its toolbar is invisible until a mouse hovers over it, lies over the canvas and
    takes taps: a finger near the upper right corner can hit Reset and wipe the drawing. The
    component lives in a shadow root, which a page's style does not reach. And it forgets the
    drawing when changes follow each other quickly: ``canvas.js`` says why.
    """
    spec = importlib.util.find_spec("streamlit_drawable_canvas")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    build = folder / "frontend" / "build"
    own = Path(__file__).with_name("canvas.css").read_text(encoding="utf-8")
    mount = Path(__file__).with_name("canvas.js").read_text(encoding="utf-8")
    register = components.component

    def register_with_own_files(name: str, *, css: str, js: str, **others: Any) -> Any:
        theirs = [file.read_text(encoding="utf-8") for file in sorted(build.glob(css))]
        (module,) = build.glob(js)
        base = st.get_option("server.baseUrlPath").strip("/")
        url = f"/{base}/_stcore/bidi-components/{name}/{module.name}".replace("//", "/")
        return register(
            name,
            css="\n".join([*theirs, own]),
            js=mount.replace("COMPONENT_URL", url),
            **others,
        )

    components.component = register_with_own_files  # type: ignore[assignment]
    try:
        yield
    finally:
        components.component = register


with _own_files():
    from streamlit_drawable_canvas import st_canvas


def drawing_canvas(brush_width: int, sheet: Sheet = DIGIT) -> Image | None:
    """Show the canvas; return the ink on it, uint8 (height, width), or None if it is empty.

    ``brush_width`` in pixels holds for the strokes to come.
    """
    state = st.session_state
    state.setdefault(sheet.generation, 0)
    state.setdefault(sheet.drawing, [])
    if _key(sheet) not in state:
        # A canvas that was not on the page in the last run starts with the drawing so far. The
        # component replaces a drawing whenever this argument changes, so it stays as it is.
        state[sheet.generation] += 1
        state[sheet.at_mount] = state[sheet.drawing]
    result = st_canvas(
        stroke_width=brush_width,
        stroke_color=INK,
        background_color=PAPER,
        initial_drawing={"objects": state[sheet.at_mount]},
        width=sheet.width,
        height=sheet.height,
        key=_key(sheet),
    )
    state[sheet.drawing] = (result.json_data or {}).get("objects", [])
    return ink(sheet)


def strokes(sheet: Sheet = DIGIT) -> list[Stroke]:
    """Return the strokes of the drawing, on a page without canvas too: as it was left.

    On a page with the canvas, call it after `drawing_canvas`.
    """
    return read_strokes(st.session_state.get(sheet.drawing, []))


def ink(sheet: Sheet = DIGIT) -> Image | None:
    """Return the ink of `strokes`, uint8 (height, width), or None if nothing is drawn."""
    drawn = strokes(sheet)
    return draw(drawn, sheet.height, sheet.width) if drawn else None


def clear(sheet: Sheet = DIGIT) -> None:
    """Empty the canvas. Call it before `drawing_canvas` in a run, as button callbacks are."""
    st.session_state[sheet.drawing] = []
    st.session_state[sheet.at_mount] = []
    st.session_state[sheet.generation] = st.session_state.get(sheet.generation, 0) + 1


def _key(sheet: Sheet) -> str:
    return f"{sheet.name}-{st.session_state[sheet.generation] % KEYS}"
