"""A person at the app in any browser: a page object without Playwright."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from mnist_app import Recognizer
from tests.browser import snapshot
from tests.browser.drawing_page import TIMEOUT_SECONDS
from tests.browser.other_browsers import OtherBrowser
from tests.browser.pointers import steps
from tests.browser.shapes import SIDE, PenPath
from tests.browser.snapshot import Snapshot

POLL_SECONDS: Final = 0.1

_FIND: Final = """(selector, text) => {
    const roots = [document];
    for (const root of roots)
        for (const part of root.querySelectorAll("*"))
            if (part.shadowRoot) roots.push(part.shadowRoot);
    const found = roots.flatMap((root) => [...root.querySelectorAll(selector)])
        .find((part) => part.innerText.includes(text) && part.checkVisibility());
    if (!found) return null;
    found.scrollIntoView({ block: "nearest" });
    const { left, top, width, height } = found.getBoundingClientRect();
    return { text: found.innerText.trim(), left, top, width, height };
}"""


class Visitor:
    """Sees the app's pages in ``browser`` and uses them with a pointing ``device``."""

    def __init__(self, browser: OtherBrowser, url: str, recognizer: Recognizer) -> None:
        self.browser = browser
        self.device = "mouse"
        self._recognizer = recognizer
        browser.open(url)
        self.find("canvas.upper-canvas")

    def find(self, selector: str, text: str = "") -> dict[str, Any]:
        """Return text and place of the visible element that has ``text``, once it is there."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            found[:] = [self.browser.evaluate(_FIND, selector, text)]
            return found[0] is not None

        self.wait_for(look, lambda: f"there is no {selector} with {text!r}")
        return found[0]

    def press(self, selector: str, text: str = "") -> None:
        """Click on an element with the mouse."""
        box = self.find(selector, text)
        middle = (box["left"] + box["width"] / 2, box["top"] + box["height"] / 2)
        self._act("mouse", _move(middle), _DOWN, _UP)

    def go_to(self, title: str, heading: str) -> None:
        """Follow the link to another page of the app, which has this heading."""
        self.press("nav a", title)
        self.find("h1", heading)
        self.wait_for(
            lambda: not snapshot.take(self.browser).is_busy, lambda: "the server is still at work"
        )

    def draw(self, lines: Sequence[PenPath], width: int = SIDE) -> None:
        """Draw strokes, in pixels of a canvas of this width."""
        for line in lines:
            self.hold(line, width)
            self.lift()

    def hold(self, line: PenPath, width: int = SIDE) -> None:
        """Draw a stroke without its end: the pen stays down until `lift`."""
        box = self.find("canvas.upper-canvas")
        scale = box["width"] / width
        points = [(box["left"] + x * scale, box["top"] + y * scale) for x, y in line]
        self._act(self.device, _move(points[0]), _DOWN, *map(_move, steps(points)))

    def lift(self) -> None:
        """End the stroke that `hold` began."""
        self._act(self.device, _UP)

    def settled(self, digit: str) -> Snapshot:
        """Return the Draw page once it says ``digit`` and agrees with the visible ink."""
        now: list[Snapshot] = []

        def complaint() -> str | None:
            now[:] = [snapshot.take(self.browser)]
            wrong = None if now[0].text[:1] == (digit,) else f"it says {now[0].text}"
            return now[0].disagreement(self._recognizer) or wrong

        self.wait_for(lambda: complaint() is None, complaint)
        return now[0]

    def wait_for(self, condition: Callable[[], bool], complaint: Callable[[], str | None]) -> None:
        """Return as soon as ``condition`` holds; fail with ``complaint`` if it never does."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(complaint())
            time.sleep(POLL_SECONDS)

    def _act(self, device: str, *actions: dict[str, object]) -> None:
        self.browser.act(device, actions)


_DOWN: Final[dict[str, object]] = {"type": "pointerDown", "button": 0}
_UP: Final[dict[str, object]] = {"type": "pointerUp", "button": 0}


def _move(point: tuple[float, float]) -> dict[str, object]:
    return {"type": "pointerMove", "x": round(point[0]), "y": round(point[1]), "duration": 0}
