"""A TCP connection to the server that need not follow HTTP, and uploads as a browser sends them."""

import asyncio
import base64
import os
import socket
import struct
from collections.abc import Mapping
from typing import Final, Self
from urllib.parse import urlsplit

from benchmarks.app_session import Session

PATIENCE: Final = 30.0
"""Seconds within which the server must answer a request."""
XSRF_COOKIE: Final = "_streamlit_xsrf"
BOUNDARY: Final = "attack-boundary"
_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""Value of the socket option SO_LINGER with which closing resets the connection."""


class RawConnection:
    """A connection to ``url`` from the local address ``sender``, as ``async with``."""

    def __init__(self, url: str, sender: str | None = None) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._at = (parts.hostname or "", parts.port or 80)
        self._sender = None if sender is None else (sender, 0)

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(
            *self._at, local_addr=self._sender
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def send(self, data: bytes) -> None:
        """Send bytes as they are. Raises OSError if the server has closed the connection."""
        self._writer.write(data)
        await self._writer.drain()

    async def send_head(self, method: str, path: str, headers: Mapping[str, str] = {}) -> None:
        """Send the head of a request; the app's own host is named unless ``headers`` names one."""
        lines = {"Host": self.host, "Connection": "close", **headers}
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        await self.send(f"{method} {path} HTTP/1.1\r\n{text}\r\n".encode())

    async def send_handshake(self, host: str | None = None, origin: str | None = None) -> None:
        """Ask for a websocket, by default as a page of the app does."""
        host = host or self.host
        headers = {
            "Host": host,
            "Origin": origin or f"http://{host}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Protocol": "streamlit",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        }
        await self.send_head("GET", "/_stcore/stream", headers)

    async def answer(self) -> tuple[int, dict[str, str]]:
        """Return status and headers (names in lower case) of the answer; status 0 if it ends."""
        try:
            async with asyncio.timeout(PATIENCE):
                head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            return 0, {}
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}

    async def is_closed_within(self, seconds: float) -> bool:
        """Return whether the server ends the connection within this time."""
        try:
            async with asyncio.timeout(seconds):
                while await self._reader.read(65_536):
                    pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def reset(self) -> None:
        """Reset the connection instead of closing it, as a computer that loses its network."""
        raw: socket.socket = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._writer.transport.abort()


async def request(
    url: str,
    method: str,
    path: str,
    headers: Mapping[str, str] = {},
    body: bytes = b"",
    *,
    sender: str | None = None,
) -> tuple[int, dict[str, str]]:
    """Send a whole request; return status and headers of its answer."""
    length = {"Content-Length": str(len(body))} if body or method != "GET" else {}
    async with RawConnection(url, sender) as connection:
        try:
            await connection.send_head(method, path, {**length, **headers})
            await connection.send(body)
        except OSError:  # refused before the end of the body; the answer may be there
            pass
        return await connection.answer()


async def upload_headers(url: str, sender: str | None = None) -> dict[str, str]:
    """Return the headers of an upload, with the token that the server gives to a page."""
    _, headers = await request(url, "GET", "/_stcore/health", sender=sender)
    token = headers.get("set-cookie", "").partition(";")[0].partition("=")[2]
    return {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Cookie": f"{XSRF_COOKIE}={token}",
        "X-Xsrftoken": token.strip('"'),
    }


def multipart(name: str, content: bytes) -> bytes:
    """Return the body of an upload of one file."""
    head = (
        f"--{BOUNDARY}\r\n"
        f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


async def upload(
    session: Session, url: str, name: str, content: bytes, sender: str | None = None
) -> int:
    """Upload a file on the Photo page of ``session``; return the status of the upload.

    The session waits for the page's answer if the server takes the file.
    """
    urls = await session.ask_upload_url(name)
    headers = await upload_headers(url, sender)
    path, body = "/" + urls.upload_url.lstrip("/"), multipart(name, content)
    status, _ = await request(url, "PUT", path, headers, body, sender=sender)
    if status == 204:
        await session.choose_file("photo_upload", urls, name, len(content))
    return status
