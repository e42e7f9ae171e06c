"""Whatever a browser sends becomes valid strokes or nothing, within the limits of a drawing."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_app.preprocessing.strokes import draw
from mnist_app.ui.canvas.canvas_spec import DIGIT
from mnist_app.ui.canvas.drawing_limits import (
    MAXIMUM_CHARACTERS,
    MAXIMUM_POINTS,
    MAXIMUM_STROKE_WIDTH,
    MAXIMUM_STROKES,
)
from mnist_app.ui.canvas.fabric_adapter import FullCanvasError, as_reported, read_drawing

LINE = {"type": "Path", "strokeWidth": 22, "path": [["M", 1, 2], ["L", 3, 4]]}
DOT = {"type": "Path", "strokeWidth": 8.5, "path": [["M", 59.98, 60], ["L", 60.02, 60]]}


def test_what_the_component_reports_becomes_strokes():
    reported = as_reported([LINE, DOT])
    drawing = read_drawing(reported, DIGIT)
    assert drawing.saved is reported
    assert [stroke.width for stroke in drawing.strokes] == [22, 8.5]
    np.testing.assert_allclose(drawing.strokes[0].points, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(drawing.ink, draw(drawing.strokes, DIGIT.height, DIGIT.width))


def test_what_is_not_read_is_not_restored():
    circle = {"type": "Circle", "radius": 3, "strokeWidth": 3}
    drawing = read_drawing(as_reported([LINE, circle, DOT]), DIGIT)
    assert drawing.saved == as_reported([LINE, DOT])
    empty = read_drawing(as_reported([circle]), DIGIT)
    assert (empty.saved, empty.strokes, empty.ink) == ("", (), None)


def path_of(points):
    return [["M", 170, 170]] + [["Q", 100.5, 100.5, 200.25, 150.125]] * (points - 1)


def test_the_largest_drawing_is_read_and_anything_larger_is_refused():
    each = MAXIMUM_POINTS // MAXIMUM_STROKES
    full = [{**LINE, "path": path_of(each)}] * MAXIMUM_STROKES
    assert len(read_drawing(as_reported(full), DIGIT).strokes) == MAXIMUM_STROKES
    for larger in (
        as_reported([*full, DOT]),
        as_reported([{**LINE, "path": path_of(MAXIMUM_POINTS + 1)}]),
        as_reported(full) + " " * MAXIMUM_CHARACTERS,
        as_reported([[]] * 8_000_000),
        as_reported([0] * 4_000_000),
    ):
        with pytest.raises(FullCanvasError):
            read_drawing(larger, DIGIT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "7",
        "{}",
        '{"drawing":[]}',
        '{"drawing":{"raw":null}}',
        '{"drawing":{"raw":{"objects":{"0":1}}}}',
        as_reported("text" * 1_000_000),
        "[" * 100_000,
        '{"drawing":' * 900,
        "9" * 5000,
        as_reported([{**LINE, "left": float("nan")}]),
        as_reported([{**LINE, "strokeWidth": MAXIMUM_STROKE_WIDTH + 1}]),
        as_reported([{**LINE, "strokeWidth": True}]),
        as_reported([{**LINE, "path": []}]),
    ],
)
def test_what_is_no_drawing_is_an_empty_one(text):
    drawing = read_drawing(text, DIGIT)
    assert (drawing.saved, drawing.strokes) == ("", ())


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.integers(-(10**9), 10**9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["path", "strokeWidth", "type", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
NUMBERS = st.floats() | st.integers() | st.sampled_from([1e308, -1e308, 10**400, -0.0, 340])
COMMANDS = st.tuples(st.sampled_from("MLQC"), NUMBERS, NUMBERS) | st.tuples(
    st.just("Q"), NUMBERS, NUMBERS, NUMBERS, NUMBERS
)
STROKES = st.fixed_dictionaries({"strokeWidth": NUMBERS, "path": st.lists(COMMANDS, max_size=4)})


@given(st.lists(JSON | STROKES, max_size=4) | JSON)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_browser_sends_is_strokes_or_nothing(objects):
    drawing = read_drawing(as_reported(objects), DIGIT)
    for stroke in drawing.strokes:
        assert stroke.points.shape[1] == 2
        assert np.isfinite(stroke.points).all()
        assert 0 < stroke.width <= MAXIMUM_STROKE_WIDTH
        assert draw([stroke], 20, 20).shape == (20, 20)
    if drawing.saved:
        again = read_drawing(drawing.saved, DIGIT)
        assert len(again.strokes) == len(drawing.strokes)
        json.loads(drawing.saved, parse_constant=pytest.fail)
