"""From logits to probabilities, and to the score by which a reading is accepted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.confidence import calibrated, digit_scores, softmax

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
