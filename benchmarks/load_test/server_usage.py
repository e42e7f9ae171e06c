"""Memory and processor time of a server process."""

from typing import Self

import psutil

MEGABYTE = 1e6


class ServerUsage:
    """What a running server and its child processes use."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    @classmethod
    def of_port(cls, port: int) -> Self | None:
        """Return the server that listens on a local port; None where that may not be seen."""
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
        return float(sum(process.memory_info().rss for process in family)) / MEGABYTE

    def cpu_seconds(self) -> float:
        """Return the processor time that the server process has used."""
        times = self._process.cpu_times()
        return float(times.user + times.system)
