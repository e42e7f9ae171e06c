"""ASGI middleware that sends Streamlit's static files small, so that the page opens soon.

Streamlit leaves its scripts uncompressed, because compressing every answer takes too much time
(``starlette_gzip_middleware``). Here each file is compressed once, when it is first asked for, and
kept. Only files of Streamlit's package are, which are the same for everybody: nothing that a page
shows is compressed together with something that a visitor sends (BREACH). Gzip, as browsers accept
Brotli over https only.
"""

import asyncio
import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util

from mnist_app.server import limits

CONTENT_TYPES: Final = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
"""Of the files that are compressed, by suffix, which is also the name of their folder."""
IMMUTABLE: Final = "public, immutable, max-age=31536000"
"""How Streamlit lets these files be cached: their names contain a hash of the content."""
ICONS: Final = Path(__file__).with_name("icons.woff2")
"""The icons that its pages and ours use, 11 kB of 375: written by ``scripts/small-fonts``."""
LETTERS: Final = Path(__file__).with_name("letters.woff2")
"""The Latin letters of its text, 27 kB of 170: a browser has fonts of its own for others."""
SMALL_FONTS: Final = {"MaterialSymbols-Rounded": ICONS, "SourceSansVF-Upright": LETTERS}
"""By the name of Streamlit's font."""
STREAMLIT_OF_FONTS: Final = "1.67.0"
"""Version of Streamlit that `SMALL_FONTS` were made for; another one sends its whole fonts."""


@dataclass(frozen=True, eq=False)
class SmallFile:
    """The body and the headers of an answer."""

    body: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, body: bytes, **headers: str) -> Self:
        """Return an answer with its length and its entity tag."""
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(body, {**named, "content-length": str(len(body)), "etag": tag})


class StaticFiles:
    """Answers requests for scripts, style sheets and fonts of Streamlit; passes on the others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        base = str(config.get_option("server.baseUrlPath") or "").strip("/")
        root = f"/{base}/static" if base else "/static"
        folder = Path(file_util.get_static_dir()) / "static"
        self._files = {
            f"{root}/{suffix}/{file.name}": file
            for suffix in CONTENT_TYPES
            for file in (folder / suffix).glob(f"*.{suffix}")
        }
        self._compressed: dict[str, SmallFile] = {}
        self._compressing = asyncio.Lock()
        is_made_for_it = streamlit.__version__ == STREAMLIT_OF_FONTS
        # A name's hash is that of the whole font: the browser asks each time whether it changed.
        self._fonts = {
            f"{root}/media/{font.name}": SmallFile.of(
                small.read_bytes(), content_type="font/woff2", cache_control="no-cache"
            )
            for name, small in SMALL_FONTS.items()
            for font in (folder / "media").glob(f"{name}.*woff2")
            if is_made_for_it
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass it on."""
        path = scope.get("path", "")
        is_known = path in self._fonts or path in self._files
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not is_known:
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if path in self._fonts:
            await send_file(self._fonts[path], asked, send)
        elif "range" in asked or not accepts_gzip(asked.get("accept-encoding", "")):
            await self._app(scope, receive, _saying_that_it_varies(send))
        else:
            await send_file(await self._compress(path), asked, send)

    async def _compress(self, path: str) -> SmallFile:
        """Return the file compressed. One at a time is compressed, each once."""
        if path not in self._compressed:
            async with self._compressing:
                if path not in self._compressed:
                    self._compressed[path] = await asyncio.to_thread(compress, self._files[path])
        return self._compressed[path]


def compress(file: Path) -> SmallFile:
    """Return the content of a static file, compressed."""
    return SmallFile.of(
        gzip.compress(file.read_bytes(), mtime=0),
        content_type=CONTENT_TYPES[file.suffix[1:]],
        content_encoding="gzip",
        cache_control=IMMUTABLE,
        vary="Accept-Encoding",
    )


def accepts_gzip(accepted: str) -> bool:
    """Tell whether a header ``Accept-Encoding`` names gzip, with a weight above 0."""
    for coding in accepted.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() == "gzip":
            return re.fullmatch(r"\s*q=0(\.0*)?\s*", weight) is None
    return False


async def send_file(file: SmallFile, asked: Headers, send: Send) -> None:
    """Send a file, or status 304 to a browser that has it.

    It is sent in pieces, each when the connection has taken the one before: a client that reads
    nothing keeps no more of it in memory.
    """
    is_known = file.headers["etag"] in asked.get("if-none-match", "")
    headers = {k: v for k, v in file.headers.items() if not (is_known and k == "content-length")}
    raw = MutableHeaders(headers).raw
    await send({"type": "http.response.start", "status": 304 if is_known else 200, "headers": raw})
    body = b"" if is_known else file.body
    for start in range(0, len(body), limits.FILE_PIECE_BYTES):
        piece = body[start : start + limits.FILE_PIECE_BYTES]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _saying_that_it_varies(send: Send) -> Send:
    """Return a sender that tells caches that the answer to another browser may be compressed."""

    async def varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
        await send(message)

    return varying
