"""The Numbers page: a person writes a whole number, in one or several lines."""

from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.prediction import NumberReading
from mnist_app.ui import models, number_reading, pictures, runtime
from mnist_app.ui.announcement import announce
from mnist_app.ui.canvas import component, drawing_pad
from mnist_app.ui.canvas.canvas_spec import NUMBER
from mnist_app.ui.image_row import show_image
from mnist_app.words import _, mark

HINT: Final = mark("Write a number: as many digits as you like, in one line or in several")
NOTHING: Final = mark("I see no digit here. Dots and stray marks don't count.")


def show_page() -> None:
    """Show the whole page."""
    show_drawing(models.show_head(_("Write a number")))
    st.caption(_(drawing_pad.PRIVACY))


@runtime.isolated_fragment
def show_drawing(model: models.LoadedModel | None) -> None:
    """Show the canvas and the number that ``model`` reads there."""
    side_by_side = st.container(key="written_and_read")  # in projector mode
    with side_by_side:
        ink = drawing_pad.show_canvas(NUMBER)
    number = None
    if model is not None and ink is not None:
        strokes = component.strokes(NUMBER)
        number = model.recognizer.read_strokes(strokes, NUMBER.height, NUMBER.width)
    with side_by_side, st.container(key="prediction", gap="xsmall"):
        if number is None:
            with st.container(key="hint"):
                st.markdown(_(HINT))
        else:
            number_reading.show_number(number, _(NOTHING))
    announce(_(HINT) if number is None else number_reading.spoken(number, _(NOTHING)))
    if ink is not None and number is not None and number.digits:
        show_boxes(ink, number)
        number_reading.show_digit_images(number)
    drawing_pad.show_brush(NUMBER)


def show_boxes(ink: Image, number: NumberReading) -> None:
    """Show the drawing with a box around each digit, its reading and its confidence."""
    height, width = ink.shape
    labels = number_reading.box_labels(number, with_confidence=True)
    show_image(
        pictures.with_boxes(ink, labels, (width, height)),
        _("Each digit in its box: blue where the network is sure, grey and ? where not"),
        _("Your drawing with a box around each digit"),
    )


show_page()
