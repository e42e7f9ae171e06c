"""A virtual pupil who uploads photos."""

import asyncio
import io
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from PIL import Image as PillowImage
from websockets.exceptions import WebSocketException

from benchmarks.app_session import Session, SessionError
from benchmarks.load_test.digit_strokes import draw_digit
from benchmarks.raw_connection import upload
from mnist_app import Recognizer
from mnist_app.preprocessing.image_files import decode_picture
from mnist_app.preprocessing.strokes import Stroke, draw

UPLOAD_SECONDS: Final = 4.0
"""Time from upload to upload."""
ANSWER_LIMIT: Final = 60.0
"""Seconds after which the uploading pupil gives up."""
PHOTOS: Final = 5
"""Number of different photos; each shows `DIGITS` digits of `SIDE` pixels."""
DIGITS: Final = 3
SIDE: Final = 280


class UploadingPupil:
    """A pupil who uploads one small photo of a number after another.

    ``seconds`` are the times from choosing the file until the page is complete, ``errors`` what
    was wrong with the answers.
    """

    def __init__(self, url: str) -> None:
        self.seconds: list[float] = []
        self.errors: list[str] = []
        self._url = url
        self._photos = [photo_of_number(seed) for seed in range(PHOTOS)]
        recognizer = Recognizer.load()
        self._texts = [expected_text(recognizer, photo) for photo in self._photos]
        self._session: Session | None = None

    async def enter(self) -> None:
        """Open the page Photo."""
        with self._recording_errors():
            self._session = await Session(self._url, ANSWER_LIMIT).__aenter__()
            await self._session.open_page("photo")

    async def work(self, seconds: float) -> None:
        """Upload photos for this time."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and self._session is not None:
            begun = time.perf_counter()
            with self._recording_errors():
                await self._upload(self._session)
            await asyncio.sleep(max(0.0, min(begun + UPLOAD_SECONDS, end) - time.perf_counter()))

    async def leave(self) -> None:
        """Close the page."""
        if self._session is not None:
            await self._session.__aexit__(None, None, None)

    async def _upload(self, session: Session) -> None:
        number = len(self.seconds) % PHOTOS
        begun = time.perf_counter()
        status = await upload(session, self._url, f"{number}.jpg", self._photos[number])
        self.seconds.append(time.perf_counter() - begun)
        if status != 204:
            self.errors.append(f"an ordinary photo was refused with status {status}")
            return
        self.errors += session.page.errors()
        shown = "".join(e.markdown.body for e in session.page.container("number_text"))
        if shown != self._texts[number]:
            self.errors.append(f"a photo of {self._texts[number]} was read as {shown}")

    @contextmanager
    def _recording_errors(self) -> Iterator[None]:
        try:
            yield
        except (SessionError, WebSocketException, OSError) as error:  # TimeoutError is an OSError
            self.errors.append(f"photo: {type(error).__name__}: {error}")


def photo_of_number(seed: int) -> bytes:
    """Return a small JPEG of `DIGITS` digits drawn in black on white, one beside the other."""
    rng = random.Random(seed)
    digits = []
    for _ in range(DIGITS):
        drawn = draw_digit(rng.randrange(10), rng, SIDE)
        digits.append(
            draw([Stroke(points.astype(np.float32), 18.0) for points in drawn.strokes], SIDE, SIDE)
        )
    stream = io.BytesIO()
    PillowImage.fromarray(255 - np.hstack(digits)).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def expected_text(recognizer: Recognizer, photo: bytes) -> str:
    """Return the number as the Photo page must write it, "?" for a digit that is not accepted."""
    number = recognizer.read_number(decode_picture(photo, "photo.jpg"))
    return "  \n".join(
        "".join(str(digit.digit) if digit.accepted else "?" for digit in line)
        for line in number.lines
    )
