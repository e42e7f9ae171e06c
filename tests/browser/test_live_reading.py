"""While the pen moves, the page reads what the server will read."""

import pytest

from benchmarks.live_drawings import KINDS, drawings
from benchmarks.live_page import LivePage
from benchmarks.live_reading import Equality
from tests.browser import shapes
from tests.browser.pointers import steps

pytestmark = pytest.mark.browser

NOTE = """
window.noted = { texts: [], path: null };
addEventListener("mnist-app:drawing", ({ detail }) => {
  noted.path = detail.moving ?? noted.path;
});
"""
WATCH = """() => {
  const reading = document.querySelector(".reading");
  const note = () => noted.texts.push(reading.innerText.split("\\n")[0]);
  new MutationObserver(note).observe(reading, { subtree: true, childList: true, attributes: true });
}"""


class MovingPen:
    """The mouse on the canvas of a page, with its button pressed until it is lifted."""

    def __init__(self, page):
        self.page = page
        box = page.canvas.bounding_box()
        self.at = lambda point: (box["x"] + point[0], box["y"] + point[1])

    def draw(self, line):
        mouse = self.page.page.mouse
        mouse.move(*self.at(line[0]))
        mouse.down()
        for point in steps(line):
            mouse.move(*self.at(point))

    def lift(self):
        self.page.page.mouse.up()


def reads(page):
    return page.page.locator(".reading").get_attribute("data-reader")


def digit(page):
    return page.page.locator(".reading").inner_text().split("\n")[0]


def wait_until_it_reads(page):
    """Draw until script and weights are loaded, which they are not at once; clear the canvas."""
    pen = MovingPen(page)

    def draws():
        pen.draw(shapes.DIGITS[1][0])
        page.page.wait_for_timeout(200)
        read = reads(page) == "browser"
        pen.lift()
        return read

    page.wait_for(draws, lambda: "the browser does not read")
    page.settled()
    page.clear()
    return pen


@pytest.mark.slow
def test_the_reading_follows_the_pen_and_the_server_takes_over(desktop):
    page = desktop.page
    page.evaluate(NOTE)
    pen = wait_until_it_reads(desktop)
    sent = desktop.traffic.sent
    pen.draw(shapes.DIGITS[7][0])
    desktop.wait_for(lambda: digit(desktop) == "7", lambda: f"it says {digit(desktop)}")
    assert reads(desktop) == "browser"
    live = desktop.take()
    assert [bar.answer for bar in live.bars] == [*"0123456789", "no digit"]
    assert desktop.traffic.sent == sent  # the server gets nothing while the pen moves
    page.evaluate(WATCH)
    pen.lift()
    settled = desktop.sent(1)
    assert reads(desktop) == "server"
    assert settled.text == live.text
    apart = [a.probability - b.probability for a, b in zip(live.bars, settled.bars, strict=True)]
    assert max(map(abs, apart)) < 0.005
    assert set(page.evaluate("noted.texts")) == {"7"}  # no flicker
    # The path was the one that the component reports.
    width, *numbers = page.evaluate("[...noted.path]")
    assert width == shapes.USUAL_BRUSH
    flat = [number for _, *rest in desktop.objects()[-1]["path"] for number in rest]
    assert numbers == pytest.approx(flat, abs=1e-9)

    # Undo and Clear show what is left.
    pen.draw(shapes.FURTHER_STROKE)
    desktop.wait_for(lambda: digit(desktop) != "7", lambda: "the bar is not read")
    pen.lift()
    desktop.sent(2)
    assert desktop.undo().text[0] == "7"
    assert desktop.clear().bars == ()


@pytest.mark.slow
def test_the_browser_and_the_server_read_the_same(open_context, app):
    tab = LivePage(open_context(app.url).new_page(), app.url)
    tab.wait_until_live()
    found = Equality()
    for index, drawing in enumerate(drawings(2 * len(KINDS), seed=7)):
        if index == len(KINDS):
            tab.set_brush("Home")
        found.add(drawing, *tab.draw(drawing))
        tab.clear()
    assert found.faults == []


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["workers", "weights"])
def test_without_it_everything_works_as_before(desktop, open_context, app, recognizer, missing):
    context = open_context(app.url)
    if missing == "workers":
        context.add_init_script("delete window.Worker")
    else:
        context.route("**/live/*.bin", lambda route: route.fulfill(body="no weights"))
    page = type(desktop)(context.new_page(), app.url, recognizer)
    page.page.wait_for_timeout(500)
    pen = MovingPen(page)
    pen.draw(shapes.DIGITS[7][0])
    page.page.wait_for_timeout(500)
    assert digit(page) == "Draw a digit from 0 to 9"
    pen.lift()
    assert page.sent(1).text[0] == "7"
