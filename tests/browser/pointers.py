"""Pointing devices that draw on the page by real input events: mouse, finger, stylus."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from playwright.sync_api import CDPSession, Page

from tests.browser.shapes import Point

STEP_PIXELS: Final = 14.0
"""Maximum distance between two events of one stroke."""


class Pointer(Protocol):
    """A device that draws a stroke on the page."""

    def stroke(self, points: Sequence[Point]) -> None:
        """Press at the first point, move along the others, release. Pixels of the viewport."""


class Mouse:
    """The mouse with its left button."""

    def __init__(self, page: Page) -> None:
        self._mouse = page.mouse

    def stroke(self, points: Sequence[Point]) -> None:
        self._mouse.move(*points[0])
        self._mouse.down()
        for point in steps(points):
            self._mouse.move(*point)
        self._mouse.up()


class Finger:
    """One finger on a touch screen."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)

    def stroke(self, points: Sequence[Point]) -> None:
        self._send("touchStart", [points[0]])
        for point in steps(points):
            self._send("touchMove", [point])
        self._send("touchEnd", [])

    def _send(self, kind: str, touching: Sequence[Point]) -> None:
        touch_points = [{"x": x, "y": y} for x, y in touching]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touch_points})


class Stylus:
    """A pen on a drawing tablet."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)

    def stroke(self, points: Sequence[Point]) -> None:
        self._send("mouseMoved", points[0], buttons=0)
        self._send("mousePressed", points[0], buttons=1, clickCount=1)
        for point in steps(points):
            self._send("mouseMoved", point, buttons=1)
        self._send("mouseReleased", points[-1], buttons=0, clickCount=1)

    def _send(self, kind: str, point: Point, **more: Any) -> None:
        event = {"type": kind, "x": point[0], "y": point[1], "button": "left", **more}
        self._session.send(
            "Input.dispatchMouseEvent", {"pointerType": "pen", "force": 0.5, **event}
        )


def steps(points: Sequence[Point]) -> Iterator[Point]:
    """Yield points every `STEP_PIXELS` or less along ``points``, without the first."""
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        count = max(1, round(max(abs(x1 - x0), abs(y1 - y0)) / STEP_PIXELS))
        for step in range(1, count + 1):
            yield x0 + (x1 - x0) * step / count, y0 + (y1 - y0) * step / count
