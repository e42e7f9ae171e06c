"""The game Least ink: a 5 that the network still reads, of as few white pixels as possible."""

from dataclasses import dataclass, replace
from typing import Final

from mnist_app.arrays import Image
from mnist_app.ui.attempt import Attempt

WANTED: Final = 5
MINIMUM_CERTAINTY: Final = 0.895
"""Minimum `Prediction.certainty`, 0 to 1: from here on the page says "90 % sure"."""


@dataclass(frozen=True, eq=False)
class LeastInk:
    """A round: the valid drawings, each of less ink than all before it."""

    attempts: tuple[Attempt, ...] = ()
    is_complete: bool = False

    @property
    def least(self) -> int | None:
        """Ink of the best drawing, None without one."""
        return ink_used(self.attempts[-1].prediction.image) if self.attempts else None

    def after(self, attempt: Attempt) -> "LeastInk":
        """Return the round after a reading: it counts if it is a 5 and has less ink than before."""
        used = ink_used(attempt.prediction.image)
        if not is_valid(attempt) or (self.least is not None and used >= self.least):
            return self
        return replace(self, attempts=(*self.attempts, attempt))


def is_valid(attempt: Attempt) -> bool:
    """Tell whether the network is sure enough that this is the wanted digit."""
    reading = attempt.prediction
    is_sure = reading.accepted and reading.certainty >= MINIMUM_CERTAINTY
    return reading.digit == WANTED and is_sure


def ink_used(image: Image) -> int:
    """Return the ink of ``image``, uint8 (28, 28), in white pixels; a grey one counts in part.

    It is the ink that the network gets: neither the size of the drawing nor its place matter.
    """
    return -(-int(image.sum(dtype=int)) // 255)
