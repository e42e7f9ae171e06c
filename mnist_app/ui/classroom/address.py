"""What the address of the page Class says: whose view it shows.

``?code=CODE`` joins a class, ``?pupil=SECRET`` is a pupil's own page, ``?key=SECRET`` the
teacher's. The secrets stand in the address so that a reload, a lost connection, a phone that slept
and a bookmark go on where they were, without cookies or accounts. Who sees or copies an address can
open its page; whoever copies a pupil's draws as that pupil, and sees no drawing but its own.
"""

from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

Kind = Literal["key", "pupil", "code"]
KINDS: Final[tuple[Kind, ...]] = ("key", "pupil", "code")
_REMEMBERED: Final = "class_address"
"""Session-state key of the last address: links to other pages of the app lead back without it."""

FOUND_KEY: Final = "class_of_session"
"""Session-state key of the class whose models are used, see `membership`."""


@dataclass(frozen=True)
class ClassAddress:
    """Whose view an address shows. ``value`` is a secret or a code: never log it."""

    kind: Kind
    value: str


def read() -> ClassAddress | None:
    """Return what the address says, or what it said last in this session; None at the entrance."""
    for kind in KINDS:
        value = st.query_params.get(kind)
        if value:
            found = ClassAddress(kind, value)
            st.session_state[_REMEMBERED] = found
            return found
    last = remembered()
    if last is not None:
        st.query_params[last.kind] = last.value
    return last


def remembered() -> ClassAddress | None:
    """Return what the address of the page Class said last in this session."""
    found = st.session_state.get(_REMEMBERED)
    return found if isinstance(found, ClassAddress) else None


def go_to(kind: Kind, value: str) -> None:
    """Change the address; the page shows it in its next run."""
    leave()
    st.query_params[kind] = value


def leave() -> None:
    """Change the address to that of the entrance."""
    st.session_state.pop(_REMEMBERED, None)
    st.session_state.pop(FOUND_KEY, None)
    for kind in KINDS:  # others are those of widgets, which Streamlit takes away
        st.query_params.pop(kind, None)
