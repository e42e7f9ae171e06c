"""What the network makes of the drawing, the same on every page that shows it."""

from typing import Final

import streamlit as st

from mnist_app.recognizer import Prediction
from mnist_app.ui import charts

HINT: Final = "Draw a digit from 0 to 9"


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
    st.vega_lite_chart(charts.probability_bars(prediction.probabilities))
