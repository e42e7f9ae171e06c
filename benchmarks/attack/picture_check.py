"""Decodes and reads one picture in a child process, and judges its processor time and errors."""

import functools
import time
from dataclasses import dataclass
from typing import Final

import cv2

from mnist_app import InvalidImageError, Recognizer
from mnist_app.errors import OverBudgetError
from mnist_app.preprocessing.image_files import decode_picture
from mnist_app.worker_pool import WorkerPool

SECONDS: Final = 2.0
"""Maximum processor time in seconds for decoding, and for each of the two readings."""
SECONDS_LARGE: Final = 5.0
"""The same for a picture of more than `LARGE_PIXELS`."""
LARGE_PIXELS: Final = 12_000_000
CUT_OFF: Final = 60.0
"""Seconds after which a child is ended: its picture counts as slow."""
CHILD_MEMORY: Final = 1_500_000_000
"""Bytes that a child may allocate, so that the attack does not exhaust its own computer."""


@dataclass(frozen=True)
class PictureCheck:
    """What became of one picture.

    ``seconds`` is the longest processor time of decoding, `read_digit` and `read_number`;
    ``refused`` says whether it was refused as it should be, ``failure`` what was wrong, or "".
    """

    seconds: float
    refused: bool
    failure: str


def checker() -> WorkerPool:
    """Return the child process in which pictures are read."""
    return WorkerPool(1, kept=1, memory=CHILD_MEMORY, patience=CUT_OFF, preload=__name__)


def check(pool: WorkerPool, name: str, content: bytes, slack: float) -> PictureCheck:
    """Read one picture in a child of ``pool``; see `read_all`."""
    try:
        return pool.call(CUT_OFF, read_all, name, content, slack)
    except OverBudgetError as error:
        return PictureCheck(CUT_OFF, refused=False, failure=str(error))


def read_all(name: str, content: bytes, slack: float) -> PictureCheck:
    """Decode and read the picture in ``content``, as a digit and as a number, in this process.

    ``slack`` is the factor by which the limits of processor time are wider.
    """
    cv2.setNumThreads(1)
    recognizer = _recognizer()
    begun = time.process_time()
    refused, failure, slowest, pixels = False, "", 0.0, 0
    try:
        image = decode_picture(content, name)
        slowest, pixels = time.process_time() - begun, image.shape[0] * image.shape[1]
        for read in (recognizer.read_digit, recognizer.read_number):
            begun = time.process_time()
            read(image)
            slowest = max(slowest, time.process_time() - begun)
    except InvalidImageError:
        refused = True
    except Exception as error:  # noqa: BLE001 (any other error is what is counted here)
        failure = f"{type(error).__name__}: {error}"
    slowest = max(slowest, time.process_time() - begun)
    if not failure and slowest > slack * (SECONDS_LARGE if pixels > LARGE_PIXELS else SECONDS):
        failure = f"{slowest:.1f} s of processor time"
    return PictureCheck(slowest, refused, failure)


@functools.cache
def _recognizer() -> Recognizer:
    return Recognizer.load()
