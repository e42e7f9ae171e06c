"""Lessons are parsed into sections of text and links."""

from mnist_app.ui.lesson_text import AppLink, Lesson, Section, read_lesson, read_lessons


def test_text_and_links_are_separated():
    text = (
        "# Title\n\nWhat it is\nabout.\n\n## Draw\n\nA line.\n\n"
        "[Go](http://localhost:8501/compare?a=1&b=Two+words)\n\n1. One\n\n"
        "   [Go on](http://localhost:8501/)\n2. Two, [not ours](https://example.org)\n\n"
        "## Ask\n\nWhy?\n"
    )
    assert read_lesson(text) == Lesson(
        "Title",
        "What it is about.",
        (
            Section(
                "Draw",
                (
                    "A line.",
                    AppLink("Go", "compare", (("a", "1"), ("b", "Two words"))),
                    "1. One",
                    AppLink("Go on", "", ()),
                    "2. Two, [not ours](https://example.org)",
                ),
            ),
            Section("Ask", ("Why?",)),
        ),
    )


def test_each_lesson_has_its_sections():
    lessons = read_lessons()
    assert len(lessons) == 6
    for lesson in lessons:
        headings = [section.heading for section in lesson.sections]
        assert headings == ["Draw", "Watch", "Ask the class", "For the teacher"]
        assert "minutes" in lesson.summary
        assert all(section.blocks for section in lesson.sections)
        assert any(
            isinstance(block, AppLink) for section in lesson.sections for block in section.blocks
        )


def test_a_folder_without_lessons_has_none(tmp_path):
    assert read_lessons(tmp_path) == ()
