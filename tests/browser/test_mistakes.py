"""The Mistakes page in a browser: its filters, by mouse and by keyboard, and how it looks."""

import re

import pytest
from playwright.sync_api import expect

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.ui.gallery import PAGE_SIZE, caption, select
from tests.browser.conftest import PHONE, PHONE_USER_AGENT
from tests.browser.contrast import MINIMUM_CONTRAST, contrast

pytestmark = pytest.mark.browser

VIEWS = {
    "Gallery": ".st-key-gallery_pictures [data-testid=stImageCaption] p",
    "Two models": ".st-key-two_pictures [data-testid=stImageCaption] p",
    "Digits": ".st-key-figures :is(th, td)",
    "Confidence": "svg text:not([opacity='0'])",
    "Training": "svg text:not([opacity='0'])",
}
"""What of each tab must be readable; Vega makes invisible what would overlap."""


@pytest.fixture(scope="module")
def misread():
    return load_bundle().misread()


def captions(page):
    return page.page.locator(".st-key-gallery_pictures [data-testid=stImageCaption]")


def expected(misread, **wanted):
    found = [caption(misread, index) for index in select(misread, **wanted)][:PAGE_SIZE]
    return [text.replace("**", "") for text in found]


def most_frequent(misread):
    """Return label and reading of the most frequent confusion."""
    pairs = list(zip(misread.labels, misread.probabilities.argmax(axis=1), strict=True))
    return max(pairs, key=pairs.count)


def test_a_cell_of_the_matrix_filters_the_gallery_and_frees_it_again(desktop, misread):
    desktop.go_to("Mistakes")
    expect(captions(desktop)).to_have_text(expected(misread))
    label, said = most_frequent(misread)
    for wanted, address in (
        ({"label": label, "predicted": said}, f"label={label}&said={said}"),
        ({}, ""),
    ):
        cell = desktop.page.locator("svg .mark-rect path").nth(10 * label + said)
        cell.click(force=True)
        expect(captions(desktop)).to_have_text(expected(misread, **wanted))
        expect(desktop.page).to_have_url(re.compile(rf"/mistakes\??{address}$"))


@pytest.mark.slow
def test_the_same_by_keyboard(desktop, misread):
    label, said = most_frequent(misread)
    desktop.go_to("Mistakes")
    expect(captions(desktop)).to_have_text(expected(misread))
    for name, digit in (("The label says", label), ("The model read", said)):
        choice = desktop.page.get_by_role("combobox", name=name)
        choice.focus()
        desktop.page.keyboard.type(str(digit))
        desktop.page.keyboard.press("Enter")
        expect(desktop.page).to_have_url(re.compile(f"={digit}"))
    expect(captions(desktop)).to_have_text(expected(misread, label=label, predicted=said))


@pytest.mark.slow
def test_a_link_opens_the_page_as_it_was(open_page, app, monitor):
    # Streamlit's frontend first looks for the server below the address that it was opened at.
    monitor.ignore(r"status of 404")
    name = shipped_names()[-1]
    page = open_page()
    page.page.goto(f"{app.url}/mistakes?model={name}&label=4&sure=50")
    expect(captions(page)).to_have_text(
        expected(load_bundle(name).misread(), label=4, minimum_confidence=0.5)
    )


@pytest.mark.slow
def test_a_link_to_no_page_is_said_in_words_and_draw_is_shown(open_page, app, monitor):
    monitor.ignore(r"status of 404|does not seem to exist")
    page = open_page()
    page.page.goto(f"{app.url}/nowhere")
    message = page.page.get_by_role("dialog")
    expect(message).to_contain_text("does not seem to exist")
    page.page.keyboard.press("Escape")
    expect(message).to_have_count(0)
    page.settled()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_tab_fits_a_phone_and_can_be_read(app, open_page, monitor, scheme):
    # Streamlit's frontend first looks for the server below the address that it was opened at.
    monitor.ignore(r"status of 404")
    page = open_page(**PHONE, user_agent=PHONE_USER_AGENT, color_scheme=scheme)
    page.page.goto(f"{app.url}/mistakes?model=cnn")  # its training was recorded
    for name, words in VIEWS.items():
        page.page.get_by_role("tab", name=name).click()
        page.page.locator(words).first.wait_for()
        page.wait_for(lambda: page.traffic.is_answered, lambda: "no answer")
        assert min(contrast(page.page.locator(words))) >= MINIMUM_CONTRAST, name
        assert page.sideways_overflow() <= 0, name
        assert page.cut_off() == [], name
