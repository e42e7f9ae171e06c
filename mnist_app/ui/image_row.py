"""Images with captions on a page, alone or in a row."""

from collections.abc import Iterable
from typing import Literal

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.ui import pictures


def show_image(image: Image, caption: str, width: int | Literal["content"] = "content") -> None:
    """Show ``image``, see `pictures.data_url`, with ``caption`` in Markdown below it.

    ``width`` is in pixels of the page; "content" shows the image at its own size, where it fits.
    """
    st.image(pictures.data_url(image), caption=caption, width=width)


def show_row(
    images: Iterable[tuple[Image, str]],
    width: int,
    *,
    key: str | None = None,
    gap: Literal["xsmall", "small"] = "small",
) -> None:
    """Show images and their captions beside each other, on several lines if there are many."""
    with st.container(horizontal=True, gap=gap, key=key):
        for image, caption in images:
            show_image(image, caption, width)
