"""The Inside page: the drawing travels there, and what is shown of the network is all visible."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import shapes
from tests.browser.conftest import PHONE
from tests.browser.contrast import MINIMUM_CONTRAST, contrast
from tests.browser.pointers import Finger
from tests.browser.snapshot import decode_png

pytestmark = pytest.mark.browser

READ = (
    "[data-testid=stImageCaption] p",
    "[data-testid=stMain] [data-testid=stMarkdownContainer] p",
    ".st-key-look button",
)


def pictures_in(page, key):
    return page.page.locator(f".st-key-{key} img")


def shows(page, before):
    """Tell whether the page shows the ink and the reading of an earlier snapshot."""
    now = page.take()
    return not now.is_busy and np.array_equal(now.ink, before.ink) and now.text == before.text


def look_at(page, view):
    page.page.locator(".st-key-look").get_by_text(view, exact=True).click()


def choose_layer(page, name):
    page.page.locator(".st-key-layer").get_by_role("combobox").click()
    page.page.get_by_role("option", name=name, exact=True).click()


def all_loaded(pictures):
    return pictures.evaluate_all("all => all.every((one) => one.complete && one.naturalWidth)")


def test_the_drawing_travels_there_and_is_read_and_taken_apart(desktop):
    before = desktop.draw(shapes.DIGITS[4])
    desktop.go_to("Inside")
    desktop.page.get_by_role("heading", name="Which ink matters?").wait_for()
    desktop.wait_for(lambda: shows(desktop, before), lambda: f"not as before: {desktop.take()}")
    expect(pictures_in(desktop, "occlusion")).to_have_count(2)
    sources = [one.get_attribute("src") for one in pictures_in(desktop, "evidence").all()]
    assert len(sources) >= 3
    assert all(decode_png(source).shape == (224, 224, 3) for source in sources)

    desktop.leave_ink([shapes.FURTHER_STROKE])
    expect(pictures_in(desktop, "evidence").first).not_to_have_attribute("src", sources[0])
    look_at(desktop, "Steps")
    expect(desktop.page.get_by_text("5. It is placed in 28×28")).to_be_visible()
    look_at(desktop, "Layers")
    expect(pictures_in(desktop, "maps").first).to_be_visible()
    expect(desktop.page).to_have_url(re.compile(r"/inside\?(.*&)?look=Layers"))
    choose_layer(desktop, "Max-pooling 1")
    expect(desktop.page.locator(".st-key-maps")).to_contain_text("Map")
    assert all_loaded(pictures_in(desktop, "maps"))
    desktop.go_to("Draw")
    back = desktop.settled(lambda shown: shown.ink.sum() > before.ink.sum(), "the stroke is gone")
    assert (back.ink >= before.ink).all()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_all_and_it_can_be_read(open_page, app, monitor, scheme):
    # Streamlit's frontend first looks for the server below the address that it was opened at.
    monitor.ignore(r"status of 404")
    page = open_page(**PHONE, url=f"{app.url}/inside?model=dense-128", color_scheme=scheme)
    page.pointer = Finger(page.page)
    page.leave_ink(shapes.DIGITS[2])
    expect(pictures_in(page, "evidence")).to_have_count(3)
    look_at(page, "Layers")
    expect(pictures_in(page, "units")).to_have_count(8)
    one = pictures_in(page, "one_unit")
    before = one.first.get_attribute("src")
    page.page.get_by_role("spinbutton").press("ArrowUp")
    page.page.get_by_role("spinbutton").press("Enter")
    expect(one.first).not_to_have_attribute("src", before)
    assert all_loaded(page.page.locator("[data-testid=stMain] img"))
    assert page.sideways_overflow() <= 0
    assert page.cut_off() == []
    for selector in READ:
        found = contrast(page.page.locator(selector))
        assert found, f"there is no {selector}"
        assert min(found) >= MINIMUM_CONTRAST, f"{selector}: {min(found):.2f}"
    look_at(page, "Training")
    film = page.page.locator(".st-key-film .sentence")
    expect(film).to_have_text("That doesn't look like a digit.")
    page.page.get_by_role("slider").press("End")
    expect(film).to_contain_text("sure")
    assert page.sideways_overflow() <= 0
    assert page.cut_off() == []


def test_a_lesson_opens_the_right_page_with_the_drawing(desktop):
    before = desktop.draw(shapes.DIGITS[4])
    desktop.go_to("Lessons")
    first = desktop.page.get_by_role("radio", name="Move it, shrink it")
    expect(first).to_be_checked()
    first.focus()
    for _ in range(3):
        desktop.page.keyboard.press("ArrowDown")
    expect(desktop.page.get_by_role("heading", name="Dense or convolutional?")).to_be_visible()
    desktop.page.get_by_text("For the teacher").click()
    expect(desktop.page.get_by_text("Be careful with such pictures.")).to_be_visible()
    assert desktop.cut_off() == []

    desktop.page.get_by_role("link", name="Start the lesson").click()
    expect(pictures_in(desktop, "units")).to_have_count(8)
    desktop.wait_for(
        lambda: np.array_equal(desktop.take().ink, before.ink), lambda: "not the drawing as it was"
    )
    expect(desktop.page.get_by_role("button", name="Model:")).to_contain_text("One hidden layer")
    desktop.go_to("Lessons")
    expect(desktop.page.get_by_role("heading", name="Dense or convolutional?")).to_be_visible()
    # The usual view, although the one before was another.
    desktop.page.get_by_role("link", name="Which ink counts?").click()
    expect(pictures_in(desktop, "occlusion")).to_have_count(2)
