"""What each game says and shows: rules, task, progress, score, and what it teaches."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final

from mnist_app.arrays import DIGITS
from mnist_app.recognizer import percentage
from mnist_app.ui.attempt import Attempt
from mnist_app.ui.games.fool_it import FoolIt, Trick, answer, answer_certainty
from mnist_app.ui.games.least_ink import WANTED, LeastInk, ink_used, is_valid
from mnist_app.ui.games.race import Race
from mnist_app.ui.games.rounds import Game
from mnist_app.ui.picture_strip import GOOD, NEUTRAL, WRONG, Tile


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


class RaceView(GameView):
    """`Race` in words."""

    icon = ":material/timelapse:"

    def __init__(self, game: Race) -> None:
        self._game: Final = game

    def title(self) -> str:
        return "Race"

    def rules(self) -> str:
        return (
            "Draw **0**, then **1**, **2** and so on up to **9**. As soon as the network is sure "
            "of a digit, the next one is due."
        )

    def task(self) -> str:
        return f"Draw a **{self._game.wanted}**"

    def progress(self, attempt: Attempt | None) -> str:
        done = len(self._game.attempts)
        accepted = [f":primary[**{digit}**]" for digit in range(done)]
        return " ".join([*accepted, *map(str, range(done, DIGITS))])

    def score(self, seconds: float) -> str:
        if self._game.is_complete:
            return f"All ten digits in {self._game.attempts[-1].seconds:.1f} seconds!"
        return f"{len(self._game.attempts)} of 10 digits in {seconds:.0f} seconds"

    def is_success(self) -> bool:
        return self._game.is_complete

    def lesson(self) -> str:
        durations = self._game.durations
        if not durations:
            return (
                "The network knows digits only from the pictures that it learned from. It is quick "
                "with digits that look like those."
            )
        slowest = durations.index(max(durations))
        return (
            f"Your {slowest} took longest: {max(durations):.1f} seconds. The network knows digits "
            "only from the pictures that it learned from. It is quick with digits that look like "
            "those."
        )

    def tiles(self) -> Sequence[Tile]:
        durations = self._game.durations
        slowest = max(durations, default=0.0)
        return [
            Tile(
                attempt.ink,
                WRONG if duration == slowest else GOOD,
                str(digit),
                f"{duration:.1f} s",
            )
            for digit, (attempt, duration) in enumerate(
                zip(self._game.attempts, durations, strict=True)
            )
        ]


class LeastInkView(GameView):
    """`LeastInk` in words."""

    icon = ":material/contrast:"

    def __init__(self, game: LeastInk) -> None:
        self._game: Final = game

    def title(self) -> str:
        return "Least ink"

    def rules(self) -> str:
        return (
            "Draw a **5** with as little ink as you can. The network must still be 90 % sure of "
            "it. Your ink is counted in the 28×28 pixels that the network gets."
        )

    def task(self) -> str:
        return "Draw a **5** with little ink"

    def progress(self, attempt: Attempt | None) -> str:
        least = self._game.least
        if attempt is None:
            if least is None:
                return "Press Clear whenever you want to try again."
            return f"Best: :primary[**{least} pixels**]. Can you do it with less?"
        used = ink_used(attempt.prediction.image)
        if is_valid(attempt):
            return f"Best: :primary[**{least} pixels**]. This one: {used} pixels, and it is a 5."
        sure = percentage(float(attempt.prediction.answers[WANTED]))
        if least is None:
            return f"This one: {used} pixels, and {sure} sure of a 5. It must be 90 %."
        return f"Best: :primary[**{least} pixels**]. This one: {used} pixels, {sure} sure of a 5."

    def score(self, seconds: float) -> str:  # noqa: ARG002 (as the other games have it)
        if self._game.least is None:
            return "No 5 this time"
        return f"A 5 from {self._game.least} pixels of ink!"

    def is_success(self) -> bool:
        return self._game.least is not None

    def lesson(self) -> str:
        return (
            "Nobody told the network what a 5 is. It found out which ink tells a 5 from the other "
            "digits, and that is less than a person would draw."
        )

    def tiles(self) -> Sequence[Tile]:
        return [
            Tile(
                attempt.ink,
                GOOD if attempt is self._game.attempts[-1] else NEUTRAL,
                f"{ink_used(attempt.prediction.image)} pixels",
                percentage(attempt.prediction.certainty),
            )
            for attempt in self._game.attempts
        ]


class FoolItView(GameView):
    """`FoolIt` in words."""

    icon = ":material/sentiment_very_satisfied:"

    def __init__(self, game: FoolIt) -> None:
        self._game: Final = game

    def title(self) -> str:
        return "Fool it"

    def rules(self) -> str:
        return (
            "Draw something that is **no digit** but is taken for one, or a digit that a friend "
            "can read and the network cannot. The surer the network is of its wrong answer, the "
            "more points you get. A friend watches that you are honest."
        )

    def task(self) -> str:
        return "Draw, say what it is, and **Judge**"

    def progress(self, attempt: Attempt | None) -> str:
        points = self._game.points
        if not self._game.tricks:
            return f":primary[**{points} points**]"
        last = self._game.tricks[-1]
        said = said_in_words(last)
        if last.is_fooled:
            return f"Fooled! It said {said}. :primary[**{points} points**]"
        return f"Not fooled: it said {said}. :primary[**{points} points**]"

    def score(self, seconds: float) -> str:
        number, points = len(self._game.fooled), self._game.points
        if not number:
            return "It was not fooled this time"
        return f"Fooled once: {points} points!" if number == 1 else (
            f"Fooled {number} times: {points} points!"
        )

    def is_success(self) -> bool:
        return bool(self._game.fooled)

    def lesson(self) -> str:
        return (
            "The network looks for shapes that it saw in training and knows nothing of what they "
            "mean. Being sure is not the same as being right."
        )

    def tiles(self) -> Sequence[Tile]:
        return [
            Tile(
                trick.attempt.ink,
                WRONG if trick.is_fooled else NEUTRAL,
                f"{meaning(trick.meant)} → {meaning(answer(trick.attempt.prediction))}",
                percentage(answer_certainty(trick.attempt.prediction)),
            )
            for trick in self._game.tricks
        ]


def view_of(game: Game) -> GameView:
    """Return the view of a game."""
    match game:
        case Race():
            return RaceView(game)
        case LeastInk():
            return LeastInkView(game)
        case FoolIt():
            return FoolItView(game)


def meaning(answered: int | None) -> str:
    """Return what a drawing is said to be: a digit, or none."""
    return "no digit" if answered is None else str(answered)


def said_in_words(trick: Trick) -> str:
    """Return the network's answer to a drawing: "3, 97 % sure"."""
    reading = trick.attempt.prediction
    return f"{meaning(answer(reading))}, {percentage(answer_certainty(reading))} sure"
