"""A game is played to its end, and a reading is marked, as a person does it."""

import re

import pytest
from playwright.sync_api import expect

from mnist_app.ui.games.rounds import SECONDS
from tests.browser import shapes
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_a_reading_is_marked_and_a_race_is_won(phone):
    page = phone.page
    phone.draw(shapes.DIGITS[7])
    page.locator(".st-key-marks button", has_text="7").click()
    expect(page.get_by_text("Your score: 1 right, 0 wrong, 0 not sure")).to_be_visible()
    page.get_by_role("button", name="Race").click()
    phone.settled()  # the drawing is still there
    start = page.get_by_role("button", name="Start")
    expect(start).to_be_in_viewport()
    expect(page.get_by_text("Play", exact=True)).to_be_hidden()  # a game has the page
    start.click()
    head = page.locator(".st-key-game_head")
    for digit, lines in shapes.DIGITS.items():
        expect(head).to_contain_text(f"Draw a {digit}")
        expect(head.get_by_role("timer")).to_have_text(re.compile(r"\d+ s"))
        for part in (head, phone.canvas):
            expect(part).to_be_in_viewport(ratio=0.95)
        key = phone.canvas_key()
        phone.leave_ink(lines)
        phone.wait_for(lambda k=key: phone.canvas_key() != k, lambda d=digit: f"{d} does not count")
        # It counts when it is finished, not when it is accepted already.
        assert len(phone.traffic.drawing(key)) == len(lines)
    expect(head).to_contain_text("All ten digits in")
    picture = page.locator(".st-key-game img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalHeight > 400)")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Picture (PNG)").click()
    assert saved.value.suggested_filename == "race.png"
    assert violations(page) == []

    # A reload leads to the start; the browser's clock ends a round, with one message in the minute.
    assert "game=race" in page.url
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Start").click()
    expect(head).to_contain_text("Draw a 0")
    phone.settled()
    sent = phone.traffic.sent
    page.clock.fast_forward(1000 * SECONDS)
    expect(head).to_contain_text("0 of 10 digits")
    assert phone.traffic.sent == sent + 1
