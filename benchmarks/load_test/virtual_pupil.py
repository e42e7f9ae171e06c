"""A virtual pupil, who opens the page and draws digit after digit, clearing the canvas between."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from websockets.exceptions import WebSocketException

from benchmarks.app_session import Session, SessionError
from benchmarks.load_test.digit_strokes import draw_digit, fabric_objects
from benchmarks.load_test.page_readings import Objects, RawReading

ANSWER_LIMIT = 30.0
"""Seconds after which a pupil gives up waiting for an answer."""
FIRST_STROKE, NEXT_STROKE = 0.2, 0.15
"""From Clear to the first stroke and from stroke to stroke, as shares of the time per drawing."""


@dataclass(frozen=True)
class Answer:
    """One complete answer of the server to one action of a pupil.

    ``drawing`` is all ink on the canvas, empty after Clear. ``seconds`` counts from the moment at
    which the action was due: if the previous answer is late, waiting for that one counts too.
    """

    pupil: int
    drawing: Objects
    seconds: float
    reading: RawReading


@dataclass
class VirtualPupil:
    """A pupil with a number, a seeded hand and a session of the app.

    ``every`` is the mean time from drawing to drawing in seconds; ``sender`` is the local address
    that the pupil comes from.
    """

    number: int
    url: str
    every: float
    answers: list[Answer] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    drawings: int = 0
    opening_seconds: float = 0.0
    sender: str | None = None
    _session: Session | None = None

    def __post_init__(self) -> None:
        self._hand = random.Random(f"0/{self.number}")

    async def enter(self) -> None:
        """Open the page."""
        begun = time.perf_counter()
        with self._recording_errors():
            session = await Session(self.url, ANSWER_LIMIT, sender=self.sender).__aenter__()
            self._session = session
            await session.open_page()
            self.opening_seconds = time.perf_counter() - begun
            self._check_page(session)

    async def draw(self, seconds: float) -> None:
        """Draw for this time, if the page is open."""
        due = time.perf_counter()
        end = due + seconds
        due += self._hand.uniform(0, self.every)
        with self._recording_errors():
            while due < end and self._session is not None:
                await self._draw_digit(self._session, due)
                due += self.every * self._hand.uniform(0.5, 1.5)

    async def leave(self) -> None:
        """Close the page."""
        if self._session is not None:
            await self._session.__aexit__(None, None, None)

    @contextmanager
    def _recording_errors(self) -> Iterator[None]:
        try:
            yield
        except (SessionError, WebSocketException, OSError) as error:
            self.errors.append(f"{type(error).__name__}: {error}")

    async def _draw_digit(self, session: Session, due: float) -> None:
        """Clear the canvas and draw the next digit, stroke by stroke."""
        canvas, _ = session.canvas()
        # Neighbours draw different digits, and every pupil draws all ten.
        digit = (self.number + 3 * self.drawings) % 10
        drawn = draw_digit(digit, self._hand, canvas["canvasWidth"])
        if self.drawings:
            await self._act(session, due, partial(session.press, "Clear"), [])
        due += FIRST_STROKE * self.every
        objects = fabric_objects(drawn.strokes, canvas["strokeWidth"], canvas["strokeColor"])
        for count in range(1, len(objects) + 1):
            drawing = objects[:count]
            await self._act(session, due, partial(session.send_canvas, drawing), drawing)
            due += NEXT_STROKE * self.every
        self.drawings += 1

    async def _act(
        self, session: Session, due: float, action: Callable[[], Awaitable[None]], drawing: Objects
    ) -> None:
        await asyncio.sleep(due - time.perf_counter())
        await action()
        seconds = time.perf_counter() - due
        self._check_page(session)
        self.answers.append(Answer(self.number, drawing, seconds, RawReading.of(session.page)))

    def _check_page(self, session: Session) -> None:
        """Record errors on the page, and a canvas that comes with ink."""
        self.errors += session.page.errors()
        canvas, _ = session.canvas()
        if canvas["initialDrawing"]["objects"]:
            self.errors.append("the canvas came with a drawing on it")
