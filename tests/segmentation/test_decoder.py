"""Decoding of whole numbers: the best path through a line, and `Recognizer.read_number`."""

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app import InvalidImageError, NumberReading, Recognizer
from mnist_app.preprocessing.normalize import scale_box
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.reading_settings import DecoderWeights
from mnist_app.segmentation import decoder
from mnist_app.segmentation.candidates import Candidate
from mnist_app.segmentation.decoder import best_path
from tests.drawings import on_background, strokes_of

HEIGHT, WIDTH = 300, 680


def score(candidate, reading):
    return decoder.score(candidate, reading, DecoderWeights())


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def stroke(*points, width=10.0):
    return Stroke(np.array(points, np.float32), width)


def number(digits, *, top=60.0, size=100, step=115, left=30, brush=10.0):
    return [
        part
        for index, digit in enumerate(digits)
        for part in strokes_of(digit, left=left + index * step, top=top, size=size, brush=brush)
    ]


def ink_of(strokes):
    return draw(strokes, HEIGHT, WIDTH)


def candidate(first, last, **more):
    values = {"height": 1.0, "length": 2.2, "gap": 0.0, "cut": 0.0, "crossing": 0.0, **more}
    return Candidate(first, last, 1, (0, 0, 1, 1), np.zeros((1, 1), np.uint8), **values)


@settings(deadline=None)
@given(st.integers(1, 5), st.data())
def test_the_best_path_has_the_highest_score_of_all(bounds, data):
    pairs = list(itertools.combinations(range(bounds + 1), 2))
    kept = [p for p in pairs if p[1] == p[0] + 1 or data.draw(st.booleans())]
    scores = [data.draw(st.floats(-9, 9)) for _ in kept]

    def paths(at):
        if at == bounds:
            yield ()
        for index, pair in enumerate(kept):
            if pair[0] == at:
                yield from ((index, *rest) for rest in paths(pair[1]))

    best = max(sum(scores[index] for index in path) for path in paths(0))
    found = best_path(kept, scores)
    assert sum(scores[index] for index in found) == pytest.approx(best)
    assert kept[found[0]][0] == 0
    assert kept[found[-1]][1] == bounds
    assert all(kept[a][1] == kept[b][0] for a, b in itertools.pairwise(found))


@dataclass
class Classified:
    digit: int = 7
    confidence: float = 0.99
    accepted: bool = True


def test_evidence_against_a_digit_lowers_its_score():
    good = score(candidate(0, 1), Classified())
    assert score(candidate(0, 1), Classified(confidence=0.4)) < good
    assert score(candidate(0, 1), Classified(accepted=False)) < good
    for more in ({"cut": 1.5}, {"crossing": 3.0}, {"gap": 0.2}, {"height": 0.5}, {"length": 4.5}):
        assert score(candidate(0, 1, **more), Classified()) < good


def test_components_that_are_accepted_together_belong_together():
    whole = dataclasses.replace(candidate(0, 2), components=2)
    assert score(whole, Classified()) > score(candidate(0, 2), Classified())
    cut = [dataclasses.replace(one, cut=1.0) for one in (whole, candidate(0, 2))]
    assert score(cut[0], Classified()) == score(cut[1], Classified())
    doubted = Classified(accepted=False)
    assert score(whole, doubted) == score(candidate(0, 2), doubted)


def test_a_number_is_read_with_its_boxes(recognizer):
    ink = ink_of(number([2, 0, 2, 7]))
    read = recognizer.read_number(ink)
    assert isinstance(read, NumberReading)
    assert read.text == "2027"
    assert read.accepted
    assert len(read.digits) == 4
    for index, digit in enumerate(read.digits):
        alone = draw(number([(2, 0, 2, 7)[index]], left=30 + 115 * index), HEIGHT, WIDTH)
        ys, xs = np.nonzero(alone >= 32)
        assert digit.box == (xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1)
        assert all(isinstance(side, int) for side in digit.box)
        assert digit.image.shape == (28, 28)


@pytest.mark.parametrize("lean", [-0.4, 0.5])
def test_slanted_writing_keeps_its_order(recognizer, lean):
    straight = number([2, 0, 4, 7], left=90, step=105)
    slanted = [
        Stroke(part.points @ np.array([[1, 0], [-lean, 1]], np.float32) + [110 * lean, 0], 10)
        for part in straight
    ]
    boxes = [digit.box[0] for digit in recognizer.read_number(ink_of(slanted)).digits]
    assert len(boxes) == 4
    assert boxes == sorted(boxes)


def test_several_lines_are_read_from_top_to_bottom(recognizer):
    lines = [*number([2, 0], top=20), *number([4, 7, 2], top=170, left=60)]
    assert recognizer.read_number(ink_of(lines)).text == "20\n472"


def test_digits_of_one_number_may_differ_in_height(recognizer):
    sizes = [60, 100, 150, 90]
    strokes = [
        part
        for index, (digit, size) in enumerate(zip([0, 2, 4, 7], sizes, strict=True))
        for part in number([digit], left=30 + 150 * index, top=220 - size, size=size)
    ]
    read = recognizer.read_number(ink_of(strokes))
    assert read.text == "0247"
    assert read.accepted


def test_a_five_with_its_bar_apart_is_one_digit(recognizer):
    bow = [(0, 0), (-4, 42), (20, 34), (48, 44), (52, 74), (34, 98), (-6, 96)]
    five = [stroke(*((170 + x, 70 + y) for x, y in bow)), stroke((190, 62), (240, 58))]
    neighbours = [*number([2]), *number([7], left=290)]
    assert len(recognizer.read_number(ink_of([*neighbours, *five])).digits) == 3


def test_touching_digits_are_divided(recognizer):
    both = [*number([2]), *number([0], left=92), *number([7], left=260)]
    read = recognizer.read_number(ink_of(both))
    assert read.text == "207"


@pytest.mark.parametrize(
    "mark",
    [
        [stroke((262, 158), (263, 158))],
        [stroke((12, 112), (60, 112))],
        [stroke((300, 108), (345, 106))],
        [stroke((300, 100), (340, 98)), stroke((300, 124), (340, 122))],
    ],
    ids=["dot", "minus", "dash", "equals"],
)
def test_punctuation_is_no_digit_and_leaves_the_number_accepted(recognizer, mark):
    read = recognizer.read_number(ink_of([*mark, *number([2, 7], left=80)]))
    assert read.text == "27"
    assert read.accepted


@pytest.mark.parametrize(
    ("pair", "overlap"), [((2, 0), 5), ((0, 4), 18), ((2, 2), 18), ((4, 0), 28), ((4, 2), 28)]
)
def test_digits_that_share_ink_are_divided(recognizer, pair, overlap):
    first, second = number(pair[:1], left=200), number(pair[1:], left=0)
    right = max(part.points[:, 0].max() for part in first)
    left = min(part.points[:, 0].min() for part in second)
    moved = number(pair[1:], left=right - left - overlap)
    strokes = [*number([2]), *first, *moved]
    assert recognizer.read_number(ink_of(strokes)).text == "2{}{}".format(*pair)


@pytest.mark.parametrize("strokes", [[], [stroke((100, 100), (101, 100))]])
def test_blank_paper_has_no_digits(recognizer, strokes):
    read = recognizer.read_number(ink_of(strokes))
    assert read.text == ""
    assert read.digits == ()


def test_any_colours_and_transparent_paper(recognizer):
    ink = ink_of(number([2, 0, 7]))
    pictures = [
        on_background(ink, (250, 250, 240), (20, 30, 120)),
        on_background(ink, (0, 0, 0, 0), (0, 0, 0, 255)),
        255 - ink,
    ]
    for picture in pictures:
        assert recognizer.read_number(picture).text == "207"


def test_boxes_refer_to_the_picture_that_was_made_smaller(recognizer):
    ink = ink_of(number([2, 7]))
    plain = recognizer.read_number_in_ink(ink)
    large = recognizer.read_number_in_ink(ink, (2 * HEIGHT, 2 * WIDTH))
    assert [d.box for d in large.digits] == [tuple(2 * v for v in d.box) for d in plain.digits]


@given(st.integers(0, 90), st.integers(1, 10), st.integers(1, 900), st.integers(1, 300))
def test_a_scaled_box_stays_in_the_picture(start, side, width, height):
    x, y, wide, high = scale_box((start, start, side, side), (100, 100), (height, width))
    assert 0 <= x < x + wide <= width
    assert 0 <= y < y + high <= height


@pytest.mark.parametrize("wrong", [None, np.zeros((2, 2)), np.zeros((0, 5), np.uint8)])
def test_what_is_no_image_is_refused(recognizer, wrong):
    with pytest.raises(InvalidImageError):
        recognizer.read_number(wrong)
