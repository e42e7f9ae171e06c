"""Bar chart of the probabilities of the ten digits."""

import copy
import functools
from typing import Any, Final

import altair as alt
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mnist_app.chart_style import OTHER, TEXT, TEXT_COLOUR, WINNER, role_colour, specification
from mnist_app.recognizer import percentage

HEIGHT: Final = 208
"""Height of the chart with its axis, in pixels."""
BAR_HEIGHT: Final = 14
"""Height of a bar in pixels."""
MINIMUM_LABELLED: Final = 0.005
"""Smallest probability that has a label: ten labels of "0 %" say nothing."""
AXIS_END: Final = 1.32
"""Probability at the right end of the plot; beyond 1 is room for the label of a full bar."""


def probability_bars(probabilities: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Return a bar for each digit on a fixed axis from 0 to 100 %, as a Vega-Lite specification.

    ``probabilities`` is float32 (10,). The most likely digit is marked by colour and bold type. The
    data are an Arrow table: Streamlit takes over a millisecond to convert a list into one.
    """
    winner = int(probabilities.argmax())
    rows = [
        {
            "digit": digit,
            "probability": share,
            "kind": WINNER if digit == winner else OTHER,
            "label_kind": TEXT,
            "label": percentage(share) if share >= MINIMUM_LABELLED or digit == winner else "",
        }
        for digit, share in enumerate(probabilities.tolist())
    ]
    description = f"How probable each digit is; the most likely one is {winner}."
    return {
        **copy.deepcopy(_bars()),
        "description": description,
        "data": {"values": pa.Table.from_pylist(rows)},
    }


@functools.cache
def _bars() -> dict[str, Any]:
    """Return the chart without its data, built once for all sessions.

    Altair takes longer to build it than all other work for a drawing, and Streamlit shows Altair
    charts under a lock that all sessions share (measured by benchmarks.load_test).
    """
    base = alt.Chart(alt.InlineData(values=[])).encode(
        y=alt.Y("digit:O", title=None, axis=_digit_axis()),
        x=alt.X(
            "probability:Q",
            title=None,
            scale=alt.Scale(domain=[0, AXIS_END], nice=False),
            axis=_probability_axis(),
        ),
        tooltip=[
            alt.Tooltip("digit:O", title="Digit"),
            alt.Tooltip("probability:Q", title="Probability", format=".1%"),
        ],
    )
    bars = base.mark_bar(size=BAR_HEIGHT).encode(color=role_colour("kind"))
    labels = base.encode(text="label:N", color=role_colour("label_kind"))
    chart = alt.layer(
        bars,
        labels.mark_text(align="left", dx=6, fontSize=13).transform_filter(alt.datum.kind == OTHER),
        labels.mark_text(align="left", dx=6, fontSize=15, fontWeight="bold").transform_filter(
            alt.datum.kind == WINNER
        ),
    ).properties(height=HEIGHT)
    return specification(chart)


def _digit_axis() -> alt.Axis:
    return alt.Axis(
        labelFontSize=14,
        ticks=False,
        domain=False,
        labelOverlap=False,
        labelFlush=False,
        labelPadding=8,
        labelColor=TEXT_COLOUR,
    )


def _probability_axis() -> alt.Axis:
    return alt.Axis(
        values=[0, 0.5, 1],
        labelExpr="round(100 * datum.value) + ' %'",
        labelPadding=4,
        labelColor=TEXT_COLOUR,
    )
