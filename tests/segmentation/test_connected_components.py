"""Connected components of ink: dots, slips, faint edges and noise."""

import cv2
import numpy as np
import pytest

from mnist_app.preprocessing.normalize import bounding_box
from mnist_app.segmentation.connected_components import (
    MAXIMUM_COMPONENTS,
    find_components,
    stroke_width,
)
from tests.segmentation.drawn_numbers import drawn, line_of, written


@pytest.mark.parametrize("width", [1, 3, 8, 17])
def test_the_stroke_width_is_measured(width):
    ink = drawn(
        [line_of((40, 50), (400, 60), width=width), line_of((50, 90), (60, 250), width=width)]
    )
    assert stroke_width(ink >= 128) == pytest.approx(width, abs=1.0)


def test_rough_edges_leave_most_of_the_stroke_width():
    ink = drawn([line_of((40, 50), (80, 190), width=12), line_of((80, 190), (140, 60), width=12)])
    soft = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), 3)
    noise = np.random.default_rng(0).standard_normal(ink.shape).astype(np.float32)
    noise = 180 * cv2.GaussianBlur(noise, (0, 0), 1)
    rough = soft + noise * ((soft > 20) & (soft < 235)) > 128
    assert stroke_width(rough) > 0.6 * stroke_width(ink >= 128)


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
