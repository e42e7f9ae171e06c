"""The entrance of the page Class: type a code, make a class, or open a saved one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import streamlit as st

from mnist_app import words
from mnist_app.classroom import class_limits
from mnist_app.classroom.class_import import import_class_in_child
from mnist_app.classroom.codes import CODE_LENGTH
from mnist_app.classroom.records import ClassRoom
from mnist_app.errors import ClassroomError
from mnist_app.server.class_store import new_classes, shared_store
from mnist_app.ui import page_head
from mnist_app.ui.classroom import address, membership, texts
from mnist_app.words import _

DEFAULT_PER_DIGIT: Final = 3
"""Drawings of each digit that a pupil is asked for: 30 drawings take five to ten minutes."""
DEFAULT_DAYS: Final = 30
"""Days after which a class is deleted."""
READY_MADE: Final = Path(__file__).resolve().parents[3] / "docs" / "lessons" / "twenty-writers.zip"
"""A class to hold the lessons with, without collecting: ``scripts/sample-class`` makes it."""
NEW_LINK_KEY: Final = "class_is_new"
"""Session-state key of whether this session has just made its class: its link is shown once."""
DELETED_KEY: Final = "class_deleted"
"""Session-state key of the title of the class that this session has just deleted."""


def show_entrance() -> None:
    """Show the ways into a class."""
    page_head.title_row(_("Class"))
    deleted = st.session_state.pop(DELETED_KEY, None)
    place = st.empty()  # without it the tabs would begin anew when the message goes
    if deleted is not None:
        place.success(
            _("The class “{title}” is deleted, with all its drawings.").format(
                title=texts.plain(deleted)
            )
        )
    st.markdown(_("A class draws its own digits and finds out how well the models read them."))
    join, make, saved = st.tabs([_("Join a class"), _("Make a class"), _("Open a saved class")])
    with join:
        show_code_form()
    with make:
        _show_class_form()
    with saved:
        _show_saved()
    texts.show_privacy()


def show_code_form() -> None:
    """Show the field for the code of a class."""
    with st.form("join", border=False), st.container(key="class_code_form"):
        typed = st.text_input(
            _("Type the code that your teacher shows"),
            key="class_code",
            max_chars=4 * CODE_LENGTH,
            placeholder="ABC 234",
            autocomplete="off",
        )
        is_sent = st.form_submit_button(
            _("Go"), type="primary", width="stretch", icon=":material/arrow_forward:"
        )
    if is_sent and typed.strip():
        address.go_to("code", typed.strip())
        st.rerun()


def _show_class_form() -> None:
    with st.form("make", border=False):
        title = st.text_input(
            _("Title"),
            key="class_title",
            max_chars=class_limits.MAXIMUM_TITLE,
            placeholder=_("7b, digits of our own"),
            help=_("Pupils see it when they join. Do not use anyone's name."),
            autocomplete="off",
        )
        per_digit = st.number_input(
            _("Drawings of each digit from every pupil"),
            1,
            class_limits.MAXIMUM_PER_DIGIT,
            DEFAULT_PER_DIGIT,
            key="class_per_digit",
            help=_("3 means 30 drawings: about five to ten minutes."),
        )
        delete_on = st.date_input(
            _("Last day: then the class and all its drawings are deleted"),
            _last_day(),
            datetime.now(UTC).date(),
            datetime.now(UTC).date() + timedelta(days=class_limits.MAXIMUM_DAYS),
            key="class_delete_on",
            format=words.LANGUAGES[words.language()].date_field,
        )
        is_sent = st.form_submit_button(
            _("Make the class"), type="primary", key="class_make", icon=":material/add:"
        )
    if is_sent:
        _enter(lambda: shared_store.get().create_class(title, per_digit, delete_on))


def _show_saved() -> None:
    """Show the ways to open a class from a file, of which the file stays as it is."""
    file = st.file_uploader(
        _("A class that was saved here or elsewhere"),
        ["zip"],
        key="class_file",
        max_upload_size=20,
    )
    if st.button(
        _("Open it"), key="class_open", icon=":material/folder_open:", disabled=file is None
    ) and (file is not None):
        _enter(lambda: import_class_in_child(shared_store.get(), file.getvalue(), _last_day()))
    if READY_MADE.is_file():
        st.markdown(_("No time to collect? Take a class of twenty grown-ups, 30 drawings each."))
        if st.button(_("Open the ready-made class"), key="class_ready", icon=":material/group:"):
            content = READY_MADE.read_bytes()
            _enter(lambda: import_class_in_child(shared_store.get(), content, _last_day()))
    st.caption(
        _("You get a class of your own. It is deleted after {days} days.").format(days=DEFAULT_DAYS)
    )


def _last_day() -> date:
    return datetime.now(UTC).date() + timedelta(days=DEFAULT_DAYS)


def _enter(make: Callable[[], tuple[ClassRoom, str]]) -> None:
    """Go to the teacher's view of the class that ``make`` returns, or say why there is none."""
    try:
        with st.spinner(_("Making the class …")):
            new_classes.charge(membership.visitor())
            secret = make()[1]
    except ClassroomError as error:
        texts.show_problem(error)
        return
    address.go_to("key", secret)
    st.session_state[NEW_LINK_KEY] = True
    st.rerun()
