"""Pen strokes as training images: another hand each time, the same digit."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.preprocessing.normalize import normalize_digit
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.training.data import pen_rendering
from mnist_app.training.negatives.dejavu import letters
from tests.drawings import DIGITS

STROKES = {
    digit: [np.array(stroke, np.float32) for stroke in strokes] for digit, strokes in DIGITS.items()
}


def thickness(image):
    """Return mean stroke thickness in pixels: ink over the length of its middle line."""
    distance = cv2.distanceTransform((image > 127).view(np.uint8), cv2.DIST_L2, 5)
    return 2 * distance.max()


@pytest.mark.parametrize("digit", sorted(STROKES))
def test_as_written_is_what_a_canvas_would_show(digit):
    """The image is that of the same strokes on a large canvas with a brush in proportion."""
    random = np.random.default_rng(digit)
    image = pen_rendering.render_unchanged(STROKES[digit], random)
    points = np.concatenate(STROKES[digit])
    size = np.ptp(points, axis=0).max()
    alike = []
    for brush in np.geomspace(*pen_rendering.BRUSHES, 60):
        strokes = [Stroke(stroke / size * 200 + 60, 200 * brush) for stroke in STROKES[digit]]
        other = normalize_digit(draw(strokes, 360, 360))
        alike.append(np.abs(other.astype(float) - image).mean())
    assert min(alike) < 6  # grey levels of 255: the rest is where the pixels lie


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(STROKES)))
def test_any_hand_leaves_one_centred_digit(seed, digit):
    image = pen_rendering.render(STROKES[digit], np.random.default_rng(seed))
    assert image.shape == (28, 28)
    assert image.max() == 255
    rows, columns = np.nonzero(image)
    assert max(np.ptp(rows), np.ptp(columns)) <= 20


def test_hands_differ_in_brush_slant_and_place():
    random = np.random.default_rng(0)
    images = [pen_rendering.render(STROKES[4], random) for _ in range(200)]
    assert len({image.tobytes() for image in images}) == 200
    widths = [thickness(image) for image in images]
    assert min(widths) <= 2.0
    assert max(widths) >= 6.0


def test_bending_keeps_size_and_number_of_strokes():
    random = np.random.default_rng(0)
    for _ in range(100):
        bent = pen_rendering.distorted(STROKES[4], random)
        assert len(bent) == len(STROKES[4])
        extent = np.ptp(np.concatenate(bent), axis=0).max()
        assert 0.6 < extent < 1.7


def test_a_filled_shape_has_lines_as_wide_as_a_brush_makes_them():
    """A ring of any width comes out thin and thick, and hardly ever breaks."""
    around = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    circle = np.stack([np.cos(around), np.sin(around)], axis=1).astype(np.float32)
    random = np.random.default_rng(0)
    widths, pieces = [], []
    for inner in (0.8, 0.6):
        for _ in range(60):
            image = pen_rendering.render_outlines([circle, circle * np.float32(inner)], random)
            assert image.shape == (28, 28)
            assert image.max() == 255
            count, _ = cv2.connectedComponents((image > 60).view(np.uint8), connectivity=8)
            pieces.append(count - 1)
            widths.append(thickness(image))
    assert pieces.count(1) >= 0.95 * len(pieces)
    assert min(widths) <= 2.0
    assert max(widths) >= 5.0


def test_every_letter_can_be_filled():
    random = np.random.default_rng(0)
    for outlines in letters()[::20] + letters(held_out=True)[::5]:
        assert pen_rendering.render_outlines(outlines, random, 2.5).max() == 255


def test_a_slip_of_the_pen_stays_small():
    """What is far smaller than the canvas is not blown up to the size of a digit."""
    random = np.random.default_rng(0)
    for _ in range(50):
        image = pen_rendering.render_speck([np.zeros((1, 2), np.float32)], random)
        rows, columns = np.nonzero(image > 127)
        assert max(np.ptp(rows), np.ptp(columns)) < 20
