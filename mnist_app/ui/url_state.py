"""A page's state in its address, so that a teacher can hand out a link.

Widgets that are created with ``bind="query-params"`` write their value into the address under
their key, unless it is the usual one, and take it from there when a link is opened. Streamlit
matches it with the widget's options; what is no option it drops in silence, and so it does with
the usual value, even where the session has kept another one: `say_unknown` makes up for both.
"""

import re
from collections.abc import Collection
from typing import Final

import streamlit as st

_UNKNOWN: Final = "unknown_in_link"
_HARMLESS: Final = re.compile(r"[\w .,%-]{1,40}")
"""What of an address is repeated on the page: nothing that Markdown would take for a picture."""


def say_unknown(key: str, options: Collection[str], usual: object, what: str) -> None:
    """Say that the address asks for something that is not there, until the person chooses.

    Where it asks for the usual value, that one takes the place of what the session kept from an
    earlier visit. Call it right before the widget with this key. ``options`` are its options as
    they are shown, ``usual`` is its value where the address says nothing, ``what`` names it: "the
    model".
    """
    state = st.session_state
    unknown: dict[str, tuple[str, object]] = state.setdefault(_UNKNOWN, {})
    asked_for = st.query_params.get_all(key)
    if asked_for == [_as_shown(usual)] and key in state:
        state[key] = usual
    wrong = [value for value in asked_for if value not in options]
    if wrong and key not in state:  # else the address only lags behind the widget
        unknown[key] = (wrong[-1], usual)
    elif key in unknown and state.get(key, usual) != unknown[key][1]:
        del unknown[key]
    if key in unknown:
        asked = unknown[key][0]
        named = f"{what} “{asked}”" if _HARMLESS.fullmatch(asked) else f"{what} that it asks for"
        st.warning(
            f"This link cannot be followed to the end: {named} is not known here. "
            "The page shows the usual choice instead.",
            icon=":material/link_off:",
        )


def _as_shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
