"""The drawing of one digit beside its reading, as several pages show it."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.prediction import Prediction
from mnist_app.preprocessing.normalize import NormalizationSteps, steps_of_drawing
from mnist_app.ui import lesson_panel, models, reading_view
from mnist_app.ui.canvas import component, drawing_pad
from mnist_app.ui.canvas.canvas_spec import DIGIT
from mnist_app.words import _, mark

WHERE_TO_WRITE: Final = mark("The page Numbers reads whole numbers.")


@dataclass(frozen=True, eq=False)
class DigitDrawing:
    """A drawing and its reading.

    ``ink`` is uint8 (SIDE, SIDE), None if the canvas is empty; ``steps`` is None if there is no
    ink; ``prediction`` is None if there is no ink or no model.
    """

    ink: Image | None
    steps: NormalizationSteps | None
    prediction: Prediction | None


def show_drawn_digit(model: models.LoadedModel | None) -> DigitDrawing:
    """Show the canvas and, beside it, what ``model`` reads there."""
    with st.container(key="drawn_and_read"):
        left, right = st.columns(2, gap="small")
    with left:
        ink = drawing_pad.show_canvas()
    steps = None if ink is None else steps_of_drawing(ink)
    prediction = model.recognizer.read_normalized(steps.image) if model and steps else None
    with right, st.container(key="prediction", gap="xsmall"):
        bundle = model.recognizer.bundle if model else None
        reading_view.show_reading(prediction, bundle, len(component.strokes()))
        if model is not None and prediction is not None and not prediction.accepted:
            _show_several_digits(model)
    lesson_panel.show_state([] if prediction is None else [prediction])
    return DigitDrawing(ink, steps, prediction)


def _show_several_digits(model: models.LoadedModel) -> None:
    """Say which digits the drawing consists of, if it is certainly more than one."""
    number = model.recognizer.read_strokes(component.strokes(), DIGIT.height, DIGIT.width)
    if number.accepted and len(number.digits) > 1:
        with st.container(key="several"):
            text = " ".join(number.text.split())
            sentence = _("These look like {count} digits: {digits}.").format(
                count=len(number.digits), digits=text
            )
            st.markdown(f"{sentence} {_(WHERE_TO_WRITE)}")
