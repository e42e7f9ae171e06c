"""How the page fits screens of every size, and how well it can be read in both themes."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import shapes
from tests.browser.contrast import MINIMUM_CONTRAST, contrast
from tests.browser.pointers import Finger

pytestmark = pytest.mark.browser

READ = (
    ".reading .digit",
    ".reading .sentence",
    ".reading .name",
    ".reading .label",
    ".reading .mark",
    "[data-testid=stCaptionContainer] p",
    ".st-key-clear button",
    ".st-key-drawing .dc-icon-button:not(:disabled)",
)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(open_page, scheme):
    page = open_page(color_scheme=scheme)
    hint = contrast(page.page.locator(".reading .hint"))
    assert min(hint) >= MINIMUM_CONTRAST
    page.draw(shapes.DIGITS[2])
    page.page.get_by_text("How it got there").click()
    for selector in READ:
        found = contrast(page.page.locator(selector))
        assert found, f"there is no {selector}"
        assert min(found) >= MINIMUM_CONTRAST, f"{selector}: {min(found):.2f}"


@pytest.mark.slow
def test_dark_and_light_are_two_themes(open_page):
    light, dark = (open_page(color_scheme=scheme) for scheme in ("light", "dark"))
    assert light.background() != dark.background()


@pytest.mark.slow
def test_nothing_scrolls_sideways_at_any_width(desktop):
    desktop.draw(shapes.DIGITS[5])
    desktop.page.get_by_text("How it got there").click()
    for width in (320, 360, 390, 768, 900, 1280):
        desktop.page.set_viewport_size({"width": width, "height": 800})
        desktop.wait_for(lambda: desktop.sideways_overflow() <= 0, lambda w=width: f"wide at {w}")
        box = desktop.canvas.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["width"] == pytest.approx(box["height"])
        assert desktop.cut_off() == []
    assert desktop.settled().text[0] == "5"


@pytest.mark.slow
def test_digit_and_drawing_stand_side_by_side_on_a_desktop(open_page):
    page = open_page(viewport={"width": 900, "height": 700})
    page.draw(shapes.DIGITS[6])
    canvas, digit = page.canvas.bounding_box(), page.reading.bounding_box()
    assert digit["x"] > canvas["x"] + canvas["width"]
    assert digit["y"] < canvas["y"] + canvas["height"] / 2
    expect(page.reading).to_be_in_viewport(ratio=1)
    height = page.page.locator(".reading .digit").evaluate("e => getComputedStyle(e).fontSize")
    assert float(height.removesuffix("px")) >= 96


def test_a_phone_shows_drawing_and_reading_at_once(phone):
    phone.draw(shapes.DIGITS[5])
    for part in (phone.canvas, phone.reading, phone.clear_button, phone.undo_button):
        expect(part).to_be_in_viewport(ratio=1)
    # A phone's browser keeps some of the screen for itself: digit and sentence stay in view.
    phone.page.set_viewport_size({"width": 390, "height": 664})
    for part in ("digit", "sentence"):
        expect(phone.page.locator(f".reading .{part}")).to_be_in_viewport(ratio=1)
    assert all(position == 0 for position in phone.scroll_positions()[:4])


@pytest.mark.slow
def test_a_phone_held_sideways_can_be_drawn_on(open_page):
    page = open_page(viewport={"width": 740, "height": 360}, has_touch=True, is_mobile=True)
    page.pointer = Finger(page.page)
    now = page.draw(shapes.DIGITS[7])
    assert now.text[0] == "7"
    assert page.sideways_overflow() <= 0


@pytest.mark.slow
def test_the_pen_is_right_where_the_canvas_is_scaled_down(open_page):
    narrow = open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    narrow.pointer = Finger(narrow.page)
    assert narrow.canvas.bounding_box()["width"] < shapes.SIDE
    lines = [[(60, 60), (60, 280)], [(280, 100), (180, 250)]]
    now = narrow.draw(lines)
    wanted = shapes.ink_of(lines)
    assert np.abs(wanted.astype(int) - now.ink.astype(int)).mean() < 1.5
