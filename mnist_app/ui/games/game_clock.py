"""The clock of a game, which runs in the browser: the server hears of it once, at the end."""

from collections.abc import Callable
from pathlib import Path

from streamlit.components import v2 as components

from mnist_app.ui.games.rounds import SECONDS
from mnist_app.words import _

_HERE = Path(__file__)
_clock = components.component(
    "game_clock",
    html='<div class="clock" role="timer"><span class="number"></span>'
    '<div class="track" aria-hidden="true"><div class="fill"></div></div></div>',
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
)


def show_clock(left: float, state: str, on_end: Callable[[], None], *, is_running: bool) -> None:
    """Show the seconds that are ``left``; if the clock is running, ``on_end`` is called at its end.

    A new ``state`` of the game, a text of its own for each round, is scrolled into view.
    """
    _clock(
        data={
            "left": left,
            "whole": SECONDS,
            "state": state,
            "isRunning": is_running,
            "seconds": _("{} s"),
        },
        key="game_clock",
        height="content",
        on_ended_change=on_end,
    )
