"""The teacher's first step: pupils join and draw, and their drawings arrive on the wall."""

import sys
from typing import Final

import segno
import streamlit as st

from mnist_app.classroom.records import ClassRoom
from mnist_app.server.class_store import shared_store
from mnist_app.ui.classroom import links, texts
from mnist_app.ui.classroom.wall_view import show_wall
from mnist_app.words import _

QR_WIDTH: Final = {True: 480, False: 200}
"""Width of the QR code in pixels, by whether it is shown large."""
_STREAMLIT: Final = r".venv\Scripts\streamlit" if sys.platform == "win32" else ".venv/bin/streamlit"
START: Final = f"{_STREAMLIT} run app.py --server.address=0.0.0.0"
"""Command that starts the app for other devices, but for the address that it then names."""
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
        is_large = st.toggle(_("Large, for the projector"), value=True, key="class_large")
        _show_switch(classroom)
    if not reach.is_open:
        _show_how_to_open()
    name = "class_join_large" if is_large else "class_join"
    with st.container(horizontal=True, vertical_alignment="center", gap="large", key=name):
        link = reach.link("code", classroom.code)
        if reach.is_open:
            _show_qr(link, QR_WIDTH[is_large])
        with st.container(gap="xsmall", width="stretch"):
            with st.container(key="class_code_shown"):
                st.markdown(f"{classroom.code[:3]} {classroom.code[3:]}")
            st.markdown(
                _("Scan the picture, or open this address and type the code:")
                if reach.is_open
                else _("On this computer, open this address and type the code:")
            )
            with st.container(key="class_address"):
                st.markdown(f"**{texts.plain(_readable(reach.base))}**")
            if not is_large:
                st.caption(_("The whole link: {link}").format(link=texts.plain(link)))


def _readable(base: str) -> str:
    """Return an address as people type it."""
    return base.removeprefix("http://")


def _show_qr(link: str, width: int) -> None:
    svg = segno.make(link, micro=False).svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True
    )
    st.image(svg, width=width, alt=_("QR code of the link for pupils"))


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


def _show_how_to_open() -> None:
    """Say how other devices get to the app, which now answers this computer only."""
    found = links.address_in_network()
    named = found or "192.168.1.23"
    st.warning(
        _(
            "Only this computer can open the app now. For the class, stop it and start it with "
            "this command:"
        ),
        icon=":material/wifi_off:",
    )
    st.code(f"{START} --browser.serverAddress={named}", language="bash", wrap_lines=True)
    where = (
        _("{address} is this computer's address in its network.")
        if found
        else _(
            "Write this computer's own address in its network instead of {address}: ipconfig on "
            "Windows, hostname -I on Linux, or the network settings show it."
        )
    )
    again = _("Then open your teacher's link again. Classes and drawings are kept.")
    st.caption(f"{where.format(address=named)} {again}")
