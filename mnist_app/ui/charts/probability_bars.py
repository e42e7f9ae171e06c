"""Bar chart of the probabilities of the ten digits, and of "no digit"."""

import copy
import functools
from typing import Any, Final

import altair as alt
import pyarrow as pa

from mnist_app.arrays import DIGITS
from mnist_app.chart_style import OTHER, TEXT, TEXT_COLOUR, WINNER, role_colour, specification
from mnist_app.recognizer import Prediction, percentage

HEIGHT: Final = 208
"""Height of the chart with its axis, in pixels; a phone shows it below the canvas."""
BAR_HEIGHT: Final = 13
"""Height of a bar in pixels."""
MINIMUM_LABELLED: Final = 0.005
"""Smallest probability that has a label: ten labels of "0 %" say nothing."""
ANSWERS: Final = (*map(str, range(DIGITS)), "no digit")
"""Names of `Prediction.answers`."""
AXIS_END: Final = 1.4
"""Probability at the right end of the plot; beyond 1 is room for the label of a full bar."""


def probability_bars(prediction: Prediction) -> dict[str, Any]:
    """Return a bar for each of `Prediction.answers` on a fixed axis, as a Vega-Lite specification.

    The axis runs from 0 to 100 %. The most likely answer is marked by bold type, and a digit that
    is accepted by colour: all bars of what is refused are grey. The data are an Arrow table:
    Streamlit takes over a millisecond to convert a list into one.
    """
    answers = prediction.answers
    longest = int(answers.argmax())
    rows = [
        {
            "answer": name,
            "probability": share,
            "kind": WINNER if prediction.accepted and index == prediction.digit else OTHER,
            "label_kind": TEXT,
            "is_longest": index == longest,
            "label": percentage(share) if share >= MINIMUM_LABELLED or index == longest else "",
        }
        for index, (name, share) in enumerate(zip(ANSWERS, answers.tolist(), strict=False))
    ]
    description = f"How probable each answer is; the most likely one is {ANSWERS[longest]}."
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
        y=alt.Y("answer:O", title=None, axis=_answer_axis()),
        x=alt.X(
            "probability:Q",
            title=None,
            scale=alt.Scale(domain=[0, AXIS_END], nice=False),
            axis=_probability_axis(),
        ),
        tooltip=[
            alt.Tooltip("answer:O", title="Answer"),
            alt.Tooltip("probability:Q", title="Probability", format=".1%"),
        ],
    )
    bars = base.mark_bar(size=BAR_HEIGHT).encode(color=role_colour("kind"))
    labels = base.encode(text="label:N", color=role_colour("label_kind"))
    chart = alt.layer(
        bars,
        labels.mark_text(align="left", dx=6, fontSize=13).transform_filter(~alt.datum.is_longest),
        labels.mark_text(align="left", dx=6, fontSize=15, fontWeight="bold").transform_filter(
            alt.datum.is_longest
        ),
    ).properties(height=HEIGHT)
    return specification(chart)


def _answer_axis() -> alt.Axis:
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
