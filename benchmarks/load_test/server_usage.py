"""Memory and processor time of a server's processes."""

from collections.abc import Collection
from typing import Self

import psutil

MEGABYTE = 1e6


class ServerUsage:
    """What running servers and their child processes use, all together."""

    def __init__(self, *pids: int) -> None:
        self._processes = [psutil.Process(pid) for pid in pids]

    @classmethod
    def of_ports(cls, ports: Collection[int]) -> Self | None:
        """Return the servers that listen on local ports; None where they may not be seen."""
        found = set()
        for process in psutil.process_iter():
            try:
                connections = process.net_connections(kind="tcp")
            except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
            listening = (c for c in connections if c.status == psutil.CONN_LISTEN)
            if any(c.laddr.port in ports for c in listening):
                found.add(process.pid)
        return cls(*found) if found else None

    def memory(self) -> float:
        """Return the resident memory in megabytes."""
        families = ([one, *one.children(recursive=True)] for one in self._processes)
        used = (process.memory_info().rss for family in families for process in family)
        return float(sum(used)) / MEGABYTE

    def cpu_seconds(self) -> float:
        """Return the processor time that the servers have used, without that of their children."""
        times = (process.cpu_times() for process in self._processes)
        return float(sum(one.user + one.system for one in times))
