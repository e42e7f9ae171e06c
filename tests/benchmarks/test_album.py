"""Photographs of the album match their conditions and contain the given strokes."""

import io
from collections import Counter
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from benchmarks.photographs import album
from benchmarks.photographs.album_camera import aim, expose, illuminate, store
from benchmarks.photographs.album_pens import GAPS, pick_pen, write
from benchmarks.photographs.album_sheet import lay_down, lay_object, pick_sheet

ANGLES = np.linspace(0, 2 * np.pi, 40)
RING = [np.stack([60 * np.cos(ANGLES), 100 * np.sin(ANGLES)], axis=1).astype(np.float32)]
CROSS = [np.array([[0, 0], [80, 150]], np.float32), np.array([[80, 0], [0, 150]], np.float32)]
SMALL = ((320, 240), (300, 300))


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch):
    monkeypatch.setattr(album, "SIZES", SMALL)
    monkeypatch.setattr(album, "LARGE_SIZES", SMALL)


def test_a_seed_gives_one_file_and_another_seed_another(monkeypatch):
    for sizes in ("SIZES", "LARGE_SIZES"):
        monkeypatch.setattr(album, sizes, ((120, 90),))
    first, again, other = (
        album.photograph([RING, CROSS], np.random.default_rng(seed)).jpeg for seed in (3, 3, 4)
    )
    assert first == again != other


@pytest.mark.parametrize("seed", range(4))
def test_ink_is_where_the_strokes_are_and_nowhere_else(seed):
    picture, strokes, _ = album.take([RING, CROSS, RING], np.random.default_rng(seed))
    bare, _, _ = album.take([RING, CROSS, RING], np.random.default_rng(seed), ink=False)
    changed = np.abs(picture.astype(int) - bare).max(axis=2)
    near = np.zeros(changed.shape, np.uint8)
    for stroke in (stroke for digit in strokes for stroke in digit):
        way = np.round(stroke).astype(np.int32)
        cv2.polylines(near, [way], False, 255, 1)
        assert np.median(changed[way[:, 1], way[:, 0]]) > 20
    far = cv2.dilate(near, np.ones((31, 31), np.uint8)) == 0
    assert far.any()
    assert np.percentile(changed[far], 99) < 20


@pytest.mark.parametrize("count", [1, 2, 8])
def test_digits_stand_in_reading_order_apart_and_inside(count):
    for seed in range(6):
        random = np.random.default_rng(seed)
        pen = pick_pen(random, board=seed % 3 == 0)
        written = write([RING, CROSS] * (count // 2) or [RING], pen, random)
        ends = [(min(s[:, 0].min() for s in d), max(s[:, 0].max() for s in d)) for d in written]
        for (_, end), (start, _) in pairwise(ends):
            gap = start - end - pen.width
            assert GAPS[0] * pen.height < gap < (GAPS[1] + 0.1) * pen.height
        points = np.concatenate([stroke for digit in written for stroke in digit])
        view, _ = album._hold(points, count, pen.height, random)
        seen, _ = view.project(points)
        assert (seen > 0).all()
        assert (seen < view.size).all()
        wide, tall = np.ptp(seen, axis=0)
        if count == 1:
            assert 0.15 < max(wide, tall) / min(view.size) < 0.6
        else:
            assert 0.25 < wide / view.size[0] < 0.85


def test_every_condition_occurs_about_as_often_as_it_should():
    counts, tries = Counter(), 120
    points = np.array([[0, 0], [10, 0], [10, 20], [0, 20]], np.float32)
    for seed in range(tries):
        random = np.random.default_rng(seed)
        board = random.random() < album.BOARDS
        pen = pick_pen(random, board=board)
        sheet = pick_sheet(pen.height, random, board=board)
        counts.update([pen.name, sheet.name] + ["coloured"] * pen.coloured)
        ends = points[[0, 2]]
        counts.update(lay_down(sheet, ends, 20, np.array([80, 60], np.float32), random)[1])
        counts.update(aim(points, (2592, 1944), (500, 500), random)[1])
        counts.update(illuminate((64, 48), random)[1])
        picture, looks = expose(np.full((48, 64, 3), 0.8, np.float32), 5, False, random)
        counts.update([*looks, *store(picture, random)[1]] + ["faint"] * (pen.load < 0.66))
    expected = set(album.CONDITIONS) - {"object"}
    assert set(counts) == expected
    assert {
        name for name in expected - {"large"} if not 0.015 < counts[name] / tries < 0.55
    } == set()


def test_a_thing_lies_beside_the_ink():
    ink, laid = np.array([[60, 60], [180, 160]], np.float32), 0
    for seed in range(10):
        light = np.full((240, 320, 3), 0.8, np.float32)
        fits = lay_object(light, 1.5, ink, np.random.default_rng(seed))
        laid += fits
        assert (np.abs(light - 0.8).max() > 0.05) == fits
        assert np.ptp(light[60:160, 60:180]) < 0.5
    assert laid > 5


def test_files_turned_by_exif_decode_upright():
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:10] = 250
    lying = 0
    for seed in range(30):
        file, looks = store(picture, np.random.default_rng(seed))
        stored = Image.open(io.BytesIO(file))
        lying += stored.size != (60, 40)
        upright = np.asarray(ImageOps.exif_transpose(stored))
        assert upright.shape == picture.shape
        assert np.abs(upright.astype(int) - picture).mean() < 12
        assert ("turned by EXIF" in looks) == (stored.getexif().get(0x0112, 1) != 1)
    assert lying > 2
