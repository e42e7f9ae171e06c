"""How much a browser that has never seen the app loads until a person can draw, and how long.

    python -m benchmarks.cold_opening [--kbit 500] [--rounds 3] [--checkout FOLDER]

Chromium opens the page Draw with an empty cache over a slowed connection (100 ms until an answer
begins), and draws one stroke when all has arrived. It prints, as medians, the bytes transferred
before the stroke and with its reading, headers and websocket included; the time until the canvas is
there; and the largest files. Times depend on how busy the machine is. It needs Chromium or Chrome.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks import chromium
from benchmarks.app_server import ROOT, AppServer, ServerError
from benchmarks.benchmark_command import positive_number, progress
from benchmarks.live_page import WORKER_ON_MAIN_THREAD
from mnist_app.live_reading import FOLDER
from mnist_app.training.search.options import positive_integer

LATENCY_MS: Final = 100.0
TIMEOUT_SECONDS: Final = 300.0
QUIET_SECONDS: Final = 2.0
LARGEST: Final = 10
"""Number of files that are listed."""
WEBSOCKET: Final = "websocket"
LIVE: Final = f"{FOLDER}/"
"""Beginning of the names of the files with which the browser reads. They come after the canvas."""


@dataclass(frozen=True)
class Opening:
    """One cold opening: seconds until the canvas is there, and the bytes of each file.

    ``bytes_with_reading`` also counts what the first reading brings.
    """

    seconds: float
    files: Mapping[str, int]
    bytes_with_reading: int


class Transfers:
    """Counts what a page receives, by file, over a slowed connection."""

    def __init__(self, page: Page, kbit: float) -> None:
        self.bytes: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._page, self._pending, self._heard_at = page, set[str](), time.monotonic()
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._start)
        session.on("Network.loadingFinished", self._finish)
        session.on("Network.loadingFailed", self._end)
        session.on("Network.webSocketFrameReceived", self._receive_frame)
        session.send("Network.enable")
        speed = dict.fromkeys(("downloadThroughput", "uploadThroughput"), 1000 * kbit / 8)
        session.send(
            "Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **speed}
        )

    @property
    def total(self) -> int:
        """All bytes so far."""
        return sum(self.bytes.values())

    def wait_until_quiet(self) -> None:
        """Return when nothing has been on its way for `QUIET_SECONDS`."""
        while self._pending or time.monotonic() - self._heard_at < QUIET_SECONDS:
            self._page.wait_for_timeout(100)

    def _add(self, name: str, size: int) -> None:
        self.bytes[name] = self.bytes.get(name, 0) + size
        self._heard_at = time.monotonic()

    def _end(self, event: dict[str, Any]) -> None:
        self._pending.discard(event["requestId"])

    def _start(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith("http"):  # neither data nor a blob of the page itself
            self._pending.add(event["requestId"])
            path, _, name = url.partition("?")[0].rpartition("/")
            name = LIVE + name if path.endswith(f"/{FOLDER}") else name
            self._names[event["requestId"]] = name or "index.html"

    def _finish(self, event: dict[str, Any]) -> None:
        self._end(event)
        name = self._names.get(event["requestId"])
        if name is not None:
            self._add(name, round(event["encodedDataLength"]))

    def _receive_frame(self, event: dict[str, Any]) -> None:
        self._add(WEBSOCKET, len(event["response"]["payloadData"]) * 3 // 4)  # it is base64


def open_cold(page: Page, url: str, kbit: float) -> Opening:
    """Open the app in a page with an empty cache, and draw one stroke."""
    page.set_default_timeout(1000 * TIMEOUT_SECONDS)
    page.add_init_script(WORKER_ON_MAIN_THREAD)  # what a worker loads is neither slowed nor seen
    transfers = Transfers(page, kbit)
    started = time.monotonic()
    page.goto(url, wait_until="commit")
    canvas = page.locator(".st-key-drawing canvas.upper-canvas").first
    canvas.wait_for()
    seconds = time.monotonic() - started
    transfers.wait_until_quiet()
    files = dict(transfers.bytes)
    canvas.drag_to(
        canvas, source_position={"x": 150, "y": 60}, target_position={"x": 150, "y": 250}
    )
    page.locator(".reading .digit").wait_for()
    transfers.wait_until_quiet()
    return Opening(seconds, files, transfers.total)


def as_text(openings: Sequence[Opening], kbit: float) -> str:
    """Return the figures, as medians, and the largest files of the last opening."""
    live = median(
        sum(size for name, size in one.files.items() if name.startswith(LIVE)) for one in openings
    )
    before = median(sum(one.files.values()) for one in openings) - live
    with_reading = median(one.bytes_with_reading for one in openings)
    seconds = [one.seconds for one in openings]
    spread = f"{min(seconds):.1f} to {max(seconds):.1f} in {len(seconds)} openings"
    files = openings[-1].files
    largest = sorted(files.items(), key=lambda item: -item[1])[:LARGEST]
    lines = [
        f"transferred before the first stroke: {before / 1e6:.2f} MB in {len(files)} files",
        f"with its reading: {with_reading / 1e6:.2f} MB",
        f"of it, to read in the browser, once one can draw: {live / 1e6:.2f} MB",
        f"until one can draw on {kbit:g} kbit/s: {median(seconds):.1f} s, {spread}",
        *(f"  {size / 1000:6.0f} kB  {name}" for name, size in largest),
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        with AppServer(options.checkout) as server, sync_playwright() as playwright:
            launched = chromium.launch(playwright)
            openings = []
            for _ in progress(range(options.rounds), "openings"):
                context = launched.new_context()
                openings.append(open_cold(context.new_page(), server.url, options.kbit))
                context.close()
            launched.close()
    except (ServerError, chromium.ChromiumError) as error:
        print(f"cold_opening: {error}", file=sys.stderr)
        return 1
    print(as_text(openings, options.kbit))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cold_opening",
        description="Measure the first opening of the page in a browser with an empty cache.",
    )
    parser.add_argument(
        "--kbit", type=positive_number, default=500.0, help="speed in kbit/s; default: 500"
    )
    parser.add_argument("--rounds", type=positive_integer, default=3, help="default: 3")
    parser.add_argument(
        "--checkout",
        type=Path,
        default=ROOT,
        metavar="FOLDER",
        help="whose app.py is opened; default: this one",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
