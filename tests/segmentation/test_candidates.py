"""Segmentation of a number: components, lines, cut paths and candidates."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app.preprocessing.normalize import INK_LEVEL, bounding_box
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.segmentation.candidates import segment
from mnist_app.segmentation.connected_components import (
    MAXIMUM_COMPONENTS,
    find_components,
    stroke_width,
)
from mnist_app.segmentation.cut_paths import find_cut_paths
from mnist_app.segmentation.text_lines import estimate_slant, find_text_lines
from tests.drawings import DIGITS, strokes_of


def written(digits, *, size=90, step=100, top=60, brush=10, slope=0.0, left=30):
    """Strokes of digits side by side."""
    return [
        stroke
        for index, digit in enumerate(digits)
        for stroke in strokes_of(
            digit, left=left + index * step, top=top + slope * index * step, size=size, brush=brush
        )
    ]


def line_of(*points, width=10.0):
    return Stroke(np.array(points, np.float32), width)


def drawn(strokes, height=300, width=700):
    return draw(strokes, height, width)


def wholes(ink):
    """The candidates that are whole components, line by line."""
    lines = segment(ink).lines
    return [[c for c in line.candidates if c.cut == 0 and c.gap == 0] for line in lines]


@pytest.mark.parametrize("width", [1, 3, 8, 17])
def test_the_stroke_width_is_measured(width):
    ink = drawn(
        [line_of((40, 50), (400, 60), width=width), line_of((50, 90), (60, 250), width=width)]
    )
    assert stroke_width(ink >= 128) == pytest.approx(width, abs=1.2)


def test_a_dot_and_a_slip_are_no_components():
    digits = written([2, 0])
    marks = [line_of((250, 150), (251, 150)), line_of((300, 100), (312, 96))]
    assert len(find_components(drawn([*digits, *marks])).boxes) == 2
    assert len(find_components(drawn(marks[:1])).boxes) == 0


def test_a_slip_at_a_stroke_is_part_of_it():
    ink = drawn([line_of((60, 50), (60, 200)), line_of((76, 120), (90, 120))])
    found = find_components(ink)
    assert found.boxes.tolist() == [list(bounding_box(ink))]
    assert found.labels[120, 85] == found.labels[120, 60] == 1


def test_a_minus_sign_is_a_component():
    ink = drawn([line_of((20, 105), (70, 105)), *written([7], left=100)])
    assert len(find_components(ink).boxes) == 2


def test_faint_edges_join_nothing_and_belong_to_the_nearer_stroke():
    ink = np.zeros((60, 60), np.uint8)
    ink[10:50, 10:20] = ink[10:50, 23:33] = 255
    ink[10:50, 20:23] = 100
    found = find_components(ink)
    assert len(found.boxes) == 2
    assert (found.labels[ink > 0] > 0).all()
    assert found.labels[30, 20] == found.labels[30, 15]
    assert found.labels[30, 22] == found.labels[30, 25]


def test_the_number_of_components_is_limited():
    noise = np.random.default_rng(0).integers(0, 256, (300, 300), np.uint8)
    assert len(find_components(noise).boxes) <= MAXIMUM_COMPONENTS


def boxes_of(lines, *, step=60, height=50, leading=80, slope=0.0, random=None):
    random = random or np.random.default_rng(0)
    boxes = []
    for row, count in enumerate(lines):
        for index in range(count):
            wobble = random.uniform(-5, 5)
            y = row * leading + slope * index * step + wobble
            boxes.append((index * step, round(y) + 300, 35, height))
    return np.array(boxes, np.int64)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 7), min_size=1, max_size=4),
    st.floats(-0.12, 0.12),
    st.randoms(use_true_random=False),
)
def test_lines_are_found_in_any_order_of_their_components(lines, slope, chance):
    boxes = boxes_of(lines, slope=slope)
    order = list(range(len(boxes)))
    chance.shuffle(order)
    found = find_text_lines(boxes[order])
    back = [sorted(order[index] for index in line.members) for line in found]
    starts = np.cumsum([0, *lines])
    assert back == [list(range(a, b)) for a, b in itertools.pairwise(starts)]
    assert all(line.height == 50 for line in found)


def test_a_wide_gap_does_not_end_a_line_and_signs_join_it():
    boxes = np.array([(0, 0, 30, 50), (400, 4, 30, 50), (200, 24, 40, 8), (0, 90, 30, 50)])
    assert [sorted(line.members) for line in find_text_lines(boxes)] == [[0, 1, 2], [3]]


def test_the_parts_of_a_broken_digit_stand_on_one_line():
    parts = np.array([(100, 100, 40, 60), (90, 168, 60, 62)])
    (line,) = find_text_lines(parts, 10)
    assert sorted(line.members) == [0, 1]
    assert line.height == 130
    assert len(find_text_lines(parts, 7)) == 2
    whole = np.array([(200, 100, 60, 125), (300, 95, 60, 130)])
    (line,) = find_text_lines(np.concatenate([whole, parts]), 10)
    assert sorted(line.members) == [0, 1, 2, 3]


def test_digits_of_two_lines_are_no_parts_of_one_however_close():
    boxes = boxes_of([3, 3], leading=52)
    assert [len(line.members) for line in find_text_lines(boxes, 20)] == [3, 3]


@pytest.mark.parametrize("number", range(2), ids=["above", "below"])
def test_what_lies_far_above_or_below_a_line_is_in_none(number):
    digits = [[0, 100, 60, 100], [80, 100, 60, 100]]
    far = [[10, 50, 40, 15], [10, 240, 40, 15]][number]
    near = [[10, 80, 40, 15], [10, 205, 40, 15]][number]
    tall = [[10, 20, 40, 45], [10, 240, 40, 45]][number]
    for box, members in ((far, {0, 1}), (near, {0, 1, 2}), (tall, {0, 1, 2})):
        (line,) = find_text_lines(np.array([*digits, box]))
        assert set(line.members) == members


@pytest.mark.parametrize("lean", [-0.5, 0.0, 0.4])
def test_the_slant_of_upright_strokes_is_found(lean):
    strokes = [line_of((x - lean * 60, 130), (x + lean * 60, 10)) for x in (100, 180, 260)]
    rows, columns = np.nonzero(drawn(strokes) >= 128)
    assert estimate_slant(rows, columns) == pytest.approx(lean, abs=0.06)


def test_a_cut_path_divides_two_rings_where_they_touch():
    angles = np.linspace(0, 2 * np.pi, 60)
    ring = np.stack([30 * np.cos(angles), 45 * np.sin(angles)], axis=1)
    ink = draw(
        [Stroke((ring + np.array([x, 60])).astype(np.float32), 10) for x in (45, 112)], 120, 160
    )
    x, y, width, height = bounding_box(ink)
    paths = find_cut_paths(ink[y : y + height, x : x + width] / np.float32(255), 0.0, 10.0)
    middles = [float(path.columns[height // 2]) + x for path in paths]
    assert min(abs(middle - 78.5) for middle in middles) < 4
    assert all(0 < path.cost <= 3.5 for path in paths)
    assert all(len(path.columns) == height for path in paths)


def test_one_stroke_has_no_cut_path():
    ink = draw([line_of((30, 20), (34, 120))], 140, 60)
    x, y, width, height = bounding_box(ink)
    assert find_cut_paths(ink[y : y + height, x : x + width] / np.float32(255), 0.0, 10.0) == []


def test_digits_apart_are_candidates_in_order():
    digits = [2, 0, 1, 7]
    lines = wholes(drawn(written(digits)))
    boxes = [candidate.box for candidate in lines[0]]
    assert len(lines) == 1
    for index, digit in enumerate(digits):
        alone = drawn(strokes_of(digit, left=30 + 100 * index, top=60, size=90, brush=10))
        assert bounding_box(alone) in boxes


def test_what_stands_alone_on_its_line_is_as_tall_as_a_digit_of_that_line():
    """An open 4 reaches above and below its strokes: beside others, it would be a tall one."""
    four = [line_of((60, 40), (40, 120), (68, 120)), line_of((90, 90), (85, 190))]
    (alone,) = segment(drawn(four)).lines
    (whole,) = (c for c in alone.candidates if (c.first, c.last) == (0, alone.bounds))
    assert whole.components == 2
    assert whole.height == pytest.approx(1, abs=0.02)

    (line,) = segment(drawn([*four, *written([2, 2], size=80, step=100, top=80, left=150)])).lines
    (beside,) = (c for c in line.candidates if c.box == whole.box)
    assert beside.height > 1.2
    assert whole.length == pytest.approx(beside.length / beside.height, rel=0.1)


def test_a_neighbour_reaching_into_the_box_does_not_show():
    seven = [line_of((40, 50), (160, 50)), line_of((155, 50), (60, 170))]
    below = [line_of((140, 100), (140, 170))]
    (line,) = segment(drawn([*seven, *below])).lines
    alone = drawn(below)
    box = bounding_box(alone)
    x, y, width, height = box
    (found,) = (c for c in line.candidates if c.box == box)
    visible = np.where(alone >= INK_LEVEL, alone, 0)
    assert np.array_equal(found.ink, visible[y : y + height, x : x + width])


def test_blank_ink_has_no_lines():
    assert segment(np.zeros((50, 80), np.uint8)).lines == ()


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(DIGITS)), min_size=1, max_size=4),
    st.integers(45, 110),
    st.integers(4, 14),
)
def test_every_path_through_a_line_holds_its_ink_once(digits, step, brush):
    """Touching or not: end to end, candidates hold each pixel of ink once, in their boxes."""
    ink = drawn(written(digits, step=step, brush=brush))
    for line in segment(ink).lines:
        ends = {0}
        for candidate in line.candidates:
            assert candidate.first < candidate.last
            assert candidate.first in ends
            ends.add(candidate.last)
            x, y, width, height = candidate.box
            assert candidate.ink.shape == (height, width)
            assert bounding_box(candidate.ink) == (0, 0, width, height)
            assert (candidate.ink <= ink[y : y + height, x : x + width]).all()
        assert line.bounds in ends
    firsts = [c for line in segment(ink).lines for c in line.candidates if c.cut == c.gap == 0]
    shared = np.zeros(ink.shape, bool)
    for candidate in firsts:
        x, y, width, height = candidate.box
        shared[y : y + height, x : x + width] |= candidate.ink > 0
    assert shared[ink >= INK_LEVEL].all()
