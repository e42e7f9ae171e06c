"""What the network makes of the drawing, the same on every page that shows it."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import NormalizationSteps, steps_of_drawing
from mnist_app.recognizer import Prediction
from mnist_app.ui import models
from mnist_app.ui.canvas import drawing_pad
from mnist_app.ui.charts import probability_bars

HINT: Final = "Draw a digit from 0 to 9"


@dataclass(frozen=True, eq=False)
class Drawn:
    """The drawing on its way to the prediction; None where it ends."""

    ink: Image | None
    made: NormalizationSteps | None
    prediction: Prediction | None


def show_drawn_digit(model: models.Model | None) -> Drawn:
    """Show the canvas and what the model reads there."""
    left, right = st.columns(2, gap="small")
    with left:
        ink = drawing_pad.show_canvas()
    made = None if ink is None else steps_of_drawing(ink)
    prediction = model.recognizer.read_normalized(made.image) if model and made else None
    with right, st.container(key="prediction", gap="xsmall"):
        show_reading(prediction)
    return Drawn(ink, made, prediction)


def show_reading(prediction: Prediction | None) -> None:
    """Show the digit, how sure the network is, and the ten probabilities; or the hint."""
    if prediction is None:
        with st.container(key="hint"):
            st.markdown(HINT)
        return
    with st.container(key="digit"):
        st.markdown(str(prediction.digit) if prediction.accepted else "?")
    with st.container(key="sentence"):
        st.markdown(prediction.sentence)
    st.vega_lite_chart(probability_bars.probability_bars(prediction.probabilities))
