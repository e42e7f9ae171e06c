"""How other devices open the app: its address as a QR code, or how to start it for them."""

import sys
from typing import Final

import segno
import streamlit as st

from mnist_app.ui.classroom import links, texts
from mnist_app.words import _

QR_WIDTH: Final = 280
"""Width of the QR code in pixels."""
_STREAMLIT: Final = r".venv\Scripts\streamlit" if sys.platform == "win32" else ".venv/bin/streamlit"
START: Final = f"{_STREAMLIT} run app.py --server.address=0.0.0.0"
"""Command that starts the app for other devices, but for the address that it then names."""


def show_invitation() -> None:
    """Show, in a popover, how the class opens the page that this session has open."""
    popover = st.popover(
        _("Invite the class"), icon=":material/qr_code_2:", key="invite", on_change="rerun"
    )
    if not popover.open:
        return
    with popover:
        reach = links.reach()
        if not reach.is_open:
            show_how_to_open()
            return
        st.markdown(_("Scan the picture, or type this address:"))
        show_qr(reach.base, QR_WIDTH)
        with st.container(key="invite_address"):
            st.markdown(f"**{texts.plain(readable(reach.base))}**")
        st.caption(_("The device must be in the same network as this computer."))


def show_qr(link: str, width: int) -> None:
    """Show the QR code of ``link``, ``width`` pixels wide."""
    svg = segno.make(link, micro=False).svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True
    )
    st.image(svg, width=width, alt=_("QR code of the link for pupils"))


def readable(base: str) -> str:
    """Return an address as people type it."""
    return base.removeprefix("http://").removesuffix("/")


def show_how_to_open() -> None:
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
    # plain: the colours of the shell's words have too little contrast
    st.code(f"{START} --browser.serverAddress={named}", language=None, wrap_lines=True)
    where = (
        _("{address} is this computer's address in its network.")
        if found
        else _(
            "Write this computer's own address in its network instead of {address}: ipconfig on "
            "Windows, hostname -I on Linux, or the network settings show it."
        )
    )
    then = _("Then open this page's address again. Classes and drawings are kept.")
    st.caption(f"{where.format(address=named)} {then}")
