"""What a drawing survives: another brush, model, page, theme; and what ends with a reload."""

import numpy as np
import pytest

from tests.browser import shapes
from tests.browser.snapshot import HINT

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_the_brush_width_holds_for_strokes_to_come(desktop):
    before = desktop.draw(shapes.DIGITS[7])
    slider = desktop.page.get_by_role("slider")
    for _ in range(8):
        slider.press("ArrowRight")
    width = shapes.USUAL_BRUSH + 8
    desktop.wait_for(lambda: desktop.traffic.number("brush") == width, lambda: "no other brush")
    kept = desktop.settled()
    assert np.array_equal(kept.ink, before.ink)
    assert kept.text == before.text

    desktop.draw([shapes.FURTHER_STROKE])
    assert [stroke.width for stroke in desktop.sent_strokes()] == [shapes.USUAL_BRUSH, width]


@pytest.mark.slow
def test_the_brush_width_survives_the_other_page_and_clear(desktop):
    slider = desktop.page.get_by_role("slider")
    slider.press("ArrowLeft")
    chosen = shapes.USUAL_BRUSH - 1
    desktop.wait_for(lambda: desktop.traffic.number("brush") == chosen, lambda: "no other brush")
    desktop.settled()
    desktop.go_to("About")
    desktop.go_to("Draw")
    desktop.draw(shapes.DIGITS[1])
    assert [stroke.width for stroke in desktop.sent_strokes()] == [chosen]
    desktop.clear()
    desktop.draw(shapes.DIGITS[1])
    assert [stroke.width for stroke in desktop.sent_strokes()] == [chosen]


@pytest.mark.parametrize("way_back", ["link", pytest.param("history", marks=pytest.mark.slow)])
def test_a_drawing_survives_a_visit_to_another_page(desktop, way_back):
    before = desktop.draw(shapes.DIGITS[4])
    desktop.go_to("About")
    desktop.page.get_by_role("heading", name="About", exact=True).wait_for()
    if way_back == "link":
        desktop.go_to("Draw")
    else:
        desktop.page.go_back()
    back = desktop.settled(lambda now: now.ink.any(), "the drawing is gone")
    assert np.array_equal(back.ink, before.ink)
    assert back.text == before.text

    further = desktop.draw([shapes.FURTHER_STROKE])  # three strokes: two old, one new
    assert (further.ink >= before.ink).all()
    assert np.array_equal(desktop.undo().ink, before.ink)
    assert desktop.clear().text == (HINT,)
    assert desktop.draw(shapes.DIGITS[7]).text[0] == "7"


@pytest.mark.slow
def test_going_away_twice_keeps_the_drawing_as_it_was_last(desktop):
    desktop.draw(shapes.DIGITS[7])
    for _ in range(2):
        desktop.go_to("About")
        desktop.go_to("Draw")
        desktop.settled(lambda now: now.ink.any(), "the drawing is gone")
    desktop.clear()
    desktop.go_to("About")
    desktop.go_to("Draw")
    assert desktop.blank().text == (HINT,)


@pytest.mark.slow
def test_a_drawing_survives_a_change_of_theme(desktop):
    before = desktop.draw(shapes.DIGITS[3])
    for scheme in ("dark", "light"):
        shown = desktop.background()
        desktop.page.emulate_media(color_scheme=scheme)
        desktop.wait_for(lambda old=shown: desktop.background() != old, lambda: "no other theme")
        now = desktop.settled()
        assert np.array_equal(now.ink, before.ink)
        assert now.text == before.text
    further = desktop.draw([shapes.FURTHER_STROKE])
    assert (further.ink >= before.ink).all()


@pytest.mark.slow
def test_a_reload_gives_a_clean_page(desktop):
    desktop.draw(shapes.DIGITS[7])
    desktop.page.reload()
    desktop.canvas.wait_for()
    assert desktop.blank().text == (HINT,)
    assert desktop.draw(shapes.DIGITS[1]).text[0] == "1"


def test_two_people_see_their_own_drawing_only(desktop, open_page):
    other = open_page()
    mine = desktop.draw(shapes.DIGITS[7])
    theirs = other.draw(shapes.DIGITS[2])
    assert (mine.text[0], theirs.text[0]) == ("7", "2")
    other.clear()
    assert np.array_equal(desktop.settled().ink, mine.ink)
    desktop.draw([shapes.FURTHER_STROKE])
    assert other.settled().text == (HINT,)


@pytest.mark.slow
def test_a_drawing_survives_a_dropped_connection(open_page, monitor, interruptible_connection):
    monitor.ignore(r"Failed to load resource|when disconnected|not responding|reaching server")
    page = open_page(url=interruptible_connection.url)
    before = page.draw(shapes.DIGITS[7])

    interruptible_connection.cut()
    page.wait_for(lambda: page.connection() != "CONNECTED", lambda: "the connection was not cut")
    page.leave_ink([shapes.FURTHER_STROKE])
    page.wait_for(lambda: page.take().ink.sum() > before.ink.sum(), lambda: "no further ink")
    down = page.take()
    assert (down.ink >= before.ink).all()

    interruptible_connection.restore()
    page.wait_for(lambda: page.connection() == "CONNECTED", lambda: "no connection again")
    back = page.settled()
    assert np.array_equal(back.ink, down.ink)
    assert not np.array_equal(back.seen, before.seen)
    page.stroke_count += 1
    last = page.draw([[(60, 40), (280, 40)]])
    assert (last.ink >= back.ink).all()


@pytest.mark.slow
def test_the_address_of_a_page_opens_it(open_page, app, monitor):
    # Streamlit's frontend first looks for the server below the address that it was opened at.
    monitor.ignore(r"status of 404")
    page = open_page()
    page.page.goto(f"{app.url}/about")
    page.page.get_by_role("heading", name="About", exact=True).wait_for()
    page.go_to("Draw")
    page.canvas.wait_for()
    assert page.blank().text == (HINT,)
