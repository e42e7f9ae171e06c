"""The class whose taught models a session may use: that of its link, or of ``?class=CODE``.

Whoever has the code of a class, or has joined it, may use the models that it has taught. They see
no figures and no drawings of others.
"""

from typing import Final

import streamlit as st

from mnist_app.classroom.records import ClassRoom
from mnist_app.errors import StoreError
from mnist_app.server.class_store import shared_store
from mnist_app.ui.classroom import address

PARAMETER: Final = "class"
"""Parameter of an address that names a class by its code, on the pages that read."""


def visitor() -> str:
    """Return for whom wrong codes are counted: the address in the network, as in `server`."""
    return st.context.ip_address or "this computer"


def class_of_session() -> ClassRoom | None:
    """Return the class of this session, None without one.

    A code in the address goes before the class that the session has opened. Raises `StoreError`
    and, the first time that a code or link opens no class, `ClassroomError`.
    """
    code = st.query_params.get(PARAMETER)
    named = address.ClassAddress("code", code) if code else address.remembered()
    found: tuple[address.ClassAddress, ClassRoom | None] | None
    found = st.session_state.get(address.FOUND_KEY)
    if found:
        classroom: ClassRoom | None = found[1]
        if named in (None, found[0]) or (classroom and code == classroom.code):
            return classroom
    if named is None:
        return None
    st.session_state[address.FOUND_KEY] = (named, None)
    try:
        classroom = _class_of(named)
    except StoreError:
        del st.session_state[address.FOUND_KEY]  # it is looked for again
        raise
    st.session_state[address.FOUND_KEY] = (named, classroom)
    return classroom


def _class_of(named: address.ClassAddress) -> ClassRoom:
    store = shared_store.get()
    if named.kind == "key":
        return store.class_of_teacher(named.value)
    if named.kind == "pupil":
        return store.class_of_pupil(store.pupil_of_secret(named.value))
    return store.class_of_code(named.value, visitor(), may_be_closed=True)


def keep_in_address(classroom: ClassRoom | None) -> None:
    """Write the class into the address, so that a link to the page opens its models elsewhere."""
    if classroom is not None and st.query_params.get(PARAMETER) != classroom.code:
        st.query_params[PARAMETER] = classroom.code
