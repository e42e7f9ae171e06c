"""The preprocessing steps from a drawing to the image that the network sees, as pictures."""

from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import DIGIT_BOX, IMAGE_SIDE, NormalizationSteps
from mnist_app.ui import pictures
from mnist_app.ui.canvas.canvas_spec import SIDE
from mnist_app.ui.image_row import show_image

WIDTH: Final = 200
"""Width of a picture without a grid on the page, in pixels.

A picture with a grid is shown at half its own width, which keeps the grid even.
"""


def show_steps(ink: Image, steps: NormalizationSteps) -> None:
    """Show each step as a picture with a sentence; ``ink`` is uint8 (SIDE, SIDE)."""
    side = steps.square[2]
    framed = pictures.with_frames(ink, steps.box, steps.square)
    rows = [
        (ink, f"1. Your drawing: {SIDE}×{SIDE} pixels, white on black.", "The drawing", WIDTH),
        (
            framed,
            "2. The box around the ink (orange) and the square with the same middle (blue).",
            "The drawing with the box and the square",
            WIDTH,
        ),
        (steps.crop, f"3. The square is cut out: {side}×{side} pixels.", "The square", WIDTH),
        (
            pictures.enlarge(steps.small, 20, grid=True),
            "4. Shrunk to 20×20: each pixel is the average of the area under it.",
            "The square, 20×20",
            DIGIT_BOX * 10,
        ),
        (
            pictures.enlarge(steps.image, 14, grid=True),
            "5. It is placed in 28×28 so that its centre of mass lies in the middle.",
            "The image that the network sees, 28×28",
            IMAGE_SIDE * 7,
        ),
    ]
    with st.container(horizontal=True):
        for picture, sentence, alt, width in rows:
            show_image(picture, sentence, alt, width)
