"""The part of the Inside page that says what counts: which ink matters, where the evidence lies."""

from typing import Final

import cv2
import numpy as np
import streamlit as st

from mnist_app.arrays import Image
from mnist_app.confidence import DIGITS
from mnist_app.explain.hirescam import class_activation_maps
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.explain.occlusion import COVER_SIDE, occlude
from mnist_app.preprocessing.normalize import Box
from mnist_app.recognizer import Prediction, Recognizer, percentage
from mnist_app.ui import heatmaps, pictures

SCALE: Final = 8
WIDTH: Final = 28 * SCALE
TOP_DIGITS: Final = 3


def show_evidence(network: LiteRTGraph, recognizer: Recognizer, prediction: Prediction) -> None:
    """Show what counts for the digits that ``prediction`` finds most likely."""
    _show_occlusion(recognizer, prediction)
    _show_maps(network, prediction)


def _show_occlusion(recognizer: Recognizer, prediction: Prediction) -> None:
    image, digit = prediction.image, prediction.digit
    found = occlude(image, recognizer.logits, digit)
    without = recognizer.read_normalized(found.covered)
    st.subheader(
        "Which ink matters?",
        anchor=False,
        help=f"Called occlusion: a black square of {COVER_SIDE}×{COVER_SIDE} pixels covers one "
        f"spot after another, and the network reads what is left. A pixel's colour says how much "
        f"surer or less sure of the {digit} it becomes, on average, when the pixel is covered "
        "(measured in log-odds, so that it shows even where all of them are over 99 %).",
    )
    st.markdown(
        "The app covers one spot of your digit after the other and lets the network read again. "
        f"Without the orange ink it is less sure of the **{digit}**, without the blue ink surer."
    )
    ink = found.importance * image.astype(np.float32) / np.float32(255)
    coloured = heatmaps.over(image, ink, float(np.abs(ink).max()))
    with st.container(horizontal=True, key="occlusion"):
        st.image(
            pictures.data_url(_enlarged(coloured)),
            caption=f"Orange holds the {digit} up, grey hardly counts, blue speaks against it",
            width=WIDTH,
        )
        st.image(
            pictures.data_url(_with_cover(found.covered, found.worst)),
            caption=_what_is_left(prediction, without),
            width=WIDTH,
        )


def _what_is_left(before: Prediction, without: Prediction) -> str:
    """Say what is read under the cover, and what is left for the digit if it is another one."""
    said = f"The cover that hurts most. Now it says: {without.sentence}"
    if without.digit == before.digit:
        return said
    left = percentage(float(without.probabilities[before.digit]))
    return f"{said} ({before.digit}: {left})"


def _show_maps(network: LiteRTGraph, prediction: Prediction) -> None:
    values = network.values(prediction.image)
    found = class_activation_maps(network, values)
    st.subheader(
        "Where the evidence lies",
        anchor=False,
        help="Called a class activation map (here: HiResCAM). The network adds up a number for "
        "every digit; the highest sum wins. The colours show which places these sums come from, "
        "compared with the average over all answers.",
    )
    if found is None:
        st.markdown("How this network adds up its evidence cannot be shown.")
        return
    digits = np.argsort(-prediction.probabilities, kind="stable")[:TOP_DIGITS]
    side = found.receptive_field.size
    st.markdown(
        "For every digit the network adds up evidence from all over the image. Orange places "
        "speak for the digit, blue ones against it. "
        + (
            f"Each spot stands for the {side}×{side} pixels around it, so paper without ink "
            "counts, too: where a stroke is missing says something."
            if side > 1
            else "Here every pixel of ink is weighed by itself."
        )
    )
    captions = {
        digit: f"For and against a {digit} ({percentage(float(prediction.probabilities[digit]))})"
        for digit in digits.tolist()
    }
    if len(found.maps) > DIGITS:
        captions[DIGITS] = "For and against “this is no digit”"
    scale = float(np.abs(found.maps[list(captions)]).max())
    image = pictures.enlarge(prediction.image, SCALE)
    with st.container(horizontal=True, key="evidence"):
        for number, caption in captions.items():
            spread = heatmaps.spread(found.maps[number], found.receptive_field, SCALE)
            picture = heatmaps.over(image, spread, scale)
            st.image(pictures.data_url(picture), caption=caption, width=WIDTH)


def _enlarged(picture: Image) -> Image:
    """Return an RGB picture, uint8 (h, w, 3), with every pixel a square."""
    return picture.repeat(SCALE, axis=0).repeat(SCALE, axis=1)


def _with_cover(image: Image, cover: Box) -> Image:
    """Return ``image`` enlarged, uint8 RGB, with the edge of ``cover`` in orange."""
    picture = pictures.enlarge(image, SCALE)[..., np.newaxis].repeat(3, axis=2)
    x, y, width, height = (SCALE * number for number in cover)
    return np.asarray(
        cv2.rectangle(picture, (x, y), (x + width - 1, y + height - 1), heatmaps.FOR, 2), np.uint8
    )
