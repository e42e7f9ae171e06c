"""The teacher's last step: what is kept, and deleting it."""

from typing import Final

import streamlit as st

from mnist_app.classroom.records import ClassRoom
from mnist_app.server.class_store import shared_store
from mnist_app.ui.classroom import address, entrance, texts
from mnist_app.ui.classroom.wall_view import forget_wall, wall_of

_PROBLEM: Final = "class_delete_problem"


def show_keep(classroom: ClassRoom) -> None:
    """Show until when the class is kept, and the button that deletes it now."""
    st.header("Delete this class", anchor=False)
    wall = wall_of(classroom)
    wall.update()
    pupils = texts.count(len(wall.pupils()), "pupil")
    drawings = texts.count(len(wall.drawings()), "drawing")
    st.markdown(
        f"The class goes by itself after {texts.day(classroom.delete_on)}. If you delete it now, "
        f"**{pupils}, {drawings}** with all their strokes, and what was taught "
        "with them are gone for good. Your link and the pupils' pages open nothing any more. "
        "Nobody can bring it back."
    )
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        st.error(problem)
    is_meant = st.checkbox("Yes, delete all of it", key="class_delete_meant")
    st.button(
        "Delete this class",
        key="class_delete",
        type="primary",
        icon=":material/delete_forever:",
        disabled=not is_meant,
        on_click=_delete,
        args=(classroom,),
    )


def _delete(classroom: ClassRoom) -> None:
    problem = texts.problem_of(lambda: shared_store.get().delete_class(classroom))
    forget_wall(classroom)
    if problem is None:
        address.leave()
        st.session_state[entrance.DELETED_KEY] = classroom.title
        st.session_state.pop(entrance.NEW_LINK_KEY, None)
    st.session_state[_PROBLEM] = problem
