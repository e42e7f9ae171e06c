"""The pupil's page: join, draw what is asked for, see one's own drawings."""

from pathlib import Path
from typing import Final
from uuid import NAMESPACE_OID, uuid5

import streamlit as st

from mnist_app.classroom.records import Asked, ClassRoom, Pupil
from mnist_app.errors import ClassFullError, MnistAppError
from mnist_app.server.class_store import shared_store
from mnist_app.ui import page_head, runtime
from mnist_app.ui.canvas import component, drawing_pad
from mnist_app.ui.canvas.canvas_spec import CLASS
from mnist_app.ui.classroom import address, membership, texts
from mnist_app.ui.classroom.pupil_mark import show_mark
from mnist_app.ui.image_row import show_row
from mnist_app.words import _, mark

DRAW_PAGE: Final = Path("pages", "draw_page.py")
"""The page Draw, as seen from `mnist_app.ui.main`."""
EIGHT: Final = 8
"""The digit that begins with a vowel."""
OWN_WIDTH: Final = 56
"""Width of the pupil's own drawings at the end, in pixels."""
OFFLINE: Final = mark(
    "**No connection.** Draw on: your drawing stays here. Press Next when this line has gone."
)
_ASKED, _KEPT, _EMPTY, _PROBLEM = "class_asked", "class_kept", "class_empty", "class_problem"
"""Session-state keys: what the pupil is asked for as (number of the pupil in the store, `Asked`),
the digit that was kept last, whether Next was pressed on an empty canvas, and the sentence about
what went wrong last."""


def show_joining(code: str) -> None:
    """Show the class of a code and the button that joins it."""
    store = shared_store.get()
    classroom = store.class_of_code(code, membership.visitor())
    page_head.title_row(texts.plain(classroom.title))
    per_digit = classroom.drawings_per_digit
    st.markdown(
        _(
            "You will draw {count} digits with your finger, a pen or a mouse. You get a number, a "
            "colour and a shape. Nobody asks for your name."
        ).format(count=10 * per_digit)
    )
    if st.button(
        _("Join as a new pupil"), key="join_class", type="primary", icon=":material/person_add:"
    ):
        secret = store.join(classroom)[1]
        component.clear(CLASS)
        address.go_to("pupil", secret)
        st.rerun()
    st.caption(_("Have you joined before? Go back to the tab in which you drew."))
    texts.show_privacy(classroom.delete_on)
    texts.show_leave(_("Another code"))


def show_pupil(secret: str) -> None:
    """Show the page of the pupil with this secret."""
    store = shared_store.get()
    pupil = store.pupil_of_secret(secret)
    classroom = store.class_of_pupil(pupil)
    _set_asked(pupil, store.asked(pupil))
    with st.container(key="class_pupil", gap="xsmall"):
        if pupil.is_removed:
            st.warning(_("Your teacher has taken you out of this class. Ask your teacher."))
        else:
            show_mark(pupil)
            _show_drawing(classroom, pupil)
    texts.show_privacy(classroom.delete_on)
    texts.show_leave(_("Leave this class"))


def drawing_id(pupil: Pupil, asked: Asked) -> str:
    """Return the id of the drawing for what a pupil is asked, a UUID.

    It follows from how many digits are drawn already and from the digit: a drawing sent again,
    after a lost answer or from a page that was loaded again, has the id that it had.
    """
    return str(uuid5(NAMESPACE_OID, f"{pupil.id} {asked.drawn} {asked.digit}"))


@runtime.isolated_fragment
def _show_drawing(classroom: ClassRoom, pupil: Pupil) -> None:
    asked = _asked(pupil)
    _show_progress(asked)
    if asked.digit is None:
        _show_end(classroom, pupil)
        return
    problem = st.session_state.get(_PROBLEM)
    if problem:
        st.warning(problem)
    with st.container(key="class_prompt"):
        st.markdown(prompt(asked.digit, is_empty=bool(st.session_state.get(_EMPTY))))
    drawing_pad.show_canvas(CLASS, _name_of_drawing(pupil, asked))
    with st.container(key="class_offline"):
        st.markdown(_(OFFLINE))
    with st.container(horizontal=True, key="class_buttons"):
        st.button(
            _("I drew something else"),
            key="class_skip",
            type="tertiary",
            on_click=_skip,
            args=(pupil, asked),
        )
        st.button(
            _("Next"),
            key="class_next",
            type="primary",
            width="stretch",
            icon=":material/check:",
            on_click=_keep_drawing,
            args=(pupil, asked),
        )


def _show_progress(asked: Asked) -> None:
    kept = st.session_state.get(_KEPT)
    tick = _("Your {digit} is kept").format(digit=kept)
    tick = "" if kept is None else f":green[:material/check_circle:] {tick} · "
    text = _("{drawn} of {total}").format(drawn=asked.drawn, total=asked.total)
    st.progress(asked.drawn / asked.total, text=f"{tick}{text}")


def _show_end(classroom: ClassRoom, pupil: Pupil) -> None:
    with st.container(key="class_prompt"):
        st.markdown(_("Thank you!"))
    st.markdown(_("All your digits are kept. Look at the wall: your teacher shows it."))
    own = shared_store.get().drawings(classroom, pupil)
    alt = _("Your drawing, 28×28 pixels")
    images = [(drawing.image, f"{drawing.label}", alt) for drawing in own]
    show_row(images, OWN_WIDTH, key="class_own")
    st.caption(
        _(
            "This is what the models see of them: 28×28 pixels. Is another pupil waiting for this "
            "device?"
        )
    )
    if st.button(
        _("The next pupil draws here"), key="class_next_pupil", icon=":material/person_add:"
    ):
        address.go_to("code", classroom.code)
        st.rerun()
    st.page_link(
        DRAW_PAGE,
        label=_("While you wait: all ten digits against the clock"),
        icon=":material/timelapse:",
        query_params={"game": "race"},
    )


def prompt(digit: int, *, is_empty: bool) -> str:
    """Return what to draw; ``is_empty`` after Next was pressed on an empty canvas."""
    if is_empty:
        sentence = _("Draw an 8 first") if digit == EIGHT else _("Draw a {digit} first")
    else:
        sentence = _("Draw an 8") if digit == EIGHT else _("Draw a {digit}")
    return sentence.format(digit=digit)


def _keep_drawing(pupil: Pupil, asked: Asked) -> None:
    """Store what is on the canvas, and ask for the next digit; else the drawing stays there."""
    state = st.session_state
    component.take_report(CLASS)
    strokes = component.strokes(CLASS)
    state[_EMPTY] = not strokes
    if asked.digit is None or not strokes:
        return
    state[_PROBLEM] = state[_KEPT] = None
    try:
        _, following = shared_store.get().add_drawing(
            pupil,
            drawing_id(pupil, asked),
            asked.digit,
            strokes,
            height=CLASS.height,
            width=CLASS.width,
        )
        _set_asked(pupil, following)
        state[_KEPT] = asked.digit
    except MnistAppError as error:
        state[_PROBLEM] = str(error)
        if isinstance(error, ClassFullError):  # drawn in another tab: ask for what is left
            state[_PROBLEM] = texts.problem_of(lambda: _ask_again(pupil)) or str(error)


def _skip(pupil: Pupil, asked: Asked) -> None:
    """Drop what is on the canvas, and ask for another digit."""
    state = st.session_state
    state[_PROBLEM] = state[_KEPT] = state[_EMPTY] = None
    if asked.digit is None:
        return
    digit = asked.digit

    def skip() -> None:
        shared_store.get().skip(pupil, digit)
        _ask_again(pupil)

    state[_PROBLEM] = texts.problem_of(skip)
    if state[_PROBLEM] is None:
        component.clear(CLASS)


def _ask_again(pupil: Pupil) -> None:
    _set_asked(pupil, shared_store.get().asked(pupil))


def _asked(pupil: Pupil) -> Asked:
    asked = st.session_state[_ASKED][1]
    return asked if isinstance(asked, Asked) else shared_store.get().asked(pupil)


def _set_asked(pupil: Pupil, asked: Asked) -> None:
    """Remember what the pupil is asked for; the canvas is emptied for another digit."""
    state = st.session_state
    before = state.get(_ASKED)
    state[_ASKED] = (pupil.id, asked)
    if before is not None and before != state[_ASKED]:
        component.clear(CLASS)
    if before is not None and before[0] != pupil.id:
        state[_PROBLEM] = state[_KEPT] = state[_EMPTY] = None


def _name_of_drawing(pupil: Pupil, asked: Asked) -> str:
    """Return the name under which the browser keeps the drawing for a reload.

    It never brings back a drawing of another pupil, or one that the class has already.
    """
    return f"class-{pupil.id}-{asked.drawn}-{asked.digit}"
