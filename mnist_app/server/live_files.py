"""ASGI middleware that serves what a page needs to read a drawing while the pen moves.

These are the script of `mnist_app.live_reading` and the weights of a model. Their names contain a
checksum of their content, so a browser loads each once and keeps it.
"""

import asyncio
import functools
import gzip
import re
import threading
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from mnist_app import live_reading
from mnist_app.bundle import Bundle, load_bundle, shipped_names
from mnist_app.errors import BundleError
from mnist_app.server.static_files import (
    CONTENT_TYPES,
    IMMUTABLE,
    SmallFile,
    accepts_gzip,
    send_file,
)

MAXIMUM_KEPT: Final = 12
"""Number of models whose weights are kept in memory; each takes up to about a megabyte."""
MAXIMUM_OFFERED: Final = 60
"""Number of models besides the shipped ones whose weights are served; those of cnn are 0.3 MB."""
_OFFERING: Final = threading.Lock()
_offered: Final[dict[str, bytes]] = {}
"""Weights by the name under which they are served, the first offered first."""
_WEIGHTS_NAME: Final = re.compile(r"(.+)-[0-9a-f]+\.bin")


def script_url() -> str:
    """Return the address, without host, of the script that reads."""
    return f"{_root()}/{live_reading.worker_name()}"


def weights_url(bundle: Bundle) -> str:
    """Return the address, without host, of the weights of a shipped or offered bundle."""
    return f"{_root()}/{live_reading.weights_name(bundle)}"


def offer(bundle: Bundle) -> None:
    """Serve the weights of a bundle that is not shipped, such as one that a class has taught.

    Those that were offered first are dropped first; then the browser shows the server's readings
    alone until they are offered again.
    """
    with _OFFERING:
        name = live_reading.weights_name(bundle)
        _offered.pop(name, None)
        _offered[name] = bundle.browser_network
        while len(_offered) > MAXIMUM_OFFERED:
            del _offered[next(iter(_offered))]


def _root() -> str:
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/{live_reading.FOLDER}" if base else f"/{live_reading.FOLDER}"


class LiveFiles:
    """Answers requests for the script and for weights; passes on the others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._root = f"{_root()}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass it on."""
        path = str(scope.get("path", ""))
        is_read = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not is_read or not path.startswith(self._root):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        name = path.removeprefix(self._root)
        if name == live_reading.worker_name():
            file = _script(accepts_gzip(asked.get("accept-encoding", "")))
            await send_file(file, asked, send)
            return
        try:
            await send_file(await asyncio.to_thread(_weights, name), asked, send)
        except BundleError:
            await self._app(scope, receive, send)


@functools.cache
def _script(is_compressed: bool) -> SmallFile:
    content = live_reading.worker_script()
    headers = {"content_type": CONTENT_TYPES["js"], "cache_control": IMMUTABLE}
    headers["vary"] = "Accept-Encoding"
    if not is_compressed:
        return SmallFile.of(content, **headers)
    return SmallFile.of(gzip.compress(content, mtime=0), content_encoding="gzip", **headers)


def _weights(name: str) -> SmallFile:
    """Return the weights that are served under ``name``.

    Raises `BundleError` if no shipped or offered bundle has them.
    """
    content = _offered.get(name)
    return _shipped_weights(name) if content is None else _weights_file(content)


@functools.lru_cache(maxsize=MAXIMUM_KEPT)
def _shipped_weights(name: str) -> SmallFile:
    """Return the weights of a shipped bundle.

    Raises `BundleError` if none has them, such as after it was replaced.
    """
    found = _WEIGHTS_NAME.fullmatch(name)
    if found is None or found[1] not in shipped_names():
        raise BundleError(
            "There are no weights called “{name}”. Load the page again.",
            name=name,
        )
    bundle = load_bundle(found[1])
    if live_reading.weights_name(bundle) != name:
        raise BundleError(
            "The weights of “{name}” were replaced. Load the page again.",
            name=found[1],
        )
    return _weights_file(bundle.browser_network)


def _weights_file(content: bytes) -> SmallFile:
    return SmallFile.of(content, content_type="application/octet-stream", cache_control=IMMUTABLE)
