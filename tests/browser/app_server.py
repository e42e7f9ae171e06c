"""The app's own server as a person starts it, on a free port of the loopback interface."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 120
STOP_SECONDS: Final = 20
POLL_SECONDS: Final = 0.1


class AppServer:
    """A running server: its ``port``, its ``url`` and what it has written to the terminal."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, terminal: Path) -> None:
        self.process = process
        self.port = port
        self.url = f"http://localhost:{port}"
        self._terminal = terminal
        self._seen = 0

    def terminal(self) -> str:
        """Return all that the server has written so far."""
        return self._terminal.read_text(encoding="utf-8", errors="replace")

    def news(self) -> str:
        """Return what the server has written since the last call."""
        written = self.terminal()
        news, self._seen = written[self._seen :], len(written)
        return news

    def is_up(self) -> bool:
        """Tell whether the server answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def running_app(folder: Path, checkout: Path = CHECKOUT) -> Iterator[AppServer]:
    """Start the app of ``checkout`` with an empty home in ``folder``; stop it on the way out."""
    home, terminal = folder / "home", folder / "terminal.txt"
    home.mkdir()
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = ["--server.port", str(port), "--server.headless", "true"]
    with terminal.open("wb") as output:
        process = subprocess.Popen(
            [*command, *options],
            cwd=checkout,
            env={**os.environ, "HOME": str(home), "USERPROFILE": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = AppServer(process, port, terminal)
    try:
        _wait_until_up(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(server: AppServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.is_up():
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The app did not start. It wrote:\n{server.terminal()}")
        time.sleep(POLL_SECONDS)
