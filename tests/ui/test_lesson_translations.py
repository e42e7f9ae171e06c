"""A translated lesson is the English one in other words: same steps, pages, states and figures."""

import re

import pytest

from mnist_app import words
from mnist_app.ui.lesson_text import FOLDER, read_lessons

ENGLISH = read_lessons()
TRANSLATIONS = {}
for CODE in sorted({path.parent.name for path in FOLDER.glob("*/[0-9]*.md")}):
    with words.in_language(CODE):
        TRANSLATIONS[CODE] = read_lessons()
PAIRS = [
    pytest.param(code, english, translated, id=f"{code}-{number}")
    for code, lessons in TRANSLATIONS.items()
    for number, (english, translated) in enumerate(zip(ENGLISH, lessons, strict=True), 1)
]
each_translation = pytest.mark.parametrize(("code", "english", "translated"), PAIRS)


def figures(text, decimal_mark="."):
    """Return the numbers in a text, with a decimal point."""
    return {
        found.replace(decimal_mark, ".")
        for found in re.findall(rf"\d+(?:\{decimal_mark}\d+)?", text)
    }


def blocks(text):
    """Return what each block of a Markdown text is: heading, list, table or paragraph."""
    return [re.match(r"#+|[-|]|", block)[0] for block in re.split(r"\n\s*\n", text)]


def test_every_translation_is_of_a_language_and_a_lesson_that_there_are():
    assert set(TRANSLATIONS) == set(words.LANGUAGES) - {words.ENGLISH}
    names = {path.name for path in FOLDER.glob("*.md")}
    assert {path.name for path in FOLDER.glob("*/*.md")} <= names


@each_translation
def test_steps_lead_to_the_same_pages_with_the_same_state_and_checks(code, english, translated):
    def course(lesson):
        return [
            (step.page, step.query, step.check and step.check.condition) for step in lesson.steps
        ]

    assert course(translated) == course(english)


@each_translation
def test_texts_have_the_same_parts_and_figures_in_other_words(code, english, translated):
    mark = words.LANGUAGES[code].decimal_mark
    assert translated.title != english.title
    assert figures(translated.summary, mark) == figures(english.summary)
    for step, original in zip(translated.steps, english.steps, strict=True):
        assert step.title != original.title
        assert len(step.paragraphs) == len(original.paragraphs), step.title
        for text, source in zip(step.paragraphs, original.paragraphs, strict=True):
            assert text != source
            assert figures(text, mark) == figures(source), text
            assert text.count("**") == source.count("**"), text
    for section, original in zip(translated.sections, english.sections, strict=True):
        assert section.heading != original.heading
        assert blocks(section.text) == blocks(original.text), section.heading
        assert figures(section.text, mark) == figures(original.text), section.heading


def test_a_lesson_without_a_translation_is_english(tmp_path):
    text = (FOLDER / "1-move-it-shrink-it.md").read_text(encoding="utf-8")
    (tmp_path / "1-one.md").write_text(text, encoding="utf-8")
    with words.in_language("de"):
        assert read_lessons(tmp_path) == ENGLISH[:1]
