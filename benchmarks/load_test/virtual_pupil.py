"""One pupil: opens the page and draws, digit after digit, wiping the canvas in between."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from websockets.exceptions import WebSocketException

from benchmarks.app_session import Session, SessionError
from benchmarks.load_test.digit_strokes import compose, fabric_objects
from benchmarks.load_test.page_readings import Objects, Shown, shown_reading

Action = Callable[[], Awaitable[None]]

ANSWER_LIMIT = 30.0  # seconds after which a pupil gives up
WIPE, FIRST_STROKE, NEXT_STROKE = 0.0, 0.2, 0.15  # shares of the time from drawing to drawing


@dataclass(frozen=True)
class Answer:
    """One complete answer to one thing that a pupil did.

    ``seconds`` counts from the moment when the pupil meant to send it: where the answer to the
    stroke before is late, waiting for that one counts too.
    """

    pupil: int
    drawing: Objects  # all that is on the canvas; empty after Clear
    seconds: float
    shown: Shown


@dataclass
class Pupil:
    """A pupil with a number, a seeded hand and a page of their own."""

    number: int
    url: str
    every: float
    seed: int = 0
    answers: list[Answer] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    drawings: int = 0
    opening_seconds: float = 0.0
    _session: Session | None = None

    def __post_init__(self) -> None:
        self._hand = random.Random(f"{self.seed}/{self.number}")

    async def enter(self) -> None:
        """Open the page."""
        begun = time.perf_counter()
        with self._noting_failure():
            session = await Session(self.url, ANSWER_LIMIT).__aenter__()
            self._session = session
            await session.open_page()
            self.opening_seconds = time.perf_counter() - begun
            self._look(session)

    async def draw(self, seconds: float) -> None:
        """Draw for so many seconds, if the page is open."""
        end = time.perf_counter() + seconds
        turn = time.perf_counter() + self._hand.uniform(0, self.every)
        with self._noting_failure():
            while turn < end and self._session is not None:
                await self._turn(self._session, turn)
                turn += self.every * self._hand.uniform(0.5, 1.5)

    async def leave(self) -> None:
        """Close the page."""
        if self._session is not None:
            await self._session.__aexit__(None, None, None)

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except (SessionError, WebSocketException, OSError) as error:
            self.errors.append(f"{type(error).__name__}: {error}")

    async def _turn(self, session: Session, begin: float) -> None:
        """Wipe the last digit away and draw the next one, stroke by stroke."""
        canvas, _ = session.canvas()
        # Neighbours draw different digits, and every pupil draws all ten.
        digit = (self.number + 3 * self.drawings) % 10
        drawing = compose(digit, self._hand, canvas["canvasWidth"])
        if self.drawings:
            await self._act(session, begin + WIPE * self.every, partial(session.press, "Clear"), [])
        moment = begin + FIRST_STROKE * self.every
        for count in range(1, len(drawing.strokes) + 1):
            objects = fabric_objects(
                drawing.strokes[:count], canvas["strokeWidth"], canvas["strokeColor"]
            )
            await self._act(session, moment, partial(session.send_canvas, objects), objects)
            moment += NEXT_STROKE * self.every
        self.drawings += 1

    async def _act(
        self,
        session: Session,
        moment: float,
        action: Callable[[], Awaitable[None]],
        drawing: Objects,
    ) -> None:
        await asyncio.sleep(moment - time.perf_counter())
        await action()
        seconds = time.perf_counter() - moment
        self._look(session)
        self.answers.append(Answer(self.number, drawing, seconds, shown_reading(session.page)))

    def _look(self, session: Session) -> None:
        """Note errors on the page, and ink that this pupil did not draw."""
        self.errors += session.page.errors()
        canvas, _ = session.canvas()
        if canvas["initialDrawing"]["objects"]:
            self.errors.append("the canvas came with a drawing on it")
