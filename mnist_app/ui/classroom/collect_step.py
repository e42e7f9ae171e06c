"""The teacher's first step: pupils join and draw, and their drawings arrive on the wall."""

from typing import Final

import streamlit as st

from mnist_app.classroom.records import ClassRoom
from mnist_app.server.class_store import shared_store
from mnist_app.ui import invitation
from mnist_app.ui.classroom import links, texts
from mnist_app.ui.classroom.wall_view import show_wall
from mnist_app.words import _

QR_WIDTH: Final = {True: 480, False: 200}
"""Width of the QR code in pixels, by whether it is shown large."""
_PROBLEM: Final = "class_code_problem"


def show_collect(classroom: ClassRoom) -> None:
    """Show how to join, and the wall."""
    _show_joining(classroom)
    show_wall(classroom)


def _show_joining(classroom: ClassRoom) -> None:
    reach = links.reach()
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        st.error(problem)
    if not classroom.is_open:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                _("The code is closed: nobody can join. Those who have joined can go on drawing."),
                width="content",
            )
            _show_switch(classroom)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        is_large = st.toggle(
            _("Large, for the projector"),
            value=True,
            key="class_large",
            help=_("Switch it off when all have joined: the wall moves up."),
        )
        _show_switch(classroom)
    if not reach.is_open:
        invitation.show_how_to_open()
    name = "class_join_large" if is_large else "class_join"
    with st.container(horizontal=True, vertical_alignment="center", gap="large", key=name):
        link = reach.link("code", classroom.code)
        if reach.is_open:
            invitation.show_qr(link, QR_WIDTH[is_large])
        with st.container(gap="xsmall", width="stretch"):
            with st.container(key="class_code_shown"):
                st.markdown(f"{classroom.code[:3]} {classroom.code[3:]}")
            st.markdown(
                _("Scan the picture, or open this address and type the code:")
                if reach.is_open
                else _("On this computer, open this address and type the code:")
            )
            with st.container(key="class_address"):
                st.markdown(f"**{texts.plain(invitation.readable(reach.base))}**")
            if not is_large:
                st.caption(_("The whole link: {link}").format(link=texts.plain(link)))


def _show_switch(classroom: ClassRoom) -> None:
    if classroom.is_open:
        st.button(
            _("Close the code"),
            key="class_close",
            icon=":material/lock:",
            on_click=_set_open,
            args=(classroom, False),
            help=_("Nobody joins any more. Those who have joined can go on drawing."),
        )
    else:
        st.button(
            _("Open the code again"),
            key="class_reopen",
            icon=":material/lock_open:",
            on_click=_set_open,
            args=(classroom, True),
        )


def _set_open(classroom: ClassRoom, is_open: bool) -> None:
    def change() -> None:
        store = shared_store.get()
        (store.reopen_code if is_open else store.close_code)(classroom)

    st.session_state[_PROBLEM] = texts.problem_of(change)
