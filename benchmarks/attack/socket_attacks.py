"""Attacks on uploads and connections: too many, half sent, slow, reset, and of foreign pages."""

import asyncio
import itertools
import struct
import uuid
from functools import partial

from benchmarks.attack import hostile_messages
from benchmarks.attack.attack_report import PAGE_LOAD, Outcome
from benchmarks.attack.hostile_client import (
    HostileClient,
    must_be_refused,
    outcome_of_status,
)
from benchmarks.raw_connection import multipart, request, upload_headers

FILE_BYTES = 19_900_000
"""Length of a large upload, just below the limit of 20 MB."""
INVENTED_FILES = 30
CROWD = 40
"""Number of connections that one attacker holds open at once."""
HOLDING_SECONDS = 8.0
"""Time for which they are held."""
FRAME_BYTES = 190_000_000
"""Length that a half-sent websocket frame announces."""
SENT_BYTES = 30_000_000
"""Bytes of it that are sent."""
LOADS = 100
"""Number of page loads in a row that are dropped at once: a class reloads."""
FOREIGN = "evil.example"
CLOSED_PATHS = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")


async def attack_with_files(client: HostileClient) -> None:
    """Upload files that belong to nothing, half and slowly, again and again."""
    body = multipart("large.png", bytes(FILE_BYTES))
    path = f"/_stcore/upload_file/{uuid.uuid4()}/1"
    while True:
        await client.attempt("session for files", partial(_invent_files, body=body))
        foreign = partial(_put, path=path, body=body, has_token=True)
        await client.attempt("file for an invented session", foreign)
        await client.attempt("file without a token", partial(_put, path=path, body=b"a"))
        await client.attempt("body of 20 MB to a page", partial(_post, body=body))
        await client.attempt("half-sent body", partial(_half_body, path=path, body=body))
        slow = (
            client.attempt("slow body", partial(_slow, head=_slow_head(path))) for _ in range(CROWD)
        )
        await asyncio.gather(*slow)


async def attack_with_connections(client: HostileClient) -> None:
    """Open connections that do nothing, too much, or come from foreign pages."""
    while True:
        await client.attempt("half-sent frame of 190 MB", _half_frame)
        idle = (client.attempt("idle websocket", _idle) for _ in range(CROWD))
        await asyncio.gather(*idle)
        slow = (
            client.attempt("slow request", partial(_slow, head=b"GET / HTTP/1.1\r\nX: "))
            for _ in range(CROWD)
        )
        await asyncio.gather(*slow)
        for _ in range(LOADS):
            await client.attempt(PAGE_LOAD, _drop_load)
        foreign_page = partial(_foreign_websocket, host=None)
        await client.attempt("websocket of a foreign page", foreign_page)
        rebound = partial(_foreign_websocket, host=FOREIGN)
        await client.attempt("websocket of a foreign host", rebound)
        named = partial(_get, path="/", headers={"Host": FOREIGN})
        await client.attempt("page of a foreign host", named)
        for path in CLOSED_PATHS:
            await client.attempt("closed endpoint", partial(_get, path=path))


async def attack_with_resets(client: HostileClient) -> None:
    """Reset connections in the middle of a message, an upload and an answer."""
    body = multipart("large.png", bytes(FILE_BYTES))
    path = f"/_stcore/upload_file/{uuid.uuid4()}/1"
    for kill in itertools.cycle((_reset_message, _reset_answer)):
        await client.attempt(kill.__name__.strip("_").replace("_", " in mid-"), kill)
        upload = partial(_half_body, path=path, body=body, reset=True)
        await client.attempt("reset in mid-upload", upload)
        await asyncio.sleep(0.2)


async def _invent_files(client: HostileClient, *, body: bytes) -> Outcome:
    """Upload `INVENTED_FILES` files of which the session's pages know nothing."""
    async with client.session() as session:
        await session.open_page("photo")
        urls = await session.ask_upload_url("large.png")
        folder = "/" + urls.upload_url.strip("/").rpartition("/")[0]
        for _ in range(INVENTED_FILES):
            path = f"{folder}/{uuid.uuid4()}"
            action = partial(_put, path=path, body=body, has_token=True, may_be_taken=True)
            await client.attempt("file with an invented id", action)
        return Outcome.ANSWERED


async def _put(
    client: HostileClient,
    *,
    path: str,
    body: bytes,
    has_token: bool = False,
    may_be_taken: bool = False,
) -> Outcome:
    headers = await upload_headers(client.url, client.sender)
    if not has_token:
        del headers["X-Xsrftoken"]
    status, _ = await request(client.url, "PUT", path, headers, body, sender=client.sender)
    return outcome_of_status(status) if may_be_taken else must_be_refused(status)


async def _post(client: HostileClient, *, body: bytes) -> Outcome:
    status, _ = await request(client.url, "POST", "/", {}, body, sender=client.sender)
    return must_be_refused(status)


async def _get(client: HostileClient, *, path: str, headers: dict[str, str] = {}) -> Outcome:  # noqa: B006 (it is not changed)
    status, _ = await request(client.url, "GET", path, headers, sender=client.sender)
    return must_be_refused(status)


async def _half_body(
    client: HostileClient, *, path: str, body: bytes, reset: bool = False
) -> Outcome:
    headers = await upload_headers(client.url, client.sender)
    async with client.connection() as connection:
        await connection.send_head("PUT", path, {**headers, "Content-Length": str(len(body))})
        await connection.send(body[: len(body) // 2])
        if reset:
            connection.reset()
            return Outcome.LEFT
        closed = await connection.is_closed_within(HOLDING_SECONDS)
        return Outcome.REFUSED if closed else Outcome.LEFT


def _slow_head(path: str) -> bytes:
    return f"PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n".encode()


async def _slow(client: HostileClient, *, head: bytes) -> Outcome:
    """Send the beginning of a request, then a byte each second."""
    async with client.connection() as connection:
        await connection.send(head)
        for _ in range(int(HOLDING_SECONDS)):
            await connection.send(b"a")
            if await connection.is_closed_within(1.0):
                return Outcome.REFUSED
        return Outcome.LEFT


async def _half_frame(client: HostileClient) -> Outcome:
    async with client.connection() as connection:
        await connection.send_handshake()
        status, _ = await connection.answer()
        if status != 101:
            return outcome_of_status(status)
        await connection.send(frame_head(FRAME_BYTES))
        for _ in range(SENT_BYTES // 1_000_000):
            await connection.send(bytes(1_000_000))
        closed = await connection.is_closed_within(HOLDING_SECONDS)
        return Outcome.REFUSED if closed else Outcome.LEFT


async def _idle(client: HostileClient) -> Outcome:
    async with client.session() as session:
        closed = await session.wait_closed(HOLDING_SECONDS)
        return Outcome.REFUSED if closed else Outcome.LEFT


async def _drop_load(client: HostileClient) -> Outcome:
    """Ask for the page as a browser does and leave before it is there."""
    async with client.session() as session:
        await session.send(hostile_messages.tiny())
    return Outcome.LEFT


async def _foreign_websocket(client: HostileClient, *, host: str | None) -> Outcome:
    async with client.connection() as connection:
        await connection.send_handshake(host, f"http://{FOREIGN}")
        status, _ = await connection.answer()
        return must_be_refused(status)


async def _reset_message(client: HostileClient) -> Outcome:
    async with client.connection() as connection:
        await connection.send_handshake()
        await connection.answer()
        await connection.send(frame_head(1_000_000) + bytes(500_000))
        connection.reset()
        return Outcome.LEFT


async def _reset_answer(client: HostileClient) -> Outcome:
    async with client.connection() as connection:
        await connection.send_handshake()
        await connection.answer()
        message = hostile_messages.tiny()
        await connection.send(frame_head(len(message)) + message)  # a mask of zeros
        await asyncio.sleep(client.rng.random() * 0.1)
        connection.reset()
        return Outcome.LEFT


def frame_head(length: int) -> bytes:
    """Return the head of a binary websocket frame with a mask of zeros (RFC 6455, section 5.2)."""
    return struct.pack(">BBQI", 0x82, 0x80 | 127, length, 0)
