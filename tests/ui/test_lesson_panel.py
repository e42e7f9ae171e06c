"""The panel shows the step that the address names, and what the page reads decides its check."""

from urllib.parse import parse_qsl, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_app.ui import lesson_panel
from mnist_app.ui.canvas.canvas_spec import DIGIT
from mnist_app.ui.canvas.fabric_adapter import as_reported, read_drawing
from mnist_app.ui.lesson_text import StepNumber, read_lessons
from tests.drawings import strokes_of
from tests.ui.page_runner import MAIN_SCRIPT, SCRIPT_SECONDS, component_data, fabric, page_at

LESSONS = read_lessons()
STEPS = [
    StepNumber(lesson, step)
    for lesson, one in enumerate(LESSONS, 1)
    for step in range(1, len(one.steps) + 1)
]
FOUR = strokes_of(4, left=70, top=60, size=200, brush=22)
STATE = {
    "": {"model"},
    "compare": {"centre", "thickness", "size", "right", "down"},
    "inside": {"model", "look"},
    "mistakes": {"model", "view"},
    "class": set(),
}
"""What a step on each page must set, so that it does not depend on the step before."""


def app_at(number, strokes=(), **query):
    """Return the whole app, opened at the address of a step."""
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=SCRIPT_SECONDS)
    app.session_state[DIGIT.drawing_key] = read_drawing(as_reported(fabric(strokes)), DIGIT)
    app.query_params["lesson"] = number
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_the_panel_shows_its_step_and_leads_to_its_neighbours():
    app = app_at("2.2", model="cnn")
    assert not app.exception
    step = LESSONS[1].steps[1]
    shown = component_data(app, lesson_panel.KEY)
    assert shown["lesson"] == "Lesson 2: 99 % of what?"
    assert shown["count"] == "Step 2 of 7"
    assert shown["title"] == step.title
    assert tuple(shown["paragraphs"]) == step.paragraphs
    assert shown["back"]["address"] == "/?lesson=2.1&model=cnn"
    assert shown["next"]["address"].startswith("/compare?lesson=2.3&centre=true&")
    assert app.session_state[lesson_panel.LAST_STEP_KEY] == StepNumber(2, 2)


def test_the_first_step_has_none_before_it_and_the_last_ends_the_lesson():
    first, last = (component_data(app_at(n), lesson_panel.KEY) for n in ("2", "2.7"))
    assert first["back"]["address"] is None
    assert first["step"] == "2.1"
    assert last["next"] == {"label": "Finish", "address": "/lessons"}


@pytest.mark.parametrize("value", ["", "9.1", "1.99", "Move it, shrink it", "1.1.1"])
def test_no_other_address_shows_a_panel(value):
    app = app_at(value)
    assert not app.exception
    with pytest.raises(ValueError, match="unpack"):
        component_data(app, lesson_panel.KEY)


def test_addresses_keep_the_path_below_which_the_app_is_served():
    before = st.get_option("server.baseUrlPath")
    st.config.set_option("server.baseUrlPath", "/digits/")
    try:
        assert lesson_panel.step_address(StepNumber(2, 1)) == "/digits/?lesson=2.1&model=cnn"
    finally:
        st.config.set_option("server.baseUrlPath", before)


@pytest.mark.parametrize("number", STEPS, ids=str)
def test_every_step_opens_its_page_in_the_whole_state_that_it_needs(number):
    address = urlsplit(lesson_panel.step_address(number))
    query = dict(parse_qsl(address.query))
    page = address.path.strip("/")
    assert set(query) >= STATE[page]
    app = page_at(page or "draw", FOUR, **query)
    assert not app.exception
    assert not app.error
    assert not app.warning
    widgets = {
        one.key: str(one.value).lower()
        for one in (
            *(*app.selectbox, *app.radio, *app.slider, *app.select_slider, *app.toggle),
            *app.get("button_group"),
        )
        if one.key
    }
    for key in query.keys() & widgets.keys():
        assert widgets[key] == query[key].lower(), key
    unseen = {"lesson", "view", "look", "open", "step", "teach_rehearse", "teach_bend"}
    assert set(query) - unseen <= widgets.keys()
    if "open" in query:
        (fold,) = [one for one in app.expander if one.label.startswith("Change thickness")]
        assert fold.proto.expanded


def test_the_page_tells_the_panel_whether_the_check_holds():
    for number, strokes, is_done in (
        ("4.1", FOUR, True),  # a 4 is read
        ("4.1", strokes_of(1, left=70, top=60, size=200, brush=22), False),
        ("4.1", (), False),
        ("4.4", FOUR, False),  # it has no check
    ):
        app = page_at("inside", strokes, lesson=number, model="dense-128", look="Evidence")
        state = component_data(app, "lesson_state_sent")
        assert state == {"step": number, "done": is_done}
    app = page_at("compare", FOUR, lesson="1.1")
    assert not component_data(app, "lesson_state_sent")["done"]


def test_outside_a_lesson_a_page_tells_nothing():
    with pytest.raises(ValueError, match="unpack"):
        component_data(page_at("compare", FOUR), "lesson_state_sent")
