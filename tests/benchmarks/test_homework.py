"""Photographs of homework are repeatable and upright, match their conditions and contain ink."""

import io
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from benchmarks.photographs.homework import CONDITIONS, HomeworkShot, photograph, shoot
from benchmarks.photographs.homework_camera import phone_file
from benchmarks.photographs.homework_paper import HomeworkSheet, Ruling, paper
from benchmarks.photographs.homework_writing import BALLPOINT, lay_out, written

SEVEN = [np.float32([[20, 10], [160, 5], [90, 290]]), np.float32([[50, 150], [150, 145]])]
ONE = [np.float32([[0, 80], [70, 0], [75, 280]])]
FOUR = [np.float32([[90, 0], [10, 180], [170, 175]]), np.float32([[120, 100], [115, 300]])]
TWO = [np.float32([[10, 60], [70, 5], [130, 60], [90, 170], [5, 280], [150, 275]])]
SEEDS = (14, 18, 31, 43)


@pytest.fixture(scope="module")
def shots() -> dict[int, HomeworkShot]:
    return {
        seed: shoot([SEVEN, ONE, FOUR, TWO] if seed % 2 else [FOUR], np.random.default_rng(seed))
        for seed in SEEDS
    }


def upright(jpeg: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


def test_the_same_seed_gives_the_same_bytes(shots):
    again = photograph([FOUR], np.random.default_rng(14))
    assert again == shots[14].photograph
    assert again.jpeg != shots[18].photograph.jpeg


def test_a_picture_has_a_phones_size_and_known_conditions(shots):
    assert len(set(CONDITIONS)) == len(CONDITIONS)
    for shot in shots.values():
        assert 1200 <= max(upright(shot.photograph.jpeg).shape) <= 2400
        assert len(shot.photograph.conditions) >= 3
        assert set(shot.photograph.conditions) <= set(CONDITIONS)


def test_digits_stand_out_from_the_ground_where_they_are_said_to_be(shots):
    for seed, shot in shots.items():
        picture = upright(shot.photograph.jpeg).astype(np.float32)
        assert len(shot.strokes_of_digits) == (4 if seed % 2 else 1)
        for digit in shot.strokes_of_digits:
            drawn = np.full(picture.shape[:2], 255, np.uint8)
            for stroke in digit:
                cv2.polylines(drawn, [np.rint(stroke).astype(np.int32)], False, 0)
            away = cv2.distanceTransform(drawn, cv2.DIST_L2, 3)
            height = np.ptp(np.concatenate(digit)[:, 1])
            around = (away > 0.12 * height) & (away < 0.2 * height)
            lighter = np.median(picture[drawn == 0], 0) - np.median(picture[around], 0)
            if "chalk" in shot.photograph.conditions:
                assert lighter.max() > 15
            else:
                assert lighter.min() < -15


def test_digits_lie_from_left_to_right_inside_the_picture(shots):
    for shot in shots.values():
        height, width = upright(shot.photograph.jpeg).shape[:2]
        points = np.concatenate([stroke for digit in shot.strokes_of_digits for stroke in digit])
        assert (points > 0).all()
        assert (points < [width, height]).all()
        middles = [np.concatenate(digit)[:, 0].mean() for digit in shot.strokes_of_digits]
        assert middles == sorted(middles)


@pytest.mark.parametrize("orientation", [None, 1, 3, 6, 8])
def test_a_reader_that_honours_exif_sees_the_picture_upright(orientation):
    picture = np.full((48, 80, 3), 255, np.uint8)
    picture[:16, :16] = 0
    jpeg = phone_file(picture, orientation, 95, "4:4:4")
    assert np.abs(upright(jpeg).astype(int) - picture).max() < 30
    with Image.open(io.BytesIO(jpeg)) as stored:
        assert stored.getexif().get(0x0112) == orientation
        assert stored.size == ((48, 80) if orientation in {6, 8} else (80, 48))


def test_no_digit_touches_the_next():
    for seed in range(40):
        digits = lay_out([SEVEN, ONE, FOUR, TWO] * 2, 10.0, 1.4, np.random.default_rng(seed))
        spans = [np.concatenate(digit)[:, 0] for digit in digits]
        gaps = [right.min() - left.max() for left, right in pairwise(spans)]
        assert min(gaps) > 1.4 + 0.7
        assert max(gaps) < 1.4 + 7


def test_a_dot_is_written_too_and_the_ends_of_a_stroke_stay(shots):
    random = np.random.default_rng(0)
    dot, line = written([np.float32([[3, 4]]), TWO[0]], BALLPOINT, 0.5, random)
    np.testing.assert_allclose(dot.middle, [[3, 4]])
    np.testing.assert_allclose(line.middle[[0, -1]], TWO[0][[0, -1]])
    assert 0.2 < line.widths.min() < line.widths.max() < 0.8


def test_a_thin_printed_line_darkens_a_pixel_by_the_share_that_it_covers():
    y, x = np.mgrid[0:40, 0:40].astype(np.float32)
    ruling = Ruling(across=True, at=20.0, pitch=0.0, width=0.25, colour=(0.2, 0.2, 0.2))
    sheet = HomeworkSheet((0.9, 0.9, 0.9), (ruling,), -99, -99, 99, 99, (0.1, 0.1, 0.1))
    rows = paper(np.stack([x, y], axis=2), sheet, np.random.default_rng(0)).mean(axis=(1, 2))
    assert rows[20] / np.median(rows) == pytest.approx(1 - 0.25 * 0.8, abs=0.03)
    assert rows[18] / np.median(rows) == pytest.approx(1, abs=0.03)
