"""The bars: what they say must be what the network said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app import Prediction
from mnist_app.ui.charts.probability_bars import ANSWERS, description, probability_bars


def prediction_of(probabilities, *, accepted=True, no_digit=None):
    shares = np.array(probabilities, np.float32)
    digit, image = int(shares.argmax()), np.zeros((28, 28), np.uint8)
    return Prediction(digit, float(shares.max()), accepted, shares, image, None, no_digit)


@given(
    st.lists(st.floats(1e-6, 1), min_size=10, max_size=10),
    st.booleans(),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_the_bars_share_one_hundred_per_cent_and_only_an_accepted_digit_is_coloured(
    weights, accepted, no_digit
):
    prediction = prediction_of(
        np.array(weights) / sum(weights), accepted=accepted, no_digit=no_digit
    )
    bars = probability_bars(prediction)
    assert [bar.name for bar in bars] == list(ANSWERS[: 10 if no_digit is None else 11])
    assert sum(bar.share for bar in bars) == pytest.approx(1, abs=1e-5)
    winners = [bar.name for bar in bars if bar.is_winner]
    assert winners == ([str(prediction.digit)] if accepted else [])
    (longest,) = (bar for bar in bars if bar.is_longest)
    assert longest.share == max(bar.share for bar in bars)
    assert longest.label


@pytest.mark.parametrize(("share", "label"), [(0.984, "98 %"), (0.0049, ""), (0.006, "1 %")])
def test_tiny_probabilities_have_no_label(share, label):
    probabilities = [0.0] * 10
    probabilities[3], probabilities[5] = share, 1 - share
    bars = probability_bars(prediction_of(probabilities))
    assert bars[3].label == label
    assert bars[int(np.argmax(probabilities))].label
    assert not bars[0].label


def test_the_bars_in_words():
    probabilities = [0.0] * 10
    probabilities[1], probabilities[7] = 0.02, 0.98
    words = description(probability_bars(prediction_of(probabilities)))
    assert words == "How probable each answer is. 1: 2 %, 7: 98 %"
