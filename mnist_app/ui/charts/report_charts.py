"""What a model's report holds, as charts: who is taken for whom, how honest it is, its training.

As in `charts`, each is made once without its data.
"""

import copy
import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt

from mnist_app.ui.charts.probability_bars import OTHER, TEXT, TEXT_COLOUR, WINNER

MATRIX_SIDE: Final = 380
CURVE_HEIGHT: Final = 220
RELIABILITY_HEIGHT: Final = 300
PALEST, FULLEST = 0.08, 0.5
"""How strongly cells with one and with most mistakes are coloured; the count stays readable."""
COLOURS: Final = (WINNER, OTHER, TEXT)


def confusion_matrix(
    counts: Sequence[Sequence[int]], chosen: tuple[int | None, int | None]
) -> dict[str, Any]:
    """Return the confusion matrix: a row a label, a column a reading, in each cell how many.

    ``counts`` is (10, 10). Mistakes are coloured, the more the stronger. The cells that fit
    ``chosen``, label and reading, have a frame; None fits all. Selecting a cell gives the
    selection ``cell`` with the fields ``label`` and ``said``.
    """
    most = max((n for i, row in enumerate(counts) for j, n in enumerate(row) if i != j), default=0)
    rows = []
    for label, row in enumerate(counts):
        for said, count in enumerate(row):
            is_mistake = label != said
            share = math.sqrt(count / most) if is_mistake and count else 0.0
            is_chosen = chosen != (None, None) and all(
                wanted in (None, is_) for wanted, is_ in zip(chosen, (label, said), strict=True)
            )
            rows.append(
                {
                    "label": label,
                    "said": said,
                    "count": f"{count:,}" if count else "",
                    "fill": PALEST + (FULLEST - PALEST) * share if share else 0.0,
                    "frame": 2 if is_chosen and is_mistake else 0,
                    "weight": "right" if not is_mistake else "wrong",
                    "kind": WINNER,
                    "text": TEXT,
                }
            )
    return {
        **copy.deepcopy(_matrix()),
        "description": "Confusion matrix: how many test images of each digit were read as what.",
        "data": {"values": rows},
    }


def reliability(bins: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the reliability diagram of ``bins`` as `report.json` holds them."""
    rows = [
        {
            "confidence": float(row["confidence"]),
            "accuracy": float(row["accuracy"]),
            "low": float(row["low"]),
            "high": float(row["high"]),
            "images": int(row["images"]),
            "count": f"{row['images']:,}",
            "kind": WINNER,
            "line": OTHER,
            "text": TEXT,
        }
        for row in bins
        if row["images"]
    ]
    return {
        **copy.deepcopy(_reliability()),
        "description": "How often the model is right where it is so and so sure.",
        "data": {"values": rows},
    }


def training_curve(
    training: Sequence[float], validation: Sequence[float], unit: str
) -> dict[str, Any]:
    """Return two lines over the epochs; ``unit`` is "%" for shares, and empty for plain numbers."""
    scale = 100 if unit else 1
    epochs = len(training)
    rows = []
    # Lines are named where they are far apart: one at its beginning, the other at its end.
    for name, values, kind, named in (
        ("training", training, OTHER, 1),
        ("validation", validation, WINNER, epochs),
    ):
        rows += [
            {
                "epoch": epoch,
                "value": scale * value,
                "line": name,
                "kind": kind,
                "text": TEXT,
                "name": name if epoch == named else "",
            }
            for epoch, value in enumerate(values, 1)
        ]
    heights = [scale * value for value in (*training, *validation)]
    chart = copy.deepcopy(_curve())
    for layer in chart["layer"]:
        across, up = (layer["encoding"][channel]["scale"] for channel in "xy")
        across["domain"] = [1, max(epochs, 2)]
        up["domain"] = [math.floor(min(heights)), scale] if unit else [0, 1.05 * max(heights)]
    said = ", ".join(
        f"{name} {scale * values[-1]:.3g}"
        for name, values in (("training", training), ("validation", validation))
    )
    return {
        **chart,
        "description": f"From epoch to epoch; after the last one: {said} {unit}".rstrip(),
        "data": {"values": rows},
    }


def _axis(**options: Any) -> alt.Axis:
    return alt.Axis(
        **{
            "labelColor": TEXT_COLOUR,
            "titleColor": TEXT_COLOUR,
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titleFontWeight": "normal",
            "grid": False,
            **options,
        }
    )


def _colour(field: str) -> alt.Color:
    return alt.Color(f"{field}:N", legend=None, scale=alt.Scale(domain=list(COLOURS)))


def _without_data(chart: alt.LayerChart | alt.FacetChart) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    return {key: value for key, value in spec.items() if key not in {"data", "datasets", "config"}}


@functools.cache
def _matrix() -> dict[str, Any]:
    plain = {
        "ticks": False,
        "domain": False,
        "labelAngle": 0,
        "labelFontSize": 14,
        "labelFlush": False,
        "labelOverlap": False,
        "labelPadding": 8,
    }
    base = alt.Chart(alt.InlineData(values=[])).encode(
        x=alt.X("said:O", title="read as", axis=_axis(orient="top", **plain)),
        y=alt.Y("label:O", title="label", axis=_axis(titlePadding=12, **plain)),
        tooltip=[
            alt.Tooltip("label:O", title="Label"),
            alt.Tooltip("said:O", title="Read as"),
            alt.Tooltip("count:N", title="Images"),
        ],
    )
    cell = alt.selection_point(name="cell", fields=["label", "said"], toggle=False, clear=False)
    fill = alt.FillOpacity("fill:Q", legend=None, scale=None)
    frame = alt.StrokeWidth("frame:Q", legend=None, scale=None)
    rectangles = base.mark_rect(cursor="pointer").encode(
        fill=alt.Fill("kind:N", legend=None, scale=alt.Scale(domain=list(COLOURS))),
        fillOpacity=fill,
        strokeWidth=frame,
        stroke=alt.Stroke("text:N", legend=None, scale=alt.Scale(domain=list(COLOURS))),
    )
    counts = base.mark_text(fontSize=12, cursor="pointer").encode(
        text="count:N", color=_colour("text")
    )
    small = counts.transform_filter(alt.datum.weight == "right").mark_text(
        fontSize=10, opacity=0.75, cursor="pointer"
    )
    chart = alt.layer(
        rectangles.add_params(cell),
        counts.transform_filter(alt.datum.weight == "wrong"),
        small,
    ).properties(height=MATRIX_SIDE)
    return _without_data(chart)


@functools.cache
def _reliability() -> dict[str, Any]:
    scale = alt.Scale(domain=[0, 1], nice=False)
    percent = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "domain": False, "grid": True}
    base = alt.Chart(alt.InlineData(values=[]))
    bars = base.mark_rect(opacity=0.45).encode(
        x=alt.X("low:Q", scale=scale, title="how sure it is", axis=_axis(**percent)),
        x2="high:Q",
        y=alt.Y("accuracy:Q", scale=scale, title=None, axis=_axis(**percent)),
        y2=alt.datum(0),
        color=_colour("kind"),
        tooltip=[
            alt.Tooltip("confidence:Q", title="Sure on average", format=".1%"),
            alt.Tooltip("accuracy:Q", title="Right", format=".1%"),
            alt.Tooltip("images:Q", title="Images"),
        ],
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("confidence:Q", scale=scale),
        y=alt.Y("accuracy:Q", scale=scale),
        color=_colour("kind"),
    )
    counts = base.mark_text(dy=-8, fontSize=11).encode(
        x=alt.X("confidence:Q", scale=scale),
        y=alt.datum(0),
        text="count:N",
        color=_colour("text"),
    )
    honest = base.mark_rule(strokeDash=[6, 4], strokeWidth=2).encode(
        x=alt.datum(0), y=alt.datum(0), x2=alt.datum(1), y2=alt.datum(1), color=_colour("text")
    )
    return _without_data(
        alt.layer(bars, honest, points, counts).properties(height=RELIABILITY_HEIGHT)
    )


@functools.cache
def _curve() -> dict[str, Any]:
    base = alt.Chart(alt.InlineData(values=[])).encode(
        x=alt.X(
            "epoch:Q",
            title="epoch",
            scale=alt.Scale(zero=False, nice=False),
            axis=_axis(tickMinStep=1, format="d"),
        ),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=_axis(grid=True)),
    )
    lines = base.mark_line(point=True, strokeWidth=2).encode(
        color=_colour("kind"),
        detail="line:N",
        tooltip=[
            alt.Tooltip("line:N", title="Images"),
            alt.Tooltip("epoch:Q", title="Epoch"),
            alt.Tooltip("value:Q", title="Value", format=".3f"),
        ],
    )
    names = base.encode(text="name:N", color=_colour("text"))
    at_start = names.transform_filter(alt.datum.line == "training").mark_text(
        align="left", dx=10, fontSize=13
    )
    at_end = names.transform_filter(alt.datum.line == "validation").mark_text(
        align="right", dy=-12, fontSize=13
    )
    return _without_data(alt.layer(lines, at_start, at_end).properties(height=CURVE_HEIGHT))
