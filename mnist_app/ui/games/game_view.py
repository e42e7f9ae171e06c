"""What every game says and shows: rules, task, progress, score, and what it teaches."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from mnist_app.ui.attempt import Attempt
from mnist_app.ui.picture_strip import Tile


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
