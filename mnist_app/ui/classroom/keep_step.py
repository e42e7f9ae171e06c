"""The teacher's last step: what is kept, taking it along, and deleting it."""

import io
import re
from typing import Final

import streamlit as st

from mnist_app import words
from mnist_app.classroom.class_export import export_class
from mnist_app.classroom.records import ClassRoom
from mnist_app.errors import ClassroomError
from mnist_app.server.class_store import shared_store
from mnist_app.ui import models
from mnist_app.ui.classroom import address, entrance, texts
from mnist_app.ui.classroom.wall_view import forget_wall, wall_of
from mnist_app.ui.downloads import Download, show_links
from mnist_app.words import _

MAXIMUM_FILE_BYTES: Final = 10_000_000
"""Maximum size of a file that travels within the page; 10,000 drawings take about as much."""
ZIP: Final = "application/zip"
_PROBLEM: Final = "class_delete_problem"


def show_keep(classroom: ClassRoom) -> None:
    """Show how to save the class as a file, until when it is kept, and how to delete it now."""
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        st.error(problem)
    wall_of(classroom).update()
    _show_take_along(classroom)
    _show_removed(classroom)
    _show_delete(classroom)


def _show_take_along(classroom: ClassRoom) -> None:
    st.header(_("Take it along"), anchor=False)
    st.markdown(
        _(
            "All drawings and taught models as one file: strokes, images, what every model reads, "
            "and a page that says what it is. The page Class opens it again, here or on another "
            "computer."
        )
    )
    if not st.button(_("Prepare the file"), key="class_export", icon=":material/archive:"):
        return
    written = io.BytesIO()
    try:
        with st.spinner(_("Reading all drawings with all models …")):
            recognizers = {model.name: model.recognizer for model in models.all_models()}
            export_class(shared_store.get(), classroom, written, recognizers)
    except ClassroomError as error:
        texts.show_problem(error)
        return
    if written.tell() > MAXIMUM_FILE_BYTES:
        st.warning(
            _(
                "This class is too large to be saved from the page. Remove drawings, or ask the "
                "person who runs the app for a copy of its database."
            )
        )
        return
    name = re.sub(r"\W+", "-", classroom.title).strip("-") or "class"
    label = _("Save {name} ({size} MB)").format(
        name=f"{name}.zip", size=words.number(max(written.tell() / 1e6, 0.1), 1)
    )
    show_links([Download(label, f"{name}.zip", ZIP, written.getvalue())])
    st.caption(
        _(
            "Handwriting can tell who a person is: keep the file as carefully as other work of "
            "your pupils."
        )
    )


def _show_delete(classroom: ClassRoom) -> None:
    wall = wall_of(classroom)
    st.header(_("Delete this class"), anchor=False)
    st.markdown(
        _(
            "The class is deleted by itself after {day}. If you delete it now, **{pupils}, "
            "{drawings}** with all their strokes, and what was taught with them are gone for good. "
            "Your link and the pupils' pages will open nothing any more. Nobody can bring it back."
        ).format(
            day=words.day(classroom.delete_on),
            pupils=texts.pupil_count(len(wall.pupils())),
            drawings=texts.drawing_count(len(wall.drawings())),
        )
    )
    is_meant = st.checkbox(_("Yes, delete all of it"), key="class_delete_meant")
    st.button(
        _("Delete this class"),
        key="class_delete",
        type="primary",
        icon=":material/delete_forever:",
        disabled=not is_meant,
        on_click=_delete,
        args=(classroom,),
    )


def _show_removed(classroom: ClassRoom) -> None:
    """Show how much was removed from the wall, and the buttons that restore or delete it."""
    everything = wall_of(classroom).since(-1)
    drawings = sum(not drawing.is_visible for drawing in everything.drawings)
    pupils = sum(pupil.is_removed for pupil in everything.pupils)
    if not drawings and not pupils:
        return
    st.header(_("Removed from the wall"), anchor=False)
    st.markdown(
        _("{pupils}, {drawings}: hidden, but still stored.").format(
            pupils=texts.pupil_count(pupils), drawings=texts.drawing_count(drawings)
        )
    )
    with st.container(horizontal=True):
        st.button(
            _("Put all of it back"),
            key="class_restore",
            icon=":material/undo:",
            on_click=_restore,
            args=(classroom,),
        )
        st.button(
            _("Delete it for good"),
            key="class_purge",
            icon=":material/delete:",
            on_click=_purge,
            args=(classroom,),
        )


def _restore(classroom: ClassRoom) -> None:
    everything = wall_of(classroom).since(-1)

    def restore() -> None:
        store = shared_store.get()
        for pupil in everything.pupils:
            if pupil.is_removed:
                store.restore_pupil(classroom, pupil.id)
        for drawing in everything.drawings:
            if drawing.is_removed:
                store.restore_drawing(classroom, drawing.id)

    st.session_state[_PROBLEM] = texts.problem_of(restore)
    forget_wall(classroom)


def _purge(classroom: ClassRoom) -> None:
    st.session_state[_PROBLEM] = texts.problem_of(lambda: shared_store.get().purge(classroom))
    forget_wall(classroom)


def _delete(classroom: ClassRoom) -> None:
    problem = texts.problem_of(lambda: shared_store.get().delete_class(classroom))
    forget_wall(classroom)
    if problem is None:
        address.leave()
        st.session_state[entrance.DELETED_KEY] = classroom.title
        st.session_state.pop(entrance.NEW_LINK_KEY, None)
    st.session_state[_PROBLEM] = problem
