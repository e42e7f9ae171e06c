"""Adapter of streamlit-drawable-canvas, the only caller of ``st_canvas``.

The ink is drawn from the strokes that the component reports, not taken from its picture. A canvas
that is mounted with an earlier drawing shows the ink, but it reports no picture until the next
stroke.
"""

import importlib.util
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.components import v2 as components

from mnist_app import words
from mnist_app.arrays import Image
from mnist_app.preprocessing.strokes import MAXIMUM_COORDINATE, Stroke
from mnist_app.ui.canvas import drawing_limits
from mnist_app.ui.canvas.canvas_spec import CLASS, DIGIT, NUMBER, CanvasSpec
from mnist_app.ui.canvas.component_value import keep_values_as_text, reported_text
from mnist_app.ui.canvas.fabric_adapter import CanvasDrawing, FullCanvasError, read_drawing
from mnist_app.words import _

INK_COLOUR: Final = "#FFFFFF"
PAPER_COLOUR: Final = "#000000"
_SESSION: Final = "canvas_session"
"""Session-state key of a random name of the session, by which the browser tells a new one."""
SCRIPTS: Final = ("one_pointer.js", "pencil_path.js", "kept_drawing.js", "canvas.js")
"""Our scripts, joined to one module."""


@contextmanager
def _with_own_files() -> Iterator[None]:
    """Register the component with our style sheet and our scripts added to its own files.

    The component's toolbar is invisible until a mouse hovers over it, lies over the canvas and
    takes taps: a finger near the upper right corner can hit Reset and erase the drawing. The
    component lives in a shadow root, which the style sheet of the page does not reach. It also
    loses strokes to other touches, and the drawing when changes follow each other quickly; see
    ``one_pointer.js`` and ``canvas.js``.
    """
    spec = importlib.util.find_spec("streamlit_drawable_canvas")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    build = folder / "frontend" / "build"
    css_added = _own_file("canvas.css")
    register = components.component

    def register_with_own_files(name: str, *, css: str, js: str, **others: Any) -> Any:
        theirs = [file.read_text(encoding="utf-8") for file in sorted(build.glob(css))]
        (module,) = build.glob(js)
        base = st.get_option("server.baseUrlPath").strip("/")
        url = f"/{base}/_stcore/bidi-components/{name}/{module.name}".replace("//", "/")
        return register(
            name,
            css="\n".join([*theirs, css_added]),
            js=_script(url),
            **others,
        )

    components.component = register_with_own_files  # type: ignore[assignment]
    try:
        yield
    finally:
        components.component = register


def _script(component_url: str) -> str:
    """Return our module, which mounts the component's own module at ``component_url``."""
    script = "\n".join(map(_own_file, SCRIPTS))
    for name in ("MAXIMUM_STROKES", "MAXIMUM_POINTS", "MAXIMUM_STROKE_WIDTH"):
        script = script.replace(name, str(getattr(drawing_limits, name)))
    script = script.replace("MAXIMUM_COORDINATE", str(MAXIMUM_COORDINATE))
    script = script.replace("ALL_TEXTS", json.dumps(_texts()))
    return script.replace("COMPONENT_URL", component_url)


def _texts() -> dict[str, dict[str, str]]:
    """Return the texts of the script in every language."""
    found = {}
    for code in words.LANGUAGES:
        with words.in_language(code):
            found[code] = {
                "undo": _("Undo"),
                "redo": _("Redo"),
                "drawing": _("Your drawing, strokes: {count}"),
                "empty": _("Empty canvas: draw with a mouse, a finger or a pen"),
                **{spec.invitation: _(spec.invitation) for spec in (DIGIT, NUMBER, CLASS)},
            }
    return found


def _own_file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


with _with_own_files():
    from streamlit_drawable_canvas import st_canvas


keep_values_as_text()


def drawing_canvas(
    brush_width: int, spec: CanvasSpec = DIGIT, kept_as: str | None = None
) -> Image | None:
    """Show the canvas; return the ink on it, uint8 (height, width), or None if it is empty.

    ``brush_width``, in pixels, applies to the strokes to come. The browser keeps the drawing for a
    reload under the name ``kept_as``, by default one for all canvases of this size; where the name
    changes, `clear` the canvas.
    """
    state = st.session_state
    state.setdefault(spec.generation_key, 0)
    state.setdefault(spec.drawing_key, CanvasDrawing(spec))
    state.setdefault(_SESSION, secrets.token_hex(8))
    key = spec.component_key(state[spec.generation_key])
    if key not in state:  # the canvas was not on the page in the last run
        _mount_again(spec)
    else:
        _take_report(state[key], spec)
    st_canvas(
        stroke_width=brush_width,
        stroke_color=INK_COLOUR,
        background_color=PAPER_COLOUR,
        # for canvas.js, the drawing as text and the invitation; the names for kept_drawing.js
        initial_drawing={
            "objects": state[spec.mounted_key],
            "keptAs": kept_as,
            "session": state[_SESSION],
            "clears": state.get(spec.clears_key, 0),
            "reportsEachStroke": spec.reports_each_stroke,
            "rest": round(1000 * state.pop(spec.rest_key, 0.0)),  # milliseconds
            "invitation": spec.invitation,
        },
        width=spec.width,
        height=spec.height,
        key=spec.component_key(state[spec.generation_key]),
    )
    return ink(spec)


def send_after_rest(seconds: float, spec: CanvasSpec = DIGIT) -> None:
    """Have the browser send the drawing once no pen was on the canvas for ``seconds``.

    Without it, each stroke is sent as it ends. It holds for the next `drawing_canvas`.
    """
    st.session_state[spec.rest_key] = seconds


def _mount_again(spec: CanvasSpec) -> None:
    """Have the component mounted anew, with the drawing so far.

    The component resets its drawing when ``initial_drawing`` changes, so it stays the same until
    the next mount.
    """
    state = st.session_state
    state[spec.generation_key] += 1
    state[spec.mounted_key] = state[spec.drawing_key].saved


def _take_report(value: object, spec: CanvasSpec) -> None:
    """Take over the drawing in the component's ``value``.

    If it exceeds the limits, the last drawing stays: it is read and mounted again.
    """
    state = st.session_state
    reported = reported_text(value)
    if reported is None or reported == state[spec.drawing_key].reported:
        return
    try:
        state[spec.drawing_key] = read_drawing(reported, spec)
        state[spec.full_key] = False
    except FullCanvasError:
        state[spec.full_key] = True
        _mount_again(spec)


def take_report(spec: CanvasSpec) -> None:
    """Take over what the browser has sent of the canvas.

    `drawing_canvas` does so; the callback of a button that needs the strokes runs before it.
    """
    state = st.session_state
    key = spec.component_key(state.get(spec.generation_key, 0))
    if key in state:
        _take_report(state[key], spec)


def is_full(spec: CanvasSpec = DIGIT) -> bool:
    """Tell whether the last stroke was too much for the canvas and was left out."""
    return bool(st.session_state.get(spec.full_key))


def strokes(spec: CanvasSpec = DIGIT) -> Sequence[Stroke]:
    """Return the strokes of the session's drawing.

    On a page that shows the canvas, call it after `drawing_canvas`. On any other page it returns
    the drawing as it was left.
    """
    return _drawing(spec).strokes


def ink(spec: CanvasSpec = DIGIT) -> Image | None:
    """Return the ink of `strokes`, uint8 (height, width), or None if nothing is drawn."""
    return _drawing(spec).ink


def _drawing(spec: CanvasSpec) -> CanvasDrawing:
    drawing = st.session_state.get(spec.drawing_key)
    return drawing if isinstance(drawing, CanvasDrawing) else CanvasDrawing(spec)


def clear(spec: CanvasSpec = DIGIT) -> None:
    """Empty the canvas. Call it before `drawing_canvas` in a run, as callbacks of buttons are."""
    state = st.session_state
    state[spec.drawing_key] = CanvasDrawing(spec)
    state[spec.full_key] = False
    state[spec.clears_key] = state.get(spec.clears_key, 0) + 1
    state.setdefault(spec.generation_key, 0)
    _mount_again(spec)
