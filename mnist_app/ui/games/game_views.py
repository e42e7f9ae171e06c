"""The view of each game."""

from mnist_app.ui.games.fool_it import FoolIt
from mnist_app.ui.games.fool_it_view import FoolItView
from mnist_app.ui.games.game_view import GameView
from mnist_app.ui.games.least_ink import LeastInk
from mnist_app.ui.games.least_ink_view import LeastInkView
from mnist_app.ui.games.race import Race
from mnist_app.ui.games.race_view import RaceView
from mnist_app.ui.games.rounds import Game


def view_of(game: Game) -> GameView:
    """Return the view of a game."""
    match game:
        case Race():
            return RaceView(game)
        case LeastInk():
            return LeastInkView(game)
        case FoolIt():
            return FoolItView(game)
