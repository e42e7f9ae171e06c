"""One drawing on many pages: every model reads it, and what was read can be saved."""

import csv
import re
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from mnist_app import Recognizer
from mnist_app.bundle import shipped_names
from mnist_app.preprocessing.normalize import downsample_without_centering, steps_of_drawing
from mnist_app.ui.formatting import agreement_in_words
from tests.browser import shapes
from tests.browser.conftest import PHONE, PHONE_USER_AGENT
from tests.browser.contrast import MINIMUM_CONTRAST, contrast
from tests.browser.pointers import Finger

pytestmark = pytest.mark.browser

READ = (
    ".st-key-agreement p",
    "svg .mark-text text",
    ".st-key-figures :is(th, td)",
    "[data-testid=stImageCaption] p",
    "[data-testid=stCaptionContainer] p",
    "[data-testid=stExpander] summary p",
)


@pytest.fixture(scope="module")
def readers():
    return {name: Recognizer.load(name) for name in shipped_names()}


def said(readers, image):
    """Return what the page must say of an image, as plain text."""
    words = agreement_in_words(
        list(readers), [reader.read_normalized(image) for reader in readers.values()]
    )
    return words.replace(":primary[", "").replace("]", "")


def drawn(page):
    """Return the ink of the strokes that the browser sent."""
    return shapes.draw(page.sent_strokes(), shapes.SIDE, shapes.SIDE)


def centred(ink):
    return steps_of_drawing(ink).image


def agreement(page):
    return page.page.locator(".st-key-agreement")


def test_the_drawing_travels_and_every_model_reads_it(desktop, readers):
    before = desktop.draw(shapes.DIGITS[4])
    ink = drawn(desktop)
    desktop.go_to("Compare")
    expect(agreement(desktop)).to_have_text(said(readers, centred(ink)))
    texts = desktop.page.locator("svg .mark-text text")
    desktop.wait_for(
        lambda: set(readers) <= set(texts.all_text_contents()), lambda: "not all models have a row"
    )

    desktop.leave_ink([shapes.FURTHER_STROKE])
    desktop.wait_for(lambda: len(desktop.objects()) == 3, lambda: "the stroke was not sent")
    more = drawn(desktop)
    expect(agreement(desktop)).to_have_text(said(readers, centred(more)))
    desktop.go_to("Draw")
    back = desktop.settled(lambda now: now.ink.sum() > before.ink.sum(), "the stroke is gone")
    assert (back.ink >= before.ink).all()


@pytest.mark.slow
def test_the_switches_work_by_keyboard_and_stand_in_the_address(desktop, readers):
    desktop.draw(shapes.DIGITS[7])
    ink = drawn(desktop)
    desktop.go_to("Compare")
    expect(agreement(desktop)).to_have_text(said(readers, centred(ink)))
    switch = desktop.page.get_by_role("switch", name="Centre the digit")
    switch.focus()
    expect(switch).to_be_focused()
    desktop.page.keyboard.press("Space")
    expect(desktop.page).to_have_url(re.compile("centre=false"))
    expect(agreement(desktop)).to_have_text(said(readers, downsample_without_centering(ink)))

    desktop.page.get_by_text("Change thickness, size, position").click()
    slider = desktop.page.get_by_role("slider", name="Size")
    slider.focus()
    for _ in range(4):
        desktop.page.keyboard.press("ArrowLeft")
    expect(desktop.page).to_have_url(re.compile("size=80"))
    desktop.page.get_by_role("button", name="Reset").click()
    expect(agreement(desktop)).to_have_text(said(readers, downsample_without_centering(ink)))
    expect(desktop.page).not_to_have_url(re.compile("size="))


@pytest.mark.slow
def test_a_phone_shows_all_of_it_without_scrolling_sideways(open_page, readers):
    page = open_page(**PHONE, user_agent=PHONE_USER_AGENT)
    page.pointer = Finger(page.page)
    page.draw(shapes.DIGITS[2])
    ink = drawn(page)
    page.go_to("Compare")
    expect(agreement(page)).to_have_text(said(readers, centred(ink)))
    get = page.page.locator(".st-key-models_get img")
    expect(get).to_have_css("image-rendering", "pixelated")
    menu = page.page.get_by_role("link", name="Compare", exact=True)
    expect(menu.first).to_be_in_viewport()  # the row of links stays
    page.page.get_by_text("Change thickness, size, position").click()
    page.page.get_by_text("Save", exact=True).click()
    page.page.get_by_role("link", name="Drawing (PNG)").wait_for()
    assert page.sideways_overflow() <= 0
    assert page.cut_off() == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(open_page, scheme):
    page = open_page(color_scheme=scheme)
    page.draw([shapes.scribble(3)])
    page.go_to("Compare")
    page.page.locator("svg .mark-text text").first.wait_for()
    for selector in READ:
        found = contrast(page.page.locator(selector))
        assert found, f"there is no {selector}"
        assert min(found) >= MINIMUM_CONTRAST, f"{selector}: {min(found):.2f}"


@pytest.mark.slow
def test_what_is_saved_is_what_was_drawn(desktop, tmp_path):
    requests = []
    desktop.page.on("request", lambda request: requests.append(request.url))
    now = desktop.draw(shapes.DIGITS[7])
    ink = drawn(desktop)
    desktop.page.get_by_text("Save", exact=True).click()

    def save(label: str) -> Path:
        with desktop.page.expect_download() as started:
            desktop.page.get_by_role("link", name=label).press("Enter")
        target = tmp_path / started.value.suggested_filename
        started.value.save_as(target)
        return target

    with Image.open(save("Drawing")) as picture:
        np.testing.assert_array_equal(np.asarray(picture), ink)
    with Image.open(save("Result card")) as picture:
        assert picture.size == (1200, 630)
    (row,) = csv.DictReader(save("Table").read_text(encoding="utf-8").splitlines())
    assert row["digit"] == now.bars[7].answer
    shown = float(row["probability_7"]) * float(row["digit_probability"])
    assert shown == pytest.approx(now.bars[7].probability, abs=1e-3)
    # Nothing comes from the store that all sessions share.
    assert not [url for url in requests if urlsplit(url).path.startswith("/media/")]
