"""From logits to probabilities, and to the score by which a reading is accepted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.confidence import calibrated, digit_scores, is_ambiguous, softmax
from mnist_app.reading_settings import RotatedCopies

ROTATED = RotatedCopies()
LOGITS = st.lists(st.floats(-1e4, 1e4, width=32), min_size=11, max_size=11)


@given(LOGITS, st.floats(0.05, 20))
def test_probabilities_sum_to_one_and_keep_the_order(logits, temperature):
    row = np.array([logits], np.float32)
    for given_logits in (row, row[:, :10]):
        probabilities = calibrated(given_logits, temperature)
        assert probabilities.shape == (1, 10)
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert probabilities[0, int(np.argmax(logits[:10]))] == probabilities.max()


@given(LOGITS, st.floats(0.05, 20))
def test_the_score_is_the_probability_of_any_digit_unless_the_network_hesitates(
    logits, temperature
):
    row = np.array([logits], np.float32)
    (score,) = digit_scores(row, temperature)
    if calibrated(row, temperature).max() > 0.5:
        assert score == pytest.approx(1 - softmax(row, temperature)[0, 10], abs=1e-5)
    else:
        assert score == 0


@given(LOGITS)
def test_with_ten_logits_the_score_is_the_confidence(logits):
    row = np.array([logits[:10]], np.float32)
    assert digit_scores(row, 1.3) == calibrated(row, 1.3).max()


@given(LOGITS, LOGITS, st.floats(0.05, 20))
def test_the_second_look_has_a_say_in_whether_there_is_a_digit(logits, others, temperature):
    row = np.array([logits], np.float32)
    turned = np.stack([np.array([others], np.float32), row])
    (score,) = digit_scores(row, temperature, turned, ROTATED)
    if not is_ambiguous(row, temperature, ROTATED) or calibrated(row, temperature).max() <= 0.5:
        assert score == digit_scores(row, temperature)
    else:
        rest = 1 - ROTATED.weight / 2
        mean = rest * row.astype(np.float64) + (1 - rest) * turned[0]
        assert score == pytest.approx(1 - softmax(mean, temperature)[0, 10], abs=1e-3)


def test_in_doubt_is_what_is_surely_neither_a_digit_nor_none():
    rows = np.zeros((4, 11), np.float32)
    rows[:, 4], rows[:, 10] = 9, (0, 4, 10, 12)
    assert is_ambiguous(rows, 1.0, ROTATED).tolist() == [False, True, True, False]
    assert is_ambiguous(rows, 4.0, ROTATED).all()
    assert not is_ambiguous(rows[:, :10], 4.0, ROTATED).any()
    assert is_ambiguous(rows[:0], 1.0, ROTATED).shape == (0,)


def test_a_second_look_at_ten_logits_changes_nothing():
    row = np.linspace(0, 3, 10, dtype=np.float32)[np.newaxis]
    assert digit_scores(row, 1.3, np.stack([-row, row]), ROTATED) == digit_scores(row, 1.3)


def test_the_second_look_can_accept_and_refuse():
    hardly = np.array([[0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 8.5]], np.float32)
    sure, none = hardly.copy(), hardly.copy()
    sure[0, 3], none[0, 10] = 14, 14
    alone = digit_scores(hardly, 1.0)
    assert digit_scores(hardly, 1.0, np.stack([sure, sure]), ROTATED) > alone + 0.2
    assert digit_scores(hardly, 1.0, np.stack([none, none]), ROTATED) < alone - 0.2


def test_hesitation_and_no_digit_both_lower_the_score():
    sure, torn, none = np.zeros((3, 11), np.float32)
    sure[[3]] = 9
    torn[[3, 5]] = 9
    none[[3, 10]] = 9, 12
    scores = digit_scores(np.stack([sure, torn, none]), 1.0)
    assert scores[0] > 0.99
    assert scores[1] == 0
    assert scores[2] < 0.05


def test_a_little_hesitation_leaves_the_score_as_it_is():
    """How sure the network is of the digit is said beside it: it is not what is accepted by."""
    sure = np.array([[0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 5]], np.float32)
    leaning = sure.copy()
    leaning[0, 5] = 8.5
    assert calibrated(leaning, 1.0).max() < 0.7
    assert digit_scores(leaning, 1.0) == pytest.approx(digit_scores(sure, 1.0), abs=0.01)
