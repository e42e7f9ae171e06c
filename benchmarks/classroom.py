"""A whole class on one server: does everybody get an answer at once, and only their own.

    python benchmarks/classroom.py [--pupils 30] [--minutes 10] [--every 3] [--url URL] [--json]

Every pupil is a real Streamlit session over its websocket, on this computer only. Each presses
Clear and draws another digit every few seconds, each pen-up being one message, as in the browser.
Measured is the time from the moment a pen is lifted until the page is complete (the browser adds
the canvas component's pause of 200 ms and its own drawing of the page). Afterwards every single
answer is compared with what `mnist_app.Recognizer` says of that very drawing: digit, sentence, the
chart's ten probabilities and the 28x28 image. Exit status: 0 all targets met, 1 if not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil  # type: ignore[import-untyped]

from benchmarks.pupil import Answer, Pupil
from benchmarks.readings import chosen_model, expectation, shown_reading
from benchmarks.report import Report
from benchmarks.server import AppServer, ServerError, Watch
from benchmarks.session import Page, Session, SessionError
from mnist_app import MnistAppError, Recognizer

SAMPLE_EVERY = 5.0  # seconds between two looks at the server's memory
SPARE_SECONDS = 120.0  # for opening and closing, before a run is cut off
LOOPBACK = ("127.0.0.1", "localhost", "::1")


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
    url: str, watch: Watch | None, *, pupils: int, seconds: float, every: float
) -> Lesson:
    """Let a class draw at `url` for so many seconds, and end in any case soon after that."""
    lesson = Lesson([Pupil(number, url, every) for number in range(pupils)])
    sampling = asyncio.create_task(_sample(lesson, watch)) if watch else None
    try:
        async with asyncio.timeout(seconds + SPARE_SECONDS):
            await asyncio.gather(*(pupil.enter() for pupil in lesson.pupils))
            _say(f"{pupils} pages are open")
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


async def _sample(lesson: Lesson, watch: Watch) -> None:
    begun = time.perf_counter()
    while True:
        minutes = (time.perf_counter() - begun) / 60
        lesson.memory.append((minutes, watch.memory()))
        if len(lesson.memory) % round(60 / SAMPLE_EVERY) == 1:
            drawn = sum(pupil.drawings for pupil in lesson.pupils)
            wrong = sum(len(pupil.errors) for pupil in lesson.pupils)
            _say(
                f"minute {minutes:.0f}: {drawn} drawings, {wrong} errors, "
                f"server {lesson.memory[-1][1]:.0f} MB"
            )
        await asyncio.sleep(SAMPLE_EVERY)


async def look_at_empty_page(url: str) -> tuple[Page, int]:
    """Open the page once: what it shows of an empty canvas, and how wide the canvas is."""
    async with Session(url) as session:
        await session.open_page()
        canvas, _ = session.canvas()
        return session.page, int(canvas["canvasWidth"])


def run(*, pupils: int, minutes: float, every: float, url: str | None = None) -> Report:
    """Hold a lesson, on a server of its own unless `url` names one, and judge it."""
    if url is None:
        with AppServer() as server:
            watch = Watch(server.pid)
            return _run_at(server.url, watch, server.log, (pupils, minutes, every))
    watch_or_none = Watch.of_port(urlsplit(url).port or 80)
    return _run_at(url, watch_or_none, str, (pupils, minutes, every))


def _run_at(
    url: str, watch: Watch | None, log: Callable[[], str], size: tuple[int, float, float]
) -> Report:
    pupils, minutes, every = size
    page, side = asyncio.run(look_at_empty_page(url))
    expect = expectation(Recognizer.load(chosen_model(page)), side, shown_reading(page).decode())
    load = psutil.getloadavg()[0]
    lesson = asyncio.run(hold_lesson(url, watch, pupils=pupils, seconds=minutes * 60, every=every))
    _say("comparing every answer with the recognizer's own")
    setting = {"pupils": pupils, "minutes": minutes, "seconds_per_drawing": every}
    return Report.of(lesson, expect, log=log(), setting={**setting, "load_before": load})


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped too
    options = _parser().parse_args(arguments)
    try:
        report = run(
            pupils=options.pupils, minutes=options.minutes, every=options.every, url=options.url
        )
    except (ServerError, SessionError, MnistAppError, OSError) as error:
        _say(str(error))
        return 1
    print(json.dumps(report.as_json(), indent=2) if options.json else report.as_text())
    return 0 if report.all_met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Plays a class on one server and measures how fast and how right it answers."
    )
    parser.add_argument("--pupils", type=_count, default=30, help="default 30")
    parser.add_argument("--minutes", type=_time, default=10.0, help="default 10")
    parser.add_argument("--every", type=_time, default=3.0, help="seconds per drawing, default 3")
    parser.add_argument(
        "--url", type=_local, help="a server already running here; without it, one is started"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return int(text)


def _time(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be a number above 0")
    return value


def _local(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or parts.port is None:
        raise argparse.ArgumentTypeError("must be http://127.0.0.1:PORT: the load stays here")
    return f"http://{parts.netloc}"


def _say(message: str) -> None:
    print(f"classroom: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
