"""The preprocessing steps from a drawing to the image that the network sees, as pictures."""

from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import DIGIT_BOX, IMAGE_SIDE, NormalizationSteps
from mnist_app.ui import pictures
from mnist_app.ui.canvas.canvas_spec import SIDE
from mnist_app.ui.image_row import show_image
from mnist_app.words import _

WIDTH: Final = 200
"""Width of a picture without a grid on the page, in pixels.

A picture with a grid is shown at half its own width, which keeps the grid even.
"""


def show_steps(ink: Image, steps: NormalizationSteps) -> None:
    """Show each step as a picture with a sentence; ``ink`` is uint8 (SIDE, SIDE)."""
    side = steps.square[2]
    framed = pictures.with_frames(ink, steps.box, steps.square)
    drawing = _("1. Your drawing: {side}×{side} pixels, white on black.").format(side=SIDE)
    cut_out = _("3. The square is cut out: {side}×{side} pixels.").format(side=side)
    rows = [
        (ink, drawing, _("The drawing"), WIDTH),
        (
            framed,
            _("2. The box around the ink (orange) and the square with the same middle (blue)."),
            _("The drawing with the box and the square"),
            WIDTH,
        ),
        (steps.crop, cut_out, _("The square"), WIDTH),
        (
            pictures.enlarge(steps.small, 20, grid=True),
            _("4. Shrunk to 20×20: each pixel is the average of the area under it."),
            _("The square, 20×20"),
            DIGIT_BOX * 10,
        ),
        (
            pictures.enlarge(steps.image, 14, grid=True),
            _("5. It is placed in 28×28 so that its centre of mass lies in the middle."),
            _("The image that the network sees, 28×28"),
            IMAGE_SIDE * 7,
        ),
    ]
    with st.container(horizontal=True):
        for picture, sentence, alt, width in rows:
            show_image(picture, sentence, alt, width)
