"""The game Race: the digits 0 to 9, one after the other, as fast as the network accepts them."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from mnist_app.arrays import DIGITS
from mnist_app.ui.attempt import Attempt

REST: Final = 0.6
"""Seconds without the pen on the canvas after which a drawing counts.

The next stroke of a digit, such as the bar of a 5, begins earlier; otherwise it would be drawn on
the canvas of the next digit.
"""


@dataclass(frozen=True, eq=False)
class Race:
    """A race: the accepted drawings of 0, 1, 2 ... so far."""

    attempts: tuple[Attempt, ...] = ()

    @property
    def wanted(self) -> int | None:
        """The digit to draw now; None when all ten are accepted."""
        done = len(self.attempts)
        return None if done == DIGITS else done

    @property
    def is_complete(self) -> bool:
        """Whether the round ends before its time."""
        return self.wanted is None

    @property
    def durations(self) -> tuple[float, ...]:
        """Seconds that each accepted digit took."""
        times = (0.0, *(attempt.seconds for attempt in self.attempts))
        return tuple(after - before for before, after in pairwise(times))

    def accepts(self, attempt: Attempt) -> bool:
        """Tell whether this is the wanted digit, and the network is sure of it."""
        return attempt.prediction.accepted and attempt.prediction.digit == self.wanted

    def after(self, attempt: Attempt) -> "Race":
        """Return the race after a reading: the next digit is wanted if this one is accepted."""
        if not self.accepts(attempt):
            return self
        return replace(self, attempts=(*self.attempts, attempt))
