"""The pictures on the Draw page: what the network sees, how it got there, where it goes wrong."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import draw
from mnist_app.ui.canvas.drawing_pad import PRIVACY
from tests.browser import shapes
from tests.browser.snapshot import decode_png

pytestmark = pytest.mark.browser

MISTAKE = re.compile(r"(\d) → said (\d), (?:(?:over )?\d+ %) sure")


def test_what_the_network_sees_is_exactly_what_the_library_makes(desktop):
    for digit in (0, 9):
        now = desktop.draw(shapes.DIGITS[digit])
        ours = draw(desktop.sent_strokes(), shapes.SIDE, shapes.SIDE)
        assert np.array_equal(now.seen, steps_of_drawing(ours).image)
        expect(desktop.page.locator(".st-key-seen img")).to_have_css("image-rendering", "pixelated")
        desktop.clear()


@pytest.mark.slow
def test_how_it_got_there_opens_and_shows_every_step(desktop):
    desktop.draw(shapes.DIGITS[3])
    details = desktop.page.locator("[data-testid=stExpander]")
    pictures, captions = details.locator("img"), details.locator("[data-testid=stImageCaption]")
    expect(captions.first).not_to_be_visible()
    desktop.page.get_by_text("How it got there").click()
    expect(captions).to_have_count(5)
    expect(captions.last).to_be_visible()
    texts = captions.all_inner_texts()
    assert [text[:2] for text in texts] == [f"{number}." for number in range(1, 6)]
    assert all(len(text) > 20 for text in texts)
    expect(pictures).to_have_count(5)

    now = desktop.settled()
    made = steps_of_drawing(draw(desktop.sent_strokes(), shapes.SIDE, shapes.SIDE))
    shown = [decode_png(picture.get_attribute("src")) for picture in pictures.all()]
    assert shown[0].shape == now.ink.shape
    assert np.array_equal(shown[2], made.crop)
    # One pixel beyond the grid's line, in the middle of every square.
    assert np.array_equal(shown[3][10::20, 10::20], made.small)
    assert np.array_equal(shown[4][7::14, 7::14], now.seen)


@pytest.mark.slow
def test_the_steps_stay_open_from_one_stroke_to_the_next(desktop):
    desktop.draw(shapes.DIGITS[7])
    desktop.page.get_by_text("How it got there").click()
    last = desktop.page.locator("[data-testid=stExpander] img").last
    expect(last).to_be_visible()
    before = last.get_attribute("src")
    desktop.draw([shapes.FURTHER_STROKE])
    expect(last).to_be_visible()
    expect(last).not_to_have_attribute("src", before)


@pytest.mark.slow
def test_mistakes_are_shown_and_others_on_demand(desktop):
    gallery = desktop.page.locator(".st-key-mistakes")
    captions, pictures = gallery.locator("[data-testid=stImageCaption]"), gallery.locator("img")
    shown: set[tuple[str, ...]] = set()
    for _ in range(3):
        expect(captions).to_have_count(8)
        expect(pictures).to_have_count(8)
        for text in captions.all_inner_texts():
            found = MISTAKE.fullmatch(text.replace("\n", " ").strip())
            assert found, text
            assert found[1] != found[2], "that is no mistake"
        sources = _sources(pictures)
        assert sources not in shown
        shown.add(sources)
        desktop.page.get_by_role("button", name="Show others").click()
        desktop.wait_for(
            lambda old=sources: _sources(pictures) != old,
            lambda: "no others were shown",
        )
        desktop.settled()
    assert len({source for sources in shown for source in sources}) == 24


@pytest.mark.slow
def test_the_page_says_where_drawings_stay(desktop):
    expect(desktop.page.get_by_text(PRIVACY)).to_be_visible()
    desktop.go_to("About")
    expect(desktop.page.get_by_text("stored nowhere else")).to_be_visible()


@pytest.mark.slow
def test_others_leave_the_drawing_alone(desktop):
    before = desktop.draw(shapes.DIGITS[8])
    desktop.page.get_by_role("button", name="Show others").click()
    assert np.array_equal(desktop.settled().ink, before.ink)


def _sources(pictures: Locator) -> tuple[str, ...]:
    """Return what is shown at one moment: the last mistakes may be fewer than those before."""
    return tuple(pictures.evaluate_all("images => images.map(image => image.src)"))
