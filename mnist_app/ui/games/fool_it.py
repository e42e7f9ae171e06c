"""The game Fool it: drawings that the network takes for something that they are not."""

from dataclasses import dataclass, replace

from mnist_app.ui.attempt import Attempt
from mnist_app.ui.truths import answer, answer_certainty


@dataclass(frozen=True, eq=False)
class Trick:
    """A drawing and what its player says it is, one of `truths.TRUTHS`."""

    attempt: Attempt
    meant: int

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

    def judged(self, attempt: Attempt, meant: int) -> "FoolIt":
        """Return the round after a drawing that its player says to be ``meant``."""
        return replace(self, tricks=(*self.tricks, Trick(attempt, meant)))
