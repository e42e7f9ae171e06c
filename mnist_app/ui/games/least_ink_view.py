"""The game Least ink in words and pictures."""

from collections.abc import Sequence
from typing import Final

from mnist_app.prediction import percentage
from mnist_app.ui.attempt import Attempt
from mnist_app.ui.games.game_view import GameView
from mnist_app.ui.games.least_ink import WANTED, LeastInk, ink_used, is_valid
from mnist_app.ui.picture_strip import GOOD, NEUTRAL, Tile
from mnist_app.words import _


class LeastInkView(GameView):
    """`LeastInk` in words."""

    icon = ":material/contrast:"

    def __init__(self, game: LeastInk) -> None:
        self._game: Final = game

    def title(self) -> str:
        return _("Least ink")

    def rules(self) -> str:
        return _(
            "Draw a **5** with as little ink as you can. The network must still be 90 % sure of "
            "it. Your ink is counted in the 28×28 pixels that the network gets."
        )

    def task(self) -> str:
        return _("A :primary[**5**] with little ink")

    def progress(self, attempt: Attempt | None) -> str:
        least = self._game.least
        if attempt is None:
            if least is None:
                return _("Press Clear whenever you want to try again.")
            return _("Best: :primary[**{least} pixels**]. Can you do it with less?").format(
                least=least
            )
        used = ink_used(attempt.prediction.image)
        if is_valid(attempt):
            return _(
                "Best: :primary[**{least} pixels**]. This one: {used} pixels, and it is a 5."
            ).format(least=least, used=used)
        sure = percentage(float(attempt.prediction.answers[WANTED]))
        if least is None:
            return _("This one: {used} pixels, {sure} sure of a 5. It must be 90 %.").format(
                used=used, sure=sure
            )
        return _(
            "Best: :primary[**{least} pixels**]. This one: {used} pixels, {sure} sure of a 5."
        ).format(least=least, used=used, sure=sure)

    def score(self, seconds: float) -> str:
        if self._game.least is None:
            return _("No 5 this time")
        return _("A 5 from {least} pixels of ink!").format(least=self._game.least)

    def is_success(self) -> bool:
        return self._game.least is not None

    def lesson(self) -> str:
        return _(
            "Nobody told the network what a 5 is. It found out which ink tells a 5 from the other "
            "digits, and that is less than a person would draw."
        )

    def tiles(self) -> Sequence[Tile]:
        return [
            Tile(
                attempt.ink,
                GOOD if attempt is self._game.attempts[-1] else NEUTRAL,
                _("{number} pixels").format(number=ink_used(attempt.prediction.image)),
                percentage(attempt.prediction.certainty),
            )
            for attempt in self._game.attempts
        ]
