import io
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from benchmarks.photographs import camera_roll, camera_roll_plan
from benchmarks.photographs.camera_roll_choices import CONDITIONS
from benchmarks.photographs.camera_roll_lens import store
from benchmarks.photographs.camera_roll_plan import Plan, make_plan
from benchmarks.photographs.camera_roll_surface import BLACKBOARD
from benchmarks.photographs.camera_roll_writing import SMALLEST_GAP, all_points, write_line

ROUND = np.linspace(0, 2 * np.pi, 40)
DIGITS = (
    (np.stack([40 * np.sin(ROUND), 60 * np.cos(ROUND)], axis=1).astype(np.float32),),
    (np.array([[0, 20], [25, 0], [22, 125]], np.float32),),
    (
        np.array([[30, 0], [0, 80], [70, 75]], np.float32),
        np.array([[50, 40], [45, 130]], np.float32),
    ),
    (
        np.array([[0, 5], [70, 0], [20, 120]], np.float32),
        np.array([[15, 60], [60, 55]], np.float32),
    ),
)
LEAST_CONTRAST = 18
"""Of the 256 steps of grey, between nearly all of a stroke and the same place unwritten."""
USUAL_CONTRAST = 35


def number(seed: int, longest: int = 8) -> list[tuple[np.ndarray, ...]]:
    random = np.random.default_rng([1, seed])
    return [DIGITS[i] for i in random.integers(4, size=random.integers(1, longest + 1))]


def plan_of(seed: int, longest: int = 8) -> Plan:
    return make_plan(number(seed, longest), np.random.default_rng(seed))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_roll_plan, "SIZES", (((480, 360), 1.0),))
    monkeypatch.setattr(camera_roll_plan, "LARGE_SIZE", (480, 360))


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return [plan_of(seed) for seed in range(220)]


def grey(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(float)


def test_the_same_seed_gives_the_same_file(small):
    files = [
        camera_roll.photograph(number(3), np.random.default_rng(seed)).jpeg for seed in (5, 5, 6)
    ]
    assert files[0] == files[1] != files[2]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_viewer_that_minds_exif_shows_the_picture_upright(small, orientation):
    plan = plan_of(7, longest=3)
    upright = camera_roll.paint(plan)
    file = Image.open(io.BytesIO(store(upright, replace(plan.shot, orientation=orientation))))
    shown = np.array(ImageOps.exif_transpose(file))
    assert file.getexif()[0x0112] == orientation
    assert shown.shape == upright.shape
    assert np.abs(grey(shown) - grey(upright)).mean() < 4


def test_the_photograph_carries_its_plans_conditions_and_orientation(small):
    for seed in range(4):
        photograph = camera_roll.photograph(number(seed), np.random.default_rng(seed))
        turned = Image.open(io.BytesIO(photograph.jpeg)).getexif()[0x0112] != 1
        assert photograph.conditions == plan_of(seed).conditions
        assert ("turned by EXIF" in photograph.conditions) == turned


def test_every_condition_occurs_and_none_without_a_name(plans):
    assert len(set(CONDITIONS)) == len(CONDITIONS)
    assert {word for plan in plans for word in plan.conditions} == set(CONDITIONS)
    for plan in plans:
        assert len(set(plan.conditions)) == len(plan.conditions)


def test_most_pictures_are_ordinary(plans):
    hardships = [len(set(plan.conditions) & set(CONDITIONS[12:])) for plan in plans]
    assert np.mean(np.array(hardships) <= 2) > 0.7
    assert max(hardships) <= 5


def test_conditions_are_named_rightly(plans):
    for plan in plans:
        view, words = plan.view, plan.conditions
        along = view.project(np.array([[-0.5, 0], [0.5, 0]]))
        across, down = along[1] - along[0]
        degrees = abs(np.rad2deg(np.arctan2(down, across)))
        if "perspective" not in words:
            assert degrees > 4.2 if "askew" in words else degrees < 5.8
        assert ("12 megapixels" in words) == (view.width * view.height > 11e6)
        assert ("chalk" in words) == (BLACKBOARD in words)
        edges = np.array(plan.sheet.edges)
        x, y = np.meshgrid(np.linspace(0, view.width - 1, 30), np.linspace(0, view.height - 1, 30))
        seen = view.unproject(np.stack([x.ravel(), y.ravel()], axis=1))
        beyond = (seen < edges[:2]) | (seen > edges[2:])
        assert ("sheet edge" in words) == beyond.any()
        low, high = all_points(plan.line).min(axis=0), all_points(plan.line).max(axis=0)
        assert (edges < [*low, *low]).tolist() == [True, True, False, False]
        assert (edges > [*high, *high]).tolist() == [False, False, True, True]
        if "margin line" in words:
            assert edges[0] < plan.sheet.margin < low[0]
        if "holes" in words:
            assert edges[0] < plan.sheet.hole[0] < low[0]


def test_brightness_is_as_the_words_say(small):
    for seed in range(40):
        plan = plan_of(seed, longest=3)
        if {"low light", BLACKBOARD} & set(plan.conditions):
            pixels = plan.view.project(all_points(plan.line)).round().astype(int)
            bare = grey(camera_roll.paint(plan, with_ink=False))[pixels[:, 1], pixels[:, 0]]
            assert bare.mean() < 135


def test_ink_is_plain_to_see_all_along_its_strokes(small):
    for seed in range(16):
        plan = plan_of(seed, longest=3)
        thick = plan.width * plan.view.scale
        pixels = plan.view.project(all_points(plan.line)).round().astype(int)
        written, bare = (
            cv2.GaussianBlur(
                grey(camera_roll.paint(plan, with_ink=ink)), (0, 0), 0.15 * thick + 0.5
            )
            for ink in (True, False)
        )
        sign = -1 if plan.sheet.kind == BLACKBOARD else 1
        contrast = sign * (bare - written)[pixels[:, 1], pixels[:, 0]]
        assert np.percentile(contrast, 3) > LEAST_CONTRAST, (seed, plan.conditions)
        assert np.median(contrast) > USUAL_CONTRAST, (seed, plan.conditions)


def test_strokes_lie_inside_the_picture_and_fill_as_much_as_people_do(plans):
    for plan in plans:
        size = np.array([plan.view.width, plan.view.height])
        seen = plan.view.project(all_points(plan.line))
        ink = plan.width * plan.view.scale
        assert np.minimum(seen, size - seen).min() > 0.55 * ink
        extent = np.ptp(seen, axis=0)
        if len(plan.line) == 1:
            assert 0.14 < extent.max() / size.min() < 0.61
        else:
            assert (extent / size < [0.86, 0.61]).all()


def test_neighbours_never_touch_and_keep_their_sizes():
    for seed in range(12):
        digits = number(seed)
        line = write_line(digits, np.random.default_rng(seed), pen=0.1, slope=0.03)
        for before, after in pairwise(line):
            a, b = np.concatenate(before), np.concatenate(after)
            nearest = np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)).min()
            assert nearest > 0.1 + 0.8 * SMALLEST_GAP
        heights = [np.ptp(np.concatenate(digit)[:, 1]) for digit in line]
        given = [np.ptp(np.concatenate(digit)[:, 1]) for digit in digits]
        assert np.array(heights) / heights[0] == pytest.approx(np.array(given) / given[0], rel=0.06)
