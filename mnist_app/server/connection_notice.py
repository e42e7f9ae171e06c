"""ASGI middleware that has every page say in words that it cannot connect.

A page of Streamlit's stays a grey skeleton where a filter refuses websockets, or where a proxy
changes the header ``Host``. Here a script is put into Streamlit's HTML that shows a notice; see
``connection_notice.js``.
"""

import hashlib
import json
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util

from mnist_app import words
from mnist_app.server.static_files import CONTENT_TYPES, IMMUTABLE, SmallFile, send_file
from mnist_app.words import mark

FOLDER: Final = "notice"
TEXTS: Final = {
    "unconnected": mark("This page has no connection to the app yet."),
    "causes": mark("There are two usual causes:"),
    "filter": mark(
        "A filter or proxy in the network stops the lasting connection (websocket) that the app "
        "needs. Try another network, or ask the person who looks after this one."
    ),
    "address": mark(
        "The app was not started for the address at the top of this window. The person who runs "
        "it finds more in docs/deployment.md."
    ),
    "stopped": mark("The app has stopped. Ask the person who runs it to start it again."),
    "away": mark("This device has left the network in which the app runs."),
    "waiting": mark("The page goes on by itself as soon as it has a connection."),
    "lost": mark(
        "The connection to the app is lost. Your drawing stays here, and the page goes on by "
        "itself as soon as it has a connection again."
    ),
    "framed": mark("This page is shown inside another site. Files cannot be uploaded here."),
    "open": mark("Open it in a tab of its own"),
    "close": mark("Close"),
}
"""What the notices say, by the names that the script gives them."""


class ConnectionNotice:
    """Serves the script, and Streamlit's HTML with a reference to it; passes on the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        base = str(config.get_option("server.baseUrlPath") or "").strip("/")
        content = script()
        name = f"{FOLDER}/{hashlib.sha256(content).hexdigest()[:16]}.js"
        self._path = f"/{base}/{name}" if base else f"/{name}"
        self._script = SmallFile.of(
            content, content_type=CONTENT_TYPES["js"], cache_control=IMMUTABLE
        )
        self._theirs = (Path(file_util.get_static_dir()) / "index.html").read_bytes()
        self._page = SmallFile.of(
            with_script(self._theirs, f"./{name}"),
            content_type="text/html; charset=utf-8",
            cache_control="no-cache",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass it on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
        elif scope["path"] == self._path:
            await send_file(self._script, Headers(scope=scope), send)
        else:
            asked = Headers(scope=scope)
            if "text/html" in asked.get("accept", ""):  # Streamlit would compress some of its pages
                kept = [(name, value) for name, value in asked.raw if name != b"accept-encoding"]
                scope = {**scope, "headers": kept}
            await self._app(scope, receive, self._replacing(asked, send))

    def _replacing(self, asked: Headers, send: Send) -> Send:
        """Return a sender that sends our page instead of Streamlit's, whatever its address."""
        start: Message | None = None
        body = b""

        async def replacing(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and self._may_be_theirs(message):
                start = message
                return
            if start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            if body in (self._theirs, b""):  # nothing after HEAD
                await send_file(self._page, asked, send)
            else:
                await send(start)
                await send({"type": "http.response.body", "body": body})

        return replacing

    def _may_be_theirs(self, message: Message) -> bool:
        headers = Headers(raw=message["headers"])
        return (
            message["status"] == 200  # noqa: PLR2004 (OK)
            and headers.get("content-type", "").startswith("text/html")
            and headers.get("content-length") == str(len(self._theirs))
        )


def script() -> bytes:
    """Return the script with the texts in all languages."""
    texts = {}
    for code in words.LANGUAGES:
        with words.in_language(code):
            texts[code] = {name: words._(text) for name, text in TEXTS.items()}
    source = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return source.replace("TEXTS", json.dumps(texts, ensure_ascii=True), 1).encode()


def with_script(page: bytes, address: str) -> bytes:
    """Return Streamlit's HTML with a reference to the script at ``address``."""
    return page.replace(b"<title>", f'<script async src="{address}"></script><title>'.encode(), 1)
