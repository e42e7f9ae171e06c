"""ASGI middleware that refuses requests before Streamlit sees them.

It answers only the hosts that the app was started for (against DNS rebinding), websockets only of
pages that the app itself served (against cross-site websocket hijacking), no endpoint and no
message that the pages do not need, and nothing above the budgets of `mnist_app.server.limits`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import urlsplit

from streamlit import config

from mnist_app.server import limits, uploads
from mnist_app.server.message_budget import ends_script, served_kind
from mnist_app.server.visitors import CONNECTION, Connection, SessionRecord, Visitors

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

CLOSED_PATHS: Final = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
"""Paths of Streamlit's endpoints that no page needs, and of what is below them: figures of the
server's memory, and control of sessions by programs."""
UPLOAD_PATH: Final = "/_stcore/upload_file/"
_POLICY, _TOO_BIG = 1008, 1009
"""Codes with which a websocket is closed (RFC 6455, section 7.4.1)."""
_UNKNOWN_HOST: Final = (
    "The app does not answer under this address. Open the address that the terminal shows, or "
    "start the app with --browser.serverAddress=ADDRESS (docs/classroom.md)."
)


def served_hosts() -> frozenset[str]:
    """Return the names under which the app answers, lower case and without port.

    They are those of this computer itself, and what ``server.address``, ``browser.serverAddress``
    and ``server.allowedHosts`` name. Among the last ones "*" stands for any name, and "*.example"
    for any name that ends so.
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

    def __init__(self, app: ASGIApp, visitors: Visitors) -> None:
        self._app = app
        self._visitors = visitors
        self._hosts = served_hosts()
        self._base_path = str(config.get_option("server.baseUrlPath") or "").strip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host, path = _header(scope, b"host"), self._path_in_app(scope)
        if not self._is_served_host(host):
            await _refuse(scope, send, 421, _UNKNOWN_HOST)
        elif any(path == closed or path.startswith(closed + "/") for closed in CLOSED_PATHS):
            await _refuse(scope, send, 404, "There is nothing here.")
        elif scope["type"] == "http":
            await self._request(scope, receive, send, path)
        elif _header(scope, b"origin") not in (f"http://{host}", f"https://{host}"):
            await _refuse(scope, send, 403, "Open the app's own page.")
        elif self._visitors.connections >= limits.CONNECTIONS:
            await _refuse(scope, send, 503, "The app is full. Try again in a minute.")
        else:
            await self._websocket(scope, receive, send)

    def _path_in_app(self, scope: Scope) -> str:
        """Return the path of a request below ``server.baseUrlPath``."""
        path = str(scope["path"])
        base = f"/{self._base_path}/"
        return path.removeprefix(base.rstrip("/")) if path.startswith(base) else path

    def _is_served_host(self, host: str | None) -> bool:
        name = host_name(host or "")
        if name is None:
            return False
        is_below = any(one.startswith("*.") and name.endswith(one[1:]) for one in self._hosts)
        return name in self._hosts or is_below or "*" in self._hosts

    async def _request(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        if not path.startswith(UPLOAD_PATH):
            await self._app(scope, _limited_body(receive, limits.BODY_BYTES), send)
            return
        session_id = path.removeprefix(UPLOAD_PATH).partition("/")[0]
        record = self._visitors.sessions.get(session_id)
        if record is None:
            await _refuse(scope, send, 400, "The session has ended. Load the page again.")
            return
        async with record.visitor.uploads:
            files = uploads.file_manager()
            if uploads.kept_bytes(files) > limits.UPLOADED_BYTES:
                await _refuse(scope, send, 503, "Many files are being read. Try again in a minute.")
                return
            await self._app(scope, _limited_body(receive, None), send)
            uploads.drop_old(files, session_id, self._visitors.other_sessions(session_id))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = self._visitors.at(scope["client"][0] if scope.get("client") else "")
        if visitor.connections >= limits.VISITOR_CONNECTIONS:  # behind a proxy, only seen here
            await _refuse(scope, send, 503, "Too many pages are open at your address.")
            return
        connection = Connection(SessionRecord(visitor))
        CONNECTION.set(connection)
        self._visitors.connections += 1
        visitor.connections += 1
        try:
            await asyncio.sleep(visitor.loads.take())
            limited_send = _limited_send(send, connection)
            limited_receive = self._limited_messages(receive, limited_send, connection)
            await self._app(scope, limited_receive, limited_send)
        except (OSError, RuntimeError):
            if not connection.is_lost:  # else Streamlit raises where it closes what is closed
                raise
        finally:
            connection.end_script()
            self._visitors.connections -= 1
            visitor.connections -= 1

    def _limited_messages(self, receive: Receive, send: Send, connection: Connection) -> Receive:
        """Return a receiver at a limited rate, which closes the websocket at a bad message."""

        async def limited() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            data = message.get("bytes") or b""
            session = connection.session
            await asyncio.sleep(max(connection.messages.take(), session.visitor.messages.take()))
            kind = served_kind(data)
            if kind is None or not self._visitors.accept_message(session, len(data)):
                await send({"type": "websocket.close", "code": _TOO_BIG})
                return {"type": "websocket.disconnect", "code": _TOO_BIG}
            if kind == "rerun_script":
                await connection.start_script()
            return message

        return limited


def _limited_send(send: Send, connection: Connection) -> Send:
    """Return a sender that gives up a client which does not take what it is sent."""

    async def limited(message: Message) -> None:
        if ends_script(message.get("bytes") or b""):
            connection.end_script()
        try:
            async with asyncio.timeout(limits.SEND_SECONDS):
                await send(message)
        except OSError:  # TimeoutError is one
            connection.is_lost = True
            raise

    return limited


def _limited_body(receive: Receive, most: int | None) -> Receive:
    """Return a receiver of a request's body, which ends the request if it is too long or slow.

    ``most`` is the length in bytes; None leaves it to Streamlit (``server.maxUploadSize``).
    """
    received, deadline, is_complete = 0, time.monotonic() + limits.BODY_SECONDS, False

    async def limited() -> Message:
        nonlocal received, is_complete
        if is_complete:
            return await receive()
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        received += len(message.get("body", b""))
        is_complete = not message.get("more_body", False)
        return message if most is None or received <= most else {"type": "http.disconnect"}

    return limited


def _header(scope: Scope, name: bytes) -> str | None:
    """Return the value of a header that the request has once; None without it or with two."""
    values = [value for key, value in scope["headers"] if key.lower() == name]
    return values[0].decode("latin-1") if len(values) == 1 else None


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
