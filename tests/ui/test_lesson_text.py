"""Lessons are parsed into steps, with their page, state, text and check, and other sections."""

import pytest

from mnist_app import words
from mnist_app.ui.lesson_check import Condition
from mnist_app.ui.lesson_text import (
    Check,
    Lesson,
    LessonFormatError,
    Section,
    Step,
    StepNumber,
    find_step,
    read_lesson,
    read_lessons,
)

TEXT = """# Title

What it is
about.

## Steps

### 1. Draw a 4

[Go](http://localhost:8501/compare?lesson=3.1&a=1&b=Two+words)

**Draw** a 4,
large.

**Ask:** why?

*When a 4 is read: Well done: on!*

### 2. Look

[Draw](http://localhost:8501/?lesson=3.2)

A line.

## Ask the class

- Why?

  [not a step](https://example.org)
"""


def test_a_file_becomes_steps_and_sections():
    assert read_lesson(TEXT, 3) == Lesson(
        "Title",
        "What it is about.",
        (
            Step(
                "Draw a 4",
                "Go",
                "compare",
                (("a", "1"), ("b", "Two words")),
                ("**Draw** a 4, large.", "**Ask:** why?"),
                Check(Condition("a 4 is read"), "Well done: on!"),
            ),
            Step("Look", "Draw", "", (), ("A line.",), None),
        ),
        (Section("Ask the class", "- Why?\n\n  [not a step](https://example.org)"),),
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("### ", "#### ", "first section"),
        ("## Ask the class", "### Ask the class", "no section follows"),
        ("lesson=3.2", "lesson=3.4", "step 3.2"),
        ("http://localhost:8501/?lesson=3.2", "https://example.org", "step 3.2"),
        ("a 4 is read", "it rains", "it rains"),
    ],
)
def test_a_file_that_the_app_cannot_show_is_refused_with_its_place(old, new, fault):
    with pytest.raises(LessonFormatError, match=fault):
        read_lesson(TEXT.replace(old, new), 3)


def test_a_step_is_found_by_its_number():
    lessons = (
        read_lesson(TEXT.replace("=3.", "=1."), 1),
        read_lesson(TEXT.replace("=3.", "=2."), 2),
    )
    assert find_step("2.2", lessons) == StepNumber(2, 2)
    assert find_step("2", lessons) == StepNumber(2, 1)
    for value in ("", "0.1", "1.0", "1.3", "3.1", "2.2.1", "1.١", "-1.1", "Title"):
        assert find_step(value, lessons) is None
    assert find_step("1.1", ()) is None


def test_the_lessons_are_whole():
    lessons = read_lessons()
    assert len(lessons) == 6
    for lesson in lessons:
        assert "minutes" in lesson.summary
        assert [section.heading for section in lesson.sections][:2] == [
            "Ask the class",
            "For the teacher",
        ]
        text = [paragraph for step in lesson.steps for paragraph in step.paragraphs]
        for word in ("**Watch", "**Ask", "**D"):  # what to draw or do
            assert any(paragraph.startswith(word) for paragraph in text)


@pytest.mark.parametrize("code", words.LANGUAGES)
def test_the_text_of_a_step_is_short_and_has_no_mark_up_that_the_panel_does_not_know(code):
    with words.in_language(code):
        lessons = read_lessons()
    for lesson in lessons:
        for step in lesson.steps:
            assert len(step.title) <= 36
            assert len(" ".join(step.paragraphs).split()) <= 75, step.title
            for paragraph in step.paragraphs:
                assert paragraph.count("**") % 2 == 0
                assert not set("[]`_#<>") & set(paragraph)
                assert "*" not in paragraph.replace("**", "")


def test_a_folder_without_lessons_has_none(tmp_path):
    assert read_lessons(tmp_path) == ()
