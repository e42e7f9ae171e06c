"""Colours of charts: the same on the pages and in files."""

import tomllib
from pathlib import Path

import pytest
import vl_convert

from mnist_app import chart_style
from mnist_app.model_report import ReliabilityBin
from mnist_app.report_charts import confusion_matrix, reliability, training_curve

CONFIG = Path(__file__).resolve().parents[1] / ".streamlit" / "config.toml"
COUNTS = [[100 * (i == j) + (i > j) for j in range(10)] for i in range(10)]
BIN = ReliabilityBin(low=0.75, high=1.0, images=12, confidence=0.8, accuracy=0.7)


def test_files_have_the_colours_of_the_light_theme():
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    assert list(chart_style.LIGHT_COLOURS) == theme["light"]["chartCategoricalColors"]
    assert theme["light"]["backgroundColor"] == chart_style.LIGHT_BACKGROUND
    assert len(theme["dark"]["chartCategoricalColors"]) == len(chart_style.ROLES)


@pytest.mark.parametrize(
    ("chart", "texts"),
    [
        (confusion_matrix(COUNTS), ["read as", "label", ">100<", ">1<"]),
        (reliability([BIN]), ["how sure it is", "100\N{NO-BREAK SPACE}%", ">12<"]),
        (training_curve([0.5, 0.9], [0.6, 0.8], "%"), ["training", "validation", "epoch"]),
    ],
)
def test_every_chart_is_rendered_to_a_file_in_these_colours(chart, texts):
    svg = vl_convert.vegalite_to_svg(chart_style.for_file(chart, width=400))
    assert all(text in svg for text in texts)
    assert all(colour in svg for colour in ("#0072B2", "#14181D", "#FFFFFF"))
    assert svg == vl_convert.vegalite_to_svg(chart_style.for_file(chart, width=400))
    assert set(chart["config"]) == {"locale"}
