"""A PostgreSQL server of a test's own: its programs are Debian's, its data is thrown away."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

UNPRIVILEGED = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; the first of these users that exists runs it then."""


def programs() -> Path | None:
    """Return the folder of `initdb` and `pg_ctl`, or None if PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in folders), default=None)


class Server:
    """A server that runs: ``address`` of a database in it, with its password.

    ``stop`` breaks off all it does; ``kill`` does the same to all its processes, without a chance
    for them to do anything.
    """

    def __init__(
        self,
        address: str,
        start: Callable[[], None],
        stop: Callable[[], None],
        kill: Callable[[], None],
    ) -> None:
        self.address, self.start, self.stop, self.kill = address, start, stop, kill


@contextmanager
def server(password: str) -> Iterator[str]:
    """Run a server and yield the address of a database in it, with ``password``."""
    with stoppable_server(password) as running:
        yield running.address


@contextmanager
def stoppable_server(password: str) -> Iterator[Server]:
    """Run a server that a test can stop, which breaks off all it does, and start again."""
    found = programs()
    assert found is not None, "PostgreSQL is not installed"
    user = _user()
    with tempfile.TemporaryDirectory(prefix="mnist-postgres-") as folder:
        place = Path(folder)
        (place / "password").write_text(password)
        if user:
            for path in (place, place / "password"):
                shutil.chown(path, user)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [found / program, "--pgdata", place / "data", *arguments],
                cwd=place,
                user=user,
                extra_groups=[] if user else None,
                check=True,
                timeout=120,
                stdout=subprocess.DEVNULL,
            )

        passwords = ["--auth=scram-sha-256", f"--pwfile={place / 'password'}"]
        run("initdb", "--username=app", "--encoding=UTF8", "--no-sync", *passwords)
        port = _free_port()
        options = f"-p {port} -h 127.0.0.1 -k '' -F"

        def start() -> None:
            run("pg_ctl", "start", "--wait", "--log", str(place / "log"), "--options", options)

        def stop() -> None:
            run("pg_ctl", "stop", "--mode=immediate")

        def kill() -> None:
            lock = place / "data" / "postmaster.pid"
            server = psutil.Process(int(lock.read_text().split()[0]))
            family = [server, *server.children(recursive=True)]
            for process in family:
                process.kill()
            psutil.wait_procs(family, timeout=20)
            lock.unlink()  # where nobody reaps dead processes, the server takes itself for running

        start()
        try:
            address = f"postgresql://app:{password}@127.0.0.1:{port}/postgres"
            yield Server(address, start, stop, kill)
        finally:
            if (place / "data" / "postmaster.pid").exists():
                stop()


def _user() -> str | None:
    """Return whom to run the server as, or None if we may ourselves."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
