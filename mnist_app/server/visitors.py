"""Who uses the server at present, and what is counted for each: the books of all budgets."""

import asyncio
import time
import weakref
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from mnist_app.server import limits


class Allowance:
    """A token bucket: ``burst`` at once, then ``rate`` per second."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._counted_at = burst, time.monotonic()

    def take(self) -> float:
        """Take one; return for how many seconds to wait for it."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._counted_at) * self._rate) - 1
        self._counted_at = now
        return max(0.0, -self._left / self._rate)


@dataclass(eq=False)
class Visitor:
    """An address in the network, and what is counted for it: ``connections`` are websockets."""

    connections: int = 0
    messages: Allowance = field(
        default_factory=lambda: Allowance(
            limits.VISITOR_MESSAGES_PER_SECOND, limits.VISITOR_MESSAGE_BURST
        )
    )
    loads: Allowance = field(
        default_factory=lambda: Allowance(
            limits.VISITOR_LOADS_PER_SECOND, limits.VISITOR_LOAD_BURST
        )
    )
    scripts: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(limits.VISITOR_SCRIPTS)
    )
    uploads: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(limits.UPLOADS_AT_ONCE)
    )


@dataclass(eq=False)
class SessionRecord:
    """A session: its visitor, and the bytes of the longest message that it has sent."""

    visitor: Visitor
    longest_message: int = 0


@dataclass(eq=False)
class Connection:
    """An open websocket; its session is known once Streamlit has accepted it.

    ``is_lost`` says that nothing can be sent over it any more.
    """

    session: SessionRecord
    messages: Allowance = field(
        default_factory=lambda: Allowance(limits.MESSAGES_PER_SECOND, limits.MESSAGE_BURST)
    )
    is_lost: bool = False
    _counted_in: asyncio.Semaphore | None = None
    _timer: asyncio.TimerHandle | None = None

    async def start_script(self) -> None:
        """Wait until the visitor may have a page computed; one more of this websocket is free."""
        if self._counted_in is None:
            scripts = self.session.visitor.scripts
            await scripts.acquire()
            self._counted_in = scripts
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(limits.SCRIPT_SECONDS, self.end_script)

    def end_script(self) -> None:
        """Let another page be computed. May be called more than once."""
        if self._counted_in is not None:
            self._counted_in.release()
            self._counted_in = None
        if self._timer is not None:
            self._timer.cancel()


CONNECTION: Final[ContextVar[Connection | None]] = ContextVar("connection", default=None)
"""The websocket that the present task serves."""


class Visitors:
    """All visitors by address, and their sessions by Streamlit's ids."""

    def __init__(self) -> None:
        self._visitors: weakref.WeakValueDictionary[str, Visitor] = weakref.WeakValueDictionary()
        self.sessions: dict[str, SessionRecord] = {}
        self.connections = 0

    def at(self, address: str) -> Visitor:
        """Return the visitor at this address; forgotten when nothing refers to it."""
        return self._visitors.setdefault(address, Visitor())

    def start_session(self, session_id: str) -> None:
        """Note that the present task's websocket serves this session, a new or an earlier one."""
        connection = CONNECTION.get()
        if connection is not None:
            connection.session = self.sessions.setdefault(session_id, connection.session)

    def accept_message(self, session: SessionRecord, size: int) -> bool:
        """Count a message of ``size`` bytes; tell whether the visitor may send it."""
        if size > session.longest_message:
            more = size - session.longest_message
            if self.message_bytes(session.visitor) + more > limits.VISITOR_MESSAGE_BYTES:
                return False
            session.longest_message = size
        return True

    def message_bytes(self, visitor: Visitor) -> int:
        """Return the sum of the longest messages of the visitor's sessions."""
        return sum(s.longest_message for s in self.sessions.values() if s.visitor is visitor)

    def other_sessions(self, session_id: str) -> list[str]:
        """Return the ids of the other sessions of the visitor who has this one."""
        visitor = self.sessions[session_id].visitor if session_id in self.sessions else None
        return [
            other
            for other, record in self.sessions.items()
            if record.visitor is visitor and other != session_id
        ]
