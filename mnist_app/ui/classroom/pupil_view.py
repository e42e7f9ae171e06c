"""The pupil's page: join, draw what is asked for, see one's own drawings."""

from typing import Final
from uuid import NAMESPACE_OID, uuid5

import streamlit as st

from mnist_app.classroom.records import Asked, ClassRoom, Drawing, Pupil
from mnist_app.errors import ClassFullError, MnistAppError
from mnist_app.server.class_store import shared_store
from mnist_app.ui import runtime
from mnist_app.ui.canvas import component, drawing_pad
from mnist_app.ui.canvas.canvas_spec import CLASS
from mnist_app.ui.classroom import address, membership, texts
from mnist_app.ui.classroom.pupil_mark import show_mark
from mnist_app.ui.image_row import show_row

OWN_WIDTH: Final = 56
"""Width of the pupil's own drawings at the end, in pixels."""
OFFLINE: Final = (
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
    st.title(texts.plain(classroom.title), anchor=False)
    per_digit = classroom.drawings_per_digit
    st.markdown(
        f"You will draw {10 * per_digit} digits with your finger, a pen or a mouse. You get a "
        "number, a colour and a shape. Nobody asks for your name."
    )
    if st.button(
        "Join as a new pupil", key="join_class", type="primary", icon=":material/person_add:"
    ):
        _, secret = store.join(classroom)
        component.clear(CLASS)
        address.go_to("pupil", secret)
        st.rerun()
    st.caption("You have joined before? Go back to the tab in which you drew.")
    texts.show_privacy(classroom.delete_on)
    texts.show_leave("Another code")


def show_pupil(secret: str) -> None:
    """Show the page of the pupil with this secret."""
    store = shared_store.get()
    pupil = store.pupil_of_secret(secret)
    classroom = store.class_of_pupil(pupil)
    _set_asked(pupil, store.asked(pupil))
    with st.container(key="class_pupil", gap="xsmall"):
        if pupil.is_removed:
            st.warning("Your teacher has taken you out of this class. Ask your teacher.")
        else:
            _show_drawing(classroom, pupil)
    texts.show_privacy(classroom.delete_on)
    texts.show_leave("Leave this class")


def drawing_id(pupil: Pupil, asked: Asked) -> str:
    """Return the id of the drawing for what a pupil is asked, a UUID.

    It follows from how many digits are drawn already and from the digit: a drawing sent again,
    after a lost answer or from a page that was loaded again, has the id that it had.
    """
    return str(uuid5(NAMESPACE_OID, f"{pupil.id} {asked.drawn} {asked.digit}"))


@runtime.isolated_fragment
def _show_drawing(classroom: ClassRoom, pupil: Pupil) -> None:
    asked = _asked(pupil)
    show_mark(pupil)
    _show_progress(asked)
    if asked.digit is None:
        _show_end(classroom, pupil)
        return
    problem = st.session_state.get(_PROBLEM)
    if problem:
        st.warning(problem)
    is_empty = " first" if st.session_state.get(_EMPTY) else ""
    with st.container(key="class_prompt"):
        st.markdown(f"Draw {with_article(asked.digit)}{is_empty}")
    drawing_pad.show_canvas(CLASS, _name_of_drawing(pupil, asked))
    with st.container(key="class_offline"):
        st.markdown(OFFLINE)
    with st.container(horizontal=True, key="class_buttons"):
        st.button(
            "I drew something else",
            key="class_skip",
            type="tertiary",
            on_click=_skip,
            args=(pupil, asked),
        )
        st.button(
            "Next",
            key="class_next",
            type="primary",
            width="stretch",
            icon=":material/check:",
            on_click=_keep_drawing,
            args=(pupil, asked),
        )


def _show_progress(asked: Asked) -> None:
    kept = st.session_state.get(_KEPT)
    tick = "" if kept is None else f":green[:material/check_circle:] Your {kept} is kept · "
    st.progress(asked.drawn / asked.total, text=f"{tick}{asked.drawn} of {asked.total}")


def _show_end(classroom: ClassRoom, pupil: Pupil) -> None:
    with st.container(key="class_prompt"):
        st.markdown("Thank you!")
    st.markdown("All your digits are kept. Look at the wall: your teacher shows it.")
    own = shared_store.get().drawings(classroom, pupil)
    images = [(drawing.image, _caption(drawing), "Your drawing, 28×28 pixels") for drawing in own]
    show_row(images, OWN_WIDTH, key="class_own")
    st.caption(
        "This is what the models see of them: 28×28 pixels. Is another pupil waiting for this "
        "device?"
    )
    if st.button("The next pupil draws here", key="class_next_pupil", icon=":material/person_add:"):
        address.go_to("code", classroom.code)
        st.rerun()


def with_article(digit: int) -> str:
    """Return "a 4", "an 8"."""
    return f"{'an' if digit == 8 else 'a'} {digit}"  # noqa: PLR2004 (eight)


def _caption(drawing: Drawing) -> str:
    return f"{drawing.label}"


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
        store = shared_store.get()
        store.add_drawing(
            pupil,
            drawing_id(pupil, asked),
            asked.digit,
            strokes,
            height=CLASS.height,
            width=CLASS.width,
        )
        _set_asked(pupil, store.asked(pupil))
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
    _, asked = st.session_state[_ASKED]
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
