"""The app's own server, started as a person starts it, watched, and always stopped."""

from __future__ import annotations

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
from typing import IO, Self

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START_LIMIT = 90.0  # seconds until the server must answer
STOP_LIMIT = 10.0  # seconds that it gets to end by itself
MEGABYTE = 1e6
UNSEEN = (f"--server.address={HOST}", "--server.headless=true")


class ServerError(Exception):
    """The server could not be started or was lost."""


def free_port() -> int:
    """Return a loopback port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Watch:
    """What a running server uses, its child processes included."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    @classmethod
    def of_port(cls, port: int) -> Self | None:
        """Find the server that listens on a local port; None where that may not be seen."""
        for process in psutil.process_iter():
            try:
                found = process.net_connections(kind="tcp")
            except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
            if any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in found):
                return cls(process.pid)
        return None

    def memory(self) -> float:
        """Return the resident memory in megabytes."""
        family = [self._process, *self._process.children(recursive=True)]
        return float(sum(member.memory_info().rss for member in family)) / MEGABYTE

    def cpu_seconds(self) -> float:
        """Return the processor time used so far."""
        times = self._process.cpu_times()
        return float(times.user + times.system)


class AppServer:
    """`streamlit run app.py` on a free loopback port. Use as `with AppServer() as server`.

    ``flags`` are Streamlit's options besides the port, ``environment`` replaces the one of this
    process, ``wrapper`` is a command that runs the server, such as a tracer.
    """

    def __init__(
        self,
        folder: Path = ROOT,
        flags: Sequence[str] = UNSEEN,
        environment: Mapping[str, str] | None = None,
        wrapper: Sequence[str] = (),
    ) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._folder = folder
        self._command = [*wrapper, sys.executable, "-m", "streamlit", "run", "app.py"]
        self._command += [f"--server.port={self.port}", *flags]
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches this process, which then stops the server
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
        """The server's process id."""
        if self._process is None:
            raise ServerError("the server is not running")
        return self._process.pid

    def log(self) -> str:
        """Return what the server printed so far."""
        if self._log is None:
            return ""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise ServerError(f"the server ended before it answered. It said:\n{self.log()}")
            if _is_healthy(self.url):
                return
            time.sleep(0.2)
        raise ServerError(f"no answer within {START_LIMIT:.0f} s. The server said:\n{self.log()}")

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            family = [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]
            self._process.terminate()
            _, alive = psutil.wait_procs(family, timeout=STOP_LIMIT)
            for member in alive:
                member.kill()
            self._process.wait(STOP_LIMIT)
        if self._log is not None:
            self._log.close()
            self._log = None


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as reply:  # noqa: S310
            return int(reply.status) == 200
    except (urllib.error.URLError, OSError):
        return False
