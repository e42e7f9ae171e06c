"""Charts, in Altair. Their colours come from the theme, so that they fit light and dark."""

import copy
import functools
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mnist_app.chart_style import OTHER, TEXT, TEXT_COLOUR, WINNER, role_colour, specification
from mnist_app.recognizer import percentage

HEIGHT = 208
"""Height of the chart in pixels with its axis."""
BAR_SIZE = 14
LABELLED_FROM = 0.005
"""Shares below this are shown by their bar alone: ten labels of "0 %" say nothing."""
ROOM_FOR_LABELS = 1.32
"""Where the plot ends on the axis of shares, so that labels do not change its scale."""


def probability_bars(probabilities: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Return ten bars, one a digit, on a fixed axis from 0 to 100 %; the winner stands out.

    ``probabilities`` is float32 (10,). The winner is marked by colour and by bold type. The result
    is a Vega-Lite specification with its data, for ``st.vega_lite_chart``: an Arrow table, as
    Streamlit takes over a millisecond to make one of a list.
    """
    winner = int(probabilities.argmax())
    rows = [
        {
            "digit": digit,
            "probability": share,
            "kind": WINNER if digit == winner else OTHER,
            "label_kind": TEXT,
            "label": percentage(share) if share >= LABELLED_FROM or digit == winner else "",
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
    """Return the chart without its data; there is no drawing in it.

    It is made once: with Altair that takes longer than all else about a drawing, and Streamlit
    shows Altair's charts under a lock that all sessions share (benchmarks.load_test).
    """
    digits = alt.Axis(
        labelFontSize=14,
        ticks=False,
        domain=False,
        labelOverlap=False,
        labelFlush=False,
        labelPadding=8,
        labelColor=TEXT_COLOUR,
    )
    shares = alt.Axis(
        values=[0, 0.5, 1],
        labelExpr="round(100 * datum.value) + ' %'",
        labelPadding=4,
        labelColor=TEXT_COLOUR,
    )
    base = alt.Chart(alt.InlineData(values=[])).encode(
        y=alt.Y("digit:O", title=None, axis=digits),
        x=alt.X(
            "probability:Q",
            title=None,
            scale=alt.Scale(domain=[0, ROOM_FOR_LABELS], nice=False),
            axis=shares,
        ),
        tooltip=[
            alt.Tooltip("digit:O", title="Digit"),
            alt.Tooltip("probability:Q", title="Probability", format=".1%"),
        ],
    )
    bars = base.mark_bar(size=BAR_SIZE).encode(color=role_colour("kind"))
    labels = base.encode(text="label:N", color=role_colour("label_kind"))
    chart = alt.layer(
        bars,
        labels.mark_text(align="left", dx=6, fontSize=13).transform_filter(alt.datum.kind == OTHER),
        labels.mark_text(align="left", dx=6, fontSize=15, fontWeight="bold").transform_filter(
            alt.datum.kind == WINNER
        ),
    ).properties(height=HEIGHT)
    return specification(chart)
