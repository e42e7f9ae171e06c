"""Limits of connections that no ASGI application sees: idle ones, and messages that are half sent.

uvicorn has no options for them, so its two protocols are extended when the server starts. How many
connections a reverse proxy opens for all its visitors is its own affair (`trusted_proxies`).
"""

import asyncio
import functools
from typing import Any, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from mnist_app.server import limits, trusted_proxies

UNCOUNTED_BYTES: Final = 65_536
"""Bytes of a partial message up to which its visitor's others are not added up, to save time."""


def limit_connections() -> None:
    """Extend uvicorn's protocols; does nothing the second time."""
    if getattr(AutoHTTPProtocol, "is_limited", False):
        return
    http, websocket = AutoHTTPProtocol, WebSocketsSansIOProtocol
    http.connection_made = _limited_connection_made(http.connection_made)  # type: ignore[method-assign]
    http.is_limited = True  # type: ignore[attr-defined]
    websocket.data_received = _limited_data_received(websocket.data_received)  # type: ignore[method-assign]


def _limited_connection_made(connection_made: Any) -> Any:
    @functools.wraps(connection_made)
    def limited(protocol: Any, transport: asyncio.Transport) -> None:
        connection_made(protocol, transport)
        is_proxy = trusted_proxies.is_proxy(_address(protocol))
        if not is_proxy and len(_of_same_visitor(protocol)) > limits.VISITOR_CONNECTIONS:
            transport.abort()
        else:
            protocol.loop.call_later(limits.REQUEST_SECONDS, _close_if_idle, protocol)

    return limited


def _close_if_idle(protocol: Any) -> None:
    """Close a connection over which no request has come."""
    if protocol.cycle is None and protocol.transport.get_protocol() is protocol:
        protocol.transport.abort()


def _limited_data_received(data_received: Any) -> Any:
    @functools.wraps(data_received)
    def limited(protocol: Any, data: bytes) -> None:
        data_received(protocol, data)
        is_over = (
            len(protocol.frames) > limits.FRAGMENTS
            or protocol.queue.qsize() > limits.WAITING_MESSAGES
            or (
                partial_bytes(protocol) > UNCOUNTED_BYTES
                and sum(map(partial_bytes, _of_same_visitor(protocol))) > limits.PARTIAL_BYTES
            )
        )
        if is_over:
            protocol.transport.abort()

    return limited


def partial_bytes(protocol: Any) -> int:
    """Return how many bytes of an unfinished message a connection has received."""
    if not isinstance(protocol, WebSocketsSansIOProtocol):
        return 0
    return len(protocol.conn.reader.buffer) + sum(map(len, protocol.frames))


def _of_same_visitor(protocol: Any) -> list[Any]:
    """Return the open connections from the address of this one."""
    address = _address(protocol)
    return [one for one in protocol.connections if _address(one) == address]


def _address(protocol: Any) -> str | None:
    """Return the visitor's address, or its proxy's until a websocket's handshake has come."""
    is_open = isinstance(protocol, WebSocketsSansIOProtocol) and hasattr(protocol, "scope")
    client = protocol.scope.get("client") if is_open else protocol.client
    return client[0] if client else None
