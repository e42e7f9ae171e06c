"""The Lessons page: starts the lessons, and shows them to teachers as a whole."""

import streamlit as st

from mnist_app.ui import lesson_panel, page_head, url_state
from mnist_app.ui.lesson_text import Lesson, StepNumber, read_lessons
from mnist_app.words import _


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
    numbers = range(1, len(lessons) + 1)
    number = st.radio(
        _("Activities for a class"),
        numbers,
        captions=[lesson.summary for lesson in lessons],
        **url_state.bound_options("read", numbers, 1, _("the lesson"), _title),
    )
    show_lesson(lessons[number - 1], number)


def _title(number: int) -> str:
    return read_lessons()[number - 1].title


def show_lesson(lesson: Lesson, number: int) -> None:
    """Show the ways into a lesson, its questions, and, folded, the whole text for the teacher."""
    st.header(lesson.title, anchor=False, divider="gray")
    lesson_panel.show_start(_("Start the lesson"), StepNumber(number, 1), key="lesson_start")
    st.markdown(_("It stays beside the page, a step at a time. Or begin with a later step:"))
    lesson_panel.show_steps(number)
    *others, notes = lesson.sections
    for section in others:
        st.subheader(section.heading, anchor=False)
        st.markdown(section.text)
    with st.expander(notes.heading, icon=":material/school:"):
        for index, step in enumerate(lesson.steps, 1):
            st.markdown(f"**{index}. {step.title}.** {'  '.join(step.paragraphs)}")
        st.markdown(notes.text)


show_page()
