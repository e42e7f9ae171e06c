"""A lesson is held beside the pages that it uses, and is one entry of the browser's history."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import shapes
from tests.browser.pointers import Finger

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL_PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


def panel_of(page):
    return page.get_by_role("region", name="Lesson", exact=True)


def test_a_whole_lesson_is_held_survives_a_reload_and_is_left_with_one_back(desktop, monitor):
    # On a reload Streamlit's frontend first looks for the server below the address of the page.
    monitor.ignore(r"status of 404")
    page, panel = desktop.page, panel_of(desktop.page)
    desktop.go_to("Lessons")
    start = page.get_by_role("link", name="Start the lesson")
    start.wait_for()
    entries = page.evaluate("history.length")
    start.click()
    expect(panel).to_contain_text("Draw a 3")
    desktop.canvas.wait_for()
    desktop.leave_ink(shapes.DIGITS[3])
    expect(panel).to_contain_text("They all say 3.")

    further = panel.get_by_role("button", name="Next")
    further.press("Enter")
    expect(panel).to_contain_text("Push it around")
    expect(further).to_be_focused()
    slider = page.get_by_role("slider", name="To the right")
    expect(slider).to_be_visible()
    expect(slider).to_have_value("0")

    further.click()
    expect(panel).to_contain_text("Switch the centring off")
    expect(slider).to_have_value("60")
    centring = page.locator(".st-key-centre input")
    expect(centring).not_to_be_checked()
    expect(panel).to_contain_text("Some are lost already.")

    page.reload()
    expect(panel).to_contain_text("Step 3 of 6")
    expect(panel).to_contain_text("Some are lost already.")  # with the drawing
    further.click()
    expect(page.get_by_role("slider", name="Size")).to_have_value("50")
    further.click()
    expect(page.get_by_text("5. It is placed in 28×28")).to_be_visible()
    further.click()
    expect(panel).to_contain_text("Step 6 of 6")
    expect(centring).to_be_checked()
    panel.get_by_role("button", name="Back").click()
    expect(panel).to_contain_text("Step 5 of 6")
    assert page.evaluate("history.length") == entries + 1

    page.go_back()
    expect(page).to_have_url(re.compile("/lessons$"))
    expect(panel).to_have_count(0)
    page.get_by_role("link", name="Go on with lesson 1, step 5").click()
    further.click()
    panel.get_by_role("button", name="Finish").click()
    expect(page).to_have_url(re.compile("/lessons$"))
    expect(panel).to_have_count(0)


def test_a_phone_keeps_the_step_in_sight_and_the_canvas_free(open_page, app):
    # Only the number of the step: the page gets the model of the step all the same.
    phone = open_page(f"{app.url}/?lesson=3.1", **SMALL_PHONE)
    phone.pointer = Finger(phone.page)
    page, panel = phone.page, panel_of(phone.page)
    expect(page).to_have_url(re.compile(r"\?lesson=3\.1&model=cnn$"))
    text = panel.get_by_text("something that is no digit")
    expect(panel).to_contain_text("Fool it")
    expect(text).to_be_hidden()
    whole = panel.get_by_role("button", name="The whole step")
    for part in (phone.canvas, page.locator(".reading .hint")):
        expect(part).to_be_in_viewport(ratio=1)
    whole.click()
    expect(text).to_be_visible()
    page.touchscreen.tap(180, 600)  # the text gives way to the page below it
    expect(text).to_be_hidden()
    phone.leave_ink(shapes.DIGITS[4])
    phone.wait_for(lambda: len(phone.objects()) == 2, lambda: "the strokes did not arrive")
    expect(panel).to_contain_text("Fooled!")
    box, canvas = panel.bounding_box(), phone.canvas.bounding_box()
    assert box["y"] + box["height"] <= canvas["y"]
    assert canvas["y"] + canvas["height"] <= SMALL_PHONE["viewport"]["height"]
    assert phone.sideways_overflow() <= 0

    whole.click()
    expect(text).to_be_visible()
    panel.get_by_role("button", name="End the lesson").click()
    expect(panel).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?model=cnn$"))
    expect(page.locator(".reading .sentence")).to_contain_text("Four - ")  # the drawing stays

    # A step of another page, in German, opened by its number alone: the drawing is there, too.
    page.goto(f"{app.url}/?lesson=4.3&lang=de")
    expect(page.get_by_role("region", name="Lektion")).to_contain_text("Tiefer und tiefer")
    expect(page).to_have_url(
        re.compile(r"/inside\?lesson=4\.3&model=cnn&look=Schichten&layer=Falt")
    )
    expect(page.get_by_role("button", name="Modell: Faltungsnetz", exact=True)).to_be_visible()
    expect(page.locator(".st-key-layer input")).to_have_value("Faltung 4")
