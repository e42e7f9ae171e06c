"""The Evidence view of the Inside page: which ink matters, and where the evidence lies."""

from typing import Final

import cv2
import numpy as np
import streamlit as st

from mnist_app.arrays import DIGITS, Floats, Image
from mnist_app.explain.hirescam import ClassActivationMaps, class_activation_maps
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.explain.occlusion import COVER_SIDE, occlude
from mnist_app.prediction import Prediction, percentage
from mnist_app.preprocessing.normalize import Box
from mnist_app.recognizer import Recognizer
from mnist_app.ui import heatmaps, pictures
from mnist_app.ui.image_row import show_row
from mnist_app.words import _

SCALE: Final = 8
"""Pixels of a picture for each pixel of the 28×28 image, along each side."""
WIDTH: Final = 28 * SCALE
TOP_DIGITS: Final = 3
"""Number of the most likely digits whose evidence is drawn."""


def show_evidence(network: LiteRTGraph, recognizer: Recognizer, prediction: Prediction) -> None:
    """Show the occlusion of the predicted digit and the evidence for the most likely digits."""
    _show_occlusion(recognizer, prediction)
    _show_maps(network, prediction)


def _show_occlusion(recognizer: Recognizer, prediction: Prediction) -> None:
    image, digit = prediction.image, prediction.digit
    found = occlude(image, recognizer.logits, digit)
    without = recognizer.read_normalized(found.covered)
    st.header(
        _("Which ink matters?"),
        anchor=False,
        help=_(
            "Called occlusion: a black square of {side}×{side} pixels covers one spot after "
            "another, and the network reads what is left. A pixel's colour says how much surer or "
            "less sure of the {digit} it becomes, on average, when the pixel is covered (measured "
            "in log-odds, so that it shows even where all of them are over 99 %)."
        ).format(side=COVER_SIDE, digit=digit),
    )
    st.markdown(
        _(
            "The app covers one spot of your digit after the other and lets the network read "
            "again. Without the orange ink it is less sure of the **{digit}**, without the blue "
            "ink surer."
        ).format(digit=digit)
    )
    ink = found.importance * image.astype(np.float32) / np.float32(255)
    coloured = heatmaps.overlay(image, ink, float(np.abs(ink).max()))
    show_row(
        [
            (
                pictures.enlarge(coloured, SCALE),
                _("Orange supports the {digit}, grey hardly counts, blue speaks against it").format(
                    digit=digit
                ),
                _("The 28×28 image, its ink coloured by how much it matters"),
            ),
            (
                _with_cover(found.covered, found.worst),
                _worst_cover_caption(prediction, without),
                _("The 28×28 image with a black square on it"),
            ),
        ],
        WIDTH,
        key="occlusion",
    )


def _worst_cover_caption(before: Prediction, without: Prediction) -> str:
    """Return the reading under the cover and, if the digit changed, the old digit's probability."""
    caption = _("The cover that hurts most. Now it says: {reading}").format(
        reading=without.sentence
    )
    if without.digit == before.digit:
        return caption
    left = percentage(float(without.answers[before.digit]))
    return f"{caption} ({before.digit}: {left})"


def _show_maps(network: LiteRTGraph, prediction: Prediction) -> None:
    found = class_activation_maps(network, network.values(prediction.image))
    st.header(
        _("Where the evidence lies"),
        anchor=False,
        help=_(
            "Called a class activation map (here: HiResCAM). The network adds up a number for "
            "every digit; the highest sum wins. The colours show which places these sums come "
            "from, compared with the average over all answers; those of “no digit” with the "
            "digits, each digit counting as much as it is probable."
        ),
    )
    if found is None:
        st.markdown(_("How this network adds up its evidence cannot be shown."))
        return
    side = found.receptive_field.size
    spots = (
        _(
            "Each spot stands for the {side}×{side} pixels around it, so paper without ink counts, "
            "too: where a stroke is missing says something."
        )
        if side > 1
        else _("Here every pixel of ink is weighed by itself.")
    )
    evidence = _(
        "For every digit the network adds up evidence from all over the image. Orange places speak "
        "for the digit, blue ones against it."
    )
    st.markdown(f"{evidence} {spots.format(side=side)}")
    captions = _map_captions(found, prediction)
    maps = _against_digits(found.maps, prediction)[list(captions)]
    scale = float(np.abs(maps).max())
    image = pictures.enlarge(prediction.image, SCALE)
    large = (heatmaps.upsample(one, found.receptive_field, SCALE) for one in maps)
    overlays = (heatmaps.overlay(image, numbers, scale) for numbers in large)
    shown = zip(overlays, captions.values(), strict=True)
    alt = _("The 28×28 image under the colours of the evidence")
    show_row(((overlay, caption, alt) for overlay, caption in shown), WIDTH, key="evidence")


def _against_digits(maps: Floats, prediction: Prediction) -> Floats:
    """Return ``maps`` with that of "no digit", if there is one, as evidence against the digits.

    Each digit counts by its probability. Against the average of all answers, most of which are
    impossible, even a perfect digit would be evidence for "no digit".
    """
    digits = np.tensordot(prediction.probabilities, maps[:DIGITS], 1)
    return np.concatenate([maps[:DIGITS], maps[DIGITS:] - digits])


def _map_captions(found: ClassActivationMaps, prediction: Prediction) -> dict[int, str]:
    """Return the outputs whose maps are drawn, the most likely digit first, and their captions."""
    digits = np.argsort(-prediction.probabilities, kind="stable")[:TOP_DIGITS]
    captions = {digit: _("For and against a {digit} ({share})") for digit in digits.tolist()}
    if len(found.maps) > DIGITS:
        captions[DIGITS] = _("For and against “no digit” ({share})")
    return {
        answer: caption.format(digit=answer, share=percentage(float(prediction.answers[answer])))
        for answer, caption in captions.items()
    }


def _with_cover(image: Image, cover: Box) -> Image:
    """Return ``image`` enlarged, uint8 RGB, with the edge of ``cover`` in orange."""
    picture = pictures.to_rgb(pictures.enlarge(image, SCALE))
    x, y, width, height = (SCALE * number for number in cover)
    return np.asarray(
        cv2.rectangle(picture, (x, y), (x + width - 1, y + height - 1), heatmaps.FOR, 2), np.uint8
    )
