"""Messages between a page and the server, read from the page's own websocket."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from google.protobuf.message import DecodeError
from playwright.sync_api import Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

FINISHED: Final = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)


class Traffic:
    """Records the messages of a page; create it before the page loads.

    ``is_answered`` tells whether the server has finished its last answer; ``sent`` is the number of
    messages to it.
    """

    def __init__(self, page: Page) -> None:
        self.is_answered = False
        self.sent = 0
        self._widgets: dict[str, WidgetState] = {}
        page.on("websocket", self._listen)

    def drawing(self, canvas: str) -> Sequence[Mapping[str, Any]]:
        """Return the last sent drawing of a canvas, by its key: one object per stroke."""
        widget = self._widgets.get(canvas)
        drawing = json.loads(widget.json_value).get("drawing") if widget else None
        return drawing["raw"]["objects"] if drawing else ()

    def number(self, key: str) -> float | None:
        """Return the last sent value of the slider with the key ``key``."""
        widget = self._widgets.get(key)
        return widget.double_array_value.data[0] if widget else None

    def _listen(self, websocket: WebSocket) -> None:
        websocket.on("framesent", self._on_sent)
        websocket.on("framereceived", self._on_received)

    def _on_sent(self, frame: str | bytes) -> None:
        self.sent += 1
        message = BackMsg()
        if not _parse(message, frame) or message.WhichOneof("type") != "rerun_script":
            return
        self.is_answered = False
        # Every message names all widgets of the page; the others are gone. Keys of canvases come
        # again: after a reload, and after 16 canvases.
        # A widget's id is "$$ID-", a hash, "-" and its key.
        widgets = message.rerun_script.widget_states.widgets
        self._widgets = {widget.id.split("-", 2)[-1]: widget for widget in widgets}

    def _on_received(self, frame: str | bytes) -> None:
        message = ForwardMsg()
        if _parse(message, frame) and message.WhichOneof("type") == "script_finished":
            self.is_answered = message.script_finished in FINISHED


def _parse(message: BackMsg | ForwardMsg, frame: str | bytes) -> bool:
    try:
        message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
    except DecodeError:
        return False
    return True
