"""What people hear and reach who do not see the page or do not use a mouse.

axe-core looks for known faults on every page; the tests below it check what axe cannot know: what
is announced, what a page is called, and where the Tab key leads.
"""

import re
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser import shapes

pytestmark = pytest.mark.browser

PHOTO: Final = Path(__file__).parents[1] / "data" / "seven.png"
VIEWS: Final = (("light", 1280, 800), ("dark", 390, 780))
"""Theme and size: no colour of the pages depends on the size, and no size on the theme."""
READY: Final = {
    "Draw": ".st-key-mistakes img",
    "Numbers": ".st-key-drawing canvas.upper-canvas",
    "Photo": ".st-key-photo_page [data-testid=stFileUploaderDropzone]",
    "Compare": ".st-key-figures table",
    "Mistakes": ".st-key-gallery_pictures img",
    "Inside": ".st-key-evidence img",
    "Class": ".st-key-class_code_form",
    "Lessons": "h2",
    "About": "h2",
}
"""What each page shows last, by the page's title."""

STREAMLITS_OWN: Final = {
    ("presentation-role-conflict", "stFileUploaderDropzone"): "a role that means nothing on a part "
    "with a name; the button in it has role and name",
}
"""Violations by rule and test id of a part that Streamlit makes, with what they mean for people."""


def violations(page):
    """Return the faults that axe-core finds, without Streamlit's own: rule, element, what to do."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (rule["id"], node["html"][:200], node["failureSummary"])
        for rule in found
        for node in rule["nodes"]
        if not any(
            rule["id"] == own and f'data-testid="{part}"' in node["html"]
            for own, part in STREAMLITS_OWN
        )
    ]


@pytest.mark.slow
def test_axe_finds_no_fault_on_any_page(desktop):
    desktop.draw(shapes.DIGITS[4])
    page = desktop.page
    faults = {}
    for title, ready in READY.items():
        desktop.go_to(title)
        page.locator(ready).first.wait_for()
        expect(page).to_have_title("Draw a digit" if title == "Draw" else f"{title} · Draw a digit")
        if title == "Photo":
            page.locator("input[type=file]").set_input_files(PHOTO)
            page.locator(".st-key-seen img").first.wait_for()
        for theme, width, height in VIEWS:
            old = desktop.background()
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme)
            if (title, theme) != ("Draw", "light"):  # how it begins
                desktop.wait_for(lambda o=old: desktop.background() != o, lambda: "no other theme")
            if found := violations(page):
                faults[title, theme] = found
    assert faults == {}


@pytest.mark.slow
def test_axe_finds_no_fault_in_a_lesson(open_page, app):
    opened = open_page(f"{app.url}/?lesson=2.1")
    page = opened.page
    panel = page.get_by_role("region", name="Lesson")
    for theme, width, height in VIEWS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        expect(panel.get_by_role("button", name="Next")).to_be_visible()
        assert violations(page) == []


def test_axe_finds_a_fault_where_there_is_one(desktop):
    desktop.page.evaluate("document.querySelector('h1').append(document.createElement('img'))")
    desktop.page.locator("h1 img").evaluate("image => image.src = 'data:image/gif;base64,'")
    assert [rule for rule, *_ in violations(desktop.page)] == ["image-alt"]


def test_the_settled_sentence_is_announced(desktop):
    region = desktop.page.get_by_role("status")
    expect(region).to_have_text("Draw a digit from 0 to 9")
    region.evaluate("region => { window.heard = region; }")
    said = desktop.draw(shapes.DIGITS[7])
    expect(region).to_have_text(said.text[1])
    desktop.clear()
    expect(region).to_have_text("Draw a digit from 0 to 9")
    # A region that is new on the page is not heard.
    assert region.evaluate("region => region === window.heard")
    assert region.bounding_box()["width"] <= 1


def test_the_canvas_says_what_it_is_and_how_much_is_drawn(desktop):
    canvas = desktop.page.get_by_role("img", name="canvas: draw")
    expect(canvas).to_have_count(1)
    desktop.draw(shapes.DIGITS[4])
    expect(desktop.page.get_by_role("img", name="Your drawing, strokes: 2")).to_have_count(1)
    desktop.clear()
    expect(canvas).to_have_count(1)


@pytest.mark.slow
def test_the_focus_stays_on_the_buttons_of_the_canvas(desktop):
    desktop.draw(shapes.DIGITS[7])
    desktop.undo_button.press("Enter")
    expect(desktop.redo_button).to_be_focused()
    desktop.redo_button.press("Enter")
    expect(desktop.undo_button).to_be_focused()
    for title in ("Draw", "Numbers", "Compare"):
        if title != "Draw":
            desktop.go_to(title)
        desktop.canvas.wait_for()
        before = desktop.canvas_key()
        desktop.clear_button.press("Enter")
        desktop.wait_for(lambda old=before: desktop.canvas_key() != old, lambda: "not cleared")
        desktop.page.get_by_role("img", name="canvas: draw").wait_for()
        expect(desktop.clear_button).to_be_focused()


@pytest.mark.slow
def test_chart_and_table_of_compare_work_without_eyes_or_mouse(desktop):
    desktop.draw(shapes.DIGITS[4])
    desktop.go_to("Compare")
    page = desktop.page
    chart = page.locator("[role=graphics-document]")
    expect(chart).to_have_attribute("aria-label", re.compile("Most probable: best: 4"))
    expect(page.get_by_role("button", name="Copy Vega-Lite spec")).to_have_count(0)

    page.set_viewport_size({"width": 390, "height": 780})
    table = page.get_by_role("region", name="How good the models are")
    table.press("ArrowRight")
    desktop.wait_for(lambda: table.evaluate("part => part.scrollLeft") > 0, lambda: "no scrolling")
