"""The scenario of the load test: a class draws at the same time while the server is sampled."""

import asyncio
import sys
import time
from dataclasses import dataclass, field

from benchmarks.app_session import PageState, Session
from benchmarks.load_test.server_usage import ServerUsage
from benchmarks.load_test.uploading_pupil import UploadingPupil
from benchmarks.load_test.virtual_pupil import Answer, VirtualPupil

SAMPLE_SECONDS = 5.0
"""Time between two samples of the server's memory."""
SPARE_SECONDS = 120.0
"""Time for opening and closing all pages, after which the scenario is cut off."""


@dataclass
class ClassRun:
    """What was measured while a class drew.

    ``memory`` holds pairs of minutes since the start and megabytes; ``cpu_seconds`` is the server's
    processor time, ``cpu_share`` the same as a share of one core; None if it could not be sampled.
    """

    pupils: list[VirtualPupil]
    uploaders: list[UploadingPupil] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    cpu_share: float | None = None
    cpu_seconds: float | None = None

    @property
    def answers(self) -> list[Answer]:
        """The answers to all pupils."""
        return [answer for pupil in self.pupils for answer in pupil.answers]

    @property
    def everybody(self) -> list[VirtualPupil | UploadingPupil]:
        """All pupils."""
        return [*self.pupils, *self.uploaders]

    @property
    def errors(self) -> list[str]:
        """What went wrong for any pupil."""
        return [text for pupil in self.everybody for text in pupil.errors]


async def empty_page(url: str) -> tuple[PageState, int]:
    """Return the page with an empty canvas, and the side of the canvas in pixels."""
    async with Session(url) as session:
        await session.open_page()
        canvas, _ = session.canvas()
        return session.page, int(canvas["canvasWidth"])


async def run_class(
    url: str,
    usage: ServerUsage | None,
    *,
    pupils: int,
    seconds: float,
    every: float,
    uploaders: int = 0,
    addresses: int = 1,
) -> ClassRun:
    """Let ``pupils`` draw and ``uploaders`` upload photos at ``url`` for ``seconds``.

    A drawing takes ``every`` seconds. Those who draw come from as many local ``addresses``.
    """
    run = ClassRun(
        [
            VirtualPupil(number, url, every, sender=local_address(number % addresses))
            for number in range(pupils)
        ],
        [UploadingPupil(url) for _ in range(uploaders)],
    )
    sampling = asyncio.create_task(_sample(run, usage)) if usage else None
    try:
        async with asyncio.timeout(seconds + SPARE_SECONDS):
            await asyncio.gather(*(pupil.enter() for pupil in run.everybody))
            log(f"{pupils} pages are open")
            used, begun = (usage.cpu_seconds() if usage else 0.0), time.perf_counter()
            await asyncio.gather(
                *(pupil.draw(seconds) for pupil in run.pupils),
                *(pupil.work(seconds) for pupil in run.uploaders),
            )
            if usage:
                run.cpu_seconds = usage.cpu_seconds() - used
                run.cpu_share = run.cpu_seconds / (time.perf_counter() - begun)
    except TimeoutError:
        run.pupils[0].errors.append(f"the class had not finished {SPARE_SECONDS:.0f} s after time")
    finally:
        if sampling:
            sampling.cancel()
            await asyncio.gather(sampling, return_exceptions=True)
        await asyncio.gather(*(pupil.leave() for pupil in run.everybody), return_exceptions=True)
    return run


def local_address(number: int) -> str | None:
    """Return one of the addresses that Linux has for itself; None, for any, is the first."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}" if number else None


async def _sample(run: ClassRun, usage: ServerUsage) -> None:
    begun = time.perf_counter()
    while True:
        minutes = (time.perf_counter() - begun) / 60
        run.memory.append((minutes, usage.memory()))
        if len(run.memory) % round(60 / SAMPLE_SECONDS) == 1:
            drawn = sum(pupil.drawings for pupil in run.pupils)
            log(
                f"minute {minutes:.0f}: {drawn} drawings, {len(run.errors)} errors, "
                f"server {run.memory[-1][1]:.0f} MB"
            )
        await asyncio.sleep(SAMPLE_SECONDS)


def log(message: str) -> None:
    """Print the progress of the load test on standard error."""
    print(f"load_test: {message}", file=sys.stderr, flush=True)
