"""Virtual pupils who connect again when their process is killed, as a browser does."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from benchmarks.app_session import Session
from benchmarks.class_lesson.drawing_sessions import FAILURES, DrawingPupil
from benchmarks.load_test.page_readings import Objects, RawReading
from benchmarks.load_test.virtual_pupil import ANSWER_LIMIT, Answer, VirtualPupil

PAUSE_SECONDS: Final = 0.5
"""Time between two tries to connect."""
PATIENCE_SECONDS: Final = 30.0
"""Time after which a pupil gives up connecting."""


@dataclass
class ReturningPupil(VirtualPupil):
    """Draws on; after a loss of the connection the drawing is sent again and its reading kept.

    ``returns`` are the seconds from each loss until the drawing is read again.
    """

    returns: list[float] = field(default_factory=list)
    _drawing: Objects = field(default_factory=list)

    async def draw(self, seconds: float) -> None:
        """Draw for this time, if the page is open."""
        due = time.perf_counter()
        end = due + seconds
        with self._recording_errors():
            while due < end and self._session is not None:
                try:
                    await self._draw_digit(self._session, due)
                except FAILURES:
                    await self._come_back()
                due = max(time.perf_counter(), due + self.every * self._hand.uniform(0.5, 1.5))

    async def _act(
        self, session: Session, due: float, action: Callable[[], Awaitable[None]], drawing: Objects
    ) -> None:
        self._drawing = drawing
        await super()._act(session, due, action, drawing)

    async def _come_back(self) -> None:
        async def read_again() -> None:
            assert self._session is not None  # noqa: S101 (for the type checker)
            session = self._session = await connected_again(self.url, self._session)
            await session.open_page()
            if self._drawing:
                await session.send_canvas(self._drawing)

        seconds = await until_it_works(read_again)
        self.returns.append(seconds)
        if self._session is not None:
            reading = RawReading.of(self._session.page)
            self.answers.append(Answer(self.number, self._drawing, seconds, reading))


class ReturningClassPupil(DrawingPupil):
    """Draws for a class; after a loss of the connection it opens its link again.

    ``returns`` are the seconds from each loss until the page asks for a digit.
    """

    def __init__(self, url: str, number: int, every: float) -> None:
        super().__init__(url, number, every)
        self.returns: list[float] = []

    async def draw_until(self, end: float) -> None:
        """Draw until the time ``end`` of `time.perf_counter`, or until all digits are drawn."""
        try:
            while time.perf_counter() < end:
                try:
                    await self._draw_one(time.perf_counter() + self._hand.uniform(0, self._every))
                except FAILURES:
                    self.returns.append(await until_it_works(self._open_again))
        except FAILURES as error:
            self.errors.append(f"pupil {self.number}: {error!r}")

    async def _open_again(self) -> None:
        self._session = await connected_again(self.url, self._session)
        await self._session.open_page("class", f"pupil={self.secret}")
        self._asked()


async def connected_again(url: str, lost: Session) -> Session:
    """Return a new session with the cookie of a lost one."""
    await lost.__aexit__()
    return await Session(url, ANSWER_LIMIT, cookie=lost.cookie).__aenter__()


async def until_it_works(attempt: Callable[[], Awaitable[None]]) -> float:
    """Try again and again; return after how many seconds it has worked.

    After `PATIENCE_SECONDS` it raises what the last try has raised.
    """
    begun = time.perf_counter()
    while True:
        try:
            await attempt()
        except FAILURES:
            if time.perf_counter() > begun + PATIENCE_SECONDS:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return time.perf_counter() - begun
