"""What each game says and shows: rules, task, progress, score, and what it teaches."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final

from mnist_app.arrays import DIGITS
from mnist_app.recognizer import percentage
from mnist_app.ui.attempt import Attempt
from mnist_app.ui.games.fool_it import FoolIt, Trick
from mnist_app.ui.games.least_ink import WANTED, LeastInk, ink_used, is_valid
from mnist_app.ui.games.race import Race
from mnist_app.ui.games.rounds import Game
from mnist_app.ui.picture_strip import GOOD, NEUTRAL, WRONG, Tile
from mnist_app.ui.truths import answer, answer_certainty, in_words
from mnist_app.words import _, ngettext, number


class GameView(ABC):
    """The texts, in Markdown where it says so, and the pictures of one game."""

    icon: str
    """A Material icon of the subset in `mnist_app.server.static_files`."""

    @abstractmethod
    def title(self) -> str:
        """Return the name of the game."""

    @abstractmethod
    def rules(self) -> str:
        """Return what to do, in Markdown."""

    @abstractmethod
    def task(self) -> str:
        """Return what to draw now, in Markdown."""

    @abstractmethod
    def progress(self, attempt: Attempt | None) -> str:
        """Return how the round stands, in Markdown; ``attempt`` is the drawing on the canvas."""

    @abstractmethod
    def score(self, seconds: float) -> str:
        """Return the score of a round that took ``seconds``."""

    @abstractmethod
    def is_success(self) -> bool:
        """Tell whether there is something to be happy about."""

    @abstractmethod
    def lesson(self) -> str:
        """Return what the round shows about neural networks."""

    @abstractmethod
    def tiles(self) -> Sequence[Tile]:
        """Return the drawings of the round for its picture."""


class _RaceView(GameView):
    """`Race` in words."""

    icon = ":material/timelapse:"

    def __init__(self, game: Race) -> None:
        self._game: Final = game

    def title(self) -> str:
        return _("Race")

    def rules(self) -> str:
        return _(
            "Draw **0**, then **1**, **2** and so on up to **9**. As soon as the network is sure "
            "of a digit, the next one is due."
        )

    def task(self) -> str:
        return _("Draw a :primary[**{digit}**]").format(digit=self._game.wanted)

    def progress(self, attempt: Attempt | None) -> str:  # noqa: ARG002 (as the others have it)
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


class _LeastInkView(GameView):
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

    def score(self, seconds: float) -> str:  # noqa: ARG002 (as the other games have it)
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


class _FoolItView(GameView):
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

    def progress(self, attempt: Attempt | None) -> str:  # noqa: ARG002 (as the others have it)
        points = self._game.points
        if not self._game.tricks:
            return _("Draw, say what it is, then press Judge.")
        last = self._game.tricks[-1]
        said = said_in_words(last)
        if last.is_fooled:
            return _("Fooled! It said {answer}. :primary[**{points} points**]").format(
                answer=said, points=points
            )
        return _("Not fooled: it said {answer}. :primary[**{points} points**]").format(
            answer=said, points=points
        )

    def score(self, seconds: float) -> str:  # noqa: ARG002 (as the others have it)
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


def view_of(game: Game) -> GameView:
    """Return the view of a game."""
    match game:
        case Race():
            return _RaceView(game)
        case LeastInk():
            return _LeastInkView(game)
        case FoolIt():
            return _FoolItView(game)


def said_in_words(trick: Trick) -> str:
    """Return the network's answer to a drawing: "3, 97 % sure"."""
    reading = trick.attempt.prediction
    return _("{answer}, {share} sure").format(
        answer=in_words(answer(reading)), share=percentage(answer_certainty(reading))
    )
