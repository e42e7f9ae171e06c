"""The game Fool it: drawings that the network takes for something that they are not."""

from dataclasses import dataclass, replace

from mnist_app.recognizer import Prediction
from mnist_app.ui.attempt import Attempt


@dataclass(frozen=True, eq=False)
class Trick:
    """A drawing and what its player says it is: a digit, or None for no digit."""

    attempt: Attempt
    meant: int | None

    @property
    def is_fooled(self) -> bool:
        """Whether the network says anything else."""
        return answer(self.attempt.prediction) != self.meant

    @property
    def points(self) -> int:
        """Points, 0 to 100: how sure the network is of its wrong answer, in per cent."""
        sure = answer_certainty(self.attempt.prediction)
        return round(100 * sure) if self.is_fooled else 0


@dataclass(frozen=True, eq=False)
class FoolIt:
    """A round: all drawings that were judged."""

    tricks: tuple[Trick, ...] = ()
    is_complete: bool = False

    @property
    def fooled(self) -> tuple[Trick, ...]:
        """The drawings that fooled the network."""
        return tuple(trick for trick in self.tricks if trick.is_fooled)

    @property
    def points(self) -> int:
        """Points of all drawings together."""
        return sum(trick.points for trick in self.tricks)

    def after(self, attempt: Attempt) -> "FoolIt":  # noqa: ARG002 (as the other games have it)
        """Return the round unchanged: a drawing counts once it is judged."""
        return self

    def judged(self, attempt: Attempt, meant: int | None) -> "FoolIt":
        """Return the round after a drawing that its player says to be ``meant``."""
        return replace(self, tricks=(*self.tricks, Trick(attempt, meant)))


def answer(prediction: Prediction) -> int | None:
    """Return the network's answer: the accepted digit, or None for "not a digit"."""
    return prediction.digit if prediction.accepted else None


def answer_certainty(prediction: Prediction) -> float:
    """Return how sure the network is of its `answer`, 0 to 1.

    Of "not a digit" it is as sure as the likeliest digit leaves it.
    """
    return prediction.certainty if prediction.accepted else 1 - prediction.certainty
