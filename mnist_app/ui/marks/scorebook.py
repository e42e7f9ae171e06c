"""The score of a session: what a person drew, what the network read, and how often it was right."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mnist_app.arrays import Image
from mnist_app.prediction import Prediction
from mnist_app.ui.attempt import Attempt
from mnist_app.ui.truths import TRUTHS, answer

MAXIMUM_MARKS: Final = 100
"""Number of marks that are kept; the oldest is dropped first. Together they take 3 MB."""


class MarkOutcome(StrEnum):
    """What a mark says about a reading."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_SURE = "not sure"


@dataclass(frozen=True, eq=False)
class ReadingMark:
    """A drawing, its reading by the model called ``model``, and what it is.

    ``truth`` is one of `truths.TRUTHS`; ``fingerprint`` is that of the whole drawing, see
    `fingerprint_of`.
    """

    fingerprint: bytes
    model: str
    truth: int
    attempt: Attempt

    @classmethod
    def of(cls, ink: Image, prediction: Prediction, model: str, truth: int) -> "ReadingMark":
        """Return the mark of a drawing ``ink``, uint8 (height, width)."""
        return cls(fingerprint_of(ink), model, truth, Attempt.of(ink, prediction))

    @property
    def outcome(self) -> MarkOutcome:
        """What the reading is, given the truth. A digit that is not accepted is not sure."""
        if answer(self.attempt.prediction) == self.truth:
            return MarkOutcome.RIGHT
        return MarkOutcome.WRONG if self.attempt.prediction.accepted else MarkOutcome.NOT_SURE


@dataclass(frozen=True, eq=False)
class Scorebook:
    """The marks of a session, the latest last; a drawing read by one model has one mark."""

    marks: tuple[ReadingMark, ...] = ()

    def truth(self, fingerprint: bytes, model: str) -> int | None:
        """Return what the drawing was marked as, None if this model's reading is not marked."""
        return next(
            (
                mark.truth
                for mark in self.marks
                if (mark.fingerprint, mark.model) == (fingerprint, model)
            ),
            None,
        )

    def without(self, fingerprint: bytes, model: str) -> "Scorebook":
        """Return the book without the mark of this drawing and model."""
        return Scorebook(
            tuple(
                mark
                for mark in self.marks
                if (mark.fingerprint, mark.model) != (fingerprint, model)
            )
        )

    def marked(self, mark: ReadingMark) -> "Scorebook":
        """Return the book with ``mark``, which replaces an earlier one of the same reading."""
        others = self.without(mark.fingerprint, mark.model).marks
        return Scorebook((*others, mark)[-MAXIMUM_MARKS:])

    @property
    def wrong(self) -> tuple[ReadingMark, ...]:
        """The marks of wrong readings."""
        return tuple(mark for mark in self.marks if mark.outcome is MarkOutcome.WRONG)

    def counts(self) -> dict[MarkOutcome, int]:
        """Return how many readings have each outcome."""
        found = Counter(mark.outcome for mark in self.marks)
        return {outcome: found[outcome] for outcome in MarkOutcome}

    def counts_by_truth(self) -> dict[int, dict[MarkOutcome, int]]:
        """Return the same for each truth that was marked, in the order of `TRUTHS`."""
        found = Counter((mark.truth, mark.outcome) for mark in self.marks)
        marked = {mark.truth for mark in self.marks}
        return {
            truth: {outcome: found[truth, outcome] for outcome in MarkOutcome}
            for truth in TRUTHS
            if truth in marked
        }


def fingerprint_of(ink: Image) -> bytes:
    """Return the SHA-256 of ``ink``, uint8 (height, width)."""
    return hashlib.sha256(ink.tobytes()).digest()
