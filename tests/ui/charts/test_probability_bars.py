"""The bar chart: what it says must be what the network said."""

import numpy as np
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from mnist_app import Prediction
from mnist_app.chart_style import OTHER, WINNER, for_file
from mnist_app.ui.charts.probability_bars import ANSWERS, probability_bars


def prediction_of(probabilities, *, accepted=True, no_digit=None):
    shares = np.array(probabilities, np.float32)
    digit, image = int(shares.argmax()), np.zeros((28, 28), np.uint8)
    return Prediction(digit, float(shares.max()), accepted, shares, image, None, no_digit)


def bars_of(probabilities, **options):
    return probability_bars(prediction_of(probabilities, **options))


def rows_of(chart):
    return chart["data"]["values"].to_pylist()


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
    rows = rows_of(probability_bars(prediction))
    assert [row["answer"] for row in rows] == list(ANSWERS[: 10 if no_digit is None else 11])
    assert sum(row["probability"] for row in rows) == pytest.approx(1, abs=1e-5)
    coloured = [row["answer"] for row in rows if row["kind"] == WINNER]
    assert coloured == ([str(prediction.digit)] if accepted else [])
    assert all(row["kind"] in (WINNER, OTHER) for row in rows)
    (longest,) = (row for row in rows if row["is_longest"])
    assert longest["probability"] == max(row["probability"] for row in rows)
    assert longest["label"]


def test_the_axis_is_always_the_same():
    for probabilities in ([0.1] * 10, [1.0] + [0.0] * 9):
        for layer in bars_of(probabilities)["layer"]:
            axis = layer["encoding"]["x"]
            assert axis["axis"]["values"] == [0, 0.5, 1]
            assert axis["scale"]["domain"][0] == 0


@pytest.mark.parametrize(("share", "label"), [(0.984, "98 %"), (0.0049, ""), (0.006, "1 %")])
def test_tiny_probabilities_have_no_label(share, label):
    probabilities = [0.0] * 10
    probabilities[3], probabilities[5] = share, 1 - share
    winner = int(np.argmax(probabilities))
    rows = rows_of(bars_of(probabilities))
    assert rows[3]["label"] == label
    assert rows[winner]["label"]
    assert not rows[0]["label"]


def test_digits_and_labels_are_drawn():
    chart = bars_of([0.02] * 9 + [0.82], no_digit=0.0)
    chart["data"] = {"values": rows_of(chart)}
    svg = vl_convert.vegalite_to_svg(for_file(chart, width=300))
    assert all(f">{text}</text>" in svg for text in [*ANSWERS, "2 %", "82 %", "100 %"])
