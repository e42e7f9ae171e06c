"""Keeps the value of a canvas in Streamlit's session state as the text that the browser sent.

Streamlit parses a component's value to nested lists, copies and compares them in every run, and
keeps them twice: 40 bytes for each byte of the text. It fails altogether where they are nested
deeper than Python's stack allows, and then the session has no canvas until it is reloaded. Text is
kept and compared for nothing; `mnist_app.ui.canvas.fabric_adapter` parses it, once for each change.
"""

from collections.abc import Mapping
from typing import Any, Final

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state import session_state

from mnist_app.ui.canvas.canvas_spec import CLASS, DIGIT, KEY_COUNT, NUMBER

_ID_ENDINGS: Final = tuple(
    f"-{spec.component_key(number)}"
    for spec in (DIGIT, NUMBER, CLASS)
    for number in range(KEY_COUNT)
)
"""Streamlit's id of a widget ends with its key."""


def keep_values_as_text() -> None:
    """Have Streamlit leave the values of the canvases unparsed, in all sessions."""
    unpack = session_state.unpack_widget_state_value  # type: ignore[attr-defined]

    def unpack_all_but_canvases(widget: WidgetState) -> Any:
        if not widget.id.endswith(_ID_ENDINGS):
            return unpack(widget)
        return {"drawing": {"raw": widget.json_value}}

    session_state.unpack_widget_state_value = (  # type: ignore[attr-defined]
        unpack_all_but_canvases  # type: ignore[assignment]
    )


def reported_text(value: object) -> str | None:
    """Return the text in a canvas's value, or None if it has sent nothing since it was mounted."""
    drawing = value.get("drawing") if isinstance(value, Mapping) else None
    text = drawing.get("raw") if isinstance(drawing, Mapping) else None
    return text if isinstance(text, str) else None
