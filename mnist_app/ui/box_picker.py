"""A picture on which a person drags a box with a mouse, a pen or a finger.

``st_canvas`` can draw rectangles on a picture, but each drag adds one to those before, and a
rectangle ends where the pointer leaves the canvas.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.components import v2 as components

from mnist_app.preprocessing.normalize import Box

_KEY: Final = "box_picker"
_HERE: Final = Path(__file__)
_picker = components.component(
    "box_picker",
    html='<div class="frame"><img draggable="false"><div class="box"></div></div>',
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
)


def show_picker(
    url: str, words: str, size: tuple[int, int], box: Box | None, on_box: Callable[[Box], None]
) -> None:
    """Show the picture at ``url``, a data URL, with a box on it that the person can replace.

    ``words`` say what the picture shows; it is as wide as the container. ``box`` is in pixels of a
    picture of width and height ``size``, as is the new one with which ``on_box`` is called before
    the page runs again.
    """

    def take() -> None:
        new = read_box(st.session_state.get(_KEY))
        if new is not None:
            on_box(new)

    _picker(
        data={"url": url, "words": words, "size": size, "box": box},
        key=_KEY,
        height="content",
        on_box_change=take,
    )


def read_box(value: object) -> Box | None:
    """Return the box in the component's value; None for anything else, which no page sends."""
    sent = value.get("box") if isinstance(value, Mapping) else None
    if not isinstance(sent, list) or len(sent) != len(("x", "y", "width", "height")):
        return None
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in sent):
        return None
    x, y, width, height = sent
    return (x, y, width, height)
