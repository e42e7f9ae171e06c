"""The Lessons page: activities for a class, with links to the pages that they use."""

from typing import Final

import streamlit as st

from mnist_app.ui import url_state
from mnist_app.ui.lesson_text import AppLink, Section, read_lessons
from mnist_app.words import _

FOR_TEACHERS: Final = "For the teacher"
"""Heading of the section that is folded."""


def show_page() -> None:
    """Show the lesson that the person chooses."""
    st.title(_("Lessons"), anchor=False)
    lessons = {lesson.title: lesson for lesson in read_lessons()}
    if not lessons:
        st.info(
            _("The lessons are not here: they lie in the folder docs/lessons of the repository.")
        )
        return
    titles = tuple(lessons)
    title = st.radio(
        _("Activities for a class"),
        titles,
        captions=[lesson.summary for lesson in lessons.values()],
        **url_state.bound("lesson", titles, titles[0], _("the lesson")),
    )
    lesson = lessons[title]
    st.header(lesson.title, anchor=False, divider="gray")
    for section in lesson.sections:
        if section.heading == FOR_TEACHERS:
            with st.expander(section.heading, icon=":material/school:"):
                show_blocks(section)
        else:
            st.subheader(section.heading, anchor=False)
            show_blocks(section)


def show_blocks(section: Section) -> None:
    """Show the text and the links of ``section``, one below the other."""
    for block in section.blocks:
        if isinstance(block, AppLink):
            st.page_link(
                f"pages/{block.page or 'draw'}_page.py",
                label=f":primary[{block.label}]",
                icon=":material/arrow_forward:",
                query_params=dict(block.query),
            )
        else:
            st.markdown(block)


show_page()
