"""A whole class on one server: does everybody get an answer at once, and only their own?

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
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil  # type: ignore[import-untyped]

from benchmarks.pupil import Answer, Pupil
from benchmarks.readings import chosen_model, expectation, shown_reading
from benchmarks.report import Report
from benchmarks.server import AppServer, ServerError, Watch
from benchmarks.session import Session, SessionError
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
    url: str, watch: Watch | None, pupils: int, seconds: float, every: float, seed: int = 0
) -> Lesson:
    """Let a class draw at `url` for so many seconds, and end in any case soon after that."""
    lesson = Lesson([Pupil(number, url, every, seed) for number in range(pupils)])
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


async def look_at_empty_page(url: str) -> tuple[Session, int]:
    """Open the page once: what it shows of an empty canvas, and how large the canvas is."""
    async with Session(url) as session:
        await session.open_page()
        canvas, _ = session.canvas()
        return session, int(canvas["canvasWidth"])


def run(options: argparse.Namespace) -> Report:
    """Hold the lesson that the command line asks for and judge it."""
    with AppServer() if options.url is None else nullcontext() as server:
        url = options.url or server.url
        watch = Watch(server.pid) if server else Watch.of_port(urlsplit(url).port or 80)
        page, side = asyncio.run(look_at_empty_page(url))
        blank = shown_reading(page.page).decode()
        expect = expectation(Recognizer.load(chosen_model(page.page)), side, blank)
        load = psutil.getloadavg()[0]
        lesson = asyncio.run(
            hold_lesson(url, watch, options.pupils, options.minutes * 60, options.every)
        )
        log = server.log() if server else ""
    _say("comparing every answer with the recognizer's own")
    return Report.of(lesson, expect, log=log, load=load, options=options)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped too
    options = _parser().parse_args(arguments)
    try:
        report = run(options)
    except (ServerError, SessionError, MnistAppError, OSError) as error:
        _say(str(error))
        return 1
    print(json.dumps(report.as_json(), indent=2) if options.json else report.as_text())
    return 0 if report.all_met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Plays a class on one server and measures how fast and how right it answers."
    )
    parser.add_argument("--pupils", type=_positive(int), default=30, help="default 30")
    parser.add_argument("--minutes", type=_positive(float), default=10.0, help="default 10")
    parser.add_argument(
        "--every", type=_positive(float), default=3.0, help="seconds per drawing, default 3"
    )
    parser.add_argument(
        "--url", type=_local, help="a server already running here; without it, one is started"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def _positive(kind):  # type: ignore[no-untyped-def]
    def convert(text: str) -> float:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError("must be more than 0")
        return value

    convert.__name__ = kind.__name__
    return convert


def _local(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or parts.port is None:
        raise argparse.ArgumentTypeError("must be http://127.0.0.1:PORT: the load stays here")
    return f"http://{parts.netloc}"


def _say(message: str) -> None:
    print(f"classroom: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
