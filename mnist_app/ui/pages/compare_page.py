"""The page on which every model reads the same drawing, side by side."""

from collections.abc import Sequence

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import downsample_without_centering, steps_of_drawing
from mnist_app.preprocessing.strokes import changed, draw
from mnist_app.ui import models, pictures, runtime, share, url_state
from mnist_app.ui.canvas import component, drawing_pad
from mnist_app.ui.canvas.canvas_spec import SIDE
from mnist_app.ui.charts.model_readings import readings_chart
from mnist_app.ui.formatting import agreement_in_words, escaped, exact, rough, whole

HINT = "Draw a digit: all models read it at once."
# Key in the address: label, least, greatest, usual value, step, unit, help.
CHANGES = {
    "thickness": ("Brush", 25, 300, 100, 25, " %%", "How thick the strokes are drawn."),
    "size": ("Size", 25, 150, 100, 5, " %%", "How large the digit is drawn, with the same brush."),
    "right": ("To the right", -150, 150, 0, 10, " px", "Where the digit lies on the canvas."),
    "down": ("Down", -150, 150, 0, 10, " px", "Where the digit lies on the canvas."),
}
STRANGERS = ("reading", "strangers", "accuracy")
"""Where the report says how well digits of people are read whose handwriting is new."""
LETTERS = ("reading", "letters", "accepted")
"""And how many drawings of letters it takes for digits, where it should say "not sure"."""
PICTURE_WIDTH = 164
SLIDER_WIDTH = 136


def show_page() -> None:
    """Show the whole page."""
    st.title("Compare models", anchor=False)
    chosen = models.all_models()
    show_drawing(chosen)
    show_figures(chosen)


@runtime.isolated_fragment
def show_drawing(chosen: Sequence[models.Model]) -> None:
    """Show the canvas, and what each of the ``chosen`` models reads there."""
    left, right = st.columns(2, gap="small")
    with left:
        drawing_pad.show_canvas()
    with right:
        said = st.container(key="agreement")
        is_centred = show_preparation()
        ink = changed_ink(show_changes())
        image = prepared(ink, is_centred)
        show_input(ink, image)
    names = [model.name for model in chosen]
    if image is None:
        said.markdown(HINT)
    elif chosen:
        readings = [model.recognizer.read_normalized(image) for model in chosen]
        said.markdown(agreement_in_words(names, readings))
        st.vega_lite_chart(readings_chart(names, readings), width="stretch")
        if ink is not None:
            share.show_share(ink, names, readings)


def show_preparation() -> bool:
    """Show the switch between the two ways to the 28×28 image; return whether it is MNIST's."""
    return st.toggle(
        "Centre the digit as MNIST does",
        value=True,
        **url_state.bound("centre", (True, False), True, "the switch's position"),
        help="On: the digit is cut out, shrunk to 20×20 and centred in 28×28, as the images that "
        "the models learned from were. Off: the whole canvas is just shrunk to 28×28.",
    )


def show_changes() -> dict[str, int]:
    """Show the sliders that draw the same strokes otherwise; return their values by key."""
    values = {}
    with st.expander("Thicker, smaller, elsewhere", icon=":material/tune:"):
        bindings = {
            key: url_state.bound(
                key, range(least, greatest + 1, step), usual, f"the value of “{key}”"
            )
            for key, (_, least, greatest, usual, step, _, _) in CHANGES.items()
        }
        with st.container(horizontal=True, gap="medium"):
            for key, (label, least, greatest, usual, step, unit, said) in CHANGES.items():
                values[key] = st.slider(
                    label,
                    least,
                    greatest,
                    usual,
                    step,
                    format=f"%d{unit}",
                    width=SLIDER_WIDTH,
                    help=said,
                    **bindings[key],
                )
        st.button("As drawn", key="as_drawn", icon=":material/restart_alt:", on_click=_undo_changes)
    return values


def _undo_changes() -> None:
    for key, (_, _, _, usual, *_) in CHANGES.items():
        st.session_state[key] = usual


def changed_ink(values: dict[str, int]) -> Image | None:
    """Return the ink of the drawing as the sliders say, or None if nothing is drawn."""
    strokes = changed(
        component.strokes(),
        thickness=values["thickness"] / 100,
        size=values["size"] / 100,
        right=values["right"],
        down=values["down"],
    )
    return draw(strokes, SIDE, SIDE) if strokes else None


def prepared(ink: Image | None, is_centred: bool) -> Image | None:
    """Return the image, uint8 (28, 28), that the models get, or None if there is no ink."""
    if ink is None or not ink.any():
        return None
    if not is_centred:
        return downsample_without_centering(ink)
    made = steps_of_drawing(ink)
    return None if made is None else made.image


def show_input(ink: Image | None, image: Image | None) -> None:
    """Show the drawing as it was changed and the 28×28 pixels that the models get."""
    if ink is None:
        return
    with st.container(horizontal=True, gap="small"):
        st.image(pictures.data_url(ink), caption="As it is drawn now", width=PICTURE_WIDTH)
        if image is None:
            st.markdown("Nothing of it is left on the canvas.", width=PICTURE_WIDTH)
        else:
            with st.container(key="models_get", width="content"):
                url = pictures.data_url(image)
                st.image(url, caption="What the models get", width=PICTURE_WIDTH)


def show_figures(chosen: Sequence[models.Model]) -> None:
    """Show a table of what is known about each model."""
    st.subheader("How good are they?", anchor=False)
    rows = [
        "| model | MNIST's test | strangers' digits | letters let in | parameters | size |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    rows += [
        f"| {escaped(model.name)} | {exact(model.figure('test', 'accuracy'))} "
        f"| {exact(model.figure(*STRANGERS))} | {rough(model.figure(*LETTERS))} "
        f"| {whole(model.figure('parameters'))} | {model.size / 1e6:.1f} MB |"
        for model in chosen
    ]
    with st.container(key="figures"):
        st.markdown("\n".join(rows))
    st.caption(
        "How many digits a model reads right: of MNIST's test images, and of digits that other "
        "people, whom no model has seen, drew on a tablet. Letters let in: how many drawings of "
        "letters it takes for digits; fewer is better. Parameters are the numbers that it learned."
    )


show_page()
