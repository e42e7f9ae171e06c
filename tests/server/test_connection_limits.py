"""Limits inside uvicorn, on a server of its own: idle connections and half-sent messages."""

import asyncio
import contextlib
import struct

import pytest
import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from mnist_app.server import connection_limits, limits
from mnist_app.server.trusted_proxies import VARIABLE, TrustedProxies
from tests.server.asgi import Recorder

HANDSHAKE = (
    b"GET /_stcore/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
BINARY, CONTINUED, FINAL = 2, 0, 0x80


def frame(length, opcode=BINARY | FINAL, sent=None):
    """Return a masked frame of ``length`` bytes, of which ``sent`` are there."""
    content = bytes(length if sent is None else sent)
    return struct.pack("!BBQ4x", opcode, 0x80 | 127, length) + content


@pytest.fixture
def limited(monkeypatch):
    """uvicorn's protocols, extended for this test alone."""
    monkeypatch.setattr(AutoHTTPProtocol, "connection_made", AutoHTTPProtocol.connection_made)
    monkeypatch.setattr(
        WebSocketsSansIOProtocol, "data_received", WebSocketsSansIOProtocol.data_received
    )
    monkeypatch.setattr(AutoHTTPProtocol, "is_limited", False, raising=False)
    connection_limits.limit_connections()
    connection_limits.limit_connections()
    return monkeypatch


@contextlib.asynccontextmanager
async def server():
    """Yield what opens a connection to a running server."""
    options = {"ws": "websockets-sansio", "ws_max_size": 14_000_000, "log_level": "error"}
    running = uvicorn.Server(uvicorn.Config(Recorder(), port=0, lifespan="off", **options))
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    writers = []

    async def connect(*data):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        for part in data:
            writer.write(part)
            if part.startswith(b"GET") and part.endswith(b"\r\n\r\n"):
                await reader.readuntil(b"\r\n\r\n")
        return reader

    try:
        yield connect
    finally:
        for writer in writers:
            writer.close()
        running.should_exit = True
        await task


async def is_open(reader, seconds=0.3):
    """Tell whether a connection is still open after ``seconds``."""
    try:
        await asyncio.wait_for(reader.read(), seconds)
    except TimeoutError:
        return True
    except ConnectionError:
        return False
    return False


def test_a_connection_without_a_request_is_closed(limited):
    limited.setattr(limits, "REQUEST_SECONDS", 0.1)

    async def check():
        async with server() as connect:
            idle, half = await connect(), await connect(b"GET / HT")
            websocket = await connect(HANDSHAKE)
            assert not await is_open(idle)
            assert not await is_open(half)
            assert await is_open(websocket)

    asyncio.run(check())


def test_a_visitor_has_so_many_connections(limited):
    limited.setattr(limits, "VISITOR_CONNECTIONS", 2)

    async def check():
        async with server() as connect:
            first, second = await connect(HANDSHAKE), await connect(HANDSHAKE)
            assert not await is_open(await connect())
            assert await is_open(first)
            assert await is_open(second)

    asyncio.run(check())


def test_a_proxy_has_as_many_as_it_wants(limited):
    limited.setattr(limits, "VISITOR_CONNECTIONS", 1)
    limited.setenv(VARIABLE, "127.0.0.1")

    async def check():
        async with server() as connect:
            opened = [await connect(HANDSHAKE) for _ in range(3)]
            assert all([await is_open(one, 0.1) for one in opened])

    asyncio.run(check())


def test_behind_a_proxy_half_sent_messages_count_for_their_visitor(limited):
    limited.setattr(limits, "PARTIAL_BYTES", 300_000)
    limited.setenv(VARIABLE, "127.0.0.1")
    limited.setattr(uvicorn.config, "ProxyHeadersMiddleware", TrustedProxies)
    half = frame(300_000, sent=200_000)

    def of(visitor):
        return HANDSHAKE[:-2] + f"X-Forwarded-For: {visitor}\r\n\r\n".encode()

    async def check():
        async with server() as connect:
            first = await connect(of("203.0.113.1"), half)
            other = await connect(of("203.0.113.2"), half)
            assert await is_open(first)
            assert await is_open(other)
            assert not await is_open(await connect(of("203.0.113.2"), half))

    asyncio.run(check())


@pytest.mark.parametrize("half", [frame(300_000, sent=200_000), frame(200_000, BINARY)])
def test_half_sent_messages_of_a_visitor_have_a_budget(limited, half):
    limited.setattr(limits, "PARTIAL_BYTES", 300_000)

    async def check():
        async with server() as connect:
            first = await connect(HANDSHAKE, half)
            assert await is_open(first)
            assert not await is_open(await connect(HANDSHAKE, half))
            assert await is_open(first)

    asyncio.run(check())


def test_a_message_has_so_many_fragments(limited):
    limited.setattr(limits, "FRAGMENTS", 50)

    async def check():
        async with server() as connect:
            few = [frame(1, BINARY)] + [frame(1, CONTINUED)] * 48
            assert await is_open(await connect(HANDSHAKE, *few))
            assert not await is_open(await connect(HANDSHAKE, *few, *[frame(1, CONTINUED)] * 10))

    asyncio.run(check())


def test_whole_messages_are_passed_on(limited):
    async def check():
        async with server() as connect:
            assert await is_open(await connect(HANDSHAKE, *[frame(100_000)] * 20))

    asyncio.run(check())
