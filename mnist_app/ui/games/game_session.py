"""The game of a session: the one in the address, and its round.

A round stays in the session's memory, until another one begins or the page is left for another
game. A reload makes a new session: the address then leads to the start of the game.
"""

import time
from typing import Final

import streamlit as st

from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.ui import url_state
from mnist_app.ui.attempt import Attempt
from mnist_app.ui.canvas import component
from mnist_app.ui.canvas.canvas_spec import DIGIT
from mnist_app.ui.games.rounds import GAMES, Round
from mnist_app.ui.models import LoadedModel
from mnist_app.words import _

PARAMETER: Final = "game"
"""Of the address; also the session-state key of a game that was chosen on the page."""
_ROUND: Final = "game_round"
_NEWS: Final = "game_round_ended_now"
"""Session-state keys of the round, and of whether its end was not yet shown."""

now = time.monotonic


def chosen_game() -> str | None:
    """Return the name of the game in the address, None without one."""
    name = st.query_params.get(PARAMETER)
    return name if name in GAMES else None


def check_link() -> None:
    """Warn if the address asks for a game that there is not, as `url_state` does."""
    if PARAMETER in st.query_params:
        url_state.check_link(PARAMETER, GAMES, None, _("the game"))


def choose(name: str) -> None:
    """Put the game called ``name`` into the address; it is not begun."""
    st.session_state[PARAMETER] = name
    st.query_params[PARAMETER] = name
    st.session_state.pop(_ROUND, None)


def leave() -> None:
    """Take the game out of the address."""
    st.session_state.pop(PARAMETER, None)
    st.query_params.pop(PARAMETER, None)
    st.session_state.pop(_ROUND, None)


def begin(name: str, model: LoadedModel) -> None:
    """Begin a round on an empty canvas."""
    component.clear(DIGIT)
    _keep(Round.begin(name, model.name, now()))


def present_round(name: str, model: LoadedModel) -> Round | None:
    """Return the session's round of this game with this model, as it is now; None without one."""
    found = st.session_state.get(_ROUND)
    if not isinstance(found, Round) or (found.name, found.model) != (name, model.name):
        return None
    present = found.at(now())
    _keep(present)
    return present


def read_drawing(model: LoadedModel, present: Round) -> Attempt | None:
    """Return the drawing that the browser sent last, read by ``model``; None if it is blank."""
    component.take_report(DIGIT)
    ink = component.ink(DIGIT)
    steps = None if ink is None else steps_of_drawing(ink)
    if ink is None or steps is None:
        return None
    prediction = model.recognizer.read_normalized(steps.image)
    return Attempt.of(ink, prediction, present.seconds(now()))


def play(present: Round, attempt: Attempt) -> Round:
    """Return the round after a reading; the canvas is cleared for the next digit of a race."""
    after = present.after(attempt)
    if after is not present:
        _keep(after)
        if after.clears_canvas:
            component.clear(DIGIT)
    return after


def judge(name: str, model: LoadedModel, meant: int) -> None:
    """Judge the drawing that is said to be ``meant``, and clear the canvas; a blank one waits."""
    present = present_round(name, model)
    attempt = None if present is None else read_drawing(model, present)
    if present is not None and attempt is not None:
        _keep(present.judged(attempt, meant))
        component.clear(DIGIT)


def stop() -> None:
    """End the round, if there is one."""
    found = st.session_state.get(_ROUND)
    if isinstance(found, Round):
        _keep(found.stopped(now()))


def take_news() -> bool:
    """Tell, once, that the round has ended."""
    return bool(st.session_state.pop(_NEWS, False))


def _keep(new: Round) -> None:
    """Keep the round, and whether it has just ended."""
    old = st.session_state.get(_ROUND)
    was_over = isinstance(old, Round) and old.is_over
    if new.is_over and not was_over:
        st.session_state[_NEWS] = True
    st.session_state[_ROUND] = new
