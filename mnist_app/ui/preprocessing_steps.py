"""From the drawing to the image that the network sees: each step as a picture with a sentence."""

from typing import Final

import numpy as np
import streamlit as st

from mnist_app.arrays import Image
from mnist_app.augmented_copies import turned
from mnist_app.preprocessing.normalize import DIGIT_BOX, IMAGE_SIDE, NormalizationSteps
from mnist_app.ui import pictures
from mnist_app.ui.canvas.canvas_spec import SIDE

SECOND_LOOK: Final = (
    "6. Turned to the left for a second look, only if it is in doubt whether this is a digit.",
    "7. Turned to the right. A digit is still one; what just happens to look like one rarely is.",
)
WIDTH: Final = 200
"""Of a picture on the page. Where there is a grid it is half the picture's own, to keep it even."""


def show_way(ink: Image, made: NormalizationSteps, *, second_look: bool) -> None:
    """Show the way of ``ink``, uint8 (SIDE, SIDE), through ``made``, and to a second look."""
    side = made.square[2]
    shown = [
        (ink, WIDTH, f"1. Your drawing: {SIDE}×{SIDE} pixels, white on black."),
        (
            pictures.with_frames(ink, made.box, made.square),
            WIDTH,
            "2. The box around the ink (orange) and the square with the same middle (blue).",
        ),
        (made.crop, WIDTH, f"3. The square is cut out: {side}×{side} pixels."),
        (
            pictures.enlarge(made.small, 20, grid=True),
            DIGIT_BOX * 10,
            "4. Shrunk to 20×20: each pixel is the average of the area under it.",
        ),
    ]
    seen = [made.image]
    sentences = ["5. It is placed in 28×28 so that its centre of mass lies in the middle."]
    if second_look:
        seen += [view[0] for view in turned(made.image[np.newaxis])]
        sentences += SECOND_LOOK
    for image, sentence in zip(seen, sentences, strict=True):
        shown.append((pictures.enlarge(image, 14, grid=True), IMAGE_SIDE * 7, sentence))
    with st.container(horizontal=True):
        for picture, width, sentence in shown:
            st.image(pictures.data_url(picture), caption=sentence, width=width)
