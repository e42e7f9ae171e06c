"""The ordinary sessions beside an attack: two pupils who draw, and one who uploads photos."""

import asyncio
from dataclasses import dataclass
from typing import Final

from benchmarks.app_session import PageState
from benchmarks.load_test.load_report import compare
from benchmarks.load_test.page_readings import RawReading, chosen_model, expected_reading
from benchmarks.load_test.uploading_pupil import UploadingPupil
from benchmarks.load_test.virtual_pupil import VirtualPupil
from mnist_app import Recognizer

DRAWERS: Final = 2
DRAWING_SECONDS: Final = 2.0
"""Mean time from drawing to drawing of one pupil: about one message a second."""


@dataclass(frozen=True)
class Neighbourhood:
    """The neighbours at work on the server at ``url``."""

    drawers: list[VirtualPupil]
    uploader: UploadingPupil

    @classmethod
    def at(cls, url: str) -> "Neighbourhood":
        """Return neighbours who have not opened the page yet."""
        drawers = [VirtualPupil(number, url, DRAWING_SECONDS) for number in range(DRAWERS)]
        return cls(drawers, UploadingPupil(url))

    async def enter(self) -> None:
        """Open all pages."""
        await asyncio.gather(*(pupil.enter() for pupil in self.drawers), self.uploader.enter())

    async def work(self, seconds: float) -> tuple[list[float], list[float]]:
        """Draw and upload for this time; return the times of the answers to strokes and photos."""
        strokes = [len(pupil.answers) for pupil in self.drawers]
        photos = len(self.uploader.seconds)
        await asyncio.gather(
            *(pupil.draw(seconds) for pupil in self.drawers), self.uploader.work(seconds)
        )
        drawn = [
            answer.seconds
            for pupil, first in zip(self.drawers, strokes, strict=True)
            for answer in pupil.answers[first:]
        ]
        return drawn, self.uploader.seconds[photos:]

    async def leave(self) -> None:
        """Close all pages."""
        closing = (*(pupil.leave() for pupil in self.drawers), self.uploader.leave())
        await asyncio.gather(*closing, return_exceptions=True)

    def wrong(self, page: PageState, side: int) -> list[str]:
        """Return what was wrong with the answers. ``page`` is the empty Draw page of this app."""
        recognizer = Recognizer.load(chosen_model(page))
        expect = expected_reading(recognizer, side, RawReading.of(page).decode())
        answers = [answer for pupil in self.drawers for answer in pupil.answers]
        found = compare(answers, expect)
        errors = [text for pupil in self.drawers for text in pupil.errors]
        errors += found.examples[: found.leaks + found.wrong]
        return errors + self.uploader.errors
