"""Projector mode: every page large enough for the back of a classroom.

The switch is in the address (``?projector=true``) and stays on from page to page. The mode enlarges
the content of a page by CSS (``projector.css``); what is drawn keeps the coordinates of the canvas.
"""

from pathlib import Path
from typing import Final

import streamlit as st

from mnist_app.ui import url_state
from mnist_app.words import _

KEY: Final = "projector"
"""Key of the switch in the address and in the session state."""
_STYLE: Final = Path(__file__).with_name("projector.css")


def show_switch() -> None:
    """Show the switch, and enlarge the page while it is on."""
    is_on = st.toggle(
        _("Projector"),
        **url_state.bound(KEY, (True, False), False, _("the switch's position")),
        help=_("Makes everything large enough for the back of a classroom."),
    )
    if is_on:
        st.html(_STYLE)
