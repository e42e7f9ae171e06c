"""Several processes of the app behind HAProxy with ``deploy/haproxy.cfg``, all on this computer."""

import csv
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from benchmarks.app_server import HOST, POLL_SECONDS, ROOT, AppServer, ServerError, free_port
from mnist_app.classroom.database_errors import DATABASE_VARIABLE
from mnist_app.server import trusted_proxies

CONFIGURATION: Final = ROOT / "deploy" / "haproxy.cfg"
COOKIE: Final = "mnist_app_process"
"""Name of the cookie that leads a visitor back to a process; its value is that of `server_name`."""
START_SECONDS: Final = 20.0
"""Maximum time until HAProxy passes a request on."""


class ProxiedApp:
    """``count`` processes of the app and HAProxy in front of them, as ``with``.

    The classes are in the database at ``database_url``; ``url`` is that of the proxy.
    """

    def __init__(self, count: int, database_url: str) -> None:
        self._count, self._database_url = count, database_url
        port, self._statistics_port = free_port(), free_port()
        self.url = f"http://{HOST}:{port}"
        self.servers: list[AppServer] = []
        self._addresses = {
            "MNIST_APP_BIND": f"{HOST}:{port}",
            "MNIST_APP_STATISTICS": f"{HOST}:{self._statistics_port}",
        }

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            environment = {
                **os.environ,
                "HOME": folder,
                "USERPROFILE": folder,
                DATABASE_VARIABLE: self._database_url,
                trusted_proxies.VARIABLE: HOST,
            }
            self.servers = [AppServer(environment=environment) for _ in range(self._count)]
            stack.callback(self._stop_servers)
            self.start(*range(self._count))
            configuration = Path(folder) / CONFIGURATION.name
            configuration.write_text(configuration_for(self._count), encoding="utf-8")
            log = Path(folder) / "haproxy.log"
            with log.open("wb") as output:
                proxy = subprocess.Popen(
                    [haproxy(), "-db", "-f", str(configuration)],
                    env={**os.environ, **self._addresses, **self._server_addresses()},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            stack.callback(_stop, proxy)
            self._wait_until_up(proxy, log)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def start(self, *indices: int) -> None:
        """Start processes that do not run, all at once; return when they answer."""
        with ThreadPoolExecutor(len(indices)) as pool:
            list(pool.map(lambda index: self.servers[index].__enter__(), indices))

    def stop(self, *indices: int) -> None:
        """Stop processes as systemd does, all at once, or clear up after those that have ended."""
        with ThreadPoolExecutor(len(indices)) as pool:
            list(pool.map(lambda index: self.servers[index].__exit__(None, None, None), indices))

    def index_of(self, cookie: str) -> int:
        """Return the index of the process to which a cookie, "name=value", leads."""
        names = [f"{COOKIE}={server_name(index)}" for index in range(self._count)]
        return names.index(cookie)

    def states(self) -> list[str]:
        """Return what HAProxy says of each process: "UP", "DOWN", "UP 1/3" ..."""
        address = f"http://{HOST}:{self._statistics_port}/;csv"
        with urllib.request.urlopen(address, timeout=5) as reply:
            rows = list(csv.DictReader(reply.read().decode().removeprefix("# ").splitlines()))
        found = {row["svname"]: row["status"] for row in rows if row["pxname"] == "processes"}
        return [found[server_name(index)] for index in range(self._count)]

    def _server_addresses(self) -> dict[str, str]:
        return {
            f"MNIST_APP_{number}": f"{HOST}:{server.port}"
            for number, server in enumerate(self.servers, start=1)
        }

    def _wait_until_up(self, proxy: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if proxy.poll() is not None:
                raise ServerError(f"HAProxy ended at once. It printed:\n{log.read_text()}")
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).close()  # noqa: S310
            except (urllib.error.URLError, OSError):
                time.sleep(POLL_SECONDS)
            else:
                return
        raise ServerError(f"HAProxy has not answered within {START_SECONDS:.0f} s.")

    def _stop_servers(self) -> None:
        started = [index for index, one in enumerate(self.servers) if one.has_started]
        if started:
            self.stop(*started)


def server_name(index: int) -> str:
    """Return the name that HAProxy's configuration gives to a process."""
    return f"app{index + 1}"


def configuration_for(count: int) -> str:
    """Return ``deploy/haproxy.cfg`` for ``count`` processes, up to four.

    HAProxy changes its user only if it may; otherwise these two lines are left out.
    """
    lines = CONFIGURATION.read_text(encoding="utf-8").splitlines()
    unwanted = [f"server {server_name(index)} " for index in range(count, 4)]
    if os.name == "nt" or os.geteuid() != 0:
        unwanted += ["user haproxy", "group haproxy"]
    kept = [one for one in lines if not one.strip().startswith(tuple(unwanted))]
    return "\n".join(kept) + "\n"


def haproxy() -> str:
    """Return the path of HAProxy's program. Raises `ServerError` if there is none."""
    found = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    if found is None:
        raise ServerError("HAProxy is not installed: apt-get install haproxy")
    return found


def _stop(proxy: subprocess.Popen[bytes]) -> None:
    proxy.terminate()
    try:
        proxy.wait(10)
    except subprocess.TimeoutExpired:
        proxy.kill()
        proxy.wait()
