"""Composed pictures: what is handwriting in them is known, and can be seen."""

import cv2
import numpy as np
import pytest

from mnist_app.preprocessing.strokes import Stroke
from mnist_app.training.data.pen_digits import by_hand
from mnist_app.training.ink import compositor, grounds, handwriting
from mnist_app.training.ink.camera import lay_thing, light_up, take
from mnist_app.training.ink.compositor import SIDE, compose, composed
from mnist_app.training.ink.handwriting import Writing, stuck_ink, write


@pytest.fixture(scope="module")
def pens(with_pen_digits):
    return with_pen_digits.pen_digits.digits


@pytest.fixture(scope="module")
def hands(pens):
    return by_hand(pens)


@pytest.fixture(scope="module")
def pictures(hands):
    return composed(hands, (0, 0), 60)


def test_each_hand_has_one_writer(pens, hands):
    assert sum(map(len, hands)) == len(pens)
    assert all(len({digit.writer for digit in hand}) == 1 for hand in hands)


def test_a_picture_depends_on_its_seed_alone(hands, pictures):
    again = composed(hands, (0, 0), 5)
    for one, same in zip(again, pictures, strict=True):
        np.testing.assert_array_equal(one, same[:5])
    assert not np.array_equal(composed(hands, (0, 1), 5)[0], pictures[0][:5])


def test_form(pictures):
    images, targets = pictures
    assert images.shape == (60, SIDE, SIDE, 3)
    assert targets.shape == (60, SIDE, SIDE)
    assert images.dtype == targets.dtype == np.uint8


def test_some_pictures_are_blank_and_most_are_not(pictures):
    blank = sum(not target.any() for target in pictures[1])
    assert 0 < blank < 30


def test_handwriting_can_be_seen(pictures):
    for image, target in zip(*pictures, strict=True):
        inside = target > 127
        if inside.any():
            around = (cv2.dilate(target, np.ones((9, 9), np.uint8)) > 0) & (target == 0)
            difference = image[inside].mean(axis=0) - image[around].mean(axis=0)
            assert np.abs(difference).max() >= compositor.LEAST_DIFFERENCE


@pytest.mark.parametrize("kind", range(6))
def test_marks_are_painted_and_not_wanted(monkeypatch, hands, kind):
    """Dots, commas, dashes and currency signs, one after the other."""

    class Chooses:
        def __init__(self, random):
            self.random = random

        def choice(self, *_, **__):
            return kind

        def __getattr__(self, name):
            return getattr(self.random, name)

    random = Chooses(np.random.default_rng(0))
    mark = handwriting._mark(np.array([40.0, 80.0]), 50, 5, random)
    writing = Writing(wanted=[[], []], unwanted=[mark, []], height=50)
    monkeypatch.setattr(compositor, "write", lambda *_: writing)
    ((wanted, unwanted),) = writing.covers(SIDE, np.random.default_rng(0))
    assert not wanted.any()
    assert unwanted.any()
    assert not compose(hands, np.random.default_rng(1))[1].any()


def test_crossed_out_digits_are_not_wanted(monkeypatch, hands):
    monkeypatch.setattr(handwriting, "CROSSED_OUT_SHARE", 1.0)
    monkeypatch.setattr(handwriting, "BLANK_SHARE", 0.0)
    monkeypatch.setattr(handwriting, "SINGLE_SHARE", 1.0)
    for seed in range(5):
        writing = write(hands, SIDE, np.random.default_rng(seed))
        assert not any(writing.wanted)
        assert writing.unwanted[0]


def test_upright_lines_are_ones_that_hardly_lean(monkeypatch, hands):
    monkeypatch.setattr(handwriting, "UPRIGHT_SHARE", 1.0)
    monkeypatch.setattr(handwriting, "STRAIGHT_SHARE", 0.0)
    for seed in range(20):
        (line,) = handwriting._one_digit(hands[0], np.random.default_rng(seed))
        assert len(line) == 2
        assert np.ptp(line[:, 1]) == 1
        assert np.ptp(line[:, 0]) < 5 * handwriting.UPRIGHT_LEAN


def test_what_lies_below_a_thing_is_not_wanted():
    for seed in range(10):
        scene, wanted = np.ones((SIDE, SIDE, 3), np.float32), np.full((SIDE, SIDE), 255, np.uint8)
        lay_thing(scene, wanted, np.random.default_rng(seed))
        changed = np.abs(scene - 1).max(axis=2) > 0.2
        assert not wanted[changed].all() or not changed.any()
        assert set(np.unique(wanted)) <= {0, 255}


@pytest.mark.parametrize("texture", grounds.TEXTURES)
def test_textures_change_little(texture):
    found = texture(SIDE, np.random.default_rng(0))
    assert found.shape == (SIDE, SIDE)
    assert np.isfinite(found).all()
    assert np.abs(found).mean() < 0.4


@pytest.mark.parametrize("seed", range(20))
def test_grounds_reflect_light(seed):
    random = np.random.default_rng(seed)
    ground, _ = grounds.lay_ground(Writing(height=40, box=(40, 40, 70, 80)), SIDE, random)
    assert ground.shape == (SIDE, SIDE, 3)
    assert ground.dtype == np.float32
    assert np.isfinite(ground).all()


def test_light_and_camera_keep_the_form():
    for seed in range(20):
        random = np.random.default_rng(seed)
        scene = np.full((SIDE, SIDE, 3), 0.7, np.float32)
        light_up(scene, random)
        assert scene.min() > 0
        picture = take(scene, 40, random)
        assert (picture.shape, picture.dtype) == ((SIDE, SIDE, 3), np.uint8)


def test_coarse_ink_leaves_gaps_and_even_ink_does_not():
    cover = np.full((64, 64), 255, np.uint8)
    random = np.random.default_rng(0)
    assert stuck_ink(cover, 0, random).min() == 1
    coarse = stuck_ink(cover, 0.6, random)
    assert coarse.min() < 0.5
    assert coarse.max() <= 1


def test_a_broad_nib_is_thick_in_one_direction():
    across = Stroke(np.array([[20, 60], [100, 60]], np.float32), 12)
    nib = np.array([[0, -1], [0, 1]], np.float32)
    drawn = handwriting._drawn([across], SIDE, nib)
    thin = handwriting._drawn([across], SIDE, nib[:, ::-1].copy())
    assert (drawn[:, 60] > 127).sum() > 1.5 * (thin[:, 60] > 127).sum()
