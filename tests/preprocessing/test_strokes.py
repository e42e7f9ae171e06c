"""Rendering of strokes, against geometry."""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_app.preprocessing import strokes
from mnist_app.preprocessing.strokes import (
    CURVE_STEPS,
    Stroke,
    draw,
    flatten_path,
    ink_box,
    transform_strokes,
)


def distance_to_segments(points, side):
    """Return each pixel centre's distance to the polyline, float64 (side, side)."""
    ys, xs = np.mgrid[0:side, 0:side] + 0.5
    nearest = np.full((side, side), np.inf)
    for (x0, y0), (x1, y1) in pairwise(points):
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        along = np.zeros_like(xs)
        if length:
            along = np.clip(((xs - x0) * (x1 - x0) + (ys - y0) * (y1 - y0)) / length, 0, 1)
        away = np.hypot(xs - x0 - along * (x1 - x0), ys - y0 - along * (y1 - y0))
        nearest = np.minimum(nearest, away)
    return nearest


PEN_PATHS = st.lists(st.tuples(st.floats(5, 95), st.floats(5, 95)), min_size=2, max_size=6)


@given(PEN_PATHS, st.floats(4, 24))
def test_a_stroke_covers_what_is_within_half_its_width(points, width):
    ink = draw([Stroke(np.array(points, np.float32), width)], 100, 100)
    distance = distance_to_segments(points, 100)
    assert ink[distance < width / 2 - 1].min(initial=255) == 255
    assert ink[distance > width / 2 + 1].max(initial=0) == 0


@given(PEN_PATHS, st.integers(2, 12))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_drawing_rendered_by_distance_covers_the_same(monkeypatch, points, radius):
    monkeypatch.setattr(strokes, "MAXIMUM_PAINT", 0)
    ink = draw([Stroke(np.array(points, np.float32), 2 * radius)], 100, 100)
    distance = distance_to_segments(points, 100)
    assert ink[distance < radius - 1.5].min(initial=255) == 255
    assert ink[distance > radius + 1.5].max(initial=0) == 0


def test_the_largest_drawing_is_drawn_in_bounded_time():
    random = np.random.default_rng(3)
    scribbles = []
    for width in random.integers(1, 50, 2000).tolist():
        curves = [["Q", *points] for points in random.uniform(-50, 390, (99, 4)).tolist()]
        scribbles.append(Stroke(flatten_path([["M", 0, 0], *curves]), width))
    before = time.process_time()
    ink = draw(scribbles, 340, 340)
    assert time.process_time() - before < 5  # about 1; segment by segment half a minute
    assert ink.min() == 255


@pytest.mark.parametrize("width", [1, 8, 22, 40])
def test_a_tap_is_a_round_dot_of_the_brush_width(width):
    ink = draw([Stroke(np.array([[50, 50], [50, 50]], np.float32), width)], 100, 100)
    assert ink.sum() / 255 == pytest.approx(np.pi * width**2 / 4, rel=0.12, abs=0.6)


def test_strokes_add_up_and_order_does_not_matter():
    first = Stroke(np.array([[10, 10], [80, 80]], np.float32), 9)
    second = Stroke(np.array([[80, 10], [10, 80]], np.float32), 9)
    both = draw([first, second], 90, 90)
    np.testing.assert_array_equal(both, draw([second, first], 90, 90))
    assert (both >= draw([first], 90, 90)).all()


def test_what_lies_beyond_the_canvas_is_cut_and_nothing_breaks():
    far = Stroke(np.array([[1e9, -1e9], [50, 50], [-1e9, 3e9]], np.float32), 10)
    ink = draw([far, Stroke(np.zeros((0, 2), np.float32), 5)], 60, 80)
    assert ink.shape == (60, 80)
    assert ink[50, 50] == 255


SEVEN = [Stroke(np.array([[40, 50], [80, 50], [60, 120]], np.float32), 10)]


def test_a_changed_drawing_is_the_same_digit_moved_and_scaled_about_its_middle():
    (stroke,) = transform_strokes(SEVEN, thickness=2, size=0.5, right=30, down=-5)
    np.testing.assert_allclose(stroke.points, [[80, 62.5], [100, 62.5], [90, 97.5]])
    assert stroke.width == 20
    before, after = (draw(drawn, 170, 170) > 127 for drawn in (SEVEN, [stroke]))
    assert after.sum() != before.sum()


def test_strokes_keep_their_places_among_each_other_when_changed():
    dot = Stroke(np.array([[60, 20]], np.float32), 8)
    seven, moved = transform_strokes([*SEVEN, dot], thickness=1, size=2, right=0, down=0)
    np.testing.assert_allclose(seven.points[2] - moved.points[0], [0, 200])
    assert transform_strokes([], thickness=1, size=1, right=0, down=0) == []


def test_an_unchanged_drawing_is_the_same_ink():
    same = transform_strokes(SEVEN, thickness=1, size=1, right=0, down=0)
    np.testing.assert_array_equal(draw(same, 170, 170), draw(SEVEN, 170, 170))


def test_the_path_of_the_component_becomes_points():
    path = [["M", 1, 2], ["Q", 3, 2, 3, 4], ["L", 3.02, 9]]
    points = flatten_path(path)
    assert points.dtype == np.float32
    assert len(points) == 1 + CURVE_STEPS + 1
    np.testing.assert_allclose(points[[0, CURVE_STEPS, -1]], [[1, 2], [3, 4], [3.02, 9]])
    middle = points[CURVE_STEPS // 2]  # a quadratic curve at t = 1/2
    np.testing.assert_allclose(middle, [(1 + 2 * 3 + 3) / 4, (2 + 2 * 2 + 4) / 4])


@pytest.mark.parametrize(
    "path",
    [
        [["M", 1]],
        [["C", 1, 2, 3, 4, 5, 6]],
        [["M", "1", 2]],
        [["M", float("nan"), 2]],
        [["M", 1, 2], ["L", None, 2]],
        [["M", 1, 2], ["L", True, 2]],
        [["M", 1, 2], ["L", 1e308, 2]],
        [["M", 1, 2], ["L", 10**400, 2]],
        [["Q", 1, 2, 3, 4]],
        ["M12"],
        [{"M": 1}],
        [[]],
        [[["M"], 1, 2]],
    ],
)
def test_what_is_no_drawn_path_is_refused(path):
    with pytest.raises(ValueError, match="path"):
        flatten_path(path)


@given(st.lists(PEN_PATHS, min_size=1, max_size=3), st.floats(4, 24), st.booleans())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_part_of_a_canvas_is_drawn_as_the_whole(monkeypatch, paths, width, by_distance):
    monkeypatch.setattr(strokes, "MAXIMUM_PAINT", 0 if by_distance else 1e9)
    drawn = [Stroke(np.array(path, np.float32), width) for path in paths]
    whole = draw(drawn, 60, 80)
    box = ink_box(drawn, 60, 80)
    if box is None:
        assert not whole.any()
        return
    x, y, wide, high = box
    rest = whole.copy()
    rest[y : y + high, x : x + wide] = 0
    assert not rest.any()
    assert np.array_equal(draw(drawn, 60, 80, box), whole[y : y + high, x : x + wide])


def test_the_ink_of_no_points_has_no_box():
    assert ink_box([], 60, 80) is None
    assert ink_box([Stroke(np.zeros((0, 2), np.float32), 4)], 60, 80) is None
