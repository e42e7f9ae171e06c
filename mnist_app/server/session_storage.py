"""Sessions whose connection is lost: kept for a while, then really ended."""

import asyncio
import contextlib
import ctypes
import gc
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from streamlit.runtime.session_manager import SessionInfo, SessionStorage

from mnist_app.server import limits
from mnist_app.server.visitors import SessionRecord, Visitor, Visitors


@dataclass(frozen=True)
class KeptSession:
    """A session without a connection, and the time (monotonic seconds) until which it is kept."""

    info: SessionInfo
    record: SessionRecord
    until: float
    is_light: bool


class ClosingSessionStorage(SessionStorage):
    """Keeps the sessions of lost connections for a while, then shuts them down.

    Streamlit's own storage forgets a session when its time is over and leaves the rest to the
    garbage collector: its three file descriptors, its uploads and its state stay meanwhile.
    """

    def __init__(
        self,
        visitors: Visitors,
        seconds: float,
        *,
        has_uploads: Callable[[str], bool],
        is_connected: Callable[[str], bool],
    ) -> None:
        """Keep a session that holds little for ``seconds``; the functions take a session's id."""
        self._visitors = visitors
        self._seconds = seconds
        self._has_uploads, self._is_connected = has_uploads, is_connected
        self._kept: dict[str, KeptSession] = {}
        self._has_garbage = False

    def get(self, session_id: str) -> SessionInfo | None:
        """Return the session if it is kept."""
        kept = self._kept.get(session_id)
        return None if kept is None else kept.info

    def save(self, session_info: SessionInfo) -> None:
        """Keep the session, for a time that depends on how much it holds."""
        session_id = session_info.session.id
        record = self._visitors.sessions.get(session_id) or SessionRecord(Visitor())
        light_bytes = record.longest_message + sum(
            kept.record.longest_message
            for kept in self._kept.values()
            if kept.is_light and kept.record.visitor is record.visitor
        )
        is_light = (
            record.longest_message <= limits.LIGHT_MESSAGE_BYTES
            and light_bytes <= limits.VISITOR_LIGHT_BYTES
            and not self._has_uploads(session_id)
        )
        seconds = self._seconds if is_light else min(self._seconds, limits.HEAVY_SESSION_SECONDS)
        if record.longest_message == 0:
            seconds = 0.0  # it has shown no page
        until = time.monotonic() + seconds
        self._kept[session_id] = KeptSession(session_info, record, until, is_light)
        if len(self._kept) > limits.KEPT_SESSIONS:
            asyncio.get_running_loop().call_soon(self.sweep)

    def delete(self, session_id: str) -> None:
        """Forget the session without shutting it down: it is connected again."""
        del self._kept[session_id]

    def list(self) -> list[SessionInfo]:
        """Return the sessions that are kept."""
        return [kept.info for kept in self._kept.values()]

    def sweep(self) -> None:
        """Shut down the sessions whose time is over, and the oldest of the visitor with most."""
        now = time.monotonic()
        over = [key for key, kept in self._kept.items() if kept.until <= now]
        ended = [self._kept.pop(key) for key in over]
        while len(self._kept) > limits.KEPT_SESSIONS:
            counts = Counter(kept.record.visitor for kept in self._kept.values())
            most = counts.most_common(1)[0][0]
            oldest = next(key for key, kept in self._kept.items() if kept.record.visitor is most)
            ended.append(self._kept.pop(oldest))
        for kept in ended:
            kept.info.session.shutdown()
        sessions = self._visitors.sessions
        for session_id in [
            s for s in sessions if s not in self._kept and not self._is_connected(s)
        ]:
            del sessions[session_id]
        self._has_garbage |= bool(ended)

    async def sweep_forever(self) -> None:
        """Sweep every `limits.SWEEP_SECONDS`, and give back what ended sessions held.

        The search for garbage stops everybody while it lasts, so it is not made at every end.
        """
        while True:
            await asyncio.sleep(limits.SWEEP_SECONDS)
            self.sweep()
            if self._has_garbage:
                self._has_garbage = False
                await give_back_memory()


async def give_back_memory() -> None:
    """Free what ended sessions held, and return it to the system.

    Their objects refer to each other in cycles, and the garbage collector runs rarely
    (``runner.postScriptGC`` is off). glibc keeps freed memory unless it is told to trim its heaps;
    other C libraries have no such function.
    """
    gc.collect()
    with contextlib.suppress(AttributeError, TypeError, OSError):
        await asyncio.to_thread(ctypes.CDLL(None).malloc_trim, 0)
