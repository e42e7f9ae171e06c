"""What a model says of a digit or a number: probabilities, and a sentence."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats
from mnist_app.preprocessing.normalize import Box
from mnist_app.words import _, mark, per_cent

SURE: Final = (
    mark("Zero - {certainty} sure"),
    mark("One - {certainty} sure"),
    mark("Two - {certainty} sure"),
    mark("Three - {certainty} sure"),
    mark("Four - {certainty} sure"),
    mark("Five - {certainty} sure"),
    mark("Six - {certainty} sure"),
    mark("Seven - {certainty} sure"),
    mark("Eight - {certainty} sure"),
    mark("Nine - {certainty} sure"),
)
"""For each digit, the sentence if it is accepted, to be filled with a `percentage`."""
REFUSED: Final = mark("That doesn't look like a digit.")
PERHAPS, PERHAPS_EIGHT = (
    mark("That doesn't look like a digit. A {digit}, perhaps?"),
    mark("That doesn't look like a digit. An 8, perhaps?"),
)
"""The sentence if a digit is not accepted but likely."""
OVER, UNDER = mark("over 99 %"), mark("under 1 %")
"""How a share from `OVER_FROM` on or below `UNDER_BELOW` is written."""
OVER_FROM, UNDER_BELOW = 0.995, 0.005
LIKELY: Final = 0.25
"""Minimum `Prediction.certainty`, 0 to 1, with which a digit that is not accepted is named.

Of the drawings without a digit of `benchmarks.non_digit_drawings`, "best" names one in 1 %.
"""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network makes of one digit.

    ``probabilities`` float32 (10,), calibrated, sums to 1; ``digit`` is its argmax and
    ``confidence`` its maximum, accepted or not. ``accepted`` is False where the network is not
    sure that this is a digit. ``image`` uint8 (28, 28) is exactly what the network saw. ``box`` is
    (x, y, width, height) in pixels of the picture for a digit of a number, None otherwise.
    ``no_digit_probability`` is a float from 0 to 1, None if the model does not know that answer.
    """

    digit: int
    confidence: float
    accepted: bool
    probabilities: npt.NDArray[np.float32]
    image: npt.NDArray[np.uint8]
    box: Box | None = None
    no_digit_probability: float | None = None

    @property
    def digit_probability(self) -> float:
        """Probability that there is a digit at all, 0 to 1; 1 if the model cannot say."""
        return 1 - (self.no_digit_probability or 0.0)

    @property
    def answers(self) -> Floats:
        """Probability of each answer, as charts show it; sums to 1.

        float32 (10,), the digits, or (11,) with "no digit" as the last if the model knows it.
        """
        if self.no_digit_probability is None:
            return self.probabilities
        digits = self.digit_probability * self.probabilities
        return np.append(digits, np.float32(self.no_digit_probability))

    @property
    def certainty(self) -> float:
        """Probability of ``digit`` among `answers`, 0 to 1: the percentage of the sentence."""
        return self.digit_probability * self.confidence

    @property
    def is_likely(self) -> bool:
        """Whether ``digit`` is accepted, or likely enough to be named as a possibility."""
        return self.accepted or self.certainty >= LIKELY

    @property
    def sentence(self) -> str:
        """The reading in words, the same on the page and on the command line."""
        if self.accepted:
            return _(SURE[self.digit]).format(certainty=percentage(self.certainty))
        return perhaps(self.digit) if self.is_likely else _(REFUSED)


@dataclass(frozen=True, eq=False)
class NumberReading:
    """What the network makes of a number: ``lines`` of digits, each with its ``box``."""

    lines: tuple[tuple[Prediction, ...], ...]

    @property
    def text(self) -> str:
        """The most likely digit of every box in reading order; lines joined by a newline."""
        return "\n".join("".join(str(digit.digit) for digit in line) for line in self.lines)

    @property
    def digits(self) -> tuple[Prediction, ...]:
        """All digits in reading order."""
        return tuple(digit for line in self.lines for digit in line)

    @property
    def accepted(self) -> bool:
        """Whether there are digits, and all of them are accepted."""
        return bool(self.digits) and all(digit.accepted for digit in self.digits)

    @property
    def is_likely(self) -> bool:
        """Whether all digits are accepted, or likely enough to be named as a possibility."""
        return all(digit.is_likely for digit in self.digits)


def percentage(share: float) -> str:
    """Return a share from 0 to 1 as per cent without false precision: "98 %", "over 99 %"."""
    if share >= OVER_FROM:
        return _(OVER)
    if 0 < share < UNDER_BELOW:
        return _(UNDER)
    return per_cent(share)


def perhaps(digit: int) -> str:
    """Return the sentence if ``digit`` is not accepted but likely."""
    return _(PERHAPS_EIGHT if digit == 8 else PERHAPS).format(digit=digit)  # noqa: PLR2004
