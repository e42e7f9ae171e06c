"""The bar chart: what it says must be what the network said."""

import numpy as np
import pytest
import vl_convert

from mnist_app.chart_style import OTHER, WINNER, for_file
from mnist_app.ui.charts.probability_bars import probability_bars


def bars_of(probabilities):
    return probability_bars(np.array(probabilities, np.float32))


def rows_of(chart):
    return chart["data"]["values"].to_pylist()


def test_ten_bars_in_the_order_of_the_digits_with_one_winner():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(10))
    rows = rows_of(bars_of(probabilities))
    assert [row["digit"] for row in rows] == list(range(10))
    np.testing.assert_allclose([row["probability"] for row in rows], probabilities, atol=1e-6)
    winners = [row["digit"] for row in rows if row["kind"] == WINNER]
    assert winners == [int(probabilities.argmax())]
    assert sum(row["kind"] == OTHER for row in rows) == 9


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
    chart = bars_of([0.02] * 9 + [0.82])
    chart["data"] = {"values": rows_of(chart)}
    svg = vl_convert.vegalite_to_svg(for_file(chart, width=300))
    assert all(f">{text}</text>" in svg for text in [*"0123456789", "2 %", "82 %", "100 %"])
