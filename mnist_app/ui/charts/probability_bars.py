"""The bars of the ten digits and of "no digit": which there are, and what stands beside them.

They are drawn by the page itself (``ui/reading_view.js``), not by a chart library: a browser loads
less, and the bars can follow a moving pen.
"""

from dataclasses import dataclass
from typing import Final

from mnist_app.arrays import DIGITS
from mnist_app.prediction import Prediction, percentage
from mnist_app.words import _, mark

MINIMUM_LABELLED: Final = 0.005
"""Smallest probability that has a label: ten labels of "0 %" say nothing."""
NO_DIGIT: Final = mark("no digit")
ANSWERS: Final = (*map(str, range(DIGITS)), NO_DIGIT)
"""Names of `Prediction.answers`."""
DESCRIPTION: Final = mark("How probable each answer is. {answers}")
"""Text for those who do not see the bars, to be filled with the names and labels of some."""


@dataclass(frozen=True)
class Bar:
    """One answer: its name, its probability from 0 to 1, and its label, which may be empty.

    ``is_winner`` is True for the digit that is accepted: all bars of what is refused are grey.
    ``is_longest`` is True for the most probable answer, whose label is bold.
    """

    name: str
    share: float
    label: str
    is_winner: bool
    is_longest: bool


def answers() -> tuple[str, ...]:
    """Return `ANSWERS` in the language of the page."""
    return (*ANSWERS[:DIGITS], _(NO_DIGIT))


def probability_bars(prediction: Prediction) -> list[Bar]:
    """Return a bar for each of `Prediction.answers`, in their order."""
    shares = prediction.answers
    longest = int(shares.argmax())
    return [
        Bar(
            name=name,
            share=share,
            label=percentage(share) if share >= MINIMUM_LABELLED or index == longest else "",
            is_winner=prediction.accepted and index == prediction.digit,
            is_longest=index == longest,
        )
        for index, (name, share) in enumerate(zip(answers(), shares.tolist(), strict=False))
    ]


def description(bars: list[Bar]) -> str:
    """Return the labelled ``bars`` in words."""
    labelled = ", ".join(f"{bar.name}: {bar.label}" for bar in bars if bar.label)
    return _(DESCRIPTION).format(answers=labelled)
