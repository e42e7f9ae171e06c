"""The Lessons page: starts the lessons, and shows them to teachers as a whole."""

from typing import Final

import streamlit as st

from mnist_app.ui import lesson_panel, page_head, url_state
from mnist_app.ui.lesson_text import Lesson, StepNumber, read_lessons
from mnist_app.words import _

FOR_TEACHERS: Final = "For the teacher"
"""Heading of the section of a lesson's file that is folded."""


def show_page() -> None:
    """Show the lesson that the person chooses."""
    page_head.title_row(_("Lessons"))
    lessons = read_lessons()
    if not lessons:
        st.info(
            _("The lessons are not here: they lie in the folder docs/lessons of the repository.")
        )
        return
    last = st.session_state.get(lesson_panel.LAST_STEP_KEY)
    if isinstance(last, StepNumber):
        label = _("Go on with lesson {lesson}, step {step}")
        lesson_panel.show_start(
            label.format(lesson=last.lesson, step=last.step), last, key="lesson_go_on"
        )
    titles = tuple(lesson.title for lesson in lessons)
    title = st.radio(
        _("Activities for a class"),
        titles,
        captions=[lesson.summary for lesson in lessons],
        **url_state.bound("read", titles, titles[0], _("the lesson")),
    )
    number = titles.index(title) + 1
    show_lesson(lessons[number - 1], number)


def show_lesson(lesson: Lesson, number: int) -> None:
    """Show the ways into a lesson, its questions, and, folded, the whole text for the teacher."""
    st.header(lesson.title, anchor=False, divider="gray")
    lesson_panel.show_start(_("Start the lesson"), StepNumber(number, 1), key="lesson_start")
    st.markdown(_("It stays beside the page, a step at a time. Or begin with a later step:"))
    lesson_panel.show_steps(number)
    for section in lesson.sections:
        if section.heading == FOR_TEACHERS:
            with st.expander(section.heading, icon=":material/school:"):
                for index, step in enumerate(lesson.steps, 1):
                    st.markdown(f"**{index}. {step.title}.** {'  '.join(step.paragraphs)}")
                st.markdown(section.text)
        else:
            st.subheader(section.heading, anchor=False)
            st.markdown(section.text)


show_page()
