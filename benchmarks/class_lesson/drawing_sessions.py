"""Sessions of the page Class: pupils who draw what they are asked for, and the teacher's wall."""

import asyncio
import json
import random
import re
import time
from typing import Any, Final
from urllib.parse import parse_qs

import numpy as np
from websockets.exceptions import WebSocketException

from benchmarks.app_session import Session, SessionError
from benchmarks.load_test.digit_strokes import draw_digit, fabric_objects
from mnist_app.preprocessing.strokes import flatten_path

DRAWING_TIME: Final = 0.7
"""From the prompt to the press of Next, as a share of the time per drawing."""
FAILURES: Final = (SessionError, WebSocketException, OSError)
"""What a session raises whose server or page fails."""
_ASKED: Final = re.compile(r"Draw an? (\d)")
_COUNT: Final = re.compile(r"(\d+) of \d+$")
_KEPT: Final = re.compile(r"Your (\d) is kept · (\d+) of")


class DrawingPupil:
    """A pupil with a number, a seeded hand and a session.

    ``ticks`` are the seconds from pressing Next to the tick. ``drawn`` are the drawings with a
    tick: label and points, as bytes; ``sent`` are those for which Next was pressed.
    """

    def __init__(self, url: str, number: int, every: float) -> None:
        self.url, self.number, self._every = url, number, every
        self._hand = random.Random(f"class/{number}")
        self._session = Session(url)
        self.secret = ""
        self.ticks: list[float] = []
        self.drawn: list[tuple[int, bytes]] = []
        self.sent: list[tuple[int, bytes]] = []
        self.errors: list[str] = []

    async def join(self, code: str) -> None:
        """Open the link of the class and join it."""
        try:
            await self._session.__aenter__()
            await self._session.open_page("class", f"code={code}")
            await self._session.press("join_class")
            self.secret = parse_qs(self._session.query_string)["pupil"][0]
        except (*FAILURES, KeyError) as error:
            self.errors.append(f"pupil {self.number} did not join: {error!r}")

    async def draw(self, count: int) -> None:
        """Draw ``count`` digits."""
        due = time.perf_counter() + self._hand.uniform(0, self._every)
        try:
            for _ in range(count if self.secret else 0):
                await self._draw_one(due)
                due += self._every * self._hand.uniform(0.5, 1.5)
        except FAILURES as error:
            self.errors.append(f"pupil {self.number}: {error!r}")

    async def leave(self) -> None:
        """Close the page."""
        await self._session.__aexit__()

    async def _draw_one(self, due: float) -> None:
        session = self._session
        digit, before = self._asked(), self._count()
        canvas, _ = session.canvas()
        drawn = draw_digit(digit, self._hand, canvas["canvasWidth"])
        objects = fabric_objects(drawn.strokes, canvas["strokeWidth"], canvas["strokeColor"])
        due += DRAWING_TIME * self._every
        await asyncio.sleep(due - time.perf_counter())
        session.keep_canvas(objects)
        points = [np.asarray(flatten_path(one["path"]), np.float32) for one in objects]
        self.sent.append((digit, b"".join(one.tobytes() for one in points)))
        await session.press("class_next")
        seconds = time.perf_counter() - due
        if self._kept() == (digit, before + 1):
            self.ticks.append(seconds)
            self.drawn.append(self.sent[-1])
        self.errors += session.page.errors()

    def _asked(self) -> int:
        found = [_ASKED.search(one.markdown.body) for one in self._texts("class_prompt")]
        if not found or found[0] is None:
            raise SessionError("the page asks for no digit")
        return int(found[0][1])

    def _kept(self) -> tuple[int, int] | None:
        """Return the digit that the tick stands for and the number of those kept, if there is."""
        found = _KEPT.search(self._progress())
        if found is None:
            self.errors.append(f"pupil {self.number} got no tick")
            return None
        return int(found[1]), int(found[2])

    def _count(self) -> int:
        """Return how many drawings the page says are kept."""
        found = _COUNT.search(self._progress())
        if found is None:
            raise SessionError("the page does not say how many drawings are kept")
        return int(found[1])

    def _progress(self) -> str:
        elements = self._session.page.elements()
        return next((one.progress.text for one in elements if one.HasField("progress")), "")

    def _texts(self, key: str) -> list[Any]:
        return [one for one in self._session.page.container(key) if one.HasField("markdown")]


class WallSession:
    """The teacher's page with the wall. ``updates`` are the seconds of its updates.

    ``drawings`` are the numbers of the drawings that it has shown.
    """

    update_seconds: Final = 1.0
    """Time between two updates, as the page asks the browser for them."""

    def __init__(self, url: str) -> None:
        self._session = Session(url)
        self.updates: list[float] = []
        self.drawings: set[int] = set()
        self.errors: list[str] = []

    async def open(self, secret: str) -> None:
        """Open the teacher's link."""
        await self._session.__aenter__()
        await self._session.open_page("class", f"key={secret}")
        self._look()

    async def watch(self) -> None:
        """Update the wall until the task is cancelled."""
        try:
            while True:
                await asyncio.sleep(self.update_seconds)
                begun = time.perf_counter()
                await self._session.refresh("bidi_component", "class_wall")
                self.updates.append(time.perf_counter() - begun)
                self._look()
        except FAILURES as error:
            self.errors.append(f"the wall: {error!r}")

    async def leave(self) -> None:
        """Close the page."""
        await self._session.__aexit__()

    def _look(self) -> None:
        element, _ = self._session.page.widget("bidi_component", "class_wall")
        shown = json.loads(element.bidi_component.json)["drawings"]
        self.drawings |= {number for number, _, _, image in shown if image is not None}
        self.errors += self._session.page.errors()
