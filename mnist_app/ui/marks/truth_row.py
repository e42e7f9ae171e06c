"""A row of buttons, one for each thing that a drawing can be.

Eleven of Streamlit's pills take the browser 50 ms, as long as the rest of an answer.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.components import v2 as components

from mnist_app.ui.truths import TRUTHS, in_words
from mnist_app.words import _

KEY: Final = "truth_row"
_HERE: Final = Path(__file__)
_row = components.component(
    "truth_row",
    html='<div role="group"><p></p><div class="buttons"></div></div>',
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
)


def show_row(chosen: int | None, on_tap: Callable[[int], None]) -> None:
    """Show the row with ``chosen``, one of `TRUTHS` or None, pressed.

    ``on_tap`` is called with what is tapped before the page runs again.
    """

    def take() -> None:
        truth = read_truth(st.session_state.get(KEY))
        if truth is not None:
            on_tap(truth)

    _row(
        data={
            "question": _("Did it get you right? Tap what you drew:"),
            "answers": [in_words(truth) for truth in TRUTHS],
            "chosen": chosen,
        },
        key=KEY,
        height="content",
        on_truth_change=take,
    )


def read_truth(value: object) -> int | None:
    """Return the truth in the component's value; None for anything else, which no page sends."""
    sent = value.get("truth") if isinstance(value, Mapping) else None
    return sent if type(sent) is int and sent in TRUTHS else None
