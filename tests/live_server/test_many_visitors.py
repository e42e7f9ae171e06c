"""A class that reloads its pages, on a server that may open few files."""

import asyncio
import sys
import time

import psutil
import pytest

from benchmarks.app_server import AppServer
from benchmarks.app_session import Session
from mnist_app.server import limits

OPEN_FILES = 256
"""Files that a Mac's terminal allows a program before the program asks for more."""


async def load_pages(url: str, sessions: int, at_once: int) -> None:
    """Open and close the first page in ``sessions`` tabs, ``at_once`` of them at a time."""

    async def load() -> None:
        async with Session(url, timeout=120) as session:
            await session.open_page()
            assert session.page.errors() == []

    for _ in range(sessions // at_once):
        await asyncio.gather(*(load() for _ in range(at_once)))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of open files")
def test_nobody_is_refused_where_256_files_are_allowed():
    wrapper = ["bash", "-c", f'ulimit -Sn {OPEN_FILES}; exec "$@"', "bash"]
    with AppServer(wrapper=wrapper) as server:
        asyncio.run(load_pages(server.url, sessions=150, at_once=30))
        deadline = time.monotonic() + 6 * limits.SWEEP_SECONDS
        process = psutil.Process(server.pid)
        while process.num_fds() > 3 * limits.KEPT_SESSIONS + 100:
            assert time.monotonic() < deadline, process.num_fds()
            time.sleep(1)
        assert "Traceback" not in server.log()
