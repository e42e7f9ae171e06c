"""The teacher's page: a step of the lesson at a time."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from mnist_app.classroom.records import ClassRoom
from mnist_app.server.class_store import shared_store
from mnist_app.ui import page_head, url_state
from mnist_app.ui.classroom import entrance, links, texts
from mnist_app.ui.classroom.collect_step import show_collect
from mnist_app.ui.classroom.judge_step import show_judge
from mnist_app.ui.classroom.keep_step import show_keep
from mnist_app.ui.classroom.teach_step import show_teach
from mnist_app.words import _, mark

STEPS: Final[dict[str, Callable[[ClassRoom], None]]] = {
    mark("Collect"): show_collect,
    mark("Judge"): show_judge,
    mark("Teach"): show_teach,
    mark("Keep & delete"): show_keep,
}
"""The steps in the order of the lesson, by the words of the control that chooses them."""


def show_teacher(secret: str) -> None:
    """Show the class of the teacher with this secret."""
    classroom = shared_store.get().class_of_teacher(secret)
    with st.container(key="class_teacher"):
        page_head.title_row(texts.plain(classroom.title))
        if st.session_state.get(entrance.NEW_LINK_KEY):
            _show_own_link(secret)
        names = tuple(STEPS)
        step = st.segmented_control(
            _("Step"),
            names,
            default=names[0],
            required=True,
            label_visibility="collapsed",
            **url_state.bound_options("step", names, names[0], _("the step")),
        )
        STEPS[step or names[0]](classroom)
        texts.show_privacy(classroom.delete_on)
        texts.show_leave(_("Leave this class"))


def _show_own_link(secret: str) -> None:
    """Show the teacher's own link, which nobody can look up later."""
    with st.container(border=True, key="class_own_link"):
        st.markdown(
            _(
                "**Keep this link: it alone opens this page.** Save it as a bookmark or mail it to "
                "yourself. There is no other way back to the wall and the drawings."
            )
        )
        st.code(links.reach().link("key", secret), language=None, wrap_lines=True)
        st.caption(
            _(
                "Pupils must not see it. The browser's address line shows it too: show this page "
                "on the projector in full screen (F11)."
            )
        )
        st.button(_("I have kept it"), key="class_link_kept", on_click=_hide_own_link)


def _hide_own_link() -> None:
    st.session_state.pop(entrance.NEW_LINK_KEY, None)
