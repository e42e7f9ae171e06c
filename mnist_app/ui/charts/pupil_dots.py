"""Chart of how well a model reads each pupil of a class: a row for each, the worst first."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt

from mnist_app.chart_style import OTHER, TEXT, TEXT_COLOUR, role_colour, specification
from mnist_app.classroom.judging import PupilScore
from mnist_app.words import _, by_language

ROW_HEIGHT: Final = 24
"""Height of a row in pixels."""
AXIS_HEIGHT: Final = 52
"""Height of the axis and of the chart's padding in pixels."""
MARK_WIDTH: Final = 17
"""Width of a pupil's mark in pixels."""
AXIS_END: Final = 1.22
"""Share at the right end of the plot; beyond 1 is room for "190 of 200"."""


def pupil_dots(scores: Sequence[PupilScore], marks: Mapping[int, str]) -> dict[str, Any]:
    """Return a Vega-Lite specification of ``scores`` with its data, in their order.

    Each pupil's mark stands at the share that is read right, on a line that is the 95 % interval.
    ``marks`` are images as data URLs, by the numbers of the pupils.
    """
    rows = [
        {
            "pupil": _("pupil {number}").format(number=one.pupil),
            "share": one.score.share,
            "low": one.score.interval[0],
            "high": one.score.interval[1],
            "counts": _("{right} of {total}").format(right=one.score.right, total=one.score.total),
            "words": one.score.in_words,
            "mark": marks[one.pupil],
            "line": OTHER,
            "text": TEXT,
        }
        for one in scores
    ]
    said = "; ".join(f"{row['pupil']}: {row['counts']}" for row in rows)
    return {
        **copy.deepcopy(_dots()),
        "description": _("How many drawings of each pupil are read right. {counts}.").format(
            counts=said
        ),
        "height": ROW_HEIGHT * len(rows) + AXIS_HEIGHT,
        "data": {"values": rows},
    }


@by_language
def _dots() -> dict[str, Any]:
    axis = alt.Axis(
        orient="top",
        format=".0%",
        values=[0, 0.25, 0.5, 0.75, 1],
        domain=False,
        grid=True,
        labelColor=TEXT_COLOUR,
        labelFontSize=13,
    )
    names = alt.Axis(
        domain=False,
        ticks=False,
        labelColor=TEXT_COLOUR,
        labelFontSize=13,
        labelPadding=6,
        labelOverlap=False,
        labelFlush=False,
    )
    scale = alt.Scale(domain=[0, AXIS_END], nice=False)
    base = alt.Chart(alt.InlineData(values=[])).encode(
        y=alt.Y("pupil:N", sort=None, title=None, axis=names),
        tooltip=[
            alt.Tooltip("pupil:N", title=_("Who")),
            alt.Tooltip("counts:N", title=_("Read right")),
            alt.Tooltip("words:N", title=_("With chance")),
        ],
    )
    x = alt.X("share:Q", title=None, scale=scale, axis=axis)
    lines = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=axis), x2="high:Q", color=role_colour("line")
    )
    marks = base.mark_image(width=MARK_WIDTH, height=MARK_WIDTH).encode(x=x, url="mark:N")
    counts = base.mark_text(align="right", fontSize=13).encode(
        x=alt.datum(AXIS_END), text="counts:N", color=role_colour("text")
    )
    return specification(alt.layer(lines, marks, counts))
