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


class Touches:
    """All fingers, thumbs and palms on a touch screen, each with a number of its own."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._touching: dict[int, Point] = {}

    def down(self, number: int, point: Point) -> None:
        """Put a finger down."""
        self._touching[number] = point
        self._send("touchStart", number)

    def move(self, number: int, point: Point) -> None:
        """Move a finger that is down."""
        self._touching[number] = point
        self._send("touchMove", number)

    def up(self, number: int) -> None:
        """Lift a finger; the others stay."""
        self._send("touchEnd", number)
        del self._touching[number]

    def cancel(self) -> None:
        """Cancel all touches, as a notification or a gesture of the system does."""
        self._touching.clear()
        self._send("touchCancel")

    def _send(self, kind: str, *numbers: int) -> None:
        points = [
            {"x": x, "y": y, "id": number}
            for number in numbers
            for x, y in [self._touching[number]]
        ]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


class Finger:
    """One finger on a touch screen, beside other ``touches`` if there are any."""

    NUMBER: Final = 0

    def __init__(self, page: Page, touches: Touches | None = None) -> None:
        self._touches = touches or Touches(page)

    def stroke(self, points: Sequence[Point]) -> None:
        self._touches.down(self.NUMBER, points[0])
        for point in steps(points):
            self._touches.move(self.NUMBER, point)
        self._touches.up(self.NUMBER)


class Stylus:
    """A pen on a drawing tablet."""

    KIND: Final = "pen"

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)

    def stroke(self, points: Sequence[Point]) -> None:
        self.down(points[0])
        self.move(points)
        self.up(points[-1])

    def down(self, point: Point) -> None:
        """Press at this point."""
        self.hover(point)
        self._send("mousePressed", point, buttons=1, clickCount=1)

    def move(self, points: Sequence[Point]) -> None:
        """Move along ``points`` from the first, where it is pressed."""
        for point in steps(points):
            self._send("mouseMoved", point, buttons=1)

    def hover(self, point: Point) -> None:
        """Be at this point, not pressed. After `down`, the release is lost."""
        self._send("mouseMoved", point, button="none", buttons=0)

    def up(self, point: Point) -> None:
        """Release at this point."""
        self._send("mouseReleased", point, buttons=0, clickCount=1)

    def _send(self, kind: str, point: Point, **more: Any) -> None:
        event = {"type": kind, "x": point[0], "y": point[1], "button": "left", **more}
        self._session.send(
            "Input.dispatchMouseEvent", {"pointerType": self.KIND, "force": 0.5, **event}
        )


class CarelessMouse(Stylus):
    """A mouse whose release the page may not see."""

    KIND: Final = "mouse"


def steps(points: Sequence[Point]) -> Iterator[Point]:
    """Yield points every `STEP_PIXELS` or less along ``points``, without the first."""
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        count = max(1, round(max(abs(x1 - x0), abs(y1 - y0)) / STEP_PIXELS))
        for step in range(1, count + 1):
            yield x0 + (x1 - x0) * step / count, y0 + (y1 - y0) * step / count
