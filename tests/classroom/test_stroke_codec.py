import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mnist_app.classroom import class_limits, stroke_codec
from mnist_app.errors import ClassroomError, InvalidImageError
from mnist_app.preprocessing.strokes import MAXIMUM_COORDINATE, Stroke

coordinates = st.floats(-MAXIMUM_COORDINATE, MAXIMUM_COORDINATE, width=32)
points = hnp.arrays(np.float32, st.tuples(st.integers(1, 20), st.just(2)), elements=coordinates)
strokes = st.lists(st.builds(Stroke, points, st.floats(0.5, 50, width=32)), max_size=5)


@given(strokes)
def test_strokes_come_back_as_they_went(drawn):
    back = stroke_codec.unpack(stroke_codec.pack(drawn))
    assert len(back) == len(drawn)
    for one, other in zip(drawn, back, strict=True):
        assert other.points.dtype == np.float32
        np.testing.assert_array_equal(one.points, other.points)
        assert one.width == other.width


@given(strokes, st.data())
def test_damaged_bytes_are_refused(drawn, data):
    packed = stroke_codec.pack(drawn)
    short = packed[: data.draw(st.integers(0, len(packed) - 1))]
    with pytest.raises(ValueError, match="no strokes"):
        stroke_codec.unpack(short)
    with pytest.raises(ValueError, match="no strokes"):
        stroke_codec.unpack(packed + bytes(8))


def line(count):
    return Stroke(np.zeros((count, 2), np.float32), 5.0)


def test_limits_of_a_drawing():
    most = [line(class_limits.MAXIMUM_POINTS)]
    assert stroke_codec.checked_drawing(most, 100, 100)
    for too_long in ([*most, line(1)], [line(1)] * (class_limits.MAXIMUM_STROKES + 1)):
        with pytest.raises(ClassroomError, match="Press Clear"):
            stroke_codec.checked_drawing(too_long, 100, 100)


@pytest.mark.parametrize("size", [(0, 10), (10, -1), (3000, 3000)])
def test_a_canvas_must_have_pixels_and_not_too_many(size):
    with pytest.raises(InvalidImageError):
        stroke_codec.checked_drawing([line(2)], *size)


@pytest.mark.parametrize(
    "bad",
    [
        "no stroke",
        Stroke(np.full((2, 2), np.nan, np.float32), 5.0),
        Stroke(np.full((2, 2), 2e6, np.float32), 5.0),
        Stroke(np.zeros((2, 3), np.float32), 5.0),
        Stroke(np.zeros((2, 2), np.float32), float("inf")),
    ],
)
def test_bad_strokes_are_refused(bad):
    with pytest.raises(InvalidImageError):
        stroke_codec.checked_drawing([bad], 100, 100)
