"""Misread test images: filters, comparison of two models, and a gallery in pages."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_app.bundle import KNOWN_LABEL_ERRORS, Misread
from mnist_app.prediction import percentage
from mnist_app.ui import url_state
from mnist_app.ui.image_row import show_image
from mnist_app.words import _

PAGE_SIZE: Final = 12
"""Number of images on a page of the gallery: three rows on a desktop, six on a phone."""
WIDTH: Final = 168
"""Width of an image on the page, in pixels."""

Indices = npt.NDArray[np.int64]
"""Indices into the arrays of a `Misread`, int64 (n,)."""


def select(
    misread: Misread,
    *,
    label: int | None = None,
    predicted: int | None = None,
    minimum_confidence: float = 0.0,
    only_doubtful: bool = False,
) -> Indices:
    """Return the indices of the mistakes that match, the most confident first.

    ``label`` and ``predicted`` are digits, None for any. ``minimum_confidence`` is from 0 to 1.
    ``only_doubtful`` keeps the images that `doubtful` marks.
    """
    confidence = misread.probabilities.max(axis=1, initial=0.0)
    wanted = confidence >= minimum_confidence
    if label is not None:
        wanted &= misread.labels == label
    if predicted is not None:
        wanted &= misread.probabilities.argmax(axis=1) == predicted
    if only_doubtful:
        wanted &= doubtful(misread)
    order = np.argsort(-confidence, kind="stable")
    return np.asarray(order[wanted[order]], np.int64)


def doubtful(misread: Misread) -> npt.NDArray[np.bool_]:
    """Return for each image, bool (n,), whether its label is known to be wrong or undecidable."""
    return np.isin(misread.index, list(KNOWN_LABEL_ERRORS))


def compare(first: Misread, second: Misread) -> tuple[tuple[Indices, Indices], ...]:
    """Return the mistakes of the first model alone, of the second alone, and of both.

    Each is a pair of indices into ``first`` and into ``second``, the most confident mistake first.
    Indices into a model that reads the images right are empty.
    """
    ours, theirs = select(first), select(second)
    in_second = {int(image): index for index, image in enumerate(second.index)}
    both = np.array([i for i in ours if int(first.index[i]) in in_second], np.int64)
    both_in_second = np.array([in_second[int(first.index[i])] for i in both], np.int64)
    none = np.empty(0, np.int64)
    return (
        (ours[~np.isin(first.index[ours], second.index)], none),
        (none, theirs[~np.isin(second.index[theirs], first.index)]),
        (both, both_in_second),
    )


def show(images: npt.NDArray[np.uint8], captions: Sequence[str], key: str, alt: str) -> None:
    """Show a page of images, uint8 (n, 28, 28), with captions in Markdown, and the choice of it.

    ``alt`` says what they are, see `show_image`.
    """
    pages = max(1, -(-len(images) // PAGE_SIZE))
    with st.container(key=f"{key}_pictures"):
        row = st.container(horizontal=True, gap="xsmall")
        page = 1
        binding = url_state.bound(
            f"{key}_page", range(1, pages + 1), 1, _("the part of the gallery")
        )
        if pages > 1:
            page = st.pagination(pages, **binding)
        on_page = slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
        with row:
            for image, text in zip(images[on_page], captions[on_page], strict=True):
                show_image(image, text, alt, WIDTH)


def caption(misread: Misread, index: int) -> str:
    """Return the label, the predicted digit and its confidence for an image, in Markdown."""
    probabilities = misread.probabilities[index]
    sure = percentage(float(probabilities.max()))
    text = _("Label {label} → said {digit}, {certainty} sure").format(
        label=misread.labels[index], digit=probabilities.argmax(), certainty=sure
    )
    is_doubtful = int(misread.index[index]) in KNOWN_LABEL_ERRORS
    return _("{caption}. **Label in doubt**").format(caption=text) if is_doubtful else text
