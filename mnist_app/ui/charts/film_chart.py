"""Chart of a training film: the share of digits that the network read right at each moment."""

import copy
from collections.abc import Sequence
from typing import Any, Final

import altair as alt

from mnist_app.chart_style import (
    OTHER,
    TEXT,
    TEXT_COLOUR,
    WINNER,
    role_colour,
    specification,
)
from mnist_app.words import _, by_language, number, per_cent

HEIGHT: Final = 150
"""Height of the plot in pixels."""


def film_chart(images: Sequence[int], shares: Sequence[float], moment: int) -> dict[str, Any]:
    """Return a Vega-Lite specification with its data: a point for each moment, from left to right.

    ``images`` are the training images that the network had seen by then, ``shares``, from 0 to 1,
    what it read right; the point of the chosen ``moment`` is in the accent colour.
    """
    rows = [
        {
            "moment": index,
            "images": number(seen),
            "share": share,
            "right": per_cent(share, 1),
            "label": per_cent(share, 1) if index == moment else "",
            "role": WINNER if index == moment else OTHER,
            "text": TEXT,
            "line": OTHER,
        }
        for index, (seen, share) in enumerate(zip(images, shares, strict=True))
    ]
    description = _("The share of digits read right: {shares}").format(
        shares=", ".join(
            _("{share} after {count} images").format(share=row["right"], count=row["images"])
            for row in rows
        )
    )
    chart = copy.deepcopy(_chart())
    for layer in chart["layer"]:
        layer["encoding"]["x"]["scale"]["domain"] = [0, len(rows) + 1]  # room for the last label
    return {**chart, "description": description, "data": {"values": rows}}


@by_language
def _chart() -> dict[str, Any]:
    text: dict[str, Any] = {
        "labelColor": TEXT_COLOUR,
        "titleColor": TEXT_COLOUR,
        "titleFontWeight": "normal",
        "labelFontSize": 13,
        "titleFontSize": 13,
    }
    base = alt.Chart(alt.InlineData(values=[])).encode(
        x=alt.X(
            "moment:Q",
            title=_("moments of the training"),
            scale=alt.Scale(nice=False),
            axis=alt.Axis(labels=False, ticks=False, grid=False, **text),
        ),
        y=alt.Y(
            "share:Q",
            title=None,
            scale=alt.Scale(domain=[-0.25, 1.05], nice=False),
            axis=alt.Axis(format=".0%", values=[0, 0.5, 1], **text),
        ),
        tooltip=[
            alt.Tooltip("images:N", title=_("Training images seen")),
            alt.Tooltip("right:N", title=_("Read right")),
        ],
    )
    line = base.mark_line(strokeWidth=2).encode(color=role_colour("line"))
    points = base.mark_point(filled=True, size=80, opacity=1).encode(color=role_colour("role"))
    # Below and to the right of its point, where a rising curve leaves room.
    label = base.mark_text(align="left", dx=-4, dy=18, fontSize=15, fontWeight="bold").encode(
        text="label:N", color=role_colour("text")
    )
    return specification(alt.layer(line, points, label).properties(height=HEIGHT))
