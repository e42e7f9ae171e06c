"""Images with captions on a page, alone or in a row."""

from collections.abc import Iterable
from typing import Literal

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.ui import pictures


def show_image(
    image: Image, caption: str, alt: str, width: int | Literal["content"] = "content"
) -> None:
    """Show ``image``, see `pictures.data_url`, with ``caption`` in Markdown below it.

    ``alt`` says in plain text what the picture is, for those who do not see it; the caption, which
    they hear too, says the rest. ``width`` is in pixels of the page; "content" shows the image at
    its own size, where it fits.
    """
    st.image(pictures.data_url(image), caption=caption, width=width, alt=alt)


def show_row(
    images: Iterable[tuple[Image, str, str]],
    width: int,
    *,
    key: str | None = None,
    gap: Literal["xsmall", "small"] = "small",
) -> None:
    """Show images beside each other, on several lines if there are many.

    Each comes with its ``caption`` and ``alt``, see `show_image`.
    """
    with st.container(horizontal=True, gap=gap, key=key):
        for image, caption, alt in images:
            show_image(image, caption, alt, width)
