"""A lesson: a class draws at the same time, and the server is watched meanwhile."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field

from benchmarks.load_test.server_usage import ServerUsage
from benchmarks.load_test.virtual_pupil import Answer, Pupil

SAMPLE_EVERY = 5.0  # seconds between two looks at the server's memory
SPARE_SECONDS = 120.0  # for opening and closing, before a lesson is cut off


@dataclass
class Lesson:
    """What was seen while a class drew."""

    pupils: list[Pupil]
    memory: list[tuple[float, float]] = field(default_factory=list)  # minutes, megabytes
    cpu_share: float | None = None  # of one core

    @property
    def answers(self) -> list[Answer]:
        """The answers of all pupils."""
        return [answer for pupil in self.pupils for answer in pupil.answers]


async def hold_lesson(
    url: str, watch: ServerUsage | None, *, pupils: int, seconds: float, every: float
) -> Lesson:
    """Let a class draw at `url` for so many seconds, and end in any case soon after that."""
    lesson = Lesson([Pupil(number, url, every) for number in range(pupils)])
    sampling = asyncio.create_task(_sample(lesson, watch)) if watch else None
    try:
        async with asyncio.timeout(seconds + SPARE_SECONDS):
            await asyncio.gather(*(pupil.enter() for pupil in lesson.pupils))
            say(f"{pupils} pages are open")
            before, begun = (watch.cpu_seconds() if watch else 0.0), time.perf_counter()
            await asyncio.gather(*(pupil.draw(seconds) for pupil in lesson.pupils))
            if watch:
                used = watch.cpu_seconds() - before
                lesson.cpu_share = used / (time.perf_counter() - begun)
    except TimeoutError:
        lesson.pupils[0].errors.append(f"the class was not done {SPARE_SECONDS:.0f} s after time")
    finally:
        if sampling:
            sampling.cancel()
            await asyncio.gather(sampling, return_exceptions=True)
        await asyncio.gather(*(pupil.leave() for pupil in lesson.pupils), return_exceptions=True)
    return lesson


async def _sample(lesson: Lesson, watch: ServerUsage) -> None:
    begun = time.perf_counter()
    while True:
        minutes = (time.perf_counter() - begun) / 60
        lesson.memory.append((minutes, watch.memory()))
        if len(lesson.memory) % round(60 / SAMPLE_EVERY) == 1:
            drawn = sum(pupil.drawings for pupil in lesson.pupils)
            wrong = sum(len(pupil.errors) for pupil in lesson.pupils)
            say(
                f"minute {minutes:.0f}: {drawn} drawings, {wrong} errors, "
                f"server {lesson.memory[-1][1]:.0f} MB"
            )
        await asyncio.sleep(SAMPLE_EVERY)


def say(message: str) -> None:
    """Tell the person who waits how far it is, on standard error."""
    print(f"classroom: {message}", file=sys.stderr, flush=True)
