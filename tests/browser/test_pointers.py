"""Mouse, finger and stylus draw wherever they go, and draw only."""

import numpy as np
import pytest

from tests.browser import shapes
from tests.browser.pointers import Finger, Stylus
from tests.browser.snapshot import HINT

pytestmark = pytest.mark.browser

SIDE = shapes.SIDE
FAR = SIDE - 2
ACROSS_AND_ALONG = [
    [(1, 1), (FAR, FAR)],
    [(1, FAR), (FAR, 1)],
    [(1, 1), (FAR, 1)],
    [(FAR, 1), (FAR, FAR)],
    [(FAR, FAR), (1, FAR)],
    [(1, FAR), (1, 1)],
]
"""From corner to corner, and along every edge."""
# Where the component's own toolbar would lie, invisible: strokes that begin or end there.
THROUGH_THE_TOP_RIGHT_CORNER = [
    [(SIDE - 8, 6), (200, 150)],
    [(180, 160), (SIDE - 4, 4)],
    [(SIDE - 40, 8), (SIDE - 6, 60)],
]


def test_a_finger_draws_and_does_not_scroll(phone):
    before = phone.scroll_positions()
    now = phone.draw(shapes.DIGITS[3])
    assert now.text[0] == "3"
    assert phone.scroll_positions() == before
    assert phone.sideways_overflow() <= 0


@pytest.mark.slow
def test_a_finger_beside_the_canvas_scrolls(phone):
    """The control of the test above: this is a finger that could scroll."""
    phone.draw(shapes.DIGITS[1])
    before = phone.scroll_positions()
    Finger(phone.page).stroke([(200, 780), (200, 400)])
    phone.wait_for(lambda: phone.scroll_positions() != before, lambda: "the page did not scroll")


@pytest.mark.slow
def test_a_stylus_draws(desktop):
    desktop.pointer = Stylus(desktop.page)
    assert desktop.draw(shapes.DIGITS[2]).text[0] == "2"


@pytest.mark.slow
@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_no_stroke_wipes_the_drawing(request, device):
    """From corner to corner, along every edge, and through the top right corner."""
    page = request.getfixturevalue(device)
    ink = page.draw([shapes.DIGITS[1][0]]).ink
    for lines in (ACROSS_AND_ALONG, THROUGH_THE_TOP_RIGHT_CORNER):
        now = page.draw(lines)  # fails unless all of these strokes arrive
        assert (now.ink >= ink).all(), "a stroke took ink away"
        assert now.ink.sum() > ink.sum()
        ink = now.ink


@pytest.mark.slow
def test_no_tap_wipes_the_drawing(phone):
    """A dot everywhere along the top edge, where a finger would meet a hidden toolbar."""
    ink = phone.draw([shapes.DIGITS[0][0]]).ink
    now = phone.draw([[(x, y)] for y in (3, 20) for x in range(4, SIDE, 28)])
    assert (now.ink >= ink).all()
    last = phone.draw([[(SIDE - 3, 2)], [(SIDE - 12, 14)], [(SIDE - 60, 10)]])
    assert (last.ink >= now.ink).all()


@pytest.mark.slow
def test_a_dot_is_read_as_ink_too(desktop):
    now = desktop.draw([[(170, 170)]])
    assert now.text[0] != HINT
    # The blob stays small: a dot is not blown up to the size of a digit.
    assert np.count_nonzero(now.seen) < 500
