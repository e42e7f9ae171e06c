"""The charts of a report hold the report's figures, and are rendered to files offline."""

import pytest

from mnist_app.bundle import load_bundle
from mnist_app.report_charts import confusion_matrix, reliability, training_curve

REPORT = load_bundle().report()
COUNTS = REPORT.test.confusion_matrix
CURVES = load_bundle("cnn").report().curves


def rows_of(chart):
    return chart["data"]["values"]


def test_the_matrix_holds_every_count_and_colours_mistakes_only():
    rows = rows_of(confusion_matrix(COUNTS, (None, None)))
    assert len(rows) == 100
    for row in rows:
        count = COUNTS[row["label"]][row["predicted"]]
        assert row["count"] == (f"{count:,}" if count else "")
        assert (row["opacity"] > 0) == (count > 0 and row["label"] != row["predicted"])
        assert row["frame"] == 0
    mistakes = [row for row in rows if row["opacity"]]
    by_count = sorted(mistakes, key=lambda row: int(row["count"]))
    assert [row["opacity"] for row in by_count] == sorted(row["opacity"] for row in mistakes)


@pytest.mark.parametrize(("chosen", "framed"), [((4, 9), 1), ((4, None), 9), ((None, 9), 9)])
def test_the_chosen_cells_are_framed(chosen, framed):
    rows = [row for row in rows_of(confusion_matrix(COUNTS, chosen)) if row["frame"]]
    assert len(rows) == framed
    for row in rows:
        assert chosen[0] in (None, row["label"])
        assert chosen[1] in (None, row["predicted"])


def test_a_model_without_mistakes_has_a_matrix_too():
    perfect = [[100 * (i == j) for j in range(10)] for i in range(10)]
    assert not any(row["opacity"] for row in rows_of(confusion_matrix(perfect, (None, None))))


def test_the_reliability_diagram_leaves_out_empty_bins():
    bins = REPORT.test.reliability
    rows = rows_of(reliability(bins))
    assert len(rows) == sum(row.images > 0 for row in bins) < len(bins)
    assert sum(row["images"] for row in rows) == REPORT.test.images


@pytest.mark.parametrize("unit", ["%", ""])
@pytest.mark.parametrize("epochs", [1, 20])
def test_both_lines_are_within_the_chart_and_named_once(unit, epochs):
    key = "accuracy" if unit else "loss"
    lines = [getattr(CURVES, name)[:epochs] for name in (key, f"validation_{key}")]
    chart = training_curve(*lines, unit)
    rows = rows_of(chart)
    scale = 100 if unit else 1
    assert [row["value"] for row in rows] == [scale * value for line in lines for value in line]
    assert sorted(row["name"] for row in rows if row["name"]) == ["training", "validation"]
    for layer in chart["layer"]:
        (left, right), (low, high) = (layer["encoding"][c]["scale"]["domain"] for c in "xy")
        assert all(left <= row["epoch"] <= right and low <= row["value"] <= high for row in rows)
