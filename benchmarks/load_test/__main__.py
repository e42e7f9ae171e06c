"""A whole class on one server: does everybody get an answer at once, and only their own.

    python -m benchmarks.load_test [--pupils 30] [--minutes 10] [--every 3] [--url URL] [--json]

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
from collections.abc import Callable
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]

from benchmarks.app_server import AppServer, ServerError
from benchmarks.app_session import Page, Session, SessionError
from benchmarks.load_test.load_report import Report
from benchmarks.load_test.page_readings import chosen_model, expectation, shown_reading
from benchmarks.load_test.scenario import hold_lesson, say
from benchmarks.load_test.server_usage import ServerUsage
from mnist_app import MnistAppError, Recognizer

LOOPBACK = ("127.0.0.1", "localhost", "::1")


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
            watch = ServerUsage(server.pid)
            return _run_at(server.url, watch, server.log, (pupils, minutes, every))
    watch_or_none = ServerUsage.of_port(urlsplit(url).port or 80)
    return _run_at(url, watch_or_none, str, (pupils, minutes, every))


def _run_at(
    url: str, watch: ServerUsage | None, log: Callable[[], str], size: tuple[int, float, float]
) -> Report:
    pupils, minutes, every = size
    page, side = asyncio.run(look_at_empty_page(url))
    expect = expectation(Recognizer.load(chosen_model(page)), side, shown_reading(page).decode())
    load = psutil.getloadavg()[0]
    lesson = asyncio.run(hold_lesson(url, watch, pupils=pupils, seconds=minutes * 60, every=every))
    say("comparing every answer with the recognizer's own")
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
    except (ServerError, SessionError, MnistAppError) as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"no app answers at {options.url}: {error}")
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


if __name__ == "__main__":
    sys.exit(main())
