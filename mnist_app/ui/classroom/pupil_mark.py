"""The sign of a pupil: a shape in a colour, beside its number."""

import base64
from typing import Final

import streamlit as st

from mnist_app.classroom.records import Pupil
from mnist_app.words import _, mark

HEX: Final = {
    "blue": "#0072B2",
    "orange": "#C66A00",
    "green": "#00875F",
    "purple": "#9A5CC6",
    "red": "#D13438",
    "brown": "#8F6644",
    "turquoise": "#00899C",
}
"""Colours of pupils, each with a contrast of 3 : 1 and more on both themes' backgrounds."""
PATHS: Final = {
    "circle": "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z",
    "square": "M3 3h18v18H3z",
    "triangle": "M12 2L23 21H1z",
    "diamond": "M12 1L22 12L12 23L2 12z",
    "star": "M12 1.5l3.1 6.9 7.4.8-5.5 5 1.5 7.3L12 17.8l-6.5 3.7L7 14.2l-5.5-5 7.4-.8z",
    "heart": "M12 22C5 16 2 12 2 8A5.5 5.5 0 0 1 12 5A5.5 5.5 0 0 1 22 8C22 12 19 16 12 22z",
    "cross": "M8 2h8v6h6v8h-6v6H8v-6H2V8h6z",
    "moon": "M14 2A10.5 10.5 0 1 0 22 17.5A9.5 9.5 0 0 1 14 2z",
}
"""SVG paths of the shapes in a square of 24 units."""
COLOURS: Final = {
    # Translators: a colour before a shape, as in "the blue star".
    "blue": mark("blue"),
    "orange": mark("orange"),
    "green": mark("green"),
    "purple": mark("purple"),
    "red": mark("red"),
    "brown": mark("brown"),
    "turquoise": mark("turquoise"),
}
SHAPES: Final = {
    "circle": mark("the {colour} circle"),
    "square": mark("the {colour} square"),
    "triangle": mark("the {colour} triangle"),
    "diamond": mark("the {colour} diamond"),
    "star": mark("the {colour} star"),
    "heart": mark("the {colour} heart"),
    "cross": mark("the {colour} cross"),
    "moon": mark("the {colour} moon"),
}
WIDTH: Final = 24
"""Width of the sign on the pupil's page, in pixels."""


def svg(pupil: Pupil) -> str:
    """Return the sign of a pupil as an SVG image."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" '
        f'width="{WIDTH}" height="{WIDTH}">'
        f'<path d="{PATHS[pupil.shape]}" fill="{HEX[pupil.colour]}"/></svg>'
    )


def data_url(pupil: Pupil) -> str:
    """Return the sign of a pupil as a data URL."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg(pupil).encode()).decode('ascii')}"


def in_words(pupil: Pupil) -> str:
    """Return the sign of a pupil in words: "the blue star"."""
    return _(SHAPES[pupil.shape]).format(colour=_(COLOURS[pupil.colour]))


def show_mark(pupil: Pupil) -> None:
    """Show the shape of a pupil in its colour and say who it is."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="class_mark"):
        st.image(svg(pupil), width=WIDTH, alt=in_words(pupil))
        st.markdown(
            _("You are **pupil {number}**, {mark}").format(
                number=pupil.number, mark=in_words(pupil)
            ),
            width="content",
        )
