"""Page object of the Draw page."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from playwright.sync_api import Locator, Page, expect

from mnist_app import Recognizer
from mnist_app.preprocessing.strokes import Stroke, draw, flatten_path
from tests.browser import snapshot
from tests.browser.pointers import Mouse, Pointer
from tests.browser.shapes import SIDE, PenPath
from tests.browser.snapshot import Snapshot
from tests.browser.traffic import Traffic

APP: Final = "Draw a digit"
TIMEOUT_SECONDS: Final = 120.0
"""Maximum wait for any one event, on a busy machine; every wait ends with its event."""
POLL_MILLISECONDS: Final = 100.0
"""Time between two checks of a page. Each encodes the canvas as a PNG: more often costs more than
the page itself."""
MAXIMUM_TABS: Final = 60
EDGE_LEVELS: Final = 200
"""Maximum difference of a pixel between our rasterisation and the browser's, at stroke edges."""


class DrawingPage:
    """One browser tab with the Draw page; ``pointer`` is the device that draws."""

    def __init__(self, page: Page, url: str, recognizer: Recognizer) -> None:
        self.page = page
        self.recognizer = recognizer
        self.traffic = Traffic(page)
        self.stroke_count = 0
        self.pointer: Pointer = Mouse(page)
        self.canvas: Final[Locator] = page.locator(".st-key-drawing canvas.upper-canvas").first
        self.reading: Final[Locator] = page.locator(".reading")
        self.clear_button: Final[Locator] = page.locator(".st-key-clear button")
        self.undo_button: Final[Locator] = page.get_by_role("button", name="Undo")
        self.redo_button: Final[Locator] = page.get_by_role("button", name="Redo")
        page.goto(url)
        self.settled()

    def draw(self, lines: Sequence[PenPath]) -> Snapshot:
        """Draw strokes and return the page once it has read them.

        Coordinates are the canvas's own, 0 to 340, whatever its size on the screen.
        """
        self.leave_ink(lines)
        return self.sent(self.stroke_count + len(lines))

    def sent(self, strokes: int) -> Snapshot:
        """Return the page once ``strokes`` strokes are sent, visible and read."""
        self.wait_for(
            lambda: len(self.objects()) == strokes,
            lambda: f"{len(self.objects())} strokes arrived, not {strokes}",
        )
        self.stroke_count = strokes
        return self.settled(self._shows_what_was_sent, "what was sent is not what is shown")

    def _shows_what_was_sent(self, now: Snapshot) -> bool:
        """Tell whether the canvas shows the sent drawing: a stroke is sent before it is painted.

        Until it is painted, the answer to the drawing before it can still fit the page.
        """
        drawn = draw(self.sent_strokes(), SIDE, SIDE).astype(np.int16)
        return now.ink is not None and bool(np.abs(drawn - now.ink).max() <= EDGE_LEVELS)

    def leave_ink(self, lines: Sequence[PenPath]) -> None:
        """Draw strokes without waiting for the reading."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        assert box is not None
        scale = box["width"] / SIDE
        for line in lines:
            self.pointer.stroke([(box["x"] + x * scale, box["y"] + y * scale) for x, y in line])

    def clear(self) -> Snapshot:
        """Press Clear and return the page once it is blank."""
        before = self.canvas_key()
        self.clear_button.click()
        self.wait_for(lambda: self.canvas_key() != before, lambda: "there is no new canvas")
        return self.blank()

    def blank(self) -> Snapshot:
        """Return the page once it has no ink and shows the hint."""
        self.stroke_count = 0
        return self.settled(lambda now: now.ink is not None and not now.ink.any(), "ink is left")

    def undo(self) -> Snapshot:
        """Press Undo and return the page once the remaining strokes are read."""
        self.undo_button.click()
        return self.sent(self.stroke_count - 1)

    def redo(self) -> Snapshot:
        """Press Redo and return the page once the restored strokes are read."""
        self.redo_button.click()
        return self.sent(self.stroke_count + 1)

    def settled(
        self, condition: Callable[[Snapshot], bool] = lambda _: True, otherwise: str = ""
    ) -> Snapshot:
        """Return the page once its reading agrees with the visible ink and ``condition`` holds."""
        now: list[Snapshot] = []

        def complaint() -> str | None:
            now[:] = [self.take()]
            if not self.traffic.is_answered:
                return "the server is still at work"
            fault = now[0].disagreement(self.recognizer)
            return fault or (None if condition(now[0]) else otherwise)

        self.wait_for(lambda: complaint() is None, complaint)
        return now[0]

    def take(self) -> Snapshot:
        """Return the page as it is now, settled or not."""
        return snapshot.take(self.page)

    def wait_for(self, condition: Callable[[], bool], complaint: Callable[[], str | None]) -> None:
        """Return as soon as ``condition`` holds; fail with ``complaint`` if it never does."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(complaint())
            self.page.wait_for_timeout(POLL_MILLISECONDS)

    def sent_strokes(self) -> list[Stroke]:
        """Return the strokes of the drawing that the browser sent last."""
        return [
            Stroke(np.asarray(flatten_path(entry["path"])), float(entry["strokeWidth"]))
            for entry in self.objects()
        ]

    def objects(self) -> Sequence[Mapping[str, Any]]:
        """Return the drawing as the browser sent it last, one object per stroke."""
        return self.traffic.drawing(self.canvas_key())

    def canvas_key(self) -> str:
        """Return the key of the current canvas; a new canvas has a new key."""
        key: str = self.page.locator(".st-key-drawing [class*=st-key-canvas-]").first.evaluate(
            "element => [...element.classList].find(name => name.startsWith('st-key-canvas-'))"
        )
        return key.removeprefix("st-key-")

    def go_to(self, title: str) -> None:
        """Follow the link to another page of the app."""
        self.page.get_by_role("link", name=title, exact=True).click()
        expect(self.page).to_have_title(APP if title == "Draw" else f"{title} · {APP}")

    def background(self) -> str:
        """Return the background colour of the page, as CSS writes it."""
        colour: str = self.page.locator("[data-testid=stApp]").evaluate(
            "(element) => getComputedStyle(element).backgroundColor"
        )
        return colour

    def connection(self) -> str | None:
        """Return Streamlit's name for the state of its connection to the server."""
        return self.page.locator("[data-testid=stApp]").get_attribute("data-test-connection-state")

    def scroll_positions(self) -> list[float]:
        """Return the scroll offsets of the window, its zoomed part and the page in it."""
        positions: list[float] = self.page.evaluate(
            """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
                .flatMap((part) => [part.scrollLeft, part.scrollTop])
                .concat([visualViewport.pageLeft, visualViewport.pageTop, visualViewport.scale])"""
        )
        return positions

    def sideways_overflow(self) -> float:
        """Return the width of the page minus that of the window, in pixels; right is 0 or less."""
        width: float = self.page.evaluate(
            """() => Math.max(...[document.scrollingElement,
                document.querySelector("[data-testid=stMain]")].map((part) => part.scrollWidth))
                - innerWidth"""
        )
        return width

    def cut_off(self) -> list[str]:
        """Return the texts and pictures that extend beyond the window's left or right edge.

        The links for phones scroll in a row of their own, and the model's name ends in an ellipsis.
        """
        words: list[str] = self.page.evaluate(
            """() => ["p, h1, h2, h3, img, button, svg.marks, .reading span"]
                .flatMap((parts) => [...document.querySelectorAll(parts)])
                .filter((part) => part.closest("[data-testid=stMain]"))
                .filter((part) => !part.closest(".st-key-phone_navigation, .st-key-model_choice"))
                .filter((part) => part.checkVisibility({ opacityProperty: true }))
                .filter((part) => {
                    const text = document.createRange();
                    text.selectNodeContents(part);
                    const isLabel = part.matches(".reading .label"); // wider than its text
                    const box = (isLabel ? text : part).getBoundingClientRect();
                    return box.width && (box.left < -0.5 || box.right > innerWidth + 0.5);
                })
                .map((part) => part.outerHTML.slice(0, 200))"""
        )
        return words

    def tab_to(self, control: Locator) -> None:
        """Move the keyboard's focus with the Tab key until ``control`` has it."""
        self.page.evaluate("document.activeElement?.blur()")
        for _ in range(MAXIMUM_TABS):
            self.page.keyboard.press("Tab")
            has_it: bool | None = control.evaluate(
                """(element) => {
                    const active = element.getRootNode().activeElement;
                    return active && (element.contains(active) || active.contains(element));
                }"""
            )
            if has_it:
                return
        raise AssertionError(f"the Tab key does not lead to {control}")


def choose_model(page: Page, name: str) -> None:
    """Choose the model of this name in the head of ``page``, and close the choice."""
    page.get_by_role("button", name="Model:").click()
    page.get_by_role("radio", name=name, exact=True).check(force=True)
    page.keyboard.press("Escape")
