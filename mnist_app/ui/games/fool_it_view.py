"""The game Fool it in words and pictures."""

from collections.abc import Sequence
from typing import Final

from mnist_app.prediction import percentage
from mnist_app.ui.attempt import Attempt
from mnist_app.ui.games.fool_it import FoolIt, Trick
from mnist_app.ui.games.game_view import GameView
from mnist_app.ui.picture_strip import NEUTRAL, WRONG, Tile
from mnist_app.ui.truths import answer, answer_certainty, in_words
from mnist_app.words import _, ngettext


class FoolItView(GameView):
    """`FoolIt` in words."""

    icon = ":material/sentiment_very_satisfied:"

    def __init__(self, game: FoolIt) -> None:
        self._game: Final = game

    def title(self) -> str:
        return _("Fool it")

    def rules(self) -> str:
        return _(
            "Draw something that is **no digit** but is taken for one, or a digit that a friend "
            "can read and the network cannot. The surer the network is of its wrong answer, the "
            "more points you get. A friend watches that you are honest."
        )

    def task(self) -> str:
        return _("**Fool it!**")

    def progress(self, attempt: Attempt | None) -> str:
        points = self._game.points
        if not self._game.tricks:
            return _("Draw, say what it is, then press Judge.")
        last = self._game.tricks[-1]
        said = _said(last)
        if last.is_fooled:
            return _("Fooled! It said {answer}. :primary[**{points} points**]").format(
                answer=said, points=points
            )
        return _("Not fooled: it said {answer}. :primary[**{points} points**]").format(
            answer=said, points=points
        )

    def score(self, seconds: float) -> str:
        count = len(self._game.fooled)
        if not count:
            return _("It was not fooled this time")
        return ngettext(
            "Fooled once: {points} points!", "Fooled {count} times: {points} points!", count
        ).format(count=count, points=self._game.points)

    def is_success(self) -> bool:
        return bool(self._game.fooled)

    def lesson(self) -> str:
        return _(
            "The network looks for shapes that it saw in training and knows nothing of what they "
            "mean. Being sure is not the same as being right."
        )

    def tiles(self) -> Sequence[Tile]:
        return [
            Tile(
                trick.attempt.ink,
                WRONG if trick.is_fooled else NEUTRAL,
                _("{truth}, said {answer}").format(
                    truth=in_words(trick.meant), answer=in_words(answer(trick.attempt.prediction))
                ),
                percentage(answer_certainty(trick.attempt.prediction)),
            )
            for trick in self._game.tricks
        ]


def _said(trick: Trick) -> str:
    """Return the network's answer to a drawing: "3, 97 % sure"."""
    reading = trick.attempt.prediction
    return _("{answer}, {share} sure").format(
        answer=in_words(answer(reading)), share=percentage(answer_certainty(reading))
    )
