"""Numbers read from pen strokes: which strokes are one digit, in which line, in which order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app import InvalidImageError, Recognizer, Stroke
from mnist_app.preprocessing import strokes as stroke_rendering
from mnist_app.preprocessing.strokes import draw
from mnist_app.segmentation import pen_strokes
from mnist_app.segmentation.pen_strokes import MAXIMUM_STROKES, segment_strokes
from tests.segmentation.drawn_numbers import line_of, written

HEIGHT, WIDTH = 300, 700


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


@pytest.fixture
def read(recognizer):
    return lambda strokes: recognizer.read_strokes(strokes, HEIGHT, WIDTH)


def lines_of(strokes):
    return segment_strokes(strokes, draw(strokes, HEIGHT, WIDTH)).lines


def bar(left, top, length=40):
    return line_of((left, top), (left + length, top - 3))


def overlapping(*, brush=9):
    """2 and 0, the 0 begins left of the right end of the 2."""
    return [*written([2], brush=brush), *written([0], left=79, brush=brush)]


def test_a_number_is_read_with_its_boxes_and_images(recognizer, read):
    strokes = written([2, 0, 4, 7])
    found, seen = read(strokes), recognizer.read_number(draw(strokes, HEIGHT, WIDTH))
    assert found.text == seen.text == "2047"
    assert found.accepted
    for digit, other in zip(found.digits, seen.digits, strict=True):
        assert digit.box == other.box
        assert np.abs(digit.image.astype(int) - other.image).max() <= 8


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(5)))
def test_any_order_of_strokes_and_digits_gives_the_same_number(order):
    strokes = written([4, 2, 4])
    found = Recognizer.load().read_strokes([strokes[index] for index in order], HEIGHT, WIDTH)
    assert found.text == "424"


def test_overlapping_digits_keep_their_own_ink(recognizer, read):
    strokes = overlapping()
    alone = [recognizer.read_number(draw([stroke], HEIGHT, WIDTH)).digits[0] for stroke in strokes]
    found = read(strokes)
    assert found.text == "20"
    assert found.accepted
    for digit, other in zip(found.digits, alone, strict=True):
        assert digit.box == other.box
        assert np.array_equal(digit.image, other.image)


@pytest.mark.parametrize("when", [1, 2, 3])
def test_the_bar_of_a_seven_may_be_drawn_last(read, when):
    strokes = written([7, 2, 0])
    strokes.insert(when, bar(45, 105))
    found = read(strokes)
    assert found.text == "720"
    x, _, width, _ = found.digits[0].box
    assert x <= 41
    assert x + width >= 85


def test_one_stroke_that_holds_two_digits_is_cut(read):
    two, one = written([2, 1], step=50)
    joined = Stroke(np.concatenate([two.points, one.points[::-1]]), two.width)
    assert read([joined]).text == "21"
    assert read([joined, *written([0], left=260)]).text == "210"


def test_lines_are_read_from_top_to_bottom_even_where_they_touch(read):
    upper = written([2, 7, 2], top=40)
    lower = [*written([0], top=134, left=110), *written([4], top=142, left=210)]
    assert len(lines_of([*upper, *lower])) == 2
    assert read([*upper, *lower]).text == "272\n04"
    assert read([*lower, *upper]).text == "272\n04"


def test_eights_of_two_circles_are_on_one_line(read):
    angles = np.linspace(0, 2 * np.pi, 30)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    strokes = [
        Stroke(circle * np.float32([22, 24]) + np.float32([x, y]), 9.0)
        for x in (100, 200)
        for y in (100, 147)
    ]
    assert len(lines_of(strokes)) == 1
    assert read(strokes).text == "88"


def test_a_digit_that_is_gone_over_again_stays_one_digit(read):
    strokes = written([2, 4])
    again = [Stroke(stroke.points + np.float32(3), stroke.width) for stroke in strokes]
    assert read([*strokes, *again]).text == "24"
    assert read([*strokes, *again, *strokes]).text == "24"


def test_a_slip_belongs_to_the_digit_that_it_touches_and_to_none_alone(read):
    strokes = written([2, 7])
    alone = read(strokes)
    x, y, width, height = alone.digits[0].box
    touching = line_of((x + width - 2, y + height - 4), (x + width + 5, y + height - 4))
    far = line_of((400, 200), (402, 200))
    assert read([*strokes, far]).text == "27"
    found = read([*strokes, touching])
    assert found.text == "27"
    assert found.digits[0].box[2] > width
    assert found.digits[1].box == alone.digits[1].box
    assert read([far]).digits == ()
    assert read([]).text == ""


def test_what_lies_outside_the_canvas_is_not_read(read):
    outside = [
        Stroke(stroke.points + np.float32([0, 400]), stroke.width) for stroke in written([4])
    ]
    assert read([*outside, *written([2])]).text == "2"
    assert read(outside).digits == ()


def test_a_large_canvas_is_read_as_a_small_one(recognizer, read):
    large = [Stroke(stroke.points * 9, stroke.width * 9) for stroke in overlapping()]
    found = recognizer.read_strokes(large, 9 * HEIGHT, 9 * WIDTH)
    assert found.text == "20"
    for digit, other in zip(found.digits, read(overlapping()).digits, strict=True):
        assert np.allclose(np.divide(digit.box, 9), other.box, atol=2)


def test_more_strokes_than_a_number_has_are_read_from_the_picture(recognizer, read, monkeypatch):
    many = written([2, 7]) * (MAXIMUM_STROKES // 2 + 1)
    ink = draw(many, HEIGHT, WIDTH)
    assert segment_strokes(many, ink) is None
    assert read(many).text == recognizer.read_number_in_ink(ink).text == "27"
    one = written([2])
    assert segment_strokes(one, ink) is not None
    monkeypatch.setattr(stroke_rendering, "MAXIMUM_PAINT", 100)
    assert segment_strokes(one, ink) is None
    monkeypatch.undo()
    monkeypatch.setattr(pen_strokes, "MAXIMUM_STROKE_PIXELS", 100)
    assert segment_strokes(one, ink) is None


@pytest.mark.parametrize(
    "strokes",
    [
        [None],
        [Stroke(np.zeros((2, 3), np.float32), 3.0)],
        [Stroke(np.zeros((2, 2), object), 3.0)],
        [Stroke(np.full((2, 2), np.nan, np.float32), 3.0)],
        [Stroke(np.full((2, 2), 1e9, np.float32), 3.0)],
        [Stroke(np.zeros((2, 2), np.float32), 0.0)],
        [Stroke(np.zeros((2, 2), np.float32), float("nan"))],
    ],
)
def test_what_is_no_stroke_is_refused(read, strokes):
    with pytest.raises(InvalidImageError):
        read(strokes)


@pytest.mark.parametrize("shape", [(0, 10), (10, -1), (100_000, 100_000)])
def test_a_canvas_without_pixels_or_with_too_many_is_refused(recognizer, shape):
    with pytest.raises(InvalidImageError, match="canvas"):
        recognizer.read_strokes(written([2]), *shape)
