"""Colours and shared parts of the Altair charts.

A mark names the role of its colour, not the colour. On a page Streamlit's theme maps the roles to
``chartCategoricalColors`` of ``.streamlit/config.toml``, light or dark. In a file `for_file` maps
them to the colours of the light theme.
"""

from typing import Any, Final

import altair as alt

from mnist_app.words import LANGUAGES, language

WINNER, OTHER, TEXT, DISAGREES = "most likely", "other", "text", "disagrees"
ROLES: Final = (WINNER, OTHER, TEXT, DISAGREES)
"""Roles of colours, in the order of ``chartCategoricalColors``."""
LIGHT_COLOURS: Final = ("#0072B2", "#A7ADB5", "#14181D", "#B34700")
"""Colours of `ROLES` in the light theme."""
LIGHT_BACKGROUND: Final = "#FFFFFF"
TEXT_COLOUR: Final = alt.ExprRef(f"scale('color', '{TEXT}')")
"""Colour of axis labels. The theme's own colour for them is too pale to read at a distance."""


def role_scale() -> alt.Scale:
    """Return the colour scale that maps `ROLES` to colours, in their order."""
    return alt.Scale(domain=list(ROLES))


def role_colour(field: str) -> alt.Color:
    """Return the colour channel of a mark whose role is in the column ``field``."""
    return alt.Color(f"{field}:N", legend=None, scale=role_scale())


def specification(chart: alt.LayerChart | alt.FacetChart) -> dict[str, Any]:
    """Return ``chart`` as a Vega-Lite specification without data, in the language of the page.

    The caller adds the data. Altair's configuration would replace Streamlit's theme, so nothing is
    configured but how numbers are written.
    """
    spec: dict[str, Any] = chart.to_dict()
    kept = {key: value for key, value in spec.items() if key not in {"data", "datasets", "config"}}
    return {**kept, "config": {"locale": {"number": _number_format()}}}


def _number_format() -> dict[str, Any]:
    """Return how this language writes numbers, as a locale of d3-format."""
    notation = LANGUAGES[language()]
    return {
        "decimal": notation.decimal_mark,
        "thousands": notation.thousands_mark,
        "grouping": [3],
        "currency": ["", ""],
        "percent": "\N{NO-BREAK SPACE}%",
    }


def for_file(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """Return ``spec`` with a plot ``width`` pixels wide, in the colours of the light theme.

    The result depends on no theme: vl-convert renders it to SVG or PNG without a browser.
    """
    config = {"background": LIGHT_BACKGROUND, "range": {"category": list(LIGHT_COLOURS)}}
    return {**spec, "width": width, "config": {**spec["config"], **config}}
