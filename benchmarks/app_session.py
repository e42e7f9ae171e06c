"""A session of a Streamlit app over its websocket, without a browser.

It speaks the protocol of the installed Streamlit (`BackMsg` out, `ForwardMsg` in) and keeps the
page as a tab would show it. Of the app it uses only the user keys of containers and widgets, which
the server sends with every element.
"""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Path = tuple[int, ...]
CACHED_RUNS = 2
"""Script runs after which a browser forgets a large message that no run has used."""
_USER_KEY = re.compile(r"^\$\$ID-[0-9a-f]+-(.*)$", re.DOTALL)


class SessionError(Exception):
    """The session has ended, or the page lacks an expected element."""


def user_key(element_id: str) -> str:
    """Return the key that the app gave to a widget or container, "" without one."""
    match = _USER_KEY.match(element_id)
    return match[1] if match and match[1] != "None" else ""


@dataclass
class PageState:
    """What a tab shows: Streamlit's deltas by their path in the page."""

    deltas: dict[Path, Delta] = field(default_factory=dict)

    def container(self, key: str) -> list[Element]:
        """Return the elements of the container with this user key, in page order."""
        for path, delta in self.deltas.items():
            if delta.HasField("add_block") and user_key(delta.add_block.id) == key:
                inside = [p for p in self.deltas if p[: len(path)] == path and len(p) > len(path)]
                return [self.deltas[p].new_element for p in sorted(inside) if self._is_element(p)]
        raise SessionError(f"the page has no container with the key {key!r}")

    def elements(self) -> list[Element]:
        """Return every element of the page."""
        return [
            self.deltas[path].new_element for path in sorted(self.deltas) if self._is_element(path)
        ]

    def widget(self, kind: str, starts_with: str) -> tuple[Element, str]:
        """Return the widget whose user key or label starts so, and the id of its fragment."""
        for path in sorted(self.deltas):
            delta = self.deltas[path]
            if self._is_element(path) and delta.new_element.WhichOneof("type") == kind:
                widget = getattr(delta.new_element, kind)
                names = (user_key(widget.id), getattr(widget, "label", ""))
                if any(name.lower().startswith(starts_with.lower()) for name in names):
                    return delta.new_element, delta.fragment_id
        raise SessionError(f"the page has no {kind} named {starts_with!r}...")

    def errors(self) -> list[str]:
        """Return the text of every exception and error box on the page."""
        found = []
        for element in self.elements():
            if element.HasField("exception"):
                found.append(f"{element.exception.type}: {element.exception.message}")
            elif element.HasField("alert") and element.alert.format == element.alert.ERROR:
                found.append(element.alert.body)
        return found

    def _is_element(self, path: Path) -> bool:
        return self.deltas[path].HasField("new_element")


class Session:
    """A connected session, as ``async with Session(url) as session``.

    ``timeout`` in seconds holds for every answer; ``origin`` is the address of the page that opens
    the websocket, by default the app's own; ``sender`` is the local address that it comes from.
    ``cookie`` is sent along, and replaced by the one that the answer sets.
    """

    def __init__(
        self,
        url: str,
        timeout: float = 30.0,
        origin: str | None = None,
        sender: str | None = None,
        cookie: str = "",
    ) -> None:
        self._url = url.rstrip("/")
        self.cookie = cookie
        self._sender = None if sender is None else (sender, 0)
        self._origin = origin or self._url
        self._timeout = timeout
        self._socket: ClientConnection | None = None
        self._page_hash = ""
        self.query_string = ""
        """What stands after the "?" in the address, as the app has changed it last."""
        self._states: dict[str, WidgetState] = {}
        self._cache: dict[str, tuple[ForwardMsg, int]] = {}
        self._runs = 0
        self.page = PageState()

    async def __aenter__(self) -> Self:
        address = self._url.replace("http://", "ws://", 1) + "/_stcore/stream"
        self._socket = await connect(
            address,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            origin=self._origin,  # type: ignore[arg-type]
            max_size=None,
            open_timeout=self._timeout,
            local_addr=self._sender,
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
        )
        answer = self._socket.response
        for given in answer.headers.get_all("Set-Cookie") if answer else ():
            self.cookie = given.partition(";")[0]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def open_page(self, name: str = "", query: str = "") -> None:
        """Load the page with this address, by default the first, as a tab does when it connects."""
        self.query_string = query
        await self._run(page_name=name)

    async def refresh(self, kind: str, key: str) -> None:
        """Run the fragment of a widget again, as the browser does by itself for some."""
        _, fragment = self.page.widget(kind, key)
        await self._run(fragment=fragment)

    async def send_canvas(self, objects: list[dict[str, Any]]) -> None:
        """Send a drawing as the canvas does when the pen is lifted; wait for the answer."""
        await self.send_canvas_value(self._canvas_value(objects))

    def keep_canvas(self, objects: list[dict[str, Any]]) -> None:
        """Let a drawing go along with the next message, as the canvas of the page Class does."""
        canvas, _ = self.canvas()
        value = self._canvas_value(objects)
        self._states[canvas["id"]] = WidgetState(id=canvas["id"], json_value=value)

    async def send_canvas_value(self, value: str) -> None:
        """Send any text as the canvas's value; wait for the answer."""
        canvas, fragment = self.canvas()
        await self._run(WidgetState(id=canvas["id"], json_value=value), fragment)

    async def ask_upload_url(self, file_name: str) -> FileURLs:
        """Return the address at which the server takes a file of this session."""
        request = BackMsg()
        request.file_urls_request.request_id = file_name
        request.file_urls_request.file_names.append(file_name)
        await self.send(request.SerializeToString())
        async with asyncio.timeout(self._timeout):
            while True:
                message = await self._receive()
                if message.WhichOneof("type") == "file_urls_response":
                    urls: FileURLs = message.file_urls_response.file_urls[0]
                    return urls

    async def choose_file(self, label: str, urls: FileURLs, file_name: str, size: int) -> None:
        """Tell the uploader with this key or label that a file is there; wait for the answer."""
        element, fragment = self.page.widget("file_uploader", label)
        change = WidgetState(id=element.file_uploader.id)
        change.file_uploader_state_value.uploaded_file_info.add(
            name=file_name, size=size, file_id=urls.file_id, file_urls=urls
        )
        await self._run(change, fragment)

    async def send(self, data: bytes | str) -> None:
        """Send a message as it is; what the server answers is left for the next call."""
        await self._connection().send(data)

    async def wait_closed(self, seconds: float) -> bool:
        """Return whether the server closes the connection within this time."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._connection().recv(decode=False)
        except ConnectionClosed:
            return True
        except TimeoutError:
            return False

    async def press(self, label: str) -> None:
        """Press the button whose key or label starts with ``label``; wait for the answer."""
        element, fragment = self.page.widget("button", label)
        await self._run(WidgetState(id=element.button.id, trigger_value=True), fragment)

    def canvas(self) -> tuple[dict[str, Any], str]:
        """Return the arguments of the canvas with its widget "id", and the id of its fragment."""
        element, fragment = self.page.widget("bidi_component", "canvas")
        component = element.bidi_component
        return {**json.loads(component.json), "id": component.id}, fragment

    async def _run(
        self, change: WidgetState | None = None, fragment: str = "", page_name: str = ""
    ) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.page_script_hash = self._page_hash
        state.page_name = page_name
        state.query_string = self.query_string
        state.fragment_id = fragment
        state.cached_message_hashes.extend(self._cache)
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-US"
        state.context_info.url = self._url + "/"
        state.context_info.color_scheme = "light"
        if change is not None and change.WhichOneof("value") == "json_value":
            self._states[change.id] = change
        state.widget_states.widgets.extend(self._states.values())
        if change is not None and change.id not in self._states:
            state.widget_states.widgets.append(change)
        await self._connection().send(message.SerializeToString())
        try:
            async with asyncio.timeout(self._timeout):
                await self._receive_run(fragment)
        except TimeoutError:
            raise SessionError(f"no complete answer within {self._timeout:.0f} s") from None

    async def _receive_run(self, fragment: str) -> None:
        fresh: dict[Path, Delta] = {}
        while True:
            message = await self._receive()
            kind = message.WhichOneof("type")
            if kind == "new_session":
                fresh = {}
                self._page_hash = message.new_session.page_script_hash
            elif kind == "navigation":
                self._page_hash = message.navigation.page_script_hash or self._page_hash
            elif kind == "page_info_changed":
                self.query_string = message.page_info_changed.query_string
            elif kind == "delta":
                fresh[tuple(message.metadata.delta_path)] = message.delta
            elif kind == "script_finished":
                status = message.script_finished
                if status == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return self._finish(fresh, "")
                if status == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
                    return self._finish(fresh, fragment)
                if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise SessionError("the app's script does not compile")

    async def _receive(self) -> ForwardMsg:
        data = await self._connection().recv(decode=False)
        message = ForwardMsg()
        message.ParseFromString(data)
        if message.WhichOneof("type") == "ref_hash":
            metadata = message.metadata
            message, _ = self._cache[message.ref_hash]
            message.metadata.CopyFrom(metadata)
        if message.metadata.cacheable:
            self._cache[message.hash] = (message, self._runs)
        return message

    def _finish(self, fresh: dict[Path, Delta], fragment: str) -> None:
        """Update the page after a script run; what the run did not send again disappears."""
        kept = {}
        if fragment:
            kept = {p: d for p, d in self.page.deltas.items() if d.fragment_id != fragment}
        self.page = PageState({**kept, **fresh})
        self._runs += 1
        self._cache = {
            key: entry for key, entry in self._cache.items() if self._runs - entry[1] <= CACHED_RUNS
        }
        present = {
            e.bidi_component.id for e in self.page.elements() if e.HasField("bidi_component")
        }
        self._states = {key: state for key, state in self._states.items() if key in present}

    def _canvas_value(self, objects: list[dict[str, Any]]) -> str:
        canvas, _ = self.canvas()
        raw = {"version": "7.4.0", "objects": objects, "background": canvas["backgroundColor"]}
        return json.dumps({"drawing": {"raw": raw, "data": None}}, separators=(",", ":"))

    def _connection(self) -> ClientConnection:
        if self._socket is None:
            raise SessionError("the session is not connected")
        return self._socket
