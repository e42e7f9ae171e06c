"""Charts of a model's report: confusion matrix, reliability diagram and training curves.

Each function returns a Vega-Lite specification with its data. Pages pass it to Streamlit;
`chart_style.for_file` prepares it for SVG and PNG. Altair takes milliseconds to build a
specification, so each is built once and gets its data by every call.
"""

import copy
import math
from collections.abc import Sequence
from typing import Any, Final

import altair as alt

from mnist_app.chart_style import (
    OTHER,
    TEXT,
    TEXT_COLOUR,
    WINNER,
    role_colour,
    role_scale,
    specification,
)
from mnist_app.model_report import ReliabilityBin
from mnist_app.words import _, by_language, mark, number, per_cent

TRAINING, VALIDATION = mark("training"), mark("validation")
"""Names of the two lines of training curves."""
MATRIX_HEIGHT: Final = 380
"""Height of the confusion matrix without its axis, in pixels."""
CURVE_HEIGHT: Final = 220
"""Height of the training curves without their axis, in pixels."""
RELIABILITY_HEIGHT: Final = 300
"""Height of the reliability diagram without its axis, in pixels."""
MINIMUM_OPACITY, MAXIMUM_OPACITY = 0.08, 0.5
"""Range of the opacity of cells with mistakes. At the maximum the count is still readable."""


def confusion_matrix(
    counts: Sequence[Sequence[int]], chosen: tuple[int | None, int | None] = (None, None)
) -> dict[str, Any]:
    """Return the confusion matrix: a row for each label, a column for each predicted digit.

    ``counts`` (10, 10) are numbers of images. Cells with mistakes are coloured: the opacity grows
    with the square root of the count. ``chosen`` is a label and a predicted digit, None for any:
    the mistakes that match are framed, none if both are None. A click on a cell gives the
    selection ``cell`` with the fields ``label`` and ``predicted``.
    """
    most = max((n for i, row in enumerate(counts) for j, n in enumerate(row) if i != j), default=0)
    rows = [
        _matrix_cell(label, predicted, count, most, chosen)
        for label, row in enumerate(counts)
        for predicted, count in enumerate(row)
    ]
    return {
        **copy.deepcopy(_matrix()),
        "description": _matrix_description(counts),
        "data": {"values": rows},
    }


def _matrix_description(counts: Sequence[Sequence[int]]) -> str:
    """Return what the matrix is, with the largest count beside the diagonal, in words."""
    count, label, predicted = max(
        (n, i, j) for i, row in enumerate(counts) for j, n in enumerate(row) if i != j
    )
    return _(
        "Confusion matrix: how many test images of each digit were read as what. The most frequent "
        "mistake: {count} times a {label} as a {digit}."
    ).format(count=number(count), label=label, digit=predicted)


def _matrix_cell(
    label: int, predicted: int, count: int, most: int, chosen: tuple[int | None, int | None]
) -> dict[str, Any]:
    """Return the data of one cell; ``most`` is the greatest number of mistakes in any cell."""
    is_mistake = label != predicted
    is_chosen = chosen != (None, None) and all(
        wanted in (None, digit) for wanted, digit in zip(chosen, (label, predicted), strict=True)
    )
    opacity = 0.0
    if is_mistake and count:
        share = math.sqrt(count / most)
        opacity = MINIMUM_OPACITY + (MAXIMUM_OPACITY - MINIMUM_OPACITY) * share
    return {
        "label": label,
        "predicted": predicted,
        "count": number(count) if count else "",
        "opacity": opacity,
        "frame": 2 if is_chosen and is_mistake else 0,
        "is_mistake": is_mistake,
        "fill": WINNER,
        "text": TEXT,
    }


def reliability(bins: Sequence[ReliabilityBin]) -> dict[str, Any]:
    """Return the reliability diagram: accuracy over confidence, with the number of images.

    ``bins`` are those of the report. Empty bins are left out.
    """
    rows: list[dict[str, Any]] = [
        {
            "confidence": row.confidence,
            "accuracy": row.accuracy,
            "low": row.low,
            "high": row.high,
            "images": row.images,
            "count": number(row.images),
            "fill": WINNER,
            "text": TEXT,
        }
        for row in bins
        if row.images
    ]
    return {
        **copy.deepcopy(_reliability()),
        "description": _("How often the model is right, by how sure it is. {shares}.").format(
            shares=", ".join(
                _("{confidence} sure: {accuracy}").format(
                    confidence=per_cent(row["confidence"]), accuracy=per_cent(row["accuracy"])
                )
                for row in rows
            )
        ),
        "data": {"values": rows},
    }


def training_curve(
    training: Sequence[float], validation: Sequence[float], unit: str
) -> dict[str, Any]:
    """Return a figure of the training and the validation images over the epochs, as two lines.

    ``unit`` is "%" for shares from 0 to 1, which are drawn in percent, and empty for losses.
    """
    scale = 100 if unit else 1
    epochs = len(training)
    # Each line is named where the two are far apart: one at its beginning, the other at its end.
    lines = {TRAINING: (training, OTHER, 1), VALIDATION: (validation, WINNER, epochs)}
    rows = [
        {
            "epoch": epoch,
            "value": scale * value,
            "line": name,
            "images": _(name),
            "stroke": role,
            "text": TEXT,
            "name": _(name) if epoch == named_at else "",
        }
        for name, (values, role, named_at) in lines.items()
        for epoch, value in enumerate(values, 1)
    ]
    heights = [scale * value for value in (*training, *validation)]
    chart = copy.deepcopy(_curve())
    for layer in chart["layer"]:
        across, up = (layer["encoding"][channel]["scale"] for channel in "xy")
        across["domain"] = [1, max(epochs, 2)]
        up["domain"] = [math.floor(min(heights)), scale] if unit else [0, 1.05 * max(heights)]
    last = _(
        "From epoch to epoch; after the last one: training {training}, validation {validation}"
    )
    ends = {
        name: _significant(scale * values[-1])
        for name, values in (("training", training), ("validation", validation))
    }
    return {
        **chart,
        "description": f"{last.format_map(ends)} {unit}".rstrip(),
        "data": {"values": rows},
    }


def _significant(value: float) -> str:
    """Return ``value`` with three significant digits."""
    return number(value, max(0, 2 - math.floor(math.log10(abs(value))))) if value else number(0)


def _axis(**options: Any) -> alt.Axis:
    """Return an axis with readable text and without a grid; ``options`` override."""
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


@by_language
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
        x=alt.X("predicted:O", title=_("read as"), axis=_axis(orient="top", **plain)),
        y=alt.Y("label:O", title=_("label"), axis=_axis(titlePadding=12, **plain)),
        tooltip=[
            alt.Tooltip("label:O", title=_("Label")),
            alt.Tooltip("predicted:O", title=_("Read as")),
            alt.Tooltip("count:N", title=_("Images")),
        ],
    )
    cell = alt.selection_point(
        name="cell", fields=["label", "predicted"], toggle=False, clear=False
    )
    fill = alt.FillOpacity("opacity:Q", legend=None, scale=None)
    frame = alt.StrokeWidth("frame:Q", legend=None, scale=None)
    rectangles = base.mark_rect(cursor="pointer").encode(
        fill=alt.Fill("fill:N", legend=None, scale=role_scale()),
        fillOpacity=fill,
        strokeWidth=frame,
        stroke=alt.Stroke("text:N", legend=None, scale=role_scale()),
    )
    counts = base.mark_text(fontSize=12, cursor="pointer").encode(
        text="count:N", color=role_colour("text")
    )
    mistakes = counts.transform_filter(alt.datum.is_mistake)
    right = counts.transform_filter(~alt.datum.is_mistake).mark_text(
        fontSize=10, opacity=0.75, cursor="pointer"
    )
    chart = alt.layer(rectangles.add_params(cell), mistakes, right)
    return specification(chart.properties(height=MATRIX_HEIGHT))


@by_language
def _reliability() -> dict[str, Any]:
    scale = alt.Scale(domain=[0, 1], nice=False)
    percent = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "domain": False, "grid": True}
    base = alt.Chart(alt.InlineData(values=[]))
    bars = base.mark_rect(opacity=0.45).encode(
        x=alt.X("low:Q", scale=scale, title=_("how sure it is"), axis=_axis(**percent)),
        x2="high:Q",
        y=alt.Y("accuracy:Q", scale=scale, title=None, axis=_axis(**percent)),
        y2=alt.datum(0),
        color=role_colour("fill"),
        tooltip=[
            alt.Tooltip("confidence:Q", title=_("Sure on average"), format=".1%"),
            alt.Tooltip("accuracy:Q", title=_("Right"), format=".1%"),
            alt.Tooltip("images:Q", title=_("Images")),
        ],
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("confidence:Q", scale=scale),
        y=alt.Y("accuracy:Q", scale=scale),
        color=role_colour("fill"),
    )
    # In the middle of its bar: at the mean confidence, the two at the right edge would overlap.
    in_bar = base.transform_calculate(middle="(datum.low + datum.high) / 2")
    counts = in_bar.mark_text(dy=-8, fontSize=11).encode(
        x=alt.X("middle:Q", scale=scale),
        y=alt.datum(0),
        text="count:N",
        color=role_colour("text"),
    )
    calibrated = base.mark_rule(strokeDash=[6, 4], strokeWidth=2).encode(
        x=alt.datum(0), y=alt.datum(0), x2=alt.datum(1), y2=alt.datum(1), color=role_colour("text")
    )
    chart = alt.layer(bars, calibrated, points, counts)
    return specification(chart.properties(height=RELIABILITY_HEIGHT))


@by_language
def _curve() -> dict[str, Any]:
    base = alt.Chart(alt.InlineData(values=[])).encode(
        x=alt.X(
            "epoch:Q",
            title=_("epoch"),
            scale=alt.Scale(zero=False, nice=False),
            axis=_axis(tickMinStep=1, format="d"),
        ),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=_axis(grid=True)),
    )
    lines = base.mark_line(point=True, strokeWidth=2).encode(
        color=role_colour("stroke"),
        detail="line:N",
        tooltip=[
            alt.Tooltip("images:N", title=_("Images")),
            alt.Tooltip("epoch:Q", title=_("Epoch")),
            alt.Tooltip("value:Q", title=_("Value"), format=".3f"),
        ],
    )
    names = base.encode(text="name:N", color=role_colour("text"))
    at_start = names.transform_filter(alt.datum.line == TRAINING).mark_text(
        align="left", dx=10, fontSize=13
    )
    at_end = names.transform_filter(alt.datum.line == VALIDATION).mark_text(
        align="right", dy=-12, fontSize=13
    )
    chart = alt.layer(lines, at_start, at_end)
    return specification(chart.properties(height=CURVE_HEIGHT))
