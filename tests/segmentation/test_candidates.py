"""Candidates for digits, line by line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app.preprocessing.normalize import INK_LEVEL, bounding_box
from mnist_app.segmentation.lattice import segment
from tests.drawings import DIGITS, strokes_of
from tests.segmentation.drawn_numbers import drawn, line_of, written


def wholes(ink):
    """The candidates that are whole components, line by line."""
    lines = segment(ink).lines
    return [[c for c in line.candidates if c.cut == 0 and c.gap == 0] for line in lines]


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
