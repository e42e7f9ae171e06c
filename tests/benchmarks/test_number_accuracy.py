"""Composed numbers and the figures of the benchmark of whole numbers."""

import json

import cv2
import numpy as np
import pytest

from benchmarks import number_accuracy
from benchmarks.number_accuracy import KINDS, NESTING, numbers_of
from benchmarks.number_composition import compose
from mnist_app.preprocessing.strokes import draw
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, PenDigit, PenDigits
from tests.drawings import DIGITS


def hand(writer):
    """One writer's digits, y in the tablet's units."""
    return [
        PenDigit(digit, writer, tuple(np.array(stroke, np.float32) * 400 for stroke in strokes))
        for digit, strokes in DIGITS.items()
    ]


def distance(one, other):
    """Least distance of two inks in pixels."""
    paper = (other < 128).view(np.uint8)
    return cv2.distanceTransform(paper, cv2.DIST_C, 3)[one >= 128].min()


@pytest.mark.parametrize("gap", [0.02, 0.1, 0.5])
def test_digits_have_the_given_gaps(gap):
    random = np.random.default_rng(2)
    for _ in range(4):
        number = compose([[hand(1)[1], hand(1)[3]]], [[gap]], random)
        found = distance(*number.inks)
        height = np.ptp(np.nonzero(number.inks[0].max(axis=1) >= 128)[0])
        assert 0.8 * gap * height - 2 <= found <= 1.3 * gap * height + 3


def test_an_overlap_makes_digits_touch():
    random = np.random.default_rng(3)
    for _ in range(5):
        number = compose([[hand(1)[0], hand(1)[2]]], [[-0.03]], random)
        assert distance(*number.inks) <= 1


def test_a_number_has_the_digits_and_lines_of_its_kind():
    digits = [*hand(4), *hand(9)]
    for kind in KINDS:
        numbers = numbers_of(kind, digits, 3, np.random.default_rng(1))
        assert len(numbers) == 3
        for number in numbers:
            lines = number.text.split("\n")
            assert len(lines) == kind.lines
            assert all(len(line) == kind.length if kind.length else 1 <= len(line) <= 8
                       for line in lines)  # fmt: skip
            assert len(number.inks) == sum(map(len, lines))
            assert number.nesting <= NESTING
            assert np.array_equal(np.maximum.reduce(number.inks), number.ink)
            difference = draw(number.strokes, *number.ink.shape).astype(int) - number.ink
            assert np.percentile(np.abs(difference), 99) == 0
            assert not number.ink[[0, -1]].any()
            assert not number.ink[:, [0, -1]].any()


def test_the_same_seed_composes_the_same_numbers():
    one, other = (numbers_of(KINDS[2], hand(1), 2, np.random.default_rng(7)) for _ in range(2))
    for first, second in zip(one, other, strict=True):
        assert first.text == second.text
        assert np.array_equal(first.ink, second.ink)


def test_the_figures_count_what_is_read(monkeypatch, capsys):
    """Of strangers alone, by default; a perfect reader has every number right."""
    pens = PenDigits("a test", "", (*hand(20), *hand(21), *hand(30)))
    asked = []
    monkeypatch.setattr(
        PenDigits, "by_writers", lambda self, writers: asked.append(writers) or tuple(hand(21))
    )
    monkeypatch.setattr(number_accuracy, "load_pen_digits", lambda wish: pens)
    assert number_accuracy.main(["--count", "1", "--json"]) == 0
    assert asked == [HELD_OUT_WRITERS]
    figures = json.loads(capsys.readouterr().out)["kinds"]
    assert set(figures) == {kind.name for kind in KINDS}
    for found in figures.values():
        assert found["numbers"] == 1
        for source in (found["from_picture"], found["from_strokes"]):
            low, high = source["count_right_interval"]
            assert low <= source["count_right"] <= high
            assert source["whole_number_right"] <= source["count_right"]
