"""Photographs of schoolwork: they can be made again, and are what they say."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from benchmarks import photos
from benchmarks.photographs import lights, pens, phone, schoolwork
from mnist_app.ink.picture_file import decode_picture
from mnist_app.training.pen_digits import PenDigit
from tests.drawings import DIGITS

FOUR = [
    tuple(np.array(stroke, np.float32) * 100 for stroke in DIGITS[label]) for label in (2, 0, 4, 7)
]


@pytest.fixture
def small(monkeypatch):
    """Take small pictures, which are there sooner."""
    monkeypatch.setattr(phone, "SIZES", {"small": ((400, 480), 1.0)})


def _random(*seed):
    return np.random.default_rng(seed)


def test_a_photograph_is_the_same_for_the_same_seed_and_another_for_another(small):
    one, same, other = (schoolwork.photograph(FOUR, _random(seed)) for seed in (1, 1, 2))
    assert one == same
    assert one.jpeg != other.jpeg
    assert one.conditions[0] in schoolwork.SURFACES
    assert 400 <= max(one.picture.shape) <= 480


@pytest.mark.parametrize("surface", schoolwork.SURFACES)
def test_what_is_written_is_seen_on_every_surface(small, monkeypatch, surface):
    monkeypatch.setattr(schoolwork, "SURFACES", {surface: 1.0})
    monkeypatch.setattr(schoolwork, "LOW_LIGHT", 0.0)
    monkeypatch.setattr(schoolwork, "SHADOWED", {True: 0.0, False: 0.0})
    held = []
    hold = phone.hold
    monkeypatch.setattr(phone, "hold", lambda *a: held.append((a[0], hold(*a))) or held[-1][1])
    photo = schoolwork.photograph(FOUR, _random(4))
    grey = photo.picture.astype(float).mean(axis=2)
    strokes, (pose, _) = held[0]
    x, y = np.rint(pose.project(strokes)).astype(int).T
    written, ground = np.median(grey[y, x]), np.median(grey)
    assert (written > ground + 25) if surface == schoolwork.BOARD else (written < ground - 25)
    assert photo.conditions[0] == surface


def test_everything_that_is_listed_is_drawn_in_its_share():
    found = [schoolwork._written(surface, FOUR[:1], _random(seed))
             for surface in schoolwork.SURFACES for seed in range(60)]  # fmt: skip
    assert {page.pen for page in found} == {*schoolwork.PENS, pens.CHALK}
    for page, surface in zip(found, np.repeat(list(schoolwork.SURFACES), 60), strict=True):
        least, most = schoolwork.LINE_WIDTHS
        assert least <= page.line_width / page.writing.height <= most
        assert (page.ruling is None) == (surface in ("white paper", schoolwork.BOARD))
        if surface == "squared paper":
            assert page.ruling.x is not None
            assert 0.75 <= page.writing.height / page.ruling.spacing <= 4
    for shares in (schoolwork.SURFACES.values(), schoolwork.PENS.values(), phone.ASPECTS.values()):
        assert sum(shares) == pytest.approx(1)


@pytest.mark.parametrize("pitch", [None, 10.0])
def test_digits_stand_in_a_row_as_they_were_written(pitch):
    writing = pens.write(FOUR, 10.0, 0.6, _random(0), pitch=pitch)
    assert writing.size[1] == pytest.approx(10, rel=0.3)
    per_digit = [len(digit) for digit in FOUR]
    ends = np.cumsum(per_digit)
    boxes = [
        np.concatenate(writing.strokes[end - count : end])
        for end, count in zip(ends, per_digit, strict=True)
    ]
    gaps = [after[:, 0].min() - box[:, 0].max() for box, after in itertools.pairwise(boxes)]
    assert min(gaps) > 1.2  # millimetres: the pen's line, and a tenth of the height less the turn
    for digit, box in zip(FOUR, boxes, strict=True):
        drawn = np.ptp(box[:, 0]) / np.ptp(box[:, 1])
        points = np.concatenate(digit)
        assert drawn == pytest.approx(np.ptp(points[:, 0]) / np.ptp(points[:, 1]), abs=0.12)


@pytest.mark.parametrize("pen", [*schoolwork.PENS, pens.CHALK], ids=lambda pen: pen.name)
def test_ink_lies_along_the_strokes_and_nowhere_else(pen):
    width = float(np.mean(pen.width))
    writing = pens.write(FOUR[:1], 12 * width, width, _random(0))
    per_mm = 8 / width
    thick, first = pens.layer(writing, pen, width, per_mm, _random(1))
    assert 0 <= thick.min() <= thick.max() <= 1
    points = np.concatenate(writing.strokes)
    x, y = np.rint((points - first) * per_mm).astype(int).T
    assert np.mean(thick[y, x]) > 0.5
    rows, columns = np.nonzero(thick > 0.1)
    inked = np.stack([columns, rows], axis=1) / per_mm + first
    away = np.sqrt(((inked[:, None] - points[None]) ** 2).sum(axis=2)).min(axis=1)
    assert away.max() < 1.1 * width


def test_a_phone_sees_all_that_is_written_and_is_not_held_too_askew():
    points = np.array([[-30, -6], [30, -6], [30, 6], [-30, 6]], np.float32)
    tilts = []
    for seed in range(40):
        pose, per_mm = phone.hold(points, 1.0, (300, 400), 6.5, _random(seed))
        seen = pose.project(points)
        assert (seen > 0).all()
        assert (seen < [400, 300]).all()
        assert per_mm <= 6.5
        x, y = pose.ground((300, 400))
        u, v = np.rint(seen).astype(int).T
        np.testing.assert_allclose(np.stack([x[v, u], y[v, u]], axis=1), points, atol=0.3)
        tilts.append(pose.tilt)
    assert max(tilts) <= phone.TILT
    assert np.mean(np.array(tilts) > 10) > 0.15


@pytest.mark.parametrize("orientation", [phone.UPRIGHT, *phone.TURNS])
def test_a_turned_file_is_turned_upright_again_by_its_exif(orientation):
    y, x = np.mgrid[0:60, 0:90]
    picture = np.stack([x * 2, y * 3, x + y], axis=2).astype(np.uint8)
    file = phone.jpeg(picture, 95, orientation)
    stored = Image.open(io.BytesIO(file))
    assert stored.getexif()[0x0112] == orientation
    assert stored.size == ((60, 90) if orientation in (6, 8) else (90, 60))
    upright = decode_picture(file, "a.jpg").astype(int)
    assert np.abs(upright - picture).mean() < 3


def test_shadows_take_what_they_may_and_their_edges_are_hard_and_soft():
    thrown = [lights.shadow((300, 400), (200, 150), _random(seed)) for seed in range(60)]
    assert {name for _, name, _ in thrown} == {f"shadow of a {name}" for name in lights.SHADOWS}
    for dark, _, penumbra in thrown:
        assert dark.min() >= 0
        assert dark.max() <= lights.DARKNESS[1] + 1e-6
        assert lights.PENUMBRA[0] <= penumbra <= lights.PENUMBRA[1]
    hard = [penumbra < lights.HARD for *_, penumbra in thrown]
    assert 0.2 < np.mean(hard) < 0.8
    steepest = [np.abs(np.diff(dark, axis=1)).max() / dark.max() for dark, *_ in thrown]
    assert np.median(np.array(steepest)[hard]) > 2 * np.median(np.array(steepest)[~np.array(hard)])


def test_lamps_fall_off_and_a_ceiling_hardly():
    least = {
        name: np.mean([lights.falling(name, (300, 400), _random(seed)).min() for seed in range(20)])
        for name in lights.LIGHTS
    }
    assert least["ceiling light"] > 0.8
    assert least["lamp"] < 0.6
    assert least["window"] < 0.75


def test_low_light_is_dark_and_noisy():
    grey = np.full((200, 200, 3), 0.8, np.float32)
    usual, low = (
        phone.sensor(grey.copy(), _random(3), white=0.8, low_light=low, line_width=8)
        for low in (False, True)
    )
    assert low.mean() < 140 < usual.mean()
    assert low.std() > 1.5 * usual.std()


class _Reader:
    """A stub that reads nothing: the benchmark's counting is tested, not the reader."""

    def __init__(self, texts):
        self.texts = iter(texts)

    def read_number(self, picture):
        text = next(self.texts)
        return type("Reading", (), {"text": text, "digits": tuple(text), "accepted": True})()


def test_readings_are_counted_by_condition(small):
    digits = [
        PenDigit(label, 21, tuple(np.array(stroke, np.float32) for stroke in strokes))
        for label, strokes in DIGITS.items()
    ]
    cases = list(photos.cases(digits, 4, 2, 5, scenes="schoolwork"))
    texts = [text for _, text in cases]
    texts[1] = "no"
    figures = photos.measure(_Reader(texts), digits, 4, 2, 5, scenes="schoolwork")
    assert figures["right"] == 0.75
    assert figures["wrong_but_sure"] == 0.25
    kinds = figures["right_by_kind"]
    for place, (photo, _) in enumerate(cases):
        for kind in photo.conditions:
            right, of_all = kinds[kind]
            same = [i for i, (other, _) in enumerate(cases) if kind in other.conditions]
            assert place in same
            assert [right, of_all] == [len(set(same) - {1}), len(same)]
