"""ASGI middleware that refuses requests before Streamlit sees them.

It answers only the hosts that the app was started for (against DNS rebinding), websockets only of
pages that the app itself served (against cross-site websocket hijacking), no endpoint and no
message that the pages do not need, and nothing above the budgets of `mnist_app.server.limits`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import Runtime

from mnist_app.server import limits

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

CLOSED_PATHS: Final = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
"""Beginnings of the paths of Streamlit's endpoints that no page needs: figures of the server's
memory, and control of sessions by programs."""
UPLOAD_PATH: Final = "/_stcore/upload_file/"
SERVED_MESSAGES: Final = frozenset(
    {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"}
)
"""Kinds of messages that the pages send. Others clear the caches of all sessions, write files into
the checkout, or read its Git history."""
_POLICY, _TOO_BIG = 1008, 1009
"""Codes with which a websocket is closed (RFC 6455, section 7.4.1)."""
_UNKNOWN_HOST: Final = (
    "The app does not answer under this address. Open the address that the terminal shows, or "
    "start the app with --browser.serverAddress=ADDRESS (docs/classroom.md)."
)


@dataclass(eq=False)
class Connection:
    """An open websocket: the size in bytes of the longest message that came over it."""

    longest_message: int = 0


CONNECTION: Final[ContextVar[Connection | None]] = ContextVar("connection", default=None)
"""The websocket that the present task serves."""


def served_hosts() -> frozenset[str]:
    """Return the names under which the app answers, lower case and without port.

    They are those of this computer itself, and what ``server.address``, ``browser.serverAddress``
    and ``server.allowedHosts`` name; "*" among the last ones stands for any name.
    """
    named = {
        "localhost",
        "127.0.0.1",
        "::1",
        str(config.get_option("server.address") or ""),
        str(config.get_option("browser.serverAddress") or ""),
        *map(str, config.get_option("server.allowedHosts")),
    }
    return frozenset(name.lower() for name in named) - {"", "0.0.0.0", "::"}  # noqa: S104 (no names)


def host_name(authority: str) -> str | None:
    """Return the name in ``authority``, "name:port", lower case; None if there is none."""
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.netloc == authority and "@" not in authority else None


class RequestGuard:
    """Passes on what the pages need and the budgets allow, and refuses the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._hosts = served_hosts()
        self._connections = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if "*" not in self._hosts and host_name(host) not in self._hosts:
            await _refuse(scope, send, 421, _UNKNOWN_HOST)
        elif any(scope["path"].startswith(path) for path in CLOSED_PATHS):
            await _refuse(scope, send, 404, "There is nothing here.")
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        elif headers.get(b"origin") not in (f"http://{host}", f"https://{host}"):
            await _refuse(scope, send, 403, "Open the app's own page.")
        elif self._connections >= limits.CONNECTIONS:
            await _refuse(scope, send, 503, "The app is full. Try again in a minute.")
        else:
            await self._websocket(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_upload = scope["path"].startswith(UPLOAD_PATH)
        if is_upload and uploaded_bytes() > limits.UPLOADED_BYTES:
            await _refuse(scope, send, 503, "Many files are being read. Try again in a minute.")
            return
        await self._app(scope, _limited_body(receive, is_upload=is_upload), send)
        if is_upload:
            drop_old_uploads(scope["path"].removeprefix(UPLOAD_PATH).partition("/")[0])

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = Connection()
        CONNECTION.set(connection)
        self._connections += 1
        try:
            await self._app(scope, _limited_messages(receive, send, connection), send)
        finally:
            self._connections -= 1


def is_served(data: bytes) -> bool:
    """Tell whether a websocket message is within the budget and of a kind that the pages send."""
    if len(data) > limits.MESSAGE_BYTES:
        return False
    if data.count(b"[") + data.count(b"{") > limits.MESSAGE_BRACKETS:
        return False
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return False
    return message.WhichOneof("type") in SERVED_MESSAGES


def uploaded_bytes() -> int:
    """Return how many bytes the uploaded files of all sessions have."""
    sessions = Runtime.instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    return sum(len(file.data) for files in list(sessions.values()) for file in list(files.values()))


def has_uploads(session_id: str) -> bool:
    """Tell whether files of this session are kept."""
    return bool(Runtime.instance().uploaded_file_mgr.file_storage.get(session_id))  # type: ignore[attr-defined]


def drop_old_uploads(session_id: str) -> None:
    """Keep the newest files of a session, `limits.UPLOADS_PER_SESSION` of them."""
    manager = Runtime.instance().uploaded_file_mgr
    files = list(manager.file_storage.get(session_id, {}))  # type: ignore[attr-defined]
    for file_id in files[: -limits.UPLOADS_PER_SESSION]:
        manager.remove_file(session_id, file_id)  # type: ignore[attr-defined]


def _limited_messages(receive: Receive, send: Send, connection: Connection) -> Receive:
    """Return what receives a websocket's messages at a limited rate, and closes it at a bad one."""
    allowance, counted_at = limits.MESSAGE_BURST, time.monotonic()

    async def limited() -> Message:
        nonlocal allowance, counted_at
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        data = message.get("bytes") or b""
        if not is_served(data):
            await send({"type": "websocket.close", "code": _TOO_BIG})
            return {"type": "websocket.disconnect", "code": _TOO_BIG}
        connection.longest_message = max(connection.longest_message, len(data))
        now = time.monotonic()
        allowance += (now - counted_at) * limits.MESSAGES_PER_SECOND - 1
        allowance, counted_at = min(allowance, limits.MESSAGE_BURST), now
        if allowance < 0:
            await asyncio.sleep(-allowance / limits.MESSAGES_PER_SECOND)
        return message

    return limited


def _limited_body(receive: Receive, *, is_upload: bool) -> Receive:
    """Return what receives a request's body, and ends the request where it is too long or slow."""
    received, deadline = 0, time.monotonic() + limits.BODY_SECONDS

    async def limited() -> Message:
        nonlocal received
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        received += len(message.get("body", b""))
        is_too_long = not is_upload and received > limits.BODY_BYTES
        return {"type": "http.disconnect"} if is_too_long else message

    return limited


async def _refuse(scope: Scope, send: Send, status: int, reason: str) -> None:
    """Answer ``status`` with ``reason`` as plain text; a websocket is closed at its handshake."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY, "reason": reason})
        return
    body = reason.encode()
    length = str(len(body)).encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
