"""The readings of several models in one chart: a row a model, a column a digit."""

import copy
import functools
from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pyarrow as pa

from mnist_app.chart_style import DISAGREES, OTHER, TEXT, WINNER, role_colour, specification
from mnist_app.recognizer import Prediction, percentage

ROW_HEIGHT: Final = 68
LEFT_EDGE: Final = -5.2
"""Where names and digits stand, in columns left of the column of digit 0."""
BASE, FULL = 0.78, 0.66
"""In a row, from its top: where bars stand, and how tall one of 100 % is."""

_TABLE: Final = pa.schema(
    {
        "part": pa.string(),
        "row": pa.int64(),
        "model": pa.string(),
        "said": pa.string(),
        "sure": pa.string(),
        "digit": pa.int64(),
        "probability": pa.float64(),
        "top": pa.float64(),
        "kind": pa.string(),
        "text": pa.string(),
    }
)
"""What a row has nothing of is empty."""


def agreement(readings: Sequence[Prediction]) -> list[tuple[int | None, list[int]]]:
    """Return what is read and by which of ``readings`` (their places), the most frequent first.

    None stands for "not sure" and comes last. Of equally frequent digits the one that is read first
    comes first.
    """
    groups: dict[int | None, list[int]] = {}
    for place, reading in enumerate(readings):
        groups.setdefault(reading.digit if reading.accepted else None, []).append(place)
    return sorted(groups.items(), key=lambda group: (group[0] is None, -len(group[1])))


def readings_chart(names: Sequence[str], readings: Sequence[Prediction]) -> dict[str, Any]:
    """Return a Vega-Lite specification of ``readings`` and its data, a row for each name.

    Models that read something else than most do stand out by colour. The data are an Arrow table,
    as in `charts`.
    """
    most = agreement(readings)[0][0]
    rows: list[dict[str, Any]] = []
    for place, (name, reading) in enumerate(zip(names, readings, strict=True)):
        agrees = (reading.digit if reading.accepted else None) == most
        kind = WINNER if agrees else DISAGREES
        sure = f"{percentage(reading.confidence)} sure"
        rows.append(
            {
                "part": "model",
                "row": place,
                "model": name,
                "said": str(reading.digit) if reading.accepted else "?",
                "sure": sure if reading.accepted else f"not sure, {reading.digit}?",
                "kind": kind,
                "text": TEXT,
            }
        )
        for digit, share in enumerate(reading.probabilities.tolist()):
            is_best = digit == reading.digit
            rows.append(
                {
                    "part": "bar",
                    "row": place,
                    "model": name,
                    "digit": digit,
                    "probability": share,
                    "top": place + BASE - FULL * share,
                    "kind": kind if is_best else OTHER,
                    "text": TEXT,
                }
            )
    said = ", ".join(
        f"{name}: {reading.digit}" for name, reading in zip(names, readings, strict=True)
    )
    chart = copy.deepcopy(_chart())
    for layer in chart["layer"]:
        layer["encoding"]["y"]["scale"]["domain"] = [0, len(names)]
    return {
        **chart,
        "height": ROW_HEIGHT * len(names),
        "description": f"How probable each model finds each digit. Most probable: {said}.",
        "data": {"values": pa.Table.from_pylist(rows, _TABLE)},
    }


@functools.cache
def _chart() -> dict[str, Any]:
    """Return the chart without its data, made once as the one in `charts`."""
    base = alt.Chart(alt.InlineData(values=[]))
    models = base.transform_filter(alt.datum.part == "model")
    bars = base.transform_filter(alt.datum.part == "bar").transform_calculate(
        left="datum.digit - 0.38",
        right="datum.digit + 0.38",
        middle=f"datum.row + {(1 + BASE) / 2 + 0.01}",
        base=f"datum.row + {BASE}",
    )
    across = alt.Scale(domain=[LEFT_EDGE, 9.5], nice=False, zero=False)
    down = alt.Scale(reverse=True, nice=False, zero=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=across)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=down)

    tooltip = [
        alt.Tooltip("model:N", title="Model"),
        alt.Tooltip("digit:O", title="Digit"),
        alt.Tooltip("probability:Q", title="Probability", format=".1%"),
    ]
    at_left = models.transform_calculate(
        edge=str(LEFT_EDGE),
        beside=f"{LEFT_EDGE} + 1.15",
        name_line="datum.row + 0.18",
        digit_line="datum.row + 0.62",
    )
    chart = alt.layer(
        bars.mark_rect().encode(
            x=x("left"),
            x2="right",
            y=y("top"),
            y2="base",
            color=role_colour("kind"),
            tooltip=tooltip,
        ),
        bars.mark_text(fontSize=12, baseline="middle").encode(
            x=x("digit"), y=y("middle"), text="digit:O", color=role_colour("text")
        ),
        at_left.mark_text(align="left", fontSize=14, fontWeight="bold").encode(
            x=x("edge"), y=y("name_line"), text="model:N", color=role_colour("text")
        ),
        at_left.mark_text(align="left", fontSize=30, fontWeight="bold").encode(
            x=x("edge"), y=y("digit_line"), text="said:N", color=role_colour("kind")
        ),
        at_left.mark_text(align="left", fontSize=14).encode(
            x=x("beside"), y=y("digit_line"), text="sure:N", color=role_colour("kind")
        ),
    ).configure_view(stroke=None)
    return specification(chart)
