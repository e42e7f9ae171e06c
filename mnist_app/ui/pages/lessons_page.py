"""The page of lessons: what to draw, what to watch, what to ask, and the way to each place."""

from typing import Final

import streamlit as st

from mnist_app.ui import url_state
from mnist_app.ui.lesson_text import Link, Part, read_lessons

FOR_TEACHERS: Final = "For the teacher"


def show_page() -> None:
    """Show the lesson that a person chooses."""
    st.title("Lessons", anchor=False)
    lessons = {lesson.title: lesson for lesson in read_lessons()}
    if not lessons:
        st.info("The lessons are not here: they lie in the folder docs/lessons of the repository.")
        return
    titles = tuple(lessons)
    title = st.radio(
        "Four activities for a class",
        titles,
        captions=[lesson.summary for lesson in lessons.values()],
        **url_state.bound("lesson", titles, titles[0], "the lesson"),
    )
    lesson = lessons[title]
    st.header(lesson.title, anchor=False, divider="gray")
    for part in lesson.parts:
        if part.heading == FOR_TEACHERS:
            with st.expander(part.heading, icon=":material/school:"):
                show_blocks(part)
        else:
            st.subheader(part.heading, anchor=False)
            show_blocks(part)


def show_blocks(part: Part) -> None:
    """Show text and links of ``part`` one below the other."""
    for block in part.blocks:
        if isinstance(block, Link):
            st.page_link(
                f"mnist_app/ui/pages/{block.page or 'draw'}_page.py",
                label=f":primary[{block.label}]",
                icon=":material/arrow_forward:",
                query_params=dict(block.query),
            )
        else:
            st.markdown(block)


show_page()
