"""The Lessons page leads into the lessons and holds the text of their files."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mnist_app import words
from mnist_app.ui import lesson_panel
from mnist_app.ui.lesson_text import FOLDER, StepNumber, read_lessons
from tests.ui.page_runner import MAIN_SCRIPT, SCRIPT_SECONDS, component_data, page_at

LESSONS = read_lessons()


@pytest.mark.parametrize("number", range(1, 7))
def test_the_page_holds_every_word_of_the_file(number):
    lesson = LESSONS[number - 1]
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=SCRIPT_SECONDS).run()
    app.switch_page("pages/lessons_page.py")
    app.query_params["read"] = lesson.title
    app.run()
    assert not app.exception
    assert not app.warning
    assert app.radio("read").value == number
    said = " ".join(
        [text.value for text in (*app.header, *app.subheader, *app.markdown)]
        + [step.title for step in lesson.steps]
        + [one.label for one in app.expander]
        + [lesson.summary]
    )
    file = sorted(FOLDER.glob("[0-9]*.md"))[number - 1].read_text(encoding="utf-8")
    body = re.sub(r"^(\[.*\]\(http.*\)|\*When .*\*|## Steps)$", "", file, flags=re.M)
    words = re.findall(r"[\w%'×“”]+", re.sub(r"\]\(\S+\)", " ", body))
    assert len(words) > 300
    assert set(words) <= set(re.findall(r"[\w%'×“”]+", said))


def test_a_lesson_can_be_started_at_every_step():
    app = page_at("lessons", read=LESSONS[2].title)
    assert component_data(app, "lesson_start")["start"]["address"] == "/?lesson=3.1&model=cnn"
    links = component_data(app, "lesson_steps")["links"]
    assert [link["label"] for link in links] == [step.title for step in LESSONS[2].steps]
    assert links[3]["address"].startswith("/compare?lesson=3.4&centre=true&")


def test_the_page_leads_back_into_the_lesson_that_was_left():
    app = page_at("lessons")
    with pytest.raises(ValueError, match="unpack"):
        component_data(app, "lesson_go_on")
    app.session_state[lesson_panel.LAST_STEP_KEY] = StepNumber(2, 4)
    start = component_data(app.run(), "lesson_go_on")["start"]
    assert start["label"] == "Go on with lesson 2, step 4"
    assert start["address"].startswith("/mistakes?lesson=2.4&")


def test_the_page_and_the_panel_speak_german(monkeypatch):
    with words.in_language("de"):
        lesson = read_lessons()[2]
    monkeypatch.setattr(words, "_source", lambda: "de")
    app = page_at("lessons", read=LESSONS[2].title)  # a link from an English page
    assert not app.warning
    assert app.header[0].value == lesson.title
    assert [one.label for one in app.expander] == ["Für die Lehrkraft"]
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=SCRIPT_SECONDS)
    app.query_params |= {"lang": "de", "lesson": "3.4"}
    shown = component_data(app.run(), lesson_panel.KEY)
    assert shown["title"] == lesson.steps[3].title == "Buchstabe oder Ziffer?"
    assert tuple(shown["paragraphs"]) == lesson.steps[3].paragraphs


def test_without_the_files_the_page_names_their_folder(monkeypatch):
    monkeypatch.setattr("mnist_app.ui.lesson_text.read_lessons", lambda: ())
    app = page_at("lessons")
    assert not app.exception
    assert "docs/lessons" in app.info[0].value
