"""Pen strokes as training images: another hand each time, the same digit."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.preprocessing.normalize import normalize_digit
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.training.data import pen_rendering
from mnist_app.training.data.pen_digits import PenDigit
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


def test_of_several_strokes_each_is_turned_and_scaled_on_its_own(monkeypatch):
    """Two equal strokes, nothing else distorted: how one would have to be turned and scaled to be
    the other varies by the square root of two times what it does for one."""
    for name in ("WAVE_HEIGHT", "SHIFT", "SLANT", "STRETCH", "ROTATION"):
        monkeypatch.setattr(pen_rendering, name, 0.0)
    short = np.array([[0, 0], [0, 1]], np.float32)
    random = np.random.default_rng(0)
    between = []
    for _ in range(400):
        one, other = pen_rendering.distorted([short, short + np.float32([2, 0])], random)
        between.append(complex(*(one[1] - one[0])) / complex(*(other[1] - other[0])))
    expected = np.sqrt(2) * np.array([pen_rendering.STROKE_ROTATION, pen_rendering.STROKE_SIZE])
    found = np.std([np.angle(between), np.log(np.abs(between))], axis=1)
    np.testing.assert_allclose(found, expected, rtol=0.12)


def test_a_redrawn_digit_is_the_same_with_another_pen():
    """Thin and thick, but with the loops of the image that it was drawn from."""
    image = np.zeros((28, 28), np.uint8)
    cv2.circle(image, (14, 9), 5, 255, 2)
    cv2.circle(image, (14, 19), 5, 255, 2)
    random = np.random.default_rng(0)
    widths, loops = [], []
    for _ in range(100):
        again = pen_rendering.redrawn(image, random)
        assert (again.dtype, again.shape, again.max()) == (np.uint8, (28, 28), 255)
        widths.append(thickness(again))
        loops.append(cv2.connectedComponents((again <= 60).view(np.uint8), connectivity=4)[0] - 2)
    assert min(widths) <= 2.0
    assert max(widths) >= 4.0
    assert np.mean(np.array(loops) == 2) > 0.75


def test_what_has_no_ink_is_not_redrawn():
    faint = np.full((28, 28), 90, np.uint8)
    np.testing.assert_array_equal(pen_rendering.redrawn(faint, np.random.default_rng(0)), faint)


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


def as_sampled(stroke):
    """Return ``stroke`` with 20 points on each of its sides, about as a tablet reports them."""
    index = np.linspace(0, len(stroke) - 1, 20 * (len(stroke) - 1) + 1)
    columns = [np.interp(index, np.arange(len(stroke)), values) for values in stroke.T]
    return np.stack(columns, axis=1).astype(np.float32)


def flourished(label, count, monkeypatch):
    """Yield the points of a digit and the strokes added to it, ``count`` times."""
    monkeypatch.setattr(pen_rendering, "FLOURISH_SHARE", 1.0)
    digit = PenDigit(label, 1, tuple(map(as_sampled, STROKES[label])))
    for seed in range(count):
        strokes = pen_rendering.with_flourish(digit, np.random.default_rng(seed))
        own, added = strokes[: len(digit.strokes)], strokes[len(digit.strokes) :]
        assert all(one is stroke for one, stroke in zip(own, digit.strokes, strict=True))
        yield np.concatenate(own).astype(float), added


@pytest.mark.parametrize("label", [1, 4, 7])
def test_a_flourish_is_one_stroke_that_touches_the_digit(label, monkeypatch):
    for own, added in flourished(label, 40, monkeypatch):
        (stroke,) = added
        assert stroke.dtype == np.float32
        assert stroke.shape == (2, 2)
        size = np.ptp(own, axis=0).max()
        start, end = stroke.astype(float)
        assert 0.1 * size < np.hypot(*(end - start)) < 0.8 * size
        middle = np.clip((own - start) @ (end - start) / ((end - start) ** 2).sum(), 0, 1)
        apart = np.hypot(*(start + middle[:, None] * (end - start) - own).T)
        assert apart.min() < 0.001 * size


@pytest.mark.parametrize(("label", "height"), [(4, 1.0), (7, 0.5)])
def test_a_4_gets_a_foot_and_a_7_a_bar(label, height, monkeypatch):
    slopes = []
    for own, (stroke,) in flourished(label, 40, monkeypatch):
        low, size = own[:, 1].min(), np.ptp(own[:, 1])
        assert stroke[:, 1].mean() == pytest.approx(low + height * size, abs=0.05 * size)
        slopes.append(np.ptp(stroke[:, 1]) / np.ptp(stroke[:, 0]))
    assert np.median(slopes) < 0.3


def test_a_1_gets_a_foot_or_an_upstroke(monkeypatch):
    feet = 0
    for own, (stroke,) in flourished(1, 100, monkeypatch):
        top, bottom = own[own[:, 1].argmin()], own[own[:, 1].argmax()]
        if np.allclose(stroke[1], top):
            assert stroke[0, 0] < top[0]
            assert stroke[0, 1] > top[1]
        else:
            feet += 1
            np.testing.assert_allclose(stroke.mean(axis=0), bottom, rtol=1e-5)
    assert 30 < feet < 70


@pytest.mark.parametrize("label", [0, 2, 3, 5, 6, 8, 9])
def test_other_digits_get_no_flourish(label, monkeypatch):
    monkeypatch.setattr(pen_rendering, "FLOURISH_SHARE", 1.0)
    digit = PenDigit(label, 1, tuple(STROKES[0]))
    assert pen_rendering.with_flourish(digit, np.random.default_rng(0)) is digit.strokes


def test_most_digits_are_left_without_a_flourish():
    digit, random = PenDigit(4, 1, tuple(STROKES[4])), np.random.default_rng(0)
    lengths = [len(pen_rendering.with_flourish(digit, random)) for _ in range(2000)]
    added = np.array(lengths) - len(digit.strokes)
    assert set(added.tolist()) == {0, 1}
    assert added.mean() == pytest.approx(pen_rendering.FLOURISH_SHARE, abs=0.03)


@pytest.mark.parametrize("render", [pen_rendering.render, pen_rendering.render_speck])
@pytest.mark.parametrize("digit", sorted(STROKES))
def test_coarse_ink_still_leaves_an_image(digit, render, monkeypatch):
    """Even of thin lines and of specks, which have less than a pixel in width then."""
    monkeypatch.setattr(pen_rendering, "COARSE_SHARE", 1.0)
    random = np.random.default_rng(digit)
    for _ in range(100):
        image = render(STROKES[digit], random)
        assert image.shape == (28, 28)
        assert image.max() == 255


def test_half_of_the_coarse_ink_is_black_and_white(monkeypatch):
    ink = np.zeros((60, 40), np.uint8)
    cv2.line(ink, (5, 5), (33, 52), 255, 5)
    random = np.random.default_rng(0)
    found = [pen_rendering._coarse(ink, 0.25, random) for _ in range(100)]
    assert {image.shape for image in found} == {(15, 10)}
    binary = [set(np.unique(image).tolist()) <= {0, 255} for image in found]
    assert 30 < sum(binary) < 70
    assert all(image.max() > 100 for image in found)
