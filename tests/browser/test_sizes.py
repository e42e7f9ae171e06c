"""Canvas and answer together on every screen: phones, a laptop at 200 %, a projector."""

import numpy as np
import pytest

from mnist_app.ui.games.rounds import GAMES
from tests.browser import shapes

pytestmark = pytest.mark.browser

PHONES = ((390, 780), (360, 640))
PROJECTORS = ((1280, 800), (1920, 1080))
SIZES = (*PHONES, (640, 400))
"""Width and height in pixels: two phones, and a laptop of 1280×800 at 200 %."""
ANSWER = ".reading :is(.digit, .sentence, .bar)"
"""13 parts: the digit, the sentence and eleven bars."""
LABELS_BEYOND = """[...document.querySelectorAll(".reading .bar")].filter((bar) => {
  const text = document.createRange();
  text.selectNodeContents(bar.querySelector(".label"));
  return !bar.hidden && text.getBoundingClientRect().right
    > bar.querySelector(".track").getBoundingClientRect().right + 0.5;
}).length"""
"""Number of bars whose label is cut off: that of a long bar needs the most room."""
SLIDERS = ".st-key-thickness, .st-key-size, .st-key-agreement, .st-key-models_get img"
PLAYED = ".st-key-game, .st-key-drawing, .reading .hint"
LESSON_PAGES = ("Numbers", "Compare", "Inside", "Mistakes", "Photo", "Class")
BOXES = """(parts) => [...document.querySelectorAll(parts)]
    .filter((part) => part.checkVisibility())
    .map((part) => part.getBoundingClientRect())
    .map(({ left, top, right, bottom }) => [left, top, right, bottom])"""


def boxes(page, parts):
    """Return left, top, right and bottom of the visible ``parts``, float (n, 4)."""
    return np.array(page.page.evaluate(BOXES, parts)).reshape(-1, 4)


def are_in_window(page, found, count):
    """Tell whether ``found`` are ``count`` boxes, all of them inside the window."""
    size = page.page.viewport_size
    end = np.array([size["width"], size["height"]])
    return len(found) == count and (found[:, :2] >= 0).all() and (found[:, 2:] <= end).all()


def canvas_and_answer(page):
    """Return the boxes of the canvas and of the parts of the answer."""
    canvas = page.canvas.bounding_box()
    left, top = canvas["x"], canvas["y"]
    drawn = [[left, top, left + canvas["width"], top + canvas["height"]]]
    return np.concatenate([drawn, boxes(page, ANSWER)])


@pytest.mark.slow
def test_canvas_and_answer_are_on_the_screen_together(phone):
    phone.draw(shapes.DIGITS[5])
    for width, height in SIZES:
        phone.page.set_viewport_size({"width": width, "height": height})
        phone.wait_for(
            lambda: are_in_window(phone, canvas_and_answer(phone), 14),
            lambda size=(width, height): f"{size}: {canvas_and_answer(phone)}",
        )
        assert phone.sideways_overflow() <= 0
        assert phone.page.evaluate(LABELS_BEYOND) == 0
    links = phone.page.locator(".st-key-phone_navigation a")
    assert links.all_inner_texts()[:2] == ["Draw", "Numbers"]

    links.filter(has_text="Compare").click()
    phone.page.get_by_text("Change thickness").click()
    for width, height in PHONES:
        phone.page.set_viewport_size({"width": width, "height": height})
        top = phone.page.locator(".st-key-agreement")
        top.evaluate("part => { part.style.scrollMarginTop = '3rem'; part.scrollIntoView(); }")
        phone.wait_for(
            lambda: are_in_window(phone, boxes(phone, SLIDERS), 4),
            lambda size=(width, height): f"{size}: {boxes(phone, SLIDERS)}",
        )


def dense(points):
    """Return points on the line through ``points`` a quarter of a pixel apart, float (n, 2)."""
    points = np.asarray(points, float)
    lengths = np.r_[0, np.hypot(*np.diff(points, axis=0).T).cumsum()]
    at = np.arange(0, lengths[-1], 0.25)
    return np.stack([np.interp(at, lengths, points[:, axis]) for axis in (0, 1)], axis=1)


def distance(one, other):
    """Return the largest distance of a point of one stroke from the other stroke."""
    apart = np.linalg.norm(dense(one.points)[:, None] - dense(other.points)[None], axis=2)
    return max(apart.min(axis=0).max(), apart.min(axis=1).max())


@pytest.mark.slow
def test_a_projector_shows_all_large_and_takes_the_same_strokes(open_page, app):
    lines = [list(map(tuple, dense(line)[::32])) for line in shapes.DIGITS[7]]
    usual = open_page()
    usual.draw(lines)
    large = open_page(f"{app.url}?projector=true", viewport={"width": 1920, "height": 1080})
    large.draw(lines)
    strokes = zip(usual.sent_strokes(), large.sent_strokes(), strict=True)
    assert max(distance(one, other) for one, other in strokes) <= 1
    assert usual.page.evaluate(LABELS_BEYOND) == large.page.evaluate(LABELS_BEYOND) == 0
    assert large.canvas.bounding_box()["width"] >= 600
    digit, name = (boxes(large, f".reading {part}")[0] for part in (".digit", ".name"))
    assert digit[3] - digit[1] >= 200
    assert name[3] - name[1] >= 30
    assert are_in_window(large, canvas_and_answer(large), 14)
    (top,) = boxes(large, "h1")[:, 1]
    for title in LESSON_PAGES:
        large.go_to(title)
        large.page.wait_for_url("**projector=true*")
        heading = large.page.get_by_role("heading", level=1)
        large.wait_for(lambda h=heading: h.bounding_box()["height"] > 50, lambda: "small")
        assert boxes(large, "h1")[:, 1].tolist() == [top]
        assert large.sideways_overflow() <= 0
        assert large.cut_off() == []


@pytest.mark.slow
def test_a_projector_shows_the_canvas_beside_a_lesson_and_below_a_game(open_page, app):
    page = open_page(f"{app.url}/?lesson=3.2&model=best&projector=true")
    page.draw(shapes.DIGITS[7])
    for width, height in PROJECTORS:
        page.page.set_viewport_size({"width": width, "height": height})
        page.wait_for(
            lambda: are_in_window(page, canvas_and_answer(page), 14),
            lambda size=(width, height): f"{size}: {canvas_and_answer(page)}",
        )
        (panel, end) = boxes(page, ".lesson, .lesson .next")
        assert (end[2:] <= panel[2:]).all()
        assert panel[2] < canvas_and_answer(page)[0, 0]
        assert page.page.evaluate(LABELS_BEYOND) == 0
    page.page.locator(".lesson .end").click()
    for name in GAMES:
        page.page.locator(f".st-key-play_{name} button").click()
        page.page.get_by_role("button", name="Start").click()
        page.page.locator(f".st-key-game_progress_{name}").wait_for()
        for width, height in PROJECTORS:
            page.page.set_viewport_size({"width": width, "height": height})
            page.page.locator("h1").scroll_into_view_if_needed()
            page.wait_for(
                lambda: are_in_window(page, boxes(page, PLAYED), 3),
                lambda n=name: f"{n}: {boxes(page, PLAYED)}",
            )
        page.page.get_by_role("button", name="Stop").click()
        page.page.get_by_role("button", name="Leave the game").click()
