"""The page on which a person draws a digit and sees at once what the network makes of it."""

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import NormalizationSteps
from mnist_app.recognizer import percentage
from mnist_app.ui import digit_reading, models, pictures, preprocessing_steps, runtime, share
from mnist_app.ui.canvas import drawing_pad

MISTAKES_SHOWN = 8


def show_page() -> None:
    """Show the whole page."""
    model = models.show_head("Draw a digit")
    show_drawing(model)
    if model is not None:
        show_mistakes(model)
    st.caption("Drawings stay in this computer's memory and are not stored.")


@runtime.isolated_fragment
def show_drawing(model: models.Model | None) -> None:
    """Show the canvas, what ``model`` reads there, and how it came to it."""
    drawn = digit_reading.show_drawn_digit(model)
    drawing_pad.show_brush()
    if drawn.ink is None or drawn.made is None:
        return
    second_look = model is not None and model.recognizer.bundle.second_look
    show_steps(drawn.ink, drawn.made, second_look=second_look)
    if model is not None and drawn.prediction is not None:
        share.show_share(drawn.ink, [model.name], [drawn.prediction])


def show_steps(ink: Image, made: NormalizationSteps, *, second_look: bool) -> None:
    """Show the image that the network saw and, folded, the way from the drawing to it."""
    st.subheader("What the network sees", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", key="seen"):
        st.image(pictures.data_url(made.image), caption="28×28 pixels", width=224)
        st.markdown(
            "This is all that the network gets: 784 shades of grey. Whatever you draw is shrunk "
            "and centred to look like the digits that it learned from.",
            width=260,
        )
    fold = st.expander(
        "How it got there", icon=":material/footprint:", key="way", on_change="rerun"
    )
    if fold.open:
        with fold:
            preprocessing_steps.show_way(ink, made, second_look=second_look)


def show_mistakes(model: models.Model) -> None:
    """Show a handful of the test images that the model misreads, and others on demand."""
    st.subheader("Where it goes wrong", anchor=False)
    misread, count = model.misread, len(model.most_confident)
    st.markdown(
        f"MNIST keeps {model.test_images:,} digits for testing that no model has trained on. "
        f"This one misreads {count} of them, the most confident mistakes first:"
    )
    start = st.session_state.get("first_mistake", 0) % max(count, 1)
    with st.container(horizontal=True, gap="xsmall", key="mistakes"):
        for place in model.most_confident[start : start + MISTAKES_SHOWN]:
            probabilities = misread.probabilities[place]
            st.image(
                pictures.data_url(misread.images[place]),
                caption=f"{misread.labels[place]} → said {probabilities.argmax()}, "
                f"{percentage(float(probabilities.max()))} sure",
                width=168,
            )
    if count > MISTAKES_SHOWN:
        st.button("Show others", key="others", on_click=_next_mistakes)


def _next_mistakes() -> None:
    st.session_state["first_mistake"] = st.session_state.get("first_mistake", 0) + MISTAKES_SHOWN


show_page()
