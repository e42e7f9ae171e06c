"""State of a page in its address, so that a teacher can hand out a link.

Streamlit writes the value of a widget with ``bind="query-params"`` into the address under the
widget's key, unless it is the default, and takes it from there when a link is opened. It drops two
kinds of values silently: those that are no option of the widget, and the default, even if the
session has kept another value. `bound` handles both.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal, TypedDict

import streamlit as st

_UNKNOWN_KEY: Final = "unknown_in_link"
"""Session-state key of the unknown values: widget key to (value in the address, default)."""
_SAFE_TEXT: Final = re.compile(r"[\w .,%-]{1,40}")
"""Values of an address that a page may repeat. They contain no Markdown."""


class Binding(TypedDict):
    """Keyword arguments for a widget whose value is kept in the address and in the session."""

    key: str
    bind: Literal["query-params"]
    persist_state: Literal["session"]


def bound(key: str, options: Iterable[object], default: object, noun: str) -> Binding:
    """Return the keyword arguments that bind a widget to the address; see `check_link`."""
    check_link(key, options, default, noun)
    return {"key": key, "bind": "query-params", "persist_state": "session"}


def check_link(key: str, options: Iterable[object], default: object, noun: str) -> None:
    """Warn if the address asks for an unknown value, until the person chooses a value.

    If the address asks for the default, it replaces the value that the session kept from an
    earlier visit. Call it right before the widget with this ``key``. ``options`` are all values of
    the widget, ``default`` is its value if the address has none, ``noun`` names it in the warning:
    "the model".
    """
    state = st.session_state
    unknown: dict[str, tuple[str, object]] = state.setdefault(_UNKNOWN_KEY, {})
    in_address = st.query_params.get_all(key)
    if in_address == [_in_address(default)] and key in state:
        state[key] = default
    known = set(map(_in_address, options))
    wrong = [value for value in in_address if value not in known]
    if wrong and key not in state:  # with the key in the state the address only lags behind
        unknown[key] = (wrong[-1], default)
    elif key in unknown and state.get(key, default) != unknown[key][1]:
        del unknown[key]
    if key in unknown:
        value = unknown[key][0]
        named = f"{noun} “{value}”" if _SAFE_TEXT.fullmatch(value) else f"{noun} that it asks for"
        st.warning(
            f"This link cannot be followed to the end: {named} is not known here. "
            "The page shows the usual choice instead.",
            icon=":material/link_off:",
        )


def _in_address(value: object) -> str:
    """Return a widget's value as Streamlit writes it into the address."""
    return str(value).lower() if isinstance(value, bool) else str(value)
