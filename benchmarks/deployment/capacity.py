"""How many pupils 1, 2 or 4 processes answer in time, and what a session takes."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from benchmarks.load_test.__main__ import run
from benchmarks.load_test.load_report import P95_LIMIT
from benchmarks.load_test.scenario import log
from benchmarks.proxied_app import ProxiedApp

EVERY: Final = 3.0
"""Mean seconds from drawing to drawing of a pupil."""
FIRST_PUPILS: Final = 30
"""Pupils of the first try; each further one has half as many again."""
STEP: Final = 1.5
MOST_PUPILS: Final = 700
"""Pupils after which no more are tried: what makes the load has a limit, too."""
SESSIONS: Final = 50
"""Sessions with which the memory of one process is measured."""
MEMORY_LIMIT: Final = 350.0
"""Maximum memory of a process with `SESSIONS`, in megabytes."""
WANTED_PUPILS: Final = 200
"""Pupils whom two processes must answer within `P95_LIMIT`."""


@dataclass(frozen=True)
class LoadPoint:
    """``pupils`` at ``processes`` behind the proxy: seconds, and shares of one processor core."""

    processes: int
    pupils: int
    p50: float
    p95: float
    cpu_share: float
    cpu_seconds_per_answer: float
    megabytes: float
    faults: int

    @property
    def is_met(self) -> bool:
        """Whether the answers come in time and are right."""
        return self.p95 < P95_LIMIT and not self.faults


def measure(
    database_url: str, counts: list[int], seconds: float
) -> tuple[dict[str, Any], str, bool]:
    """Return for each number of processes the pupils that they answer in time."""
    points: list[LoadPoint] = []
    for processes in counts:
        points += _search(database_url, processes, seconds)
    most = {
        count: max((p.pupils for p in points if p.processes == count and p.is_met), default=0)
        for count in counts
    }
    head = (
        f"{'processes':>10}{'pupils':>8}{'median ms':>11}{'p95 ms':>8}{'cores':>7}"
        f"{'ms of a core an answer':>24}{'MB a process':>14}{'faults':>8}"
    )
    rows = [head]
    rows += [
        f"{p.processes:>10}{p.pupils:>8}{1000 * p.p50:>11.0f}{1000 * p.p95:>8.0f}"
        f"{p.cpu_share:>7.2f}{1000 * p.cpu_seconds_per_answer:>24.1f}"
        f"{p.megabytes / p.processes:>14.0f}{p.faults:>8}"
        for p in points
    ]
    rows += [f"{count} processes: {pupils} pupils in time" for count, pupils in most.items()]
    is_met = most.get(2, WANTED_PUPILS) >= WANTED_PUPILS
    return {"points": [asdict(one) for one in points], "most": most}, "\n".join(rows), is_met


def measure_memory(database_url: str, seconds: float) -> tuple[dict[str, Any], str, bool]:
    """Return the memory of one process without a session and with `SESSIONS` that draw."""
    with ProxiedApp(1, database_url) as app:
        alone = _try(app, 1, seconds / 3)
        full = _try(app, SESSIONS, seconds)
    each = (full.megabytes - alone.megabytes) / (SESSIONS - 1)
    text = (
        f"memory of a process with 1 session {alone.megabytes:.0f} MB, with {SESSIONS} that draw "
        f"{full.megabytes:.0f} MB (at most {MEMORY_LIMIT:.0f}): {each:.1f} MB a session"
    )
    figures = {"one": alone.megabytes, "full": full.megabytes, "each": each}
    return figures, text, full.megabytes <= MEMORY_LIMIT


def _search(database_url: str, processes: int, seconds: float) -> list[LoadPoint]:
    """Return a series of tries up to one that fails, and one between it and the last good one."""
    points: list[LoadPoint] = []
    with ProxiedApp(processes, database_url) as app:
        pupils = FIRST_PUPILS
        while pupils <= MOST_PUPILS:
            points.append(_try(app, pupils, seconds))
            if not points[-1].is_met:
                if len(points) > 1:
                    points.append(_try(app, (pupils + points[-2].pupils) // 2, seconds))
                break
            pupils = round(pupils * STEP)
    return points


def _try(app: ProxiedApp, pupils: int, seconds: float) -> LoadPoint:
    log(f"{len(app.servers)} processes, {pupils} pupils")
    ports = [server.port for server in app.servers]
    report = run(
        pupils=pupils,
        minutes=seconds / 60,
        every=EVERY,
        addresses=pupils,
        url=app.url,
        server_ports=ports,
    )
    figures = report.figures
    compared = figures["comparison"]
    return LoadPoint(
        processes=len(ports),
        pupils=pupils,
        p50=figures["answer_seconds"]["p50"],
        p95=figures["answer_seconds"]["p95"],
        cpu_share=figures["server_cpu_share"] or 0.0,
        cpu_seconds_per_answer=(figures["server_cpu_seconds"] or 0.0)
        / max(compared["compared"], 1),
        megabytes=report.memory[-1][1] if report.memory else 0.0,
        faults=figures["errors"] + compared["leaks"] + compared["wrong"],
    )
