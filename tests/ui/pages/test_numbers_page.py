"""The Numbers page shows the reading of the library."""

import numpy as np

from mnist_app import Recognizer
from mnist_app.preprocessing.strokes import Stroke
from mnist_app.ui.canvas.canvas_spec import NUMBER
from tests.drawings import strokes_of
from tests.ui.page_runner import images_on, page_at

HINT = "Write a number: as many digits as you like, in one line or in several"


def page_with(strokes=()):
    app = page_at("numbers", strokes, NUMBER)
    assert not app.exception
    assert not app.error
    return app


def texts(app):
    return [element.value for element in app.markdown]


def number(digits, top=60, step=130):
    return [
        stroke
        for index, digit in enumerate(digits)
        for stroke in strokes_of(digit, left=30 + step * index, top=top, size=110, brush=14)
    ]


def test_a_blank_page_shows_the_hint():
    app = page_with()
    assert texts(app) == [HINT]
    assert not app.get("image")


def test_the_page_shows_the_library_s_reading_line_by_line():
    strokes = [*number([2, 0]), *number([7, 1, 4], top=240)]
    expected = Recognizer.load().read_strokes(strokes, NUMBER.height, NUMBER.width)
    app = page_with(strokes)
    signs = "".join(str(d.digit) if d.accepted else "?" for d in expected.digits)
    assert texts(app)[0] == f"{signs[:2]}  \n{signs[2:]}"
    images = images_on(app)
    assert images[0][1].shape == (NUMBER.height, NUMBER.width, 3)
    assert [caption for caption, _ in images[1:]] == [d.sentence for d in expected.digits]
    for (_, pixels), digit in zip(images[1:], expected.digits, strict=True):
        assert np.array_equal(pixels, digit.image)


def test_overlapping_digits_are_told_apart_by_their_strokes():
    app = page_with([*number([2]), *strokes_of(0, left=82, top=60, size=110, brush=14)])
    assert texts(app)[0] == "20"


def test_a_minus_sign_is_no_digit():
    minus = Stroke(np.array([[20, 115], [80, 115]], np.float32), 14)
    shifted = [Stroke(s.points + np.float32([90, 0]), s.width) for s in number([2, 7])]
    app = page_with([minus, *shifted])
    assert texts(app)[0] == "27"


def test_a_house_is_refused_and_not_named_as_a_digit():
    house = [[300, 170], [390, 170], [390, 110], [300, 110], [345, 60], [390, 110]]
    points = np.array([*house, [300, 110], [300, 170]], np.float32)
    app = page_with([*number([2, 7]), Stroke(points, 14)])
    assert texts(app)[:2] == ["27?", "1 of 3 signs doesn't look like a digit."]
    assert images_on(app)[-1][0] == "That doesn't look like a digit."


def test_a_dot_alone_is_no_digit():
    app = page_with([Stroke(np.array([[100, 100], [101, 100]], np.float32), 14)])
    assert texts(app) == ["I see no digit here. Dots and stray marks don't count."]


def test_clear_brings_back_the_hint():
    app = page_with(number([2, 7]))
    app.button("clear").click().run()
    assert texts(app) == [HINT]
