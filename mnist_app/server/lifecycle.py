"""What the server does at its start and while it runs, apart from answering requests."""

import asyncio
import contextlib
import sys
import time
import webbrowser
from collections.abc import AsyncIterator
from typing import Any

import cv2
from streamlit import config, net_util
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionInfo, SessionStorage
from streamlit.web.server import server_util

from mnist_app.server import limits
from mnist_app.server.request_guard import CONNECTION, has_uploads


def stay_offline() -> None:
    """Keep Streamlit from asking an outside host for this computer's address.

    It does so, and halts all sessions meanwhile, at some starts and whenever a web page of another
    origin connects (``streamlit.web.server.server_util``). Such a page is refused either way.
    """
    net_util.get_external_ip = lambda: None
    net_util.get_internal_ip = lambda: None


@contextlib.asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[dict[str, Any]]:
    """Prepare the process; end the sessions of visitors who have gone; open the browser."""
    raise_open_file_limit()
    limit_opencv_to_one_thread()
    storage = ClosingSessionStorage(config.get_option("server.disconnectedSessionTTL"))
    Runtime.instance()._session_mgr._session_storage = storage  # type: ignore[attr-defined]  # noqa: SLF001
    sweeper = asyncio.create_task(storage.sweep_forever())
    if not config.get_option("server.headless"):
        address = server_util.get_url(config.get_option("browser.serverAddress"))
        asyncio.get_running_loop().call_later(1, webbrowser.open, address)
    try:
        yield {}
    finally:
        sweeper.cancel()


def limit_opencv_to_one_thread() -> None:
    """Make OpenCV process each image in the calling thread.

    OpenCV keeps nearly a kilobyte for every thread that ever started its worker threads (OpenCV
    issues 9745 and 23912), and Streamlit starts a thread for every stroke. The sessions share the
    processor cores in any case.
    """
    cv2.setNumThreads(1)


def raise_open_file_limit() -> None:
    """Allow the process `limits.OPEN_FILES` files and sockets, or as many as the system lets it.

    A terminal on a Mac starts programs with 256, which 64 visitors use up.
    """
    if sys.platform == "win32":  # it has no such limit
        return
    import resource  # noqa: PLC0415 (Windows has no such module)

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.OPEN_FILES if hard == resource.RLIM_INFINITY else min(limits.OPEN_FILES, hard)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class ClosingSessionStorage(SessionStorage):
    """Keeps the sessions of lost connections for a while, then shuts them down.

    Streamlit's own storage forgets a session when its time is over and leaves the rest to the
    garbage collector: its three file descriptors, its uploads and its state stay meanwhile.
    """

    def __init__(self, seconds: float) -> None:
        """Keep a session that holds little for ``seconds``."""
        self._seconds = seconds
        self._sessions: dict[str, tuple[float, SessionInfo]] = {}

    def get(self, session_id: str) -> SessionInfo | None:
        """Return the session if it is kept."""
        found = self._sessions.get(session_id)
        return None if found is None else found[1]

    def save(self, session_info: SessionInfo) -> None:
        """Keep the session of the websocket that the present task has served."""
        connection = CONNECTION.get()
        is_light = (
            connection is not None
            and connection.longest_message <= limits.LIGHT_MESSAGE_BYTES
            and not has_uploads(session_info.session.id)
        )
        seconds = self._seconds if is_light else min(self._seconds, limits.HEAVY_SESSION_SECONDS)
        self._sessions[session_info.session.id] = (time.monotonic() + seconds, session_info)

    def delete(self, session_id: str) -> None:
        """Forget the session without shutting it down: it is connected again."""
        del self._sessions[session_id]

    def list(self) -> list[SessionInfo]:
        """Return the sessions that are kept."""
        return [info for _, info in self._sessions.values()]

    def sweep(self) -> None:
        """Shut down the sessions whose time is over, and the oldest of too many."""
        now = time.monotonic()
        over = [key for key, (until, _) in self._sessions.items() if until < now]
        over += [key for key in self._sessions if key not in over][: -limits.KEPT_SESSIONS]
        for key in over:
            _, info = self._sessions.pop(key)
            info.session.shutdown()

    async def sweep_forever(self) -> None:
        """Sweep every `limits.SWEEP_SECONDS`."""
        while True:
            await asyncio.sleep(limits.SWEEP_SECONDS)
            self.sweep()
