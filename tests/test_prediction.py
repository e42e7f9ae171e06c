"""What a model says: sentences, percentages, and the answers that charts show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.prediction import LIKELY, SURE, NumberReading, Prediction, percentage


def prediction_of(digit, confidence, accepted, no_digit=None):
    rest = (1 - confidence) / 9
    probabilities = np.full(10, rest, np.float32)
    probabilities[digit] = confidence
    image = np.zeros((28, 28), np.uint8)
    return Prediction(digit, confidence, accepted, probabilities, image, None, no_digit)


@pytest.mark.parametrize(
    ("lines", "accepted"),
    [([], False), ([[True]], True), ([[True, True], [True]], True), ([[True], [False]], False)],
)
def test_a_number_is_accepted_if_it_has_digits_and_all_of_them_are(lines, accepted):
    number = NumberReading(
        tuple(tuple(prediction_of(3, 0.9, sure) for sure in line) for line in lines)
    )
    assert number.accepted is accepted


def test_sentences():
    assert prediction_of(7, 0.984, True).sentence == "Seven - 98 % sure"
    assert prediction_of(0, 0.9999, True).sentence == "Zero - over 99 % sure"
    refused = "That doesn't look like a digit."
    assert prediction_of(4, 0.4, False).sentence == refused + " A 4, perhaps?"
    assert prediction_of(8, 0.4, False).sentence == refused + " An 8, perhaps?"
    assert prediction_of(4, 0.2, False).sentence == refused
    assert prediction_of(0, 0.999, False, 0.98).sentence == refused
    assert prediction_of(7, 0.9999, True, 0.1).sentence == "Seven - 90 % sure"
    assert len(set(SURE)) == 10


@given(st.integers(0, 9), st.floats(0.1, 1), st.booleans(), st.one_of(st.none(), st.floats(0, 1)))
def test_the_answers_share_one_hundred_per_cent(digit, confidence, accepted, no_digit):
    prediction = prediction_of(digit, confidence, accepted, no_digit)
    answers = prediction.answers
    assert answers.dtype == np.float32
    assert len(answers) == (10 if no_digit is None else 11)
    assert answers.sum() == pytest.approx(1, abs=1e-5)
    assert answers[:10].sum() == pytest.approx(prediction.digit_probability, abs=1e-5)
    assert answers[digit] == pytest.approx(prediction.certainty, abs=1e-6)
    # A digit is named where it is the answer, or likely enough to be.
    word = SURE[digit].split()[0]
    is_named = str(digit) in prediction.sentence or word in prediction.sentence
    assert is_named == (accepted or prediction.certainty >= LIKELY)


@given(st.floats(0, 1))
def test_percentages_are_never_falsely_precise(share):
    words = percentage(share)
    if words in ("over 99 %", "under 1 %"):
        assert share > 0.99 or share < 0.01
    else:
        assert abs(int(words.removesuffix(" %")) / 100 - share) <= 0.005 + 1e-12
    assert words != "100 %"
