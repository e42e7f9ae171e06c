"""The Numbers page in a real browser: drawn by mouse and by finger, taken back, kept, read."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, PHONE_USER_AGENT
from tests.browser.contrast import MINIMUM_CONTRAST, contrast
from tests.browser.pointers import Finger, Mouse
from tests.browser.snapshot import decode_png, ink_of_canvas
from tests.drawings import strokes_of

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 680, 400
HINT = "Write a number"
CANVAS_PIXELS = """() => document
    .querySelector(".st-key-drawing [data-testid=stBidiComponentIsolated]")
    ?.shadowRoot?.querySelector("canvas.dc-canvas.lower-canvas")?.toDataURL()"""


class NumbersPage:
    def __init__(self, page, url, pointer):
        self.page = page
        self.pointer = pointer
        self.canvas = page.locator(".st-key-drawing canvas.upper-canvas").first
        self.number = page.locator(".st-key-number_text p")
        self.hint = page.locator(".st-key-hint p")
        page.goto(url)
        expect(page.get_by_text("Draw a digit from 0 to 9").first).to_be_visible()
        self.go_to("Numbers", HINT)

    def go_to(self, title, words):
        self.page.get_by_role("link", name=title, exact=True).click()
        expect(self.page.get_by_text(words).first).to_be_visible()

    def write(self, digits, *, top=40.0, left=30.0, size=130.0):
        """Write digits side by side, in pixels of the canvas; return how many strokes they are."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        scale = box["width"] / WIDTH
        strokes = [
            stroke.points.tolist()
            for index, digit in enumerate(digits)
            for stroke in strokes_of(digit, left=left + 150 * index, top=top, size=size, brush=1)
        ]
        for points in strokes:
            self.pointer.stroke([(box["x"] + x * scale, box["y"] + y * scale) for x, y in points])
        return len(strokes)

    def ink(self):
        """What is visible on the canvas itself."""
        there = self.page.wait_for_function(CANVAS_PIXELS)  # Clear puts a new canvas there
        return ink_of_canvas(decode_png(there.json_value()))


@pytest.fixture
def desktop_numbers(open_context, app):
    page = open_context(app.url).new_page()
    return NumbersPage(page, app.url, Mouse(page))


@pytest.fixture
def phone_numbers(open_context, app):
    page = open_context(app.url, user_agent=PHONE_USER_AGENT, **PHONE).new_page()
    return NumbersPage(page, app.url, Finger(page))


def test_a_number_is_read_taken_back_and_kept(desktop_numbers, recognizer):
    page = desktop_numbers
    page.write([2, 7])
    strokes = page.write([0, 4], top=220)
    expect(page.number).to_have_text("27\n04", use_inner_text=True)
    before = page.ink()
    assert before.shape == (HEIGHT, WIDTH)
    said = recognizer.read_number_in_ink(before)
    assert said.text == "27\n04"
    captions = page.page.locator(".st-key-seen [data-testid=stImageCaption]")
    expect(captions).to_have_text([re.compile(digit.sentence.split()[0]) for digit in said.digits])
    # The browser smooths edges a little otherwise than what the page reads.
    for caption, digit in zip(captions.all_inner_texts(), said.digits, strict=True):
        shown, expected = (int(re.search(r"\d+", text)[0]) for text in (caption, digit.sentence))
        assert abs(shown - expected) <= 3
    assert min(contrast(page.number)) >= MINIMUM_CONTRAST

    for _ in range(strokes):
        page.page.get_by_role("button", name="Undo").click()
    expect(page.number).to_have_text("27")
    for _ in range(strokes):
        page.page.get_by_role("button", name="Redo").click()
    expect(page.number).to_have_text("27\n04", use_inner_text=True)

    page.go_to("About", "How it works")
    page.go_to("Numbers", "What the network saw")
    expect(page.number).to_have_text("27\n04", use_inner_text=True)
    assert np.array_equal(page.ink(), before)
    page.go_to("Draw", "Draw a digit from 0 to 9")
    page.go_to("Numbers", "What the network saw")

    page.page.locator(".st-key-clear button").click()
    expect(page.hint).to_be_visible()
    assert not page.ink().any()


def test_overlapping_digits_are_read_from_what_is_visible(desktop_numbers):
    page = desktop_numbers
    page.write([2])
    page.write([0], left=94)
    expect(page.number).to_have_text("20")
    page.page.get_by_role("button", name="Undo").click()
    expect(page.number).to_have_text("2")
    page.page.get_by_role("button", name="Redo").click()
    expect(page.number).to_have_text("20")


@pytest.mark.slow
def test_a_finger_writes_on_a_phone(phone_numbers):
    page = phone_numbers
    box = page.canvas.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["viewport"]["width"]
    assert box["width"] >= 340
    assert box["height"] == pytest.approx(box["width"] * HEIGHT / WIDTH, abs=1)
    page.write([2, 0, 7], top=90, size=220)
    expect(page.number).to_have_text("207")
    expect(page.number).to_be_in_viewport()
    too_wide = page.page.evaluate(
        """() => [...document.querySelectorAll("[data-testid=stMain] *")]
            .filter((part) => !part.closest(".st-key-phone_navigation")) // scrolls by itself
            .filter((part) => part.getBoundingClientRect().right > innerWidth + 0.5)
            .map((part) => part.outerHTML.slice(0, 160))"""
    )
    assert too_wide == []
    overflow = page.page.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    )
    assert overflow <= 0
