"""Misread test images: which ones a person asks for, and how they are shown."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_app.bundle import KNOWN_LABEL_ERRORS, Misread
from mnist_app.recognizer import percentage
from mnist_app.ui import pictures, url_state

SHOWN: Final = 12
"""Images on one page of the gallery: three rows on a desktop, six on a phone."""
WIDTH: Final = 168

Places = npt.NDArray[np.int64]
"""Places in the arrays of a `Misread`, int64 (n,)."""


def select(
    misread: Misread,
    *,
    label: int | None = None,
    said: int | None = None,
    least: float = 0.0,
    in_doubt: bool = False,
) -> Places:
    """Return the places of the wanted mistakes, the most confident first.

    ``label`` and ``said`` are digits, None means any; ``least`` is the least confidence from 0 to
    1; ``in_doubt`` keeps only images whose label is known to be wrong or undecidable.
    """
    confidence = misread.probabilities.max(axis=1, initial=0.0)
    wanted = confidence >= least
    if label is not None:
        wanted &= misread.labels == label
    if said is not None:
        wanted &= misread.probabilities.argmax(axis=1) == said
    if in_doubt:
        wanted &= doubtful(misread)
    order = np.argsort(-confidence, kind="stable")
    return np.asarray(order[wanted[order]], np.int64)


def doubtful(misread: Misread) -> npt.NDArray[np.bool_]:
    """Return for each image, bool (n,), whether its label is known to be wrong or undecidable."""
    return np.isin(misread.index, list(KNOWN_LABEL_ERRORS))


def divided(one: Misread, other: Misread) -> tuple[tuple[Places, Places], ...]:
    """Return three pairs of places: what only ``one`` misreads, what only ``other`` does, and both.

    The first of a pair are places in ``one``, the second in ``other``; where one of them reads the
    images right, its places are empty. The most confident mistakes come first.
    """
    mine, theirs = select(one), select(other)
    of_other = {int(index): place for place, index in enumerate(other.index)}
    both = np.array([place for place in mine if int(one.index[place]) in of_other], np.int64)
    there = np.array([of_other[int(one.index[place])] for place in both], np.int64)
    nothing = np.empty(0, np.int64)
    return (
        (mine[~np.isin(one.index[mine], other.index)], nothing),
        (nothing, theirs[~np.isin(other.index[theirs], one.index)]),
        (both, there),
    )


def show(images: npt.NDArray[np.uint8], captions: Sequence[str], key: str) -> None:
    """Show images, uint8 (n, 28, 28), with captions in Markdown, a page of them at a time."""
    pages = max(1, -(-len(images) // SHOWN))
    with st.container(key=f"{key}_pictures"):
        place = st.container(horizontal=True, gap="xsmall")
        number = 1
        binding = url_state.bound(f"{key}_page", range(1, pages + 1), 1, "the part of the gallery")
        if pages > 1:
            number = st.pagination(pages, **binding)
        first = (number - 1) * SHOWN
        shown = slice(first, first + SHOWN)
        for image, said in zip(images[shown], captions[shown], strict=True):
            place.image(pictures.data_url(image), caption=said, width=WIDTH)


def caption(misread: Misread, place: int) -> str:
    """Return what the label and the model say of an image, in Markdown."""
    shares = misread.probabilities[place]
    sure = percentage(float(shares.max()))
    text = f"Label {misread.labels[place]} → said {shares.argmax()}, {sure} sure"
    in_doubt = int(misread.index[place]) in KNOWN_LABEL_ERRORS
    return f"{text}. **Label in doubt**" if in_doubt else text
