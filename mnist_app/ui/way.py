"""From the drawing to the image that the network sees: each step as a picture with a sentence."""

from typing import Final

import numpy as np
import streamlit as st

from mnist_app.ink import Image
from mnist_app.ink.mnist_style import DIGIT_BOX, IMAGE_SIDE, Steps
from mnist_app.ui import canvas, pictures
from mnist_app.views import turned

WIDTH: Final = 200
"""Of a picture on the page. Where there is a grid it is half the picture's own, to keep it even."""


def show_way(ink: Image, made: Steps, *, second_look: bool) -> None:
    """Show the way of ``ink``, uint8 (SIDE, SIDE), through ``made``, and to a second look."""
    side = made.square[2]
    with st.container(horizontal=True):
        for picture, width, sentence in (
            (ink, WIDTH, f"1. Your drawing: {canvas.SIDE}×{canvas.SIDE} pixels, white on black."),
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
            (
                pictures.enlarge(made.image, 14, grid=True),
                IMAGE_SIDE * 7,
                "5. It is placed in 28×28 so that its centre of mass lies in the middle.",
            ),
        ):
            st.image(pictures.data_url(picture), caption=sentence, width=width)
        if second_look:
            pair = np.concatenate([view[0] for view in turned(made.image[np.newaxis])], axis=1)
            st.image(
                pictures.data_url(pictures.enlarge(pair, 7, grid=True)),
                caption="6. Turned to both sides for a second look, if it is in doubt: a digit is "
                "still one then, what only happens to look like one mostly is not.",
                width=2 * IMAGE_SIDE * 7,
            )
