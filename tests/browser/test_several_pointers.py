"""One pointer draws: thumbs, palms, cancelled touches and lost releases lose and add nothing.

Each gesture ends with `DrawingPage.sent`: the strokes that arrived are all the ink that is visible,
also that of a stroke which has not ended, and the reading is of that ink.
"""

import numpy as np
import pytest

from tests.browser import shapes
from tests.browser.conftest import PHONE
from tests.browser.drawing_page import DrawingPage
from tests.browser.pointers import CarelessMouse, Finger, Stylus, Touches, steps
from tests.browser.shapes import SIDE

pytestmark = pytest.mark.browser

FINGER, THUMB, PALM = Finger.NUMBER, 1, 2
SEVEN = shapes.DIGITS[7][0]
LONG, SHORT = SEVEN[:2], SEVEN[1:]
"""The two halves of `SEVEN`."""
RESTS_AT, SLIPS_TO = (300, 300), (320, 200)
"""Where a palm comes down on the canvas, and where it slides to."""


class Canvas:
    """The canvas of a page, in its own coordinates, with a count of its strokes."""

    def __init__(self, page):
        self.page = page
        box = page.canvas.bounding_box()
        self._corner, self._scale = (box["x"], box["y"]), box["width"] / SIDE

    def at(self, point):
        """Return the place of a point on the screen."""
        return tuple(
            corner + self._scale * part for corner, part in zip(self._corner, point, strict=True)
        )

    def along(self, line):
        """Return the places of the points of a line on the screen."""
        return [self.at(point) for point in line]

    def one_more(self):
        """Return the points of the stroke that was drawn last, once all of them are read."""
        self.page.sent(self.page.stroke_count + 1)
        return self.page.sent_strokes()[-1].points


def test_a_hand_on_the_screen_neither_ends_nor_joins_nor_adds_strokes(phone):
    canvas, touches = Canvas(phone), Touches(phone.page)
    phone.pointer = finger = Finger(phone.page, touches)
    finger.stroke(canvas.along(SEVEN))
    alone = canvas.one_more()

    # A thumb beside the canvas.
    touches.down(THUMB, canvas.at((-10, 100)))
    for _ in range(2):
        finger.stroke(canvas.along(SEVEN))
        assert np.array_equal(canvas.one_more(), alone)
    touches.up(THUMB)

    # A palm and a further finger on the canvas; the palm stays.
    touches.down(FINGER, canvas.at(SEVEN[0]))
    for point in steps(canvas.along(LONG)):
        touches.move(FINGER, point)
    touches.down(PALM, canvas.at(RESTS_AT))
    touches.down(THUMB, canvas.at(SEVEN[2]))
    touches.move(PALM, canvas.at(SLIPS_TO))
    touches.up(THUMB)
    for point in steps(canvas.along(SHORT)):
        touches.move(FINGER, point)
    touches.up(FINGER)
    assert np.array_equal(canvas.one_more(), alone)
    touches.move(PALM, canvas.at(RESTS_AT))
    touches.up(PALM)

    # A notification or a gesture of the system.
    finger.stroke(canvas.along(LONG))
    half = canvas.one_more()
    touches.down(FINGER, canvas.at(SEVEN[0]))
    for point in steps(canvas.along(LONG)):
        touches.move(FINGER, point)
    touches.cancel()
    assert np.array_equal(canvas.one_more(), half)

    # A touch whose end never comes: the next finger draws all the same.
    x, y = canvas.at((60, 40))
    lost = {"pointerId": 99, "pointerType": "touch", "isPrimary": True, "clientX": x, "clientY": y}
    phone.canvas.dispatch_event("pointerdown", lost)
    finger.stroke(canvas.along(SEVEN))
    phone.stroke_count += 1
    assert np.array_equal(canvas.one_more(), alone)


def test_a_pen_beats_palms(phone):
    canvas, touches, pen = Canvas(phone), Touches(phone.page), Stylus(phone.page)
    pen.stroke(canvas.along(SEVEN))
    alone = canvas.one_more()
    phone.undo()

    # The palm came first: nothing of it is seen or read.
    touches.down(PALM, canvas.at(RESTS_AT))
    touches.move(PALM, canvas.at(SLIPS_TO))
    pen.down(canvas.at(SEVEN[0]))
    assert not phone.take().ink[SIDE // 2 :].any()
    pen.move(canvas.along(SEVEN))
    touches.move(PALM, canvas.at(RESTS_AT))
    pen.up(canvas.at(SEVEN[-1]))
    assert np.array_equal(canvas.one_more(), alone)
    touches.up(PALM)

    # The palm comes in the middle of a stroke; so does a thumb on Undo.
    pen.down(canvas.at(SEVEN[0]))
    pen.move(canvas.along(LONG))
    touches.down(PALM, canvas.at(RESTS_AT))
    touches.move(PALM, canvas.at(SLIPS_TO))
    touches.up(PALM)
    undo = phone.undo_button.bounding_box()
    touches.down(THUMB, (undo["x"] + undo["width"] / 2, undo["y"] + undo["height"] / 2))
    touches.up(THUMB)
    pen.move(canvas.along(SHORT))
    pen.up(canvas.at(SEVEN[-1]))
    assert np.array_equal(canvas.one_more(), alone)


def test_a_lost_release_ends_the_stroke(desktop):
    canvas, mouse = Canvas(desktop), CarelessMouse(desktop.page)
    mouse.stroke(canvas.along(SEVEN))
    alone = canvas.one_more()
    mouse.down(canvas.at(SEVEN[0]))
    mouse.move(canvas.along(SEVEN))
    for point in shapes.FURTHER_STROKE:
        mouse.hover(canvas.at(point))
    assert np.array_equal(canvas.one_more(), alone)

    # Another brush in the middle of a stroke is for the next one.
    mouse.down(canvas.at(SEVEN[0]))
    mouse.move(canvas.along(LONG))
    desktop.page.get_by_role("slider").press("ArrowRight")
    wide = shapes.USUAL_BRUSH + 1
    desktop.wait_for(lambda: desktop.traffic.number("brush") == wide, lambda: "no other brush")
    desktop.wait_for(lambda: desktop.traffic.is_answered, lambda: "the server is still at work")
    mouse.move(canvas.along(SHORT))
    mouse.up(canvas.at(SEVEN[-1]))
    assert np.array_equal(canvas.one_more(), alone)
    mouse.stroke(canvas.along(SHORT))
    canvas.one_more()
    widths = [stroke.width for stroke in desktop.sent_strokes()]
    assert widths == [shapes.USUAL_BRUSH] * 3 + [wide]


@pytest.mark.slow
def test_two_fingers_beside_the_canvas_zoom(open_page):
    page = open_page(**PHONE)
    touches = Touches(page.page)
    before = page.scroll_positions()
    touches.down(FINGER, (180, 780))
    touches.down(THUMB, (200, 800))
    for step in range(12):
        touches.move(FINGER, (180 - 8 * step, 780 - 8 * step))
        touches.move(THUMB, (200 + 8 * step, 800))
    touches.up(FINGER)
    touches.up(THUMB)
    page.wait_for(lambda: page.scroll_positions()[-1] > before[-1], lambda: "it did not zoom")


@pytest.mark.slow
def test_without_pointer_events_and_storage_it_draws_all_the_same(open_context, app, recognizer):
    tab = open_context(app.url, **PHONE).new_page()
    tab.add_init_script(
        """addEventListener("pointerdown", (event) => event.stopImmediatePropagation(), true);
        Object.defineProperty(window, "sessionStorage", { get() { throw Error("denied"); } });"""
    )
    page = DrawingPage(tab, app.url, recognizer)
    page.pointer = Finger(tab)
    assert page.draw(shapes.DIGITS[4]).text[0] == "4"
    page.undo()
