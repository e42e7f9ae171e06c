"""Snapshots: they can be made again, and are what they say."""

import io
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageOps

from benchmarks.photographs import snapshot_camera as camera
from benchmarks.photographs import snapshot_sheet as sheet
from benchmarks.photographs import snapshots

BAR = [np.float32([[0, 0], [0, 50], [0, 100]])]
SEVEN = [np.float32([[0, 0], [60, 0], [20, 100]]), np.float32([[10, 50], [55, 50]])]
HOOK = [np.float32([[50, 0], [10, 60], [70, 60]]), np.float32([[45, 30], [45, 100]])]
PLAIN = snapshots.Plan(
    surface="white paper",
    tool="ballpoint",
    colour="blue",
    light="even light",
    caster="edge",
    optics="sharp",
    balance="neutral",
    orientation=1,
    desk="wood",
    sides=(),
    extras=(),
    quality=90,
)


def _random(seed=0):
    return np.random.default_rng(seed)


def _photograph(monkeypatch, plan, digits=(SEVEN, HOOK), seed=0):
    """Return the upright grey pixels of a photograph of ``plan``, its view and its strokes."""
    views = []
    aim = camera.aim
    monkeypatch.setattr(snapshots, "SIZES", {(1152, 864): 1.0})
    monkeypatch.setattr(snapshots, "CROPPED", 0.0)
    monkeypatch.setattr(snapshots, "draw_plan", lambda random: plan)
    monkeypatch.setattr(
        camera, "aim", lambda *args, **names: views.append(aim(*args, **names)) or views[-1]
    )
    written = []
    write = sheet.write
    monkeypatch.setattr(sheet, "write", lambda *args: written.append(write(*args)) or written[-1])
    taken = snapshots.photograph(digits, _random(seed))
    with Image.open(io.BytesIO(taken.jpeg)) as image:
        upright = np.asarray(ImageOps.exif_transpose(image).convert("L"), np.float32)
    return upright, views[0], written[0]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_picture():
    one, again, other = (snapshots.photograph([SEVEN, BAR], _random(seed)) for seed in (5, 5, 6))
    assert one == again
    assert one.jpeg != other.jpeg


def test_files_are_jpegs_of_a_telephones_size_that_lie_as_they_say():
    for seed in range(5):
        taken = snapshots.photograph([SEVEN, HOOK, BAR], _random(seed))
        with Image.open(io.BytesIO(taken.jpeg)) as image:
            image.load()
            assert image.format == "JPEG"
            assert 0.8e6 <= image.width * image.height <= 6e6
            turned = image.getexif()[0x0112]
        named = [name for name in taken.conditions if name.startswith("orientation")]
        assert named == ([] if turned == 1 else [f"orientation {turned}"])


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_turned_file_is_the_upright_picture_once_its_exif_is_heeded(orientation):
    pixels = _random().integers(0, 255, (6, 9, 3), np.uint8).repeat(16, 0).repeat(16, 1)
    file = camera.store(pixels, (144, 96), orientation, 95)
    with Image.open(io.BytesIO(file)) as image:
        assert image.size == ((144, 96) if orientation == 3 else (96, 144))
        upright = np.asarray(ImageOps.exif_transpose(image), np.float32)
    # JPEG mixes the colours of neighbours, so the middles of the patches are only close.
    assert abs(upright - pixels)[8::16, 8::16].mean() < 12


def test_every_condition_occurs_and_plain_pictures_are_the_most_frequent():
    random = _random()
    plans = [snapshots.draw_plan(random) for _ in range(800)]
    seen = Counter(name for plan in plans for name in plan.conditions())
    colours = {name for shares in snapshots.COLOURS.values() for name in shares}
    named = {
        *snapshots.SURFACES,
        *snapshots.TOOLS,
        *colours,
        *snapshots.LIGHTS,
        *(f"shadow of {caster}" for caster in camera.CASTERS),
        *snapshots.DESKS,
        *snapshots.RARE,
        *("chalk", "marker", "defocus", "motion", "warm", "cold", "board's frame"),
        *("orientation 3", "orientation 6", "orientation 8", "low quality"),
        *("tilted", "vignetting", "erased traces", "glare"),
    }
    assert set(seen) == named
    assert {len(plan.sides) for plan in plans} == {0, 1, 2, 3}
    assert seen["even light"] == max(seen[name] for name in snapshots.LIGHTS)
    assert seen["defocus"] + seen["motion"] < 0.25 * len(plans)
    assert not [p for p in plans if p.optics != "sharp" and p.light in ("low light", "hard shadow")]


@pytest.mark.parametrize("seed", range(12))
def test_digits_stand_clear_of_each_other_and_are_all_in_the_picture(seed):
    random = _random(seed)
    digits = [(SEVEN, HOOK, BAR)[at] for at in random.integers(0, 3, seed % 8 + 1)]
    plan = snapshots.draw_plan(random)
    written = sheet.write(digits, 10.0, 0.8, random)
    for one, other in pairwise(written):
        left, right = np.concatenate(one), np.concatenate(other)
        away = np.linalg.norm(left[:, np.newaxis] - right[np.newaxis], axis=2).min()
        assert away - 0.8 > 0.08 * 10.0
    (width, height), view = snapshots._look(plan, written, 10.0, random)
    assert abs(width / height - view.width / view.height) < 0.01
    for strokes in written:
        seen = view.project(np.concatenate(strokes))
        assert (seen > 0).all()
        assert (seen < [view.width, view.height]).all()
        assert 0.06 <= np.ptp(seen[:, 1]) / view.height <= 0.6


@pytest.mark.parametrize(
    ("changes", "darker"),
    [
        ({}, True),
        ({"tool": "pencil", "colour": "grey", "surface": "squared paper"}, True),
        ({"surface": "whiteboard", "tool": "marker", "colour": "green"}, True),
        ({"tool": "felt pen", "colour": "red", "light": "low light"}, True),
        ({"surface": "greenboard", "tool": "chalk", "colour": "white"}, False),
        ({"surface": "blackboard", "tool": "chalk", "colour": "yellow", "optics": "motion"}, False),
    ],
)
def test_ink_is_darker_than_its_paper_and_chalk_lighter_than_its_board(
    monkeypatch, changes, darker
):
    picture, view, written = _photograph(monkeypatch, replace(PLAIN, **changes))
    strokes = [stroke for digit in written for stroke in digit]
    marks = np.concatenate([view.project((s[:-1] + s[1:]) / 2) for s in strokes])
    rows, columns = (np.rint(marks).astype(int)[:, axis] for axis in (1, 0))
    ink = float(np.median(picture[rows, columns]))
    ground = float(np.median(picture))
    assert (ground - ink if darker else ink - ground) > 0.15 * max(ground, ink)


def test_places_on_the_sheet_and_in_the_picture_are_one_anothers_inverse():
    digits = [np.float64([[-5, -5], [5, 5]])]
    margins = (0.05, 0.05, 0.05, 0.05)
    view = camera.aim(
        digits, (400, 300), 0.2, margins, _random(), tilted=True, bent=True, nearest=50
    )
    pixels = np.array([[0.0, 0.0], [399.0, 0.0], [120.0, 290.0]])
    np.testing.assert_allclose(view.project(view.ground(pixels)), pixels, atol=1e-6)
    x, y = view.ground_maps()
    rows, columns = pixels[:, 1].astype(int), pixels[:, 0].astype(int)
    maps = np.column_stack([x[rows, columns], y[rows, columns]])
    np.testing.assert_allclose(maps, view.ground(pixels), rtol=1e-3, atol=1e-2)


def test_a_seen_desk_never_reaches_the_writing():
    for seed in range(6):
        random = _random(seed)
        plan = replace(PLAIN, sides=("left", "top", "right"))
        written = sheet.write([SEVEN, HOOK], 10.0, 0.5, random)
        _, view = snapshots._look(plan, written, 10.0, random)
        ends = sheet.edges(view, plan.sides, written, random)
        points = np.concatenate([stroke for digit in written for stroke in digit])
        assert ends["left"] < points[:, 0].min() - 2
        assert ends["right"] > points[:, 0].max() + 2
        assert ends["top"] < points[:, 1].min() - 2
        assert view.project(np.array([[ends["left"], 0.0]]))[0, 0] > 0


@pytest.mark.parametrize("count", [0, 9])
def test_other_numbers_of_digits_are_refused(count):
    with pytest.raises(ValueError, match=f"not {count}"):
        snapshots.photograph([BAR] * count, _random())
