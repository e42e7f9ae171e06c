"""Grouping of components into lines of text, and the slant of the writing."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app.segmentation.text_lines import estimate_slant, find_text_lines
from tests.segmentation.drawn_numbers import drawn, line_of


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
