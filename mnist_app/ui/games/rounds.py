"""A round of a game: which one, with which model, and its minute. Times are given by the caller."""

from dataclasses import dataclass, replace
from typing import Final

from mnist_app.ui.attempt import Attempt
from mnist_app.ui.games.fool_it import FoolIt
from mnist_app.ui.games.least_ink import LeastInk
from mnist_app.ui.games.race import REST, Race

SECONDS: Final = 60.0
"""Length of a round."""

Game = Race | LeastInk | FoolIt
GAMES: Final[dict[str, type[Game]]] = {"fool-it": FoolIt, "least-ink": LeastInk, "race": Race}
"""The games by their names in the address, in the order in which they are offered."""


@dataclass(frozen=True, eq=False)
class Round:
    """A round of the game ``name``, read by the model called ``model``.

    ``started`` is a time in seconds on the caller's clock; ``ended`` is how many seconds were
    played, None while it goes on.
    """

    name: str
    model: str
    started: float
    game: Game
    ended: float | None = None

    @classmethod
    def begin(cls, name: str, model: str, now: float) -> "Round":
        """Return a round of the game called ``name`` that begins ``now``."""
        return cls(name, model, now, GAMES[name]())

    @property
    def is_over(self) -> bool:
        """Whether the round has ended; it does not go on then."""
        return self.ended is not None

    @property
    def clears_canvas(self) -> bool:
        """Whether the canvas is emptied after a drawing that counts."""
        return isinstance(self.game, Race)

    @property
    def rest(self) -> float:
        """Seconds without the pen on the canvas after which a drawing is read, 0 for at once."""
        return REST if self.clears_canvas and not self.is_over else 0.0

    def seconds(self, now: float) -> float:
        """Return the seconds that were played until ``now``, at most `SECONDS`."""
        if self.ended is not None:
            return self.ended
        return min(max(0.0, now - self.started), SECONDS)

    def at(self, now: float) -> "Round":
        """Return the round as it is ``now``: over if its time is."""
        is_due = not self.is_over and now - self.started >= SECONDS
        return self.stopped(now) if is_due else self

    def after(self, attempt: Attempt) -> "Round":
        """Return the round after a reading; one that is over does not change."""
        return self if self.is_over else self._with(self.game.after(attempt), attempt)

    def judged(self, attempt: Attempt, meant: int) -> "Round":
        """Return a round of `FoolIt` after a judged drawing; other and ended ones do not change."""
        if self.is_over or not isinstance(self.game, FoolIt):
            return self
        return self._with(self.game.judged(attempt, meant), attempt)

    def stopped(self, now: float) -> "Round":
        """Return the round, ended ``now`` unless it was before."""
        return self if self.is_over else replace(self, ended=self.seconds(now))

    def _with(self, game: Game, attempt: Attempt) -> "Round":
        if game is self.game:
            return self
        return replace(self, game=game, ended=attempt.seconds if game.is_complete else None)
