"""Printed lines are found and taken out; strokes are not."""

import cv2
import numpy as np
import pytest

from mnist_app.photo.ruled_lines import find_ruled_lines, remove_ruled_lines


def lined(slope=0.0, spacing=60, level=60, thickness=3, shape=(480, 640)):
    """Return lined paper as absorbance, uint8, and y of its lines at the left edge."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float64)
    offset = (y - slope * x) % spacing - spacing / 2
    absorbance = np.clip(thickness / 2 + 0.5 - np.abs(offset), 0, 1) * level
    return absorbance.astype(np.uint8)


def lines_out(absorbance):
    return remove_ruled_lines(absorbance, find_ruled_lines(absorbance))


@pytest.mark.parametrize("slope", [-0.15, -0.04, 0.0, 0.02, 0.15])
@pytest.mark.parametrize("spacing", [30, 100])
def test_lines_are_found_where_they_are(slope, spacing):
    found = find_ruled_lines(lined(slope, spacing)).across
    inside = [(left, right) for left, right in found if 0 < left < 480 and 0 < right < 480]
    assert len(inside) >= (480 - abs(slope) * 640) / spacing - 2
    for left, right in inside:
        assert abs((left - spacing / 2 + 3) % spacing - 3) <= 3
        assert right - left == pytest.approx(slope * 640, abs=4)


@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.03])
def test_lines_of_squared_paper_vanish(slope):
    along, down = lined(slope), lined(-slope, shape=(640, 480)).T
    left = lines_out(np.maximum(along, down))
    assert (left[60:-60, 60:-60] > 30).mean() < 0.003


def test_a_stroke_across_lines_keeps_its_ink():
    absorbance = lined(0.02, 40)
    stroke = np.zeros_like(absorbance)
    for y in range(100, 380):
        stroke[y, 300 + y // 3 : 312 + y // 3] = 200
    both = np.maximum(absorbance, stroke)
    left = lines_out(both)
    assert left[stroke > 0].min() > 150
    assert (left[(stroke == 0)] > 30).mean() < 0.01


def test_writing_on_a_line_keeps_its_ink():
    """The foot of a 2 lies on the line all along."""
    absorbance = lined(0.0, 60)
    bar = np.zeros_like(absorbance)
    bar[265:277, 150:400] = 190
    left = lines_out(np.maximum(absorbance, bar))
    assert left[bar > 0].min() > 140


def test_paper_without_lines_passes_unchanged():
    absorbance = np.random.default_rng(0).integers(0, 12, (300, 400)).astype(np.uint8)
    absorbance[100:200, 150:165] = 200
    absorbance[140:152, 80:300] = 200
    np.testing.assert_array_equal(lines_out(absorbance), absorbance)


def test_a_margin_line_goes_too_though_it_is_darker():
    absorbance = np.maximum(lined(), lined(shape=(640, 480), spacing=60).T)
    absorbance[:, 100:103] = 160
    stroke = np.zeros_like(absorbance)
    stroke[200:300, 320:332] = 160
    left = lines_out(cv2.GaussianBlur(np.maximum(absorbance, stroke), (0, 0), 1))
    assert left[60:-60, 96:107].max() < 60
    assert np.median(left[stroke > 0]) > 140


def test_a_line_is_as_long_as_its_sheet():
    """Half of what is seen is desk: a line that ends there is whole."""
    sheet = np.zeros((480, 640), np.bool_)
    sheet[:, :300] = True
    absorbance = np.zeros((480, 640), np.uint8)
    absorbance[200:203, :300] = 60
    assert not find_ruled_lines(absorbance).across
    ((left, right),) = find_ruled_lines(absorbance, sheet).across
    assert (left, right) == pytest.approx((201, 201), abs=2)
