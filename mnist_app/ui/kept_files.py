"""Files that a page offers again and again, made once for each thing that they are made of."""

from collections.abc import Callable

import streamlit as st


def kept_file(key: str, source: object, make: Callable[[], bytes]) -> bytes:
    """Return the file that ``make`` makes of ``source``; the session keeps one under each ``key``.

    It is made again once ``source`` is another object.
    """
    kept = st.session_state.get(key)
    if kept is None or kept[0] is not source:
        kept = st.session_state[key] = (source, make())
    return bytes(kept[1])
