"""Attack on a server of its own beside ordinary sessions: nobody may spoil the lesson for others.

    python -m benchmarks.attack [--minutes 3] [--seed 0] [--slack 1] [--only NAME ...]

Two pupils draw and a third uploads photos, before and during the attack; their answers are timed
and checked. Five hostile clients, on this computer only, send messages, files, connections and
pictures that no page sends, and reset connections. Beside them the library reads built and damaged
pictures in a child process, each within 2 s of processor time (5 s above 12 megapixels). Afterwards
the server must have given back what the attackers made it hold. Exit status: 0 all targets met, 1
if not.
"""

import argparse
import asyncio
import multiprocessing
import signal
import sys
import time
from collections.abc import Collection, Sequence
from typing import Final

import psutil
from tqdm import tqdm

from benchmarks.app_server import AppServer, ServerError
from benchmarks.app_session import PageState, Session, SessionError
from benchmarks.attack.attack_report import (
    RECOVERY_SECONDS,
    AttackReport,
    NeighbourFigures,
    ServerFigures,
    traceback_ends,
)
from benchmarks.attack.attackers import ATTACKS, run_attackers
from benchmarks.attack.neighbours import Neighbourhood
from benchmarks.benchmark_command import positive_number
from benchmarks.load_test.server_usage import MEGABYTE, ServerUsage
from mnist_app import MnistAppError

CALM_SECONDS: Final = 15.0
"""Time for which the neighbours are measured before the attack."""
SHORT_RECOVERY_SECONDS: Final = 15.0
"""Time until the server's memory is measured after an attack of less than `LONG_MINUTES`; it is
not judged then."""
LONG_MINUTES: Final = 3.0
SAMPLE_SECONDS: Final = 0.5
SPARE_SECONDS: Final = 120.0
"""Time for the attackers to end after theirs is over."""
FEW_FILES: Final = (
    () if sys.platform == "win32" else ("sh", "-c", 'ulimit -S -n 256; exec "$@"', "sh")
)
"""Starts the server with the limit of open files that the terminal of a Mac has."""


def run(
    minutes: float, seed: int, slack: float = 1.0, only: Collection[str] = tuple(ATTACKS)
) -> AttackReport:
    """Start a server, attack it for ``minutes`` and judge it."""
    with AppServer(wrapper=FEW_FILES) as server:
        return asyncio.run(_run_at(server, minutes, seed, slack, only))


async def _run_at(
    server: AppServer, minutes: float, seed: int, slack: float, only: Collection[str]
) -> AttackReport:
    seconds = minutes * 60
    page, side = await _empty_page(server.url)
    neighbours = Neighbourhood.at(server.url)
    usage, process = ServerUsage(server.pid), psutil.Process(server.pid)
    try:
        await neighbours.enter()
        calm = await neighbours.work(min(CALM_SECONDS, seconds))
        own, family, descriptors = [_memory(process)], [usage.memory()], _descriptors(process)
        sampling = asyncio.create_task(_sample(process, own, family, seconds))
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            attack = pool.apply_async(
                run_attackers, (server.url, seconds, seed, tuple(only), slack)
            )
            strokes, photos = await neighbours.work(seconds)
            tally = await asyncio.to_thread(attack.get, SPARE_SECONDS)
        sampling.cancel()
        waited = RECOVERY_SECONDS if minutes >= LONG_MINUTES else SHORT_RECOVERY_SECONDS
        await asyncio.sleep(waited)
        after, descriptors_after = _memory(process), _descriptors(process)
    finally:
        await neighbours.leave()
    near = NeighbourFigures(*calm, strokes, photos, neighbours.wrong(page, side))
    figures = ServerFigures(
        own[0],
        max(own),
        after,
        family[0],
        max(family),
        waited,
        descriptors,
        descriptors_after,
        traceback_ends(server.log()),
    )
    return AttackReport(tally, near, figures, max(1, len({*only} - {"library"})), slack)


async def _empty_page(url: str) -> tuple[PageState, int]:
    """Return the page with an empty canvas, and the side of the canvas in pixels."""
    async with Session(url) as session:
        await session.open_page()
        return session.page, int(session.canvas()[0]["canvasWidth"])


async def _sample(
    process: psutil.Process, own: list[float], family: list[float], seconds: float
) -> None:
    """Add the server's memory to ``own`` and ``family`` again and again, with a progress bar."""
    begun, usage = time.monotonic(), ServerUsage(process.pid)
    with tqdm(total=round(seconds), desc="attack", unit="s", leave=False) as bar:
        while True:
            try:
                own.append(_memory(process))
                family.append(usage.memory())
            except psutil.NoSuchProcess:  # a worker process that has just ended
                continue
            finally:
                await asyncio.sleep(SAMPLE_SECONDS)
            bar.update(min(round(time.monotonic() - begun), bar.total) - bar.n)
            bar.set_postfix_str(f"server {own[-1]:.0f} MB")


def _memory(process: psutil.Process) -> float:
    """Return the resident memory of one process in megabytes."""
    return float(process.memory_info().rss) / MEGABYTE


def _descriptors(process: psutil.Process) -> int:
    """Return the number of open files and sockets of a process."""
    counted = process.num_handles if sys.platform == "win32" else process.num_fds
    return int(counted())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped too
    options = _parser().parse_args(arguments)
    try:
        report = run(options.minutes, options.seed, options.slack, options.only)
    except (ServerError, SessionError, MnistAppError, OSError) as error:
        print(f"attack: {error}", file=sys.stderr)
        return 1
    print(report.as_text())
    return 0 if report.all_met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.attack",
        description="Attack a server of its own and measure what ordinary visitors notice.",
    )
    parser.add_argument("--minutes", type=positive_number, default=3.0, help="default: 3")
    parser.add_argument("--seed", type=int, default=0, help="of damaged files; default: 0")
    parser.add_argument(
        "--slack",
        type=positive_number,
        default=1.0,
        help="factor on the limits of the neighbours' waiting time, for a computer that other "
        "work shares; default: 1",
    )
    parser.add_argument(
        "--only", nargs="+", choices=ATTACKS, default=tuple(ATTACKS), help="default: all attacks"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
