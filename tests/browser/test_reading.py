"""What the page says about a drawing: digit, sentence, bars, and nothing where nothing is drawn."""

import re

import numpy as np
import pytest

from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import draw
from tests.browser import shapes
from tests.browser.snapshot import HINT

pytestmark = pytest.mark.browser


def test_a_blank_page_shows_the_hint_and_nothing_else(desktop):
    now = desktop.settled()
    assert not now.ink.any()
    assert desktop.reading.inner_text().strip() == HINT
    assert now.bars == ()
    assert now.seen is None


WORD_AND_PERCENT = re.compile(r"(\w+) - \D*(\d+) %")


def test_every_digit_is_read(desktop):
    for digit, lines in shapes.DIGITS.items():
        now = desktop.draw(lines)
        assert now.text[0] == str(digit)
        assert desktop.reading.inner_text().startswith(f"{digit}\n")
        # The browser smooths edges a little otherwise than what the page reads.
        word, percent = WORD_AND_PERCENT.search(now.text[1]).groups()
        sentence = desktop.recognizer.read_digit(now.ink).sentence
        expected_word, expected = WORD_AND_PERCENT.search(sentence).groups()
        assert word == expected_word
        assert abs(int(percent) - int(expected)) <= 3
        assert now.bars[digit].probability == max(bar.probability for bar in now.bars)
        desktop.clear()


def test_a_scribble_is_not_taken_for_a_digit(desktop):
    line = shapes.least_digit_like(desktop.recognizer)
    now = desktop.draw([line])
    assert now.text[0] == "?"
    assert now.text[1].startswith("That doesn't look like a digit.")
    assert len(now.bars) == 11


@pytest.mark.slow
def test_the_bars_keep_their_order_and_scale(desktop):
    sure = desktop.draw(shapes.DIGITS[7])
    more = desktop.draw([shapes.FURTHER_STROKE])
    assert not np.array_equal(sure.seen, more.seen)
    for now in (sure, more):
        assert [bar.answer for bar in now.bars] == [*"0123456789", "no digit"]
        assert [bar.top for bar in now.bars] == sorted(bar.top for bar in now.bars)
        # The mark of 100 % stands where a bar of probability 1 would end.
        lengths = [bar.length for bar in now.bars]
        expected = [bar.probability * now.scale for bar in now.bars]
        assert lengths == pytest.approx(expected, abs=1.5)
    assert [bar.top for bar in sure.bars] == [bar.top for bar in more.bars]
    assert sure.scale == more.scale


@pytest.mark.slow
def test_our_strokes_are_the_canvas_own_pixels(desktop):
    """The reading is made from strokes; a person sees the canvas. Both must be one drawing."""
    for digit in (2, 4, 8):
        now = desktop.draw(shapes.DIGITS[digit])
        strokes = desktop.sent_strokes()
        assert len(strokes) == len(shapes.DIGITS[digit])
        ours = draw(strokes, shapes.SIDE, shapes.SIDE)
        difference = np.abs(ours.astype(int) - now.ink.astype(int))
        # Edges alone may differ, by how each of the two smooths them.
        assert difference.sum() < 0.025 * now.ink.sum()
        assert difference.max() <= 160
        assert np.array_equal(now.seen, steps_of_drawing(ours).image)
        desktop.clear()


@pytest.mark.slow
def test_the_ink_lies_where_the_pen_went(desktop):
    lines = [[(60, 60), (60, 280)], [(280, 100), (180, 250)]]
    now = desktop.draw(lines)
    wanted = shapes.ink_of(lines)
    assert np.abs(wanted.astype(int) - now.ink.astype(int)).mean() < 1.5


@pytest.mark.slow
@pytest.mark.parametrize("factor", [3])
def test_a_finer_screen_changes_nothing(desktop, open_page, factor):
    coarse = desktop.draw(shapes.DIGITS[4])
    fine = open_page(device_scale_factor=factor).draw(shapes.DIGITS[4])
    assert fine.text == coarse.text
    assert np.array_equal(fine.seen, coarse.seen)
