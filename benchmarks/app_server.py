"""Starts and stops the app's own server, for the load test and for tests of the whole app."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil

from mnist_app.classroom.database_errors import DATABASE_VARIABLE

ROOT: Final = Path(__file__).resolve().parents[1]
HOST: Final = "127.0.0.1"
START_SECONDS: Final = 120.0
"""Maximum time until the server answers, on a busy computer."""
STOP_SECONDS: Final = 20.0
"""Time from the request to stop until the server is killed."""
POLL_SECONDS: Final = 0.1
LOCAL_FLAGS: Final = (f"--server.address={HOST}", "--server.headless=true")
"""Options of Streamlit for a server that only this computer can reach and that opens no browser."""


class ServerError(Exception):
    """The server does not start or does not answer."""


class AppServer:
    """``streamlit run app.py`` on a free port, as ``with AppServer() as server``.

    ``checkout`` is the folder of ``app.py``; ``flags`` are Streamlit's options besides the port.
    ``environment`` replaces that of this process, in which the home folder is an empty one. Classes
    are stored in a temporary folder unless it names their database.
    ``wrapper`` is a command that runs the server, such as a tracer.
    """

    def __init__(
        self,
        checkout: Path = ROOT,
        flags: Sequence[str] = LOCAL_FLAGS,
        environment: Mapping[str, str] | None = None,
        wrapper: Sequence[str] = (),
    ) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.database_url = ""
        """Address of the database of the classes, once the server has started."""
        self._checkout = checkout
        self._environment = environment
        self._command = [*wrapper, sys.executable, "-m", "streamlit", "run", "app.py"]
        self._command += [f"--server.port={self.port}", *flags]
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        home = self._folder.name
        self._log_path = Path(home) / "terminal.txt"
        environment = dict(self._environment or {**os.environ, "HOME": home, "USERPROFILE": home})
        own_database = f"sqlite:///{Path(home) / 'classes.sqlite'}"
        self.database_url = environment.setdefault(DATABASE_VARIABLE, own_database)
        with self._log_path.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._checkout,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches this process only, which stops the server
            )
        try:
            self._wait_until_up()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    @property
    def pid(self) -> int:
        """The server's process id. Raises `ServerError` before the start."""
        if self._process is None:
            raise ServerError("the server is not running")
        return self._process.pid

    @property
    def has_started(self) -> bool:
        """Whether the server was started, and not stopped by leaving the context."""
        return self._process is not None

    def kill(self) -> None:
        """Kill the server and its child processes (SIGKILL), which have no time to do anything."""
        server = psutil.Process(self.pid)
        family = [server, *server.children(recursive=True)]
        for process in family:
            process.kill()
        psutil.wait_procs(family, STOP_SECONDS)

    def log(self) -> str:
        """Return all that the server has printed."""
        return self._log_path.read_text(encoding="utf-8", errors="replace")

    def new_log(self) -> str:
        """Return what the server has printed since the last call."""
        log = self.log()
        new, self._read = log[self._read :], len(log)
        return new

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise ServerError(f"The server ended before it answered. It printed:\n{self.log()}")
            if _answers(self.url):
                return
            time.sleep(POLL_SECONDS)
        raise ServerError(f"No answer within {START_SECONDS:.0f} s. It printed:\n{self.log()}")

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            server = psutil.Process(self.pid)
            family = [server, *server.children(recursive=True)]
            self._process.terminate()
            _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
            for process in alive:
                process.kill()
            self._process.wait(STOP_SECONDS)
        self._process = None
        self._folder.cleanup()


def free_port() -> int:
    """Return a loopback port on which no process listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as reply:  # noqa: S310
            return int(reply.status) == 200
    except (urllib.error.URLError, OSError):
        return False
