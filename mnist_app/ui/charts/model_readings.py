"""Chart of the readings of several models: a row for each model, a column for each answer."""

import copy
from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pyarrow as pa

from mnist_app.arrays import DIGITS
from mnist_app.chart_style import DISAGREES, OTHER, TEXT, WINNER, role_colour, specification
from mnist_app.prediction import Prediction, percentage
from mnist_app.ui.charts.probability_bars import answers
from mnist_app.words import _, by_language

ROW_HEIGHT: Final = 68
"""Height of a row in pixels."""
LEFT_EDGE: Final = -5.2
"""Position of the models' names, in columns from the column of digit 0."""
COLUMNS: Final = (*range(DIGITS), DIGITS + 0.5)
"""Position of each of `Prediction.answers`, in columns; the last has a longer name."""
RIGHT_EDGE: Final = 11.6
"""Right end of the plot, in columns."""
BASELINE: Final = 0.78
"""Position of the foot of the bars, in rows from the top of their row."""
FULL_HEIGHT: Final = 0.66
"""Height of a bar of 100 %, in rows."""

_TABLE: Final = pa.schema(
    {
        "part": pa.string(),
        "row": pa.int64(),
        "model": pa.string(),
        "digit_text": pa.string(),
        "sure": pa.string(),
        "answer": pa.string(),
        "column": pa.float64(),
        "probability": pa.float64(),
        "top": pa.float64(),
        "kind": pa.string(),
        "text": pa.string(),
    }
)
"""Columns of the chart's data. Columns of the other part, "model" or "bar", are null."""


def agreement(readings: Sequence[Prediction]) -> list[tuple[int | None, list[int]]]:
    """Return each digit that is read with the indices of its ``readings``, most frequent first.

    None stands for "no digit" and comes last. Equally frequent digits keep the order of the
    readings.
    """
    groups: dict[int | None, list[int]] = {}
    for index, reading in enumerate(readings):
        groups.setdefault(_accepted_digit(reading), []).append(index)
    return sorted(groups.items(), key=lambda group: (group[0] is None, -len(group[1])))


def _accepted_digit(reading: Prediction) -> int | None:
    return reading.digit if reading.accepted else None


def readings_chart(names: Sequence[str], readings: Sequence[Prediction]) -> dict[str, Any]:
    """Return a Vega-Lite specification of ``readings`` with its data, a row for each name.

    The colour of models that disagree with the most frequent digit differs; what is refused is
    grey. The data are an Arrow table, as in `probability_bars`.
    """
    most_frequent = agreement(readings)[0][0]
    rows: list[dict[str, Any]] = []
    for index, (name, reading) in enumerate(zip(names, readings, strict=True)):
        role = WINNER if _accepted_digit(reading) == most_frequent else DISAGREES
        rows += _rows(index, name, reading, role)
    names_of_answers = answers()
    most_probable = ", ".join(
        f"{name}: {names_of_answers[reading.answers.argmax()]}"
        for name, reading in zip(names, readings, strict=True)
    )
    chart = copy.deepcopy(_chart())
    for layer in chart["layer"]:
        layer["encoding"]["y"]["scale"]["domain"] = [0, len(names)]
    return {
        **chart,
        "height": ROW_HEIGHT * len(names),
        "description": _(
            "How probable each model finds each answer. Most probable: {answers}."
        ).format(answers=most_probable),
        "data": {"values": pa.Table.from_pylist(rows, _TABLE)},
    }


def _rows(index: int, name: str, reading: Prediction, role: str) -> list[dict[str, Any]]:
    """Return the data of one model, which is number ``index``: its text and its bars.

    ``role`` is that of its digit, if it is accepted.
    """
    common = {"row": index, "model": name, "text": TEXT}
    perhaps = _("{digit}, perhaps?") if reading.is_likely else _("no digit")
    sure = _("{certainty} sure").format(certainty=percentage(reading.certainty))
    names = answers()
    text = {
        "part": "model",
        "digit_text": str(reading.digit) if reading.accepted else "?",
        "sure": sure if reading.accepted else perhaps.format(digit=reading.digit),
        "kind": role if reading.accepted else TEXT,
    }
    bars = [
        {
            "part": "bar",
            "answer": names[answer],
            "column": COLUMNS[answer],
            "probability": share,
            "top": index + BASELINE - FULL_HEIGHT * share,
            "kind": role if reading.accepted and answer == reading.digit else OTHER,
        }
        for answer, share in enumerate(reading.answers.tolist())
    ]
    return [{**common, **row} for row in (text, *bars)]


@by_language
def _chart() -> dict[str, Any]:
    """Return the chart without its data, built once: see `probability_bars`."""
    # All layers stem from one chart: only then does Altair leave the data out of each layer.
    base = alt.Chart(alt.InlineData(values=[]))
    bars = base.transform_filter(alt.datum.part == "bar")
    texts = base.transform_filter(alt.datum.part == "model")
    chart = alt.layer(*_bar_layers(bars), *_text_layers(texts)).configure_view(stroke=None)
    return specification(chart)


def _bar_layers(rows: alt.Chart) -> tuple[alt.Chart, alt.Chart]:
    """Return the bars and, below them, their answers; ``rows`` has the data of the bars."""
    bars = rows.transform_calculate(
        left="datum.column - 0.38",
        right="datum.column + 0.38",
        middle=f"datum.row + {(1 + BASELINE) / 2 + 0.01}",
        base=f"datum.row + {BASELINE}",
    )
    tooltip = [
        alt.Tooltip("model:N", title=_("Model")),
        alt.Tooltip("answer:O", title=_("Answer")),
        alt.Tooltip("probability:Q", title=_("Probability"), format=".1%"),
    ]
    return (
        bars.mark_rect().encode(
            x=_x("left"),
            x2="right",
            y=_y("top"),
            y2="base",
            color=role_colour("kind"),
            tooltip=tooltip,
        ),
        bars.mark_text(fontSize=12, baseline="middle").encode(
            x=_x("column"), y=_y("middle"), text="answer:O", color=role_colour("text")
        ),
    )


def _text_layers(rows: alt.Chart) -> tuple[alt.Chart, alt.Chart, alt.Chart]:
    """Return name, digit and confidence left of the bars; ``rows`` has the data of the models."""
    texts = rows.transform_calculate(
        edge=str(LEFT_EDGE),
        beside=f"{LEFT_EDGE} + 1.15",
        name_line="datum.row + 0.18",
        digit_line="datum.row + 0.62",
    )
    return (
        texts.mark_text(align="left", fontSize=14, fontWeight="bold").encode(
            x=_x("edge"), y=_y("name_line"), text="model:N", color=role_colour("text")
        ),
        texts.mark_text(align="left", fontSize=30, fontWeight="bold").encode(
            x=_x("edge"), y=_y("digit_line"), text="digit_text:N", color=role_colour("kind")
        ),
        texts.mark_text(align="left", fontSize=14).encode(
            x=_x("beside"), y=_y("digit_line"), text="sure:N", color=role_colour("kind")
        ),
    )


def _x(field: str) -> alt.X:
    scale = alt.Scale(domain=[LEFT_EDGE, RIGHT_EDGE], nice=False, zero=False)
    return alt.X(f"{field}:Q", axis=None, scale=scale)


def _y(field: str) -> alt.Y:
    scale = alt.Scale(reverse=True, nice=False, zero=False)
    return alt.Y(f"{field}:Q", axis=None, scale=scale)
