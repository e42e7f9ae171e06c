"""Several models' readings in one chart: what it says must be what they said."""

import numpy as np
import vl_convert

from mnist_app import Prediction
from mnist_app.chart_style import DISAGREES, OTHER, TEXT, WINNER, for_file
from mnist_app.ui.charts.model_readings import BASELINE, FULL_HEIGHT, agreement, readings_chart
from mnist_app.ui.charts.probability_bars import ANSWERS

NAMES = ("cnn", "dense", "deep", "best")


def reading(digit, confidence, *, accepted=True, no_digit=None):
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[digit] = confidence
    image = np.zeros((28, 28), np.uint8)
    return Prediction(digit, confidence, accepted, probabilities, image, None, no_digit)


READINGS = [
    reading(7, 0.98),
    reading(1, 0.6),
    reading(7, 0.4, accepted=False),
    reading(0, 0.99, accepted=False, no_digit=0.97),
]


def test_groups_are_ordered_by_frequency_with_unsure_models_last():
    assert agreement(READINGS) == [(7, [0]), (1, [1]), (None, [2, 3])]
    assert agreement([READINGS[1], READINGS[0], READINGS[0]]) == [(7, [1, 2]), (1, [0])]
    assert agreement([READINGS[2], READINGS[2], READINGS[1]]) == [(1, [2]), (None, [0, 1])]
    assert agreement([READINGS[2]] * 3) == [(None, [0, 1, 2])]


def test_each_model_has_a_row_with_its_reading():
    rows = readings_chart(NAMES, READINGS)["data"]["values"].to_pylist()
    heads = [row for row in rows if row["part"] == "model"]
    assert [row["model"] for row in heads] == list(NAMES)
    assert [row["digit_text"] for row in heads] == ["7", "1", "?", "?"]
    assert [row["sure"] for row in heads] == ["98 % sure", "60 % sure", "7, perhaps?", "no digit"]
    assert [row["kind"] for row in heads] == [WINNER, DISAGREES, TEXT, TEXT]


def test_bars_stand_in_their_row_and_are_as_long_as_the_probability():
    rows = readings_chart(NAMES, READINGS)["data"]["values"].to_pylist()
    for index, read in enumerate(READINGS):
        bars = [row for row in rows if row["part"] == "bar" and row["row"] == index]
        assert [bar["answer"] for bar in bars] == list(ANSWERS[: len(read.answers)])
        lengths = [(index + BASELINE - bar["top"]) / FULL_HEIGHT for bar in bars]
        np.testing.assert_allclose(lengths, read.answers, atol=1e-6)
        coloured = [bar["answer"] for bar in bars if bar["kind"] != OTHER]
        assert coloured == [str(read.digit)] * read.accepted


def test_all_rows_have_the_same_height():
    one, three = (readings_chart(NAMES[:n], READINGS[:n]) for n in (1, 3))
    assert three["height"] == 3 * one["height"]
    for chart, rows in ((one, 1), (three, 3)):
        for layer in chart["layer"]:
            assert layer["encoding"]["y"]["scale"]["domain"] == [0, rows]


def test_names_digits_and_confidences_are_drawn():
    chart = readings_chart(NAMES, READINGS)
    chart["data"] = {"values": chart["data"]["values"].to_pylist()}
    svg = vl_convert.vegalite_to_svg(for_file(chart, width=600))
    texts = [*NAMES, "98 % sure", "60 % sure", "7, perhaps?", *ANSWERS]
    assert all(f">{text}</text>" in svg for text in texts)
