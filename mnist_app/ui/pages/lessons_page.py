"""The Lessons page: starts the lessons, and shows them to teachers as a whole."""

from typing import Final

import streamlit as st

from mnist_app.ui import lesson_panel, url_state
from mnist_app.ui.lesson_text import Lesson, StepNumber, read_lessons

FOR_TEACHERS: Final = "For the teacher"
"""Heading of the section that is folded."""


def show_page() -> None:
    """Show the lesson that the person chooses."""
    st.title("Lessons", anchor=False)
    lessons = read_lessons()
    if not lessons:
        st.info("The lessons are not here: they lie in the folder docs/lessons of the repository.")
        return
    last = st.session_state.get(lesson_panel.LAST_STEP_KEY)
    if isinstance(last, StepNumber):
        label = f"Go on with lesson {last.lesson}, step {last.step}"
        lesson_panel.show_links([(label, lesson_panel.step_address(last))], key="lesson_go_on")
    titles = tuple(lesson.title for lesson in lessons)
    title = st.radio(
        "Activities for a class",
        titles,
        captions=[lesson.summary for lesson in lessons],
        **url_state.bound("read", titles, titles[0], "the lesson"),
    )
    number = titles.index(title) + 1
    show_lesson(lessons[number - 1], number)


def show_lesson(lesson: Lesson, number: int) -> None:
    """Show links to the steps of a lesson, its text and what else its file has."""
    st.header(lesson.title, anchor=False, divider="gray")
    numbers = [StepNumber(number, index) for index in range(1, len(lesson.steps) + 1)]
    links = [
        (step.title, lesson_panel.step_address(one))
        for step, one in zip(lesson.steps, numbers, strict=True)
    ]
    lesson_panel.show_links(links, key="lesson_steps")
    for section in lesson.sections:
        if section.heading == FOR_TEACHERS:
            with st.expander(section.heading, icon=":material/school:"):
                for one, step in zip(numbers, lesson.steps, strict=True):
                    st.markdown(f"**Step {one.step}. {step.title}.** " + "  \n".join(step.paragraphs))
                st.markdown(section.text)
        else:
            st.subheader(section.heading, anchor=False)
            st.markdown(section.text)


show_page()
