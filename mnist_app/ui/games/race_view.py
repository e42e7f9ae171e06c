"""The game Race in words and pictures."""

from collections.abc import Sequence
from typing import Final

from mnist_app.arrays import DIGITS
from mnist_app.ui.attempt import Attempt
from mnist_app.ui.games.game_view import GameView
from mnist_app.ui.games.race import Race
from mnist_app.ui.picture_strip import GOOD, WRONG, Tile
from mnist_app.words import _, number


class RaceView(GameView):
    """`Race` in words."""

    icon = ":material/timelapse:"

    def __init__(self, game: Race) -> None:
        self._game: Final = game

    def title(self) -> str:
        return _("Race")

    def rules(self) -> str:
        return _(
            "Draw **0**, then **1**, **2** and so on up to **9**. When a digit is finished, lift "
            "the pen for a moment: if the network is sure of it, the next one is due."
        )

    def task(self) -> str:
        return _("Draw a :primary[**{digit}**]").format(digit=self._game.wanted)

    def progress(self, attempt: Attempt | None) -> str:
        done = len(self._game.attempts)
        accepted = [f":primary[**{digit}**]" for digit in range(done)]
        return " ".join([*accepted, *map(str, range(done, DIGITS))])

    def score(self, seconds: float) -> str:
        if self._game.is_complete:
            return _("All ten digits in {seconds} seconds!").format(seconds=number(seconds, 1))
        return _("{done} of 10 digits in {seconds} seconds").format(
            done=len(self._game.attempts), seconds=number(seconds)
        )

    def is_success(self) -> bool:
        return self._game.is_complete

    def lesson(self) -> str:
        durations = self._game.durations
        if not durations:
            return _(
                "The network knows digits only from the pictures that it learned from. It is quick "
                "with digits that look like those."
            )
        slowest = durations.index(max(durations))
        return _(
            "Your {digit} took longest: {seconds} seconds. The network knows digits "
            "only from the pictures that it learned from. It is quick with digits that look like "
            "those."
        ).format(digit=slowest, seconds=number(max(durations), 1))

    def tiles(self) -> Sequence[Tile]:
        durations = self._game.durations
        slowest = max(durations, default=0.0)
        return [
            Tile(
                attempt.ink,
                WRONG if duration == slowest else GOOD,
                str(digit),
                _("{seconds} s").format(seconds=number(duration, 1)),
            )
            for digit, (attempt, duration) in enumerate(
                zip(self._game.attempts, durations, strict=True)
            )
        ]
