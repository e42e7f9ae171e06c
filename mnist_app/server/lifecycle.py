"""What the server does at its start and while it runs, apart from answering requests."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import cv2
from streamlit import cli_util, config, net_util
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.server import server_util

from mnist_app.server import limits, uploads
from mnist_app.server.class_store import delete_expired_daily, shared_store
from mnist_app.server.connection_limits import limit_connections
from mnist_app.server.session_storage import ClosingSessionStorage
from mnist_app.server.visitors import Visitors

BROWSER_DELAY_SECONDS: Final = 1.0
"""Time from the preparation of the process until the browser is opened: the server answers then."""

M_ARENA_MAX: Final = -8
"""Number of that option in glibc's ``malloc.h``."""
LOGGERS_OF_CONNECTIONS: Final = (
    "uvicorn.error",
    "streamlit.web.server.starlette.starlette_websocket",
)
LOST_CONNECTIONS: Final = frozenset(
    {"ClientDisconnect", "WebSocketDisconnect", "WebSocketDisconnected"}
)
"""Names of Starlette's exceptions for an upload or a websocket whose client has gone."""


def stay_offline() -> None:
    """Keep Streamlit from asking an outside host for this computer's address.

    It does so, and halts all sessions meanwhile, at some starts and whenever a web page of another
    origin connects (``streamlit.web.server.server_util``). Such a page is refused either way.
    """
    net_util.get_external_ip = lambda: None
    net_util.get_internal_ip = lambda: None


def lifespan(visitors: Visitors) -> Callable[[object], AbstractAsyncContextManager[dict[str, Any]]]:
    """Return what prepares the process, and what it does by itself while it runs.

    It ends the sessions of visitors who have gone, and deletes classes past their date.
    """

    @contextlib.asynccontextmanager
    async def run(_: object) -> AsyncIterator[dict[str, Any]]:
        raise_open_file_limit()
        limit_opencv_to_one_thread()
        limit_heaps()
        limit_connections()
        hide_lost_connections()
        ignore_pages_folder()
        compute_theme_once()
        gc.freeze()  # imported modules: 250,000 of 330,000 objects that every collection goes over
        storage = keep_account_of_sessions(Runtime.instance(), visitors)
        tasks = [
            asyncio.create_task(storage.sweep_forever()),
            asyncio.create_task(delete_expired_daily()),
        ]
        if not config.get_option("server.headless"):
            asyncio.get_running_loop().call_later(BROWSER_DELAY_SECONDS, open_browser)
        try:
            yield {}
        finally:
            for task in tasks:
                task.cancel()
            shared_store.close()

    return run


def open_browser() -> None:
    """Open the app in this computer's browser, which Streamlit leaves to an `App`."""
    address = str(config.get_option("browser.serverAddress"))
    with contextlib.suppress(OSError):  # without a browser, the terminal tells the address
        cli_util.open_browser(server_util.get_url(address))


def limit_opencv_to_one_thread() -> None:
    """Make OpenCV process each image in the calling thread.

    OpenCV keeps nearly a kilobyte for every thread that ever started its worker threads (OpenCV
    issues 9745 and 23912), and Streamlit starts a thread for every stroke. The sessions share the
    processor cores in any case.
    """
    cv2.setNumThreads(1)


def limit_heaps() -> None:
    """Make glibc serve all threads from `limits.HEAPS` heaps.

    It gives each thread a heap of its own, up to eight for a core, and what one of many short
    threads frees there is not used by the next. Other C libraries have no such setting.
    """
    with contextlib.suppress(AttributeError, TypeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, limits.HEAPS)


def hide_lost_connections() -> None:
    """Keep tracebacks that only say that a client has gone out of the log."""
    for name in LOGGERS_OF_CONNECTIONS:
        logging.getLogger(name).addFilter(_is_of_open_connection)


def _is_of_open_connection(record: logging.LogRecord) -> bool:
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or kind.__name__ not in LOST_CONNECTIONS


def ignore_pages_folder() -> None:
    """Keep Streamlit from taking the folder ``pages`` beside the script for the list of the pages.

    Until a first visitor has run `st.navigation`, it does, and says "Page not found" to that
    visitor at every address but the start page's.
    """
    PagesManager.uses_pages_directory = False


def compute_theme_once() -> None:
    """Make Streamlit read the options of the theme once instead of in each run of a page.

    Each run's first message names them, in six sections. To read them was a seventh of the server's
    work for a class that draws (Streamlit 1.67, benchmarks.class_lesson).
    """
    populate = app_session._populate_theme_msg  # noqa: SLF001 (there is no public way)
    known: dict[str, CustomThemeConfig] = {}

    def populate_from_known(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in known:
            known[section] = CustomThemeConfig()
            populate(known[section], section)
        if known[section].ByteSize():  # a section without options must stay absent
            msg.MergeFrom(known[section])

    app_session._populate_theme_msg = populate_from_known  # noqa: SLF001


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


def keep_account_of_sessions(runtime: Runtime, visitors: Visitors) -> ClosingSessionStorage:
    """Make Streamlit's runtime report its sessions to ``visitors``, and keep lost ones in bounds.

    The runtime has no option for either; both attributes are those of Streamlit 1.67.
    """
    storage = ClosingSessionStorage(
        visitors,
        config.get_option("server.disconnectedSessionTTL"),
        has_uploads=lambda session_id: bool(uploads.file_manager().file_storage.get(session_id)),
        is_connected=runtime.is_active_session,
    )
    runtime._session_mgr._session_storage = storage  # type: ignore[attr-defined]  # noqa: SLF001
    connect = runtime.connect_session

    def connect_session(*args: Any, **options: Any) -> str:
        session_id = connect(*args, **options)
        visitors.start_session(session_id)
        return session_id

    runtime.connect_session = connect_session  # type: ignore[method-assign]
    return storage
