"""A German browser gets German pages, and another language is chosen and kept in the address."""

import re

import pytest
from playwright.sync_api import expect

from mnist_app import words
from mnist_app.prediction import SURE
from tests.browser import shapes
from tests.browser.pointers import Mouse

pytestmark = pytest.mark.browser


def in_german(text):
    with words.in_language("de"):
        return words._(text)


def test_the_browser_s_language_and_the_choice(open_context, app):
    page = open_context(app.url, locale="de-AT").new_page()
    page.goto(app.url)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(in_german("Draw a digit"))
    canvas = page.locator("canvas.upper-canvas")
    expect(canvas).to_have_attribute(
        "aria-label",
        re.compile(in_german("Empty canvas: draw with a mouse, a finger or a pen")),
    )
    box = canvas.bounding_box()
    scale = box["width"] / 340
    pen = Mouse(page)
    for line in shapes.DIGITS[7]:
        pen.stroke([(box["x"] + scale * x, box["y"] + scale * y) for x, y in line])
    sentence = page.locator(".reading .sentence")
    expect(sentence).to_have_text(re.compile(re.escape(in_german(SURE[7]).split("{")[0])))
    expect(page.locator(".own-button").first).to_have_attribute("title", in_german("Undo"))
    page.locator(".st-key-language").get_by_text("en", exact=True).click()
    expect(heading).to_have_text("Draw a digit")
    expect(sentence).to_have_text(re.compile("Seven - "))
    expect(page.locator(".own-button").first).to_have_attribute("title", "Undo")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="About").click()
    expect(page).to_have_url(re.compile(r"/about\?lang=en$"))
