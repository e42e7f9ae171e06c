"""The drawing canvas: the one caller of ``st_canvas``, its only adapter.

The reading is made from the strokes that the component reports, never from its picture: after the
canvas has been mounted anew with an earlier drawing, it shows the ink but reports no picture until
the next stroke.
"""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.components import v2 as components

from mnist_app.ink import Image
from mnist_app.ink.strokes import Stroke, draw
from mnist_app.ui.fabric import read_strokes

SIDE: Final = 340
"""Width and height of the canvas in pixels; it fits a phone 390 px wide."""
INK, PAPER = "#FFFFFF", "#000000"

KEYS: Final = 16
"""After so many canvases a key is used again: Streamlit keeps a little of every key it ever saw for
as long as a session lives. Not sooner: a late message of a cleared canvas must not find its key."""

_DRAWING: Final = "drawing_objects"
_AT_MOUNT: Final = "drawing_at_mount"
_GENERATION: Final = "canvas_generation"


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


def drawing_canvas(brush_width: int) -> Image | None:
    """Show the canvas; return the ink that is on it, uint8 (SIDE, SIDE), or None if it is empty.

    ``brush_width`` in pixels holds for the strokes to come.
    """
    state = st.session_state
    state.setdefault(_GENERATION, 0)
    state.setdefault(_DRAWING, [])
    if _key() not in state:
        # A canvas that was not on the page in the last run starts with the drawing so far. The
        # component replaces a drawing whenever this argument changes, so it stays as it is.
        state[_GENERATION] += 1
        state[_AT_MOUNT] = state[_DRAWING]
    result = st_canvas(
        stroke_width=brush_width,
        stroke_color=INK,
        background_color=PAPER,
        initial_drawing={"objects": state[_AT_MOUNT]},
        width=SIDE,
        height=SIDE,
        key=_key(),
    )
    state[_DRAWING] = (result.json_data or {}).get("objects", [])
    return ink()


def strokes() -> list[Stroke]:
    """Return the strokes of the drawing, on a page without canvas too: as it was left.

    On a page with the canvas, call it after `drawing_canvas`.
    """
    return read_strokes(st.session_state.get(_DRAWING, []))


def ink() -> Image | None:
    """Return the ink of `strokes`, uint8 (SIDE, SIDE), or None if nothing is drawn."""
    drawn = strokes()
    return draw(drawn, SIDE, SIDE) if drawn else None


def clear() -> None:
    """Empty the canvas. Call it before `drawing_canvas` in a run, as button callbacks are."""
    st.session_state[_DRAWING] = []
    st.session_state[_AT_MOUNT] = []
    st.session_state[_GENERATION] = st.session_state.get(_GENERATION, 0) + 1


def _key() -> str:
    return f"canvas-{st.session_state[_GENERATION] % KEYS}"
