"""The games on the page Draw: their panel above the canvas, and the choice of one below it."""

import datetime as dt
from typing import Final

import streamlit as st

from mnist_app.ui import pictures
from mnist_app.ui.canvas import component
from mnist_app.ui.downloads import Download, show_links
from mnist_app.ui.games import game_session
from mnist_app.ui.games.game_clock import show_clock
from mnist_app.ui.games.game_view import GameView
from mnist_app.ui.games.game_views import view_of
from mnist_app.ui.games.rounds import GAMES, SECONDS, Round
from mnist_app.ui.kept_files import kept_file
from mnist_app.ui.models import LoadedModel
from mnist_app.ui.picture_strip import WIDTH, draw_strip
from mnist_app.ui.truths import NO_DIGIT, TRUTHS, in_words
from mnist_app.words import _, day

_MEANT: Final = "game_meant"
_PICTURE: Final = "game_picture"
"""Session-state keys of what the next drawing of "Fool it" is said to be, and of the picture of the
last round."""


def show_game(model: LoadedModel | None) -> None:
    """Show the game in the address, if there is one, and count the drawing on the canvas.

    Call it before the canvas, which it empties where the game goes on.
    """
    with st.container(key="game_place"):  # always there: where the canvas moves, it loses its ink
        game_session.check_link()
        name = game_session.chosen_game()
        if name is not None and model is not None:
            _show_panel(name, model)


def _show_panel(name: str, model: LoadedModel) -> None:
    present = game_session.present_round(name, model)
    with st.container(key="game", border=True, gap="small"):
        if present is None:
            _show_start(name, model)
        elif present.is_over:
            _show_end(present, model)
        else:
            _show_running(present, model)


def is_open(model: LoadedModel | None) -> bool:
    """Tell whether a game has the page."""
    return model is not None and game_session.chosen_game() is not None


def show_choice() -> None:
    """Show what there is to play; the page's style hides it while a game has the page.

    It stands outside the fragment of the canvas, which runs again for every stroke.
    """
    with st.container(key="play"):
        st.header(_("Play"), anchor=False)
        _show_games("play")


def _show_games(place: str, without: str | None = None) -> None:
    with st.container(horizontal=True, gap="small"):
        for name, kind in GAMES.items():
            view = view_of(kind())
            if name != without:
                st.button(
                    view.title(),
                    key=f"{place}_{name}",
                    icon=view.icon,
                    on_click=game_session.choose,
                    args=(name,),
                )


def _show_begin(
    label: str, icon: str, name: str, model: LoadedModel, help_text: str | None = None
) -> None:
    st.button(
        label,
        key="game_begin",
        type="primary",
        icon=icon,
        on_click=game_session.begin,
        args=(name, model),
        help=help_text,
    )


def _show_start(name: str, model: LoadedModel) -> None:
    view = view_of(GAMES[name]())
    _show_head(f"{view.icon} **{view.title()}**", SECONDS, f"{name} at its start")
    st.markdown(view.rules())
    with st.container(horizontal=True):
        _show_begin(
            _("Start"),
            ":material/arrow_forward:",
            name,
            model,
            help_text=_("You have a minute. Your drawing on the canvas is cleared."),
        )
        _show_leave()


def _show_running(present: Round, model: LoadedModel) -> None:
    attempt = game_session.read_drawing(model, present)
    if attempt is not None:
        before, present = present, game_session.play(present, attempt)
        if present.is_over:
            _show_end(present, model)
            return
        if present is not before and present.clears_canvas:
            attempt = None
    component.send_after_rest(present.rest)
    view = view_of(present.game)
    left = SECONDS - present.seconds(game_session.now())
    _show_head(view.task(), left, f"{present.name} from {present.started}", is_running=True)
    if present.name == "fool-it":
        _show_judge(present, model)
    with st.container(key=f"game_progress_{present.name}"):
        st.markdown(view.progress(attempt))


def _show_judge(present: Round, model: LoadedModel) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        meant = st.selectbox(
            _("What it is"),
            (NO_DIGIT, *TRUTHS[:NO_DIGIT]),
            format_func=in_words,
            key=_MEANT,
            width=140,
            label_visibility="collapsed",
        )
        st.button(
            _("Judge"),
            key="game_judge",
            type="primary",
            on_click=game_session.judge,
            args=(present.name, model, meant),
        )


def _show_end(present: Round, model: LoadedModel) -> None:
    view = view_of(present.game)
    seconds = present.seconds(game_session.now())
    score = view.score(seconds)
    _show_head(score, SECONDS - seconds, f"{present.name} to {present.started}")
    if view.tiles():
        picture = kept_file(_PICTURE, present, lambda: _picture(present, view, score))
        st.image(
            pictures.png_url(picture),
            width=WIDTH,
            alt=_("The drawings of this round. {score}").format(score=score),
        )
        file = Download(_("Picture (PNG)"), f"{present.name}.png", "image/png", picture)
        show_links([file], key="game_download")
    st.markdown(view.lesson())
    with st.container(horizontal=True):
        _show_begin(_("Again"), ":material/refresh:", present.name, model)
        _show_leave()
    _show_games("next", without=present.name)
    if game_session.take_news() and view.is_success():
        st.balloons()


def _show_head(words: str, left: float, state: str, *, is_running: bool = False) -> None:
    with st.container(key="game_head", gap="xsmall"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.markdown(words, width="content")
            if is_running:
                st.button(_("Stop"), key="game_stop", type="tertiary", on_click=game_session.stop)
        show_clock(left, state, game_session.stop, is_running=is_running)


def _show_leave() -> None:
    st.button(_("Leave the game"), key="game_leave", type="tertiary", on_click=game_session.leave)


def _picture(present: Round, view: GameView, score: str) -> bytes:
    today = dt.datetime.now().astimezone().date()
    footer = _("Read by the model {model}, {day}").format(model=present.model, day=day(today))
    return draw_strip(f"{view.title()}: {score}", view.tiles(), footer)
