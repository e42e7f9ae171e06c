"""Taking ink back: Undo, Redo and Clear, by mouse and by keyboard."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from mnist_app.ui.canvas.canvas_spec import KEY_COUNT
from mnist_app.ui.canvas.drawing_limits import MAXIMUM_STROKES
from mnist_app.ui.canvas.drawing_pad import FULL
from tests.browser import shapes
from tests.browser.snapshot import HINT

pytestmark = pytest.mark.browser


def test_clear_empties_a_drawing(desktop):
    desktop.draw(shapes.DIGITS[4])
    assert desktop.clear().text == (HINT,)
    # and the next drawing is a new one
    assert desktop.draw(shapes.DIGITS[7]).text[0] == "7"


@pytest.mark.slow
def test_clear_is_always_there(desktop):
    for _ in range(2):
        expect(desktop.clear_button).to_be_enabled()
        expect(desktop.clear_button).to_have_accessible_name("Clear")
        assert desktop.clear().text == (HINT,)
    desktop.draw(shapes.DIGITS[1])
    expect(desktop.clear_button).to_be_enabled()


@pytest.mark.slow
def test_clear_never_brings_back_a_cleared_drawing(desktop):
    """However often: the keys of the canvas are used again after some canvases."""
    for number in range(KEY_COUNT + 3):
        is_drawn_on = number < 2 or number >= KEY_COUNT - 1
        digit = (1, 7, 4)[number % 3]
        if is_drawn_on:
            assert desktop.draw(shapes.DIGITS[digit]).text[0] == str(digit)
        cleared = desktop.clear()
        assert cleared.text == (HINT,)
        assert not cleared.ink.any()


def send_too_many_strokes(page, after):
    """Repeat the strokes of every drawing of more than ``after`` strokes until it is too large."""

    def enlarged(frame):
        message = BackMsg()
        message.ParseFromString(frame)
        for widget in message.rerun_script.widget_states.widgets:
            value = json.loads(widget.json_value or "{}")
            objects = value.get("drawing", {}).get("raw", {}).get("objects", [])
            if len(objects) == after + 1:
                value["drawing"]["raw"]["objects"] = objects * MAXIMUM_STROKES
                widget.json_value = json.dumps(value)
        return message.SerializeToString()

    def route(socket):
        server = socket.connect_to_server()
        socket.on_message(lambda frame: server.send(enlarged(frame)))

    page.route_web_socket("**/_stcore/stream", route)
    page.reload()


@pytest.mark.slow
def test_a_full_canvas_keeps_what_is_drawn(desktop):
    send_too_many_strokes(desktop.page, after=1)
    desktop.blank()
    before = desktop.draw(shapes.DIGITS[7])
    desktop.leave_ink([shapes.FURTHER_STROKE])
    expect(desktop.page.get_by_text(FULL)).to_be_visible()
    kept = desktop.settled(lambda now: np.array_equal(now.ink, before.ink), "other ink")
    assert kept.text == before.text
    desktop.clear()
    expect(desktop.page.get_by_text(FULL)).not_to_be_attached()
    assert desktop.draw(shapes.DIGITS[1]).text[0] == "1"


@pytest.mark.slow
def test_clear_right_after_a_stroke(desktop):
    """Before the stroke was even sent: it must not come back."""
    desktop.leave_ink(shapes.DIGITS[1])
    desktop.clear()
    assert desktop.draw(shapes.DIGITS[7]).text[0] == "7"


def test_undo_and_redo(desktop):
    first = desktop.draw(shapes.DIGITS[7])
    second = desktop.draw([shapes.FURTHER_STROKE])
    assert not np.array_equal(first.ink, second.ink)

    back = desktop.undo()
    assert np.array_equal(back.ink, first.ink)
    assert back.text == first.text

    empty = desktop.undo()
    assert not empty.ink.any()
    assert desktop.reading.inner_text().strip() == HINT
    expect(desktop.undo_button).to_be_disabled()

    again = desktop.redo()
    assert np.array_equal(again.ink, first.ink)
    assert again.text == first.text
    assert np.array_equal(desktop.redo().ink, second.ink)
    expect(desktop.redo_button).to_be_disabled()


@pytest.mark.slow
def test_quick_undo_and_redo_end_where_the_ink_is(desktop):
    """Faster than the page can answer: in the end the reading fits the ink all the same."""
    desktop.draw([*shapes.DIGITS[4], shapes.FURTHER_STROKE])
    for _ in range(2):
        for _ in range(3):
            desktop.undo_button.click()
        for _ in range(3):
            desktop.redo_button.click()
    desktop.undo_button.click()
    now = desktop.sent(2)
    assert now.text[0] == "4"


def test_everything_but_drawing_works_by_keyboard(desktop):
    first = desktop.draw(shapes.DIGITS[7])
    for button in (desktop.undo_button, desktop.redo_button, desktop.clear_button):
        desktop.tab_to(button)
        desktop.page.keyboard.press("Enter")
        if button is desktop.undo_button:
            desktop.sent(0)
        elif button is desktop.redo_button:
            assert desktop.sent(1).text == first.text
        else:
            desktop.blank()


@pytest.mark.slow
def test_the_keyboard_reaches_every_control(desktop):
    desktop.draw(shapes.DIGITS[7])
    page = desktop.page
    for control in (
        page.get_by_role("link", name="About"),
        page.get_by_role("button", name="Model:"),
        desktop.undo_button,
        desktop.clear_button,
        page.get_by_role("slider"),
        page.get_by_text("How it got there"),
        page.get_by_role("button", name="Show others"),
    ):
        desktop.tab_to(control)
