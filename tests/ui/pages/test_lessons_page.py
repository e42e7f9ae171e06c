"""The Lessons page holds the text of the files, and every link opens its page."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from mnist_app.ui.lesson_text import FOLDER, AppLink, read_lessons
from tests.drawings import strokes_of
from tests.ui.page_runner import MAIN_SCRIPT, SCRIPT_SECONDS, page_at

LESSONS = read_lessons()
LINKS = {
    (block.page, block.query): block
    for lesson in LESSONS
    for section in lesson.sections
    for block in section.blocks
    if isinstance(block, AppLink)
}


@pytest.mark.parametrize("number", range(4))
def test_the_page_holds_every_word_of_the_file(number):
    lesson = LESSONS[number]
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=SCRIPT_SECONDS).run()
    app.switch_page("pages/lessons_page.py")
    app.query_params["lesson"] = lesson.title
    app.run()
    assert not app.exception
    assert not app.warning
    assert app.radio("lesson").value == lesson.title
    said = " ".join(
        [text.value for text in (*app.header, *app.subheader, *app.markdown)]
        + [one.proto.label for one in app.get("page_link")]
        + [one.label for one in app.expander]
        + [lesson.summary]
    )
    file = sorted(FOLDER.glob("[0-9]*.md"))[number].read_text(encoding="utf-8")
    without_addresses = re.sub(r"\]\(\S+\)", " ", file)
    words = re.findall(r"[\w%'×“”]+", without_addresses)
    assert len(words) > 300
    assert set(words) <= set(re.findall(r"[\w%'×“”]+", said))


@pytest.mark.parametrize("link", LINKS.values(), ids=lambda link: f"{link.page}{link.query}")
def test_every_link_opens_its_page_in_the_state_that_it_asks_for(link):
    strokes = strokes_of(4, left=70, top=60, size=200, brush=22)
    app = page_at(link.page or "draw", strokes, **dict(link.query))
    assert not app.exception
    assert not app.error
    assert not app.warning
    widgets = {
        one.key: str(one.value).lower()
        for one in (*app.selectbox, *app.slider, *app.toggle, *app.get("button_group"))
        if one.key
    }
    for key, value in link.query:
        if key in widgets:
            assert widgets[key] == value.lower(), key
    asked = {key for key, _ in link.query}
    assert asked - {"view", "look"} <= widgets.keys()


def test_without_the_files_the_page_names_their_folder(monkeypatch):
    monkeypatch.setattr("mnist_app.ui.lesson_text.read_lessons", lambda: ())
    app = page_at("lessons")
    assert not app.exception
    assert "docs/lessons" in app.info[0].value
