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
def test_the_score_is_the_probability_of_the_digit_times_that_of_any(logits, temperature):
    row = np.array([logits], np.float32)
    (score,) = digit_scores(row, temperature)
    any_digit = 1 - softmax(row, temperature)[0, 10]
    expected = calibrated(row, temperature).max() * any_digit
    assert score == pytest.approx(expected, abs=1e-5)


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
    assert scores[1] == pytest.approx(0.5, abs=0.01)
    assert scores[2] < 0.05
