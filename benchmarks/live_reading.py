"""The reading while the pen moves: how soon, how smoothly, how much to load, and is it the same.

    python -m benchmarks.live_reading [--drawings 500] [--strokes 20] [--seed 1]

Chromium opens the page Draw and draws with mouse events. Printed are medians of the time from a
movement of the pen to the frame with its bars, and from its lift to the frame with the server's
answer, at full speed and with the processor slowed down; the share of frames that are missing while
a pen draws; the bytes of the first use. Chromium slows the main thread of a page only: for the
slowed figures the worker's work is done there. Then drawings of every kind are read by both: the
28×28 images and the probabilities must be the same. Exit status: 0 all targets met, 1 if not. Times
depend on how busy the machine is. It needs Chromium or Chrome.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import chromium
from benchmarks.app_server import AppServer, ServerError
from benchmarks.benchmark_command import progress
from benchmarks.live_drawings import PenDrawing, drawings
from benchmarks.live_page import MOVE_SECONDS, LivePage, Reading

MAXIMUM_LEVEL_SHARE: Final = 0.01
"""Share of an image's pixels that may differ by one level."""
MAXIMUM_PROBABILITY_DIFFERENCE: Final = 0.005
BRUSH_KEYS: Final = ("Home", "End", "PageDown")
"""Keys on the slider after each quarter of the drawings: thinnest, thickest, less than that."""
SLOWED: Final = (4, 6)
FRAME_MS: Final = 1000 / 60
TARGETS: Final = {1: (35.0, 150.0), 4: (90.0, None)}
"""Milliseconds from a movement to the bars and from the lift to the answer, by slowness."""
MAXIMUM_BYTES: Final = 700_000
MAXIMUM_LOST: Final = 0.05


@dataclass(frozen=True)
class Figure:
    """One row: its name, its value in words, and whether it meets its target, if it has one."""

    name: str
    value: str
    target: str = ""
    is_met: bool = True


@dataclass
class Equality:
    """How far the readings of the browser and of the server are apart."""

    drawings: int = 0
    same_images: int = 0
    accepted_alike: int = 0
    probability: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, drawing: PenDrawing, browsers: Reading | None, servers: Reading | None) -> None:
        """Compare the two readings of one drawing."""
        self.drawings += 1
        fault = difference(browsers, servers)
        if fault is not None:
            self.faults.append(f"{drawing.kind}: {fault}")
        if browsers is None or servers is None:
            return
        self.same_images += bool((browsers.image == servers.image).all())
        self.accepted_alike += browsers.accepted == servers.accepted
        apart = float(np.abs(browsers.answers - servers.answers).max())
        self.probability = max(self.probability, apart)


def difference(browsers: Reading | None, servers: Reading | None) -> str | None:
    """Return how two readings differ by more than they may, or None."""
    if browsers is None or servers is None:
        return "one of the two read nothing"
    levels = np.abs(browsers.image.astype(int) - servers.image)
    if levels.max() > 1 or (levels > 0).mean() >= MAXIMUM_LEVEL_SHARE:
        return f"{(levels > 0).sum()} pixels differ, by up to {levels.max()} levels"
    apart = float(np.abs(browsers.answers - servers.answers).max())
    if apart > MAXIMUM_PROBABILITY_DIFFERENCE:
        return f"a probability differs by {apart:.4f}"
    if browsers.accepted != servers.accepted:
        return f"accepted by one alone: {browsers.answers.round(3)}"
    return None


def measure_times(tab: LivePage, strokes: Sequence[PenDrawing]) -> tuple[float, float, float]:
    """Return the milliseconds from movement to bars and lift to answer, and the lost frames."""
    tab.wait_until_live()
    tab.reset()
    lost = []
    for drawing in strokes:
        started = len(tab.noted("frames"))
        tab.stroke(drawing.strokes[0], MOVE_SECONDS)
        frames = tab.noted("frames")[started:]
        lost.append(1 - (len(frames) - 1) / ((frames[-1] - frames[0]) / FRAME_MS))
        tab.lift()
        tab.page.wait_for_timeout(600)
        tab.clear()
    return median(tab.noted("waits")), median(tab.noted("answers")), float(np.mean(lost))


def measure_equality(tab: LivePage, given: Sequence[PenDrawing]) -> Equality:
    """Draw everything, with brushes of several widths, and compare the readings."""
    found = Equality()
    if given:
        tab.wait_until_live()
    parts = len(BRUSH_KEYS) + 1
    for index, drawing in enumerate(progress(given, "drawings", len(given))):
        turn = index * parts // len(given)
        if turn and turn != (index - 1) * parts // len(given):
            tab.set_brush(BRUSH_KEYS[turn - 1])
        found.add(drawing, *tab.draw(drawing))
        tab.clear()
    return found


def transferred(page: Page) -> dict[str, int]:
    """Return the sizes of the files for the reading in the browser, from now on."""
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: (
            sizes.update({answer.url.rpartition("/")[2]: int(answer.headers["content-length"])})
            if "/live/" in answer.url
            else None
        ),
    )
    return sizes


def measure(browser: Browser, url: str, strokes: Sequence[PenDrawing]) -> list[Figure]:
    """Return the times, lost frames and bytes; each of ``strokes`` is drawn at each speed."""
    figures = []
    for factor in progress((1, *SLOWED), "speeds"):
        page = _new_page(browser)
        sizes = transferred(page)
        tab = LivePage(page, url, is_slowed_whole=factor > 1)
        tab.slow_down(factor)
        moved, answered, lost = measure_times(tab, strokes)
        page.context.close()
        at = "" if factor == 1 else f", {factor} times slower"
        limits = TARGETS.get(factor, (None, None))
        figures.append(_below(f"pen move to changed bars{at}", moved, limits[0], "{:.0f} ms"))
        figures.append(_below(f"pen-up to server's answer{at}", answered, limits[1], "{:.0f} ms"))
        if factor == 1:
            size = sum(sizes.values())
            figures.append(_below("first use", size, MAXIMUM_BYTES, "{:,.0f} bytes"))
        else:
            name = f"dropped frames{at}, worker's work on the main thread"
            figures.append(_below(name, lost, None, "{:.1%}"))
    page = _new_page(browser)
    tab = LivePage(page, url)
    tab.slow_down(SLOWED[0])
    name = f"dropped frames, {SLOWED[0]} times slower"
    figures.append(_below(name, measure_times(tab, strokes)[2], MAXIMUM_LOST, "{:.1%}"))
    page.context.close()
    return figures


def _new_page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()


def _below(name: str, value: float, most: float | None, pattern: str) -> Figure:
    target = "" if most is None else pattern.format(most)
    return Figure(name, pattern.format(value), target, most is None or value <= most)


def as_text(figures: Iterable[Figure], equality: Equality) -> str:
    """Return the figures and the first differences."""
    lines = [
        f"{one.name:58} {one.value:>10}  {one.target and 'at most ' + one.target:18}"
        f"{'' if one.is_met else ' MISSED'}".rstrip()
        for one in figures
    ]
    count = equality.drawings
    lines += [
        f"the same image: {equality.same_images} of {count}",
        f"accepted alike: {equality.accepted_alike} of {count}",
        f"largest difference of a probability: {equality.probability:.4f}",
        f"different by more than allowed: {len(equality.faults)}",
        *equality.faults[:10],
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        with AppServer() as server, sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            digits = [one for one in drawings(6 * options.strokes, 0) if one.kind == "digit"]
            figures = measure(browser, server.url, digits) if digits else []
            tab = LivePage(_new_page(browser), server.url)
            equality = measure_equality(tab, drawings(options.drawings, options.seed))
            browser.close()
    except (ServerError, chromium.ChromiumError) as error:
        print(f"live_reading: {error}", file=sys.stderr)
        return 1
    print(as_text(figures, equality))
    return 0 if all(one.is_met for one in figures) and not equality.faults else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.live_reading",
        description="Measure and check the reading in the browser while the pen moves.",
    )
    for name, usual in {"drawings": 500, "strokes": 20, "seed": 1}.items():
        parser.add_argument(f"--{name}", type=int, default=usual, help=f"default: {usual}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
