"""What a drawing survives: another brush, model, page, theme, and a reload of its tab."""

import importlib.resources
import json

import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks.app_server import AppServer
from mnist_app.preprocessing.strokes import MAXIMUM_COORDINATE
from mnist_app.ui.canvas import drawing_limits as limits
from tests.browser import shapes
from tests.browser.shapes import SIDE
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
    for _ in range(2):  # what was drawn before the visit
        desktop.undo()
    assert desktop.blank().text == (HINT,)
    expect(desktop.undo_button).to_be_disabled()
    for _ in range(2):
        desktop.redo()
    assert np.array_equal(desktop.take().ink, before.ink)
    assert np.array_equal(desktop.redo().ink, further.ink)
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


KEPT_DRAWING = importlib.resources.files("mnist_app.ui.canvas").joinpath("kept_drawing.js")
LINE = [["M", 60, 60], ["Q", 60, 60, 90.5, 200], ["L", 300, 300]]
NO_DRAWINGS = [
    "",
    "no JSON",
    "null",
    "[" * 5000,
    '{"session":"a"}',
    '{"session":"a","strokes":{"length":1}}',
    '{"session":"a","strokes":[[22,[["M",60,60],["L",1e999,60]]]]}',
    *(
        json.dumps({"session": "a", "strokes": strokes})
        for strokes in (
            "text",
            [7],
            [[]],
            [[22, LINE], None],
            [[22, "M 60 60 L 90 90"]],
            [[22, []]],
            [[22, LINE[:1]]],
            [[22, LINE[1:]]],
            [[22, [*LINE, *LINE]]],
            [[22, [*LINE, ["C", 1, 2, 3, 4, 5, 6]]]],
            [[22, [*LINE, ["constructor", 1]]]],
            [[22, [*LINE, ["L", 1]]]],
            [[22, [*LINE, ["L", "1", 1]]]],
            [[22, [*LINE, ["L", MAXIMUM_COORDINATE + 1, 1]]]],
            [["22", LINE]],
            [[-1, LINE]],
            [[limits.MAXIMUM_STROKE_WIDTH + 1, LINE]],
            [[22, LINE]] * (limits.MAXIMUM_STROKES + 1),
            [[22, [LINE[0], *[["L", 1, 1]] * limits.MAXIMUM_POINTS]]],
        )
    ),
]


def test_a_reload_keeps_the_drawing_in_its_tab(desktop, monitor):
    # Streamlit's frontend first looks for the server below the address of the page About.
    monitor.ignore(r"status of 404")
    page = desktop.page
    before = desktop.draw(shapes.DIGITS[4])
    desktop.leave_ink([shapes.FURTHER_STROKE])
    page.reload()  # before the stroke was sent
    desktop.canvas.wait_for()
    assert (desktop.sent(3).ink >= before.ink).all()
    assert np.array_equal(desktop.undo().ink, before.ink)

    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_text(HINT).first.wait_for()
    assert other.evaluate("sessionStorage.length") == 0
    other.close()

    desktop.go_to("About")
    page.get_by_role("heading", name="About", exact=True).wait_for()
    page.reload()
    desktop.go_to("Draw")
    assert np.array_equal(desktop.sent(2).ink, before.ink)
    desktop.clear()
    assert page.evaluate("sessionStorage.length") == 0

    # What another app at the same address has left there.
    assert page.evaluate(keeping(), [json.dumps({"session": "a", "strokes": [[22, LINE]]})]) == [1]
    assert page.evaluate(keeping(), NO_DRAWINGS) == [0] * len(NO_DRAWINGS)
    page.reload()
    desktop.canvas.wait_for()
    assert desktop.blank().text == (HINT,)


@pytest.mark.slow
def test_a_drawing_survives_the_end_of_its_session(open_page, monitor):
    """The server is started again: the page connects again, to a new session."""
    monitor.ignore(r"Failed to load|when disconnected|not responding|reaching server|WebSocket")
    server = AppServer()
    with server:
        page = open_page(url=server.url)
        before = page.draw(shapes.DIGITS[4])
    lost(page)
    with server:
        assert np.array_equal(connected_again(page).ink, before.ink)
        page.clear()
        before = page.draw(shapes.DIGITS[7])  # on a canvas that a new session does not mount
    lost(page)
    with server:
        assert np.array_equal(connected_again(page).ink, before.ink)
        page.clear()
        assert page.page.evaluate("sessionStorage.length") == 0


def lost(page):
    """Wait until the page has noticed that there is no server."""
    page.wait_for(lambda: page.connection() != "CONNECTED", lambda: "the connection is not lost")


def connected_again(page):
    """Return the page once it has a connection again and shows one drawing."""
    page.wait_for(lambda: page.connection() == "CONNECTED", lambda: "no connection again")
    return page.settled(lambda now: now.text, "no page yet")


def keeping():
    """Return a script that counts the strokes that a reload finds in each of some texts."""
    names = ("MAXIMUM_STROKES", "MAXIMUM_POINTS", "MAXIMUM_STROKE_WIDTH")
    values = {name: getattr(limits, name) for name in names}
    values["MAXIMUM_COORDINATE"] = MAXIMUM_COORDINATE
    constants = "".join(f"const {name} = {value};\n" for name, value in values.items())
    return f"""(texts) => {{
        {constants}{KEPT_DRAWING.read_text("utf-8")}
        const data = {{ canvasWidth: {SIDE}, canvasHeight: {SIDE}, strokeColor: "#FFFFFF",
            initialDrawing: {{ session: "b" }} }};
        return texts.map((text) => {{
            sessionStorage.setItem(keyOf(data), text);
            return keptDrawing(data).length;
        }});
    }}"""


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
