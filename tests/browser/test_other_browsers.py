"""The app in Firefox and in WebKit: what matters most works there as it does in Chromium.

The other tests of this folder run in Chromium.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from tests.browser import other_browsers, shapes
from tests.browser.other_browsers import MissingBrowserError
from tests.browser.visitor import Visitor
from tests.drawings import strokes_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHOTO = Path(__file__).parents[1] / "data" / "seven.png"
HOSTS = """() => performance.getEntriesByType("resource").map((entry) => entry.name)"""


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def other_browser(request):
    try:
        with getattr(other_browsers, request.param)() as browser:
            yield browser
    except MissingBrowserError as missing:
        reason = f"no {missing} here: apt-get install firefox-esr webkit2gtk-driver xvfb"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(params=["mouse", "touch", "pen"])
def device(request, other_browser):
    if request.param not in other_browser.devices:
        pytest.skip(f"the driver of {type(other_browser).__name__} has no {request.param}")
    return request.param


@pytest.fixture
def visitor(other_browser, app, recognizer):
    """A visitor who has just opened the app, and finds no error and no other host."""
    visitor = Visitor(other_browser, app.url, recognizer)
    yield visitor
    assert other_browser.errors() == []
    hosts = {urlsplit(name).netloc for name in other_browser.evaluate(HOSTS)}
    assert hosts == {urlsplit(app.url).netloc}
    other_browser.open("about:blank")
    other_browser.errors()  # of requests that were under way


def test_a_digit_is_drawn_read_and_taken_back(device, visitor):
    visitor.device = device
    visitor.draw(shapes.DIGITS[4])
    before = visitor.settled("4")
    wanted = shapes.ink_of(shapes.DIGITS[4])
    assert np.abs(wanted.astype(int) - before.ink.astype(int)).mean() < 4
    if device != "mouse":
        return
    for _ in shapes.DIGITS[4]:
        visitor.press("button[title=Undo]")
    visitor.settled("Draw a digit from 0 to 9")
    for _ in shapes.DIGITS[4]:
        visitor.press("button[title=Redo]")
    assert np.array_equal(visitor.settled("4").ink, before.ink)

    visitor.go_to("Compare", "Compare models")
    assert visitor.find(".st-key-agreement p", "say")["text"] == "All models say 4"
    visitor.go_to("Draw", "Draw a digit")
    assert np.array_equal(visitor.settled("4").ink, before.ink)
    visitor.press(".st-key-clear button")
    visitor.settled("Draw a digit from 0 to 9")


def test_a_number_is_read(visitor):
    visitor.go_to("Numbers", "Write a number")
    for index, digit in enumerate((2, 0, 7)):
        strokes = strokes_of(digit, left=30 + 150 * index, top=90, size=200, brush=1)
        visitor.draw([stroke.points.tolist() for stroke in strokes], width=680)
    visitor.find(".st-key-number_text p", "207")


def test_a_photo_is_read(visitor):
    visitor.go_to("Photo", "Read a photo")
    visitor.find("[data-testid=stFileUploaderDropzone]")
    visitor.browser.choose_file("[data-testid=stFileUploader] input[type=file]", PHOTO)
    assert visitor.find(".st-key-number_text p")["text"] == "7"
