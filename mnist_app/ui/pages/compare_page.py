"""The Compare page: all models read the same drawing, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import downsample_without_centering, steps_of_drawing
from mnist_app.preprocessing.strokes import draw, transform_strokes
from mnist_app.ui import lesson_panel, models, page_head, runtime, share, url_state
from mnist_app.ui.announcement import announce
from mnist_app.ui.canvas import component, drawing_pad
from mnist_app.ui.canvas.canvas_spec import SIDE
from mnist_app.ui.charts.model_readings import readings_chart
from mnist_app.ui.figures_table import show_table
from mnist_app.ui.formatting import agreement_in_words, exact, plain, rough, whole
from mnist_app.ui.image_row import show_image
from mnist_app.ui.model_card import megabytes
from mnist_app.words import _, mark


@dataclass(frozen=True)
class Adjustment:
    """A slider that changes how the same strokes are drawn; values in per cent or pixels."""

    label: str
    minimum: int
    maximum: int
    default: int
    step: int
    format: str
    help: str


HINT: Final = mark("Draw a digit: all models read it at once.")
ADJUSTMENTS: Final = {
    "thickness": Adjustment(
        mark("Brush"), 25, 300, 100, 25, "%d %%", mark("How thick the strokes are drawn.")
    ),
    "size": Adjustment(
        mark("Size"),
        25,
        150,
        100,
        5,
        "%d %%",
        mark("How large the digit is drawn, with the same brush."),
    ),
    "right": Adjustment(
        mark("To the right"),
        -150,
        150,
        0,
        10,
        "%d px",
        mark("Where the digit lies on the canvas."),
    ),
    "down": Adjustment(
        mark("Down"), -150, 150, 0, 10, "%d px", mark("Where the digit lies on the canvas.")
    ),
}
"""By key in the address."""
PICTURE_WIDTH: Final = 164
SLIDER_WIDTH: Final = 136


def show_page() -> None:
    """Show the whole page."""
    page_head.title_row(_("Compare models"))
    chosen = models.all_models(with_taught=True)
    show_drawing(chosen)
    show_figures([model for model in chosen if model.taught_name is None])


@runtime.isolated_fragment
def show_drawing(chosen: Sequence[models.LoadedModel]) -> None:
    """Show the canvas and the reading of each of the ``chosen`` models."""
    with st.container(key="drawn_and_read"):
        left, right = st.columns(2, gap="small")
    with left:
        drawing_pad.show_canvas()
    with right:
        agreement = st.container(key="agreement")
        is_centred = choose_centring()
        ink = adjusted_ink(choose_adjustments())
        image = network_input(ink, is_centred)
        show_network_input(ink, image)
    names = [model.name for model in chosen]
    words, readings = _(HINT), []
    if image is not None and chosen:
        readings = [model.recognizer.read_normalized(image) for model in chosen]
        words = agreement_in_words(names, readings)
        st.vega_lite_chart(readings_chart(names, readings), width="stretch")
        if ink is not None:
            share.show_share(ink, names, readings)
    agreement.markdown(words)
    lesson_panel.show_state(readings)
    announce(plain(words))


def choose_centring() -> bool:
    """Show the switch between the two preprocessings; return whether it is MNIST's."""
    return st.toggle(
        _("Centre the digit as MNIST does"),
        value=True,
        **url_state.bound("centre", (True, False), True, _("the switch's position")),
        help=_(
            "On: the digit is cut out, shrunk to 20×20 and centred in 28×28, as the images that "
            "the models learned from were. Off: the whole canvas is just shrunk to 28×28."
        ),
    )


def choose_adjustments() -> dict[str, int]:
    """Show the sliders that draw the same strokes differently; return their values by key."""
    with st.expander(
        _("Change thickness, size, position"),
        expanded=url_state.is_open("sliders"),
        icon=":material/tune:",
    ):
        bindings = {
            key: url_state.bound(
                key,
                range(slider.minimum, slider.maximum + 1, slider.step),
                slider.default,
                _("the value of “{key}”").format(key=key),
            )
            for key, slider in ADJUSTMENTS.items()
        }
        with st.container(horizontal=True, gap="medium", key="sliders"):
            values = {
                key: st.slider(
                    _(slider.label),
                    slider.minimum,
                    slider.maximum,
                    slider.default,
                    slider.step,
                    format=slider.format,
                    width=SLIDER_WIDTH,
                    help=_(slider.help),
                    **bindings[key],
                )
                for key, slider in ADJUSTMENTS.items()
            }
        st.button(_("Reset"), key="as_drawn", icon=":material/restart_alt:", on_click=_reset)
    return values


def _reset() -> None:
    for key, slider in ADJUSTMENTS.items():
        st.session_state[key] = slider.default


def adjusted_ink(values: dict[str, int]) -> Image | None:
    """Return the ink of the drawing after the adjustments, or None if nothing is drawn."""
    strokes = transform_strokes(
        component.strokes(),
        thickness=values["thickness"] / 100,
        size=values["size"] / 100,
        right=values["right"],
        down=values["down"],
    )
    return draw(strokes, SIDE, SIDE) if strokes else None


def network_input(ink: Image | None, is_centred: bool) -> Image | None:
    """Return the image, uint8 (28, 28), that the models get, or None if there is no ink."""
    if ink is None or not ink.any():
        return None
    if not is_centred:
        return downsample_without_centering(ink)
    steps = steps_of_drawing(ink)
    return None if steps is None else steps.image


def show_network_input(ink: Image | None, image: Image | None) -> None:
    """Show the adjusted drawing and the 28×28 pixels that the models get."""
    if ink is None:
        return
    with st.container(horizontal=True, gap="small", key="adjusted"):
        show_image(ink, _("As it is drawn now"), _("Your drawing"), PICTURE_WIDTH)
        if image is None:
            st.markdown(_("Nothing of it is left on the canvas."), width=PICTURE_WIDTH)
        else:
            with st.container(key="models_get", width="content"):
                show_image(image, _("What the models get"), _("28×28 pixels"), PICTURE_WIDTH)


def show_figures(chosen: Sequence[models.LoadedModel]) -> None:
    """Show a table of the figures of each model."""
    st.header(_("How good are they?"), anchor=False)
    columns = (
        _("model"),
        _("in words"),
        _("MNIST's test"),
        _("strangers' digits"),
        _("letters read as digits"),
        _("parameters"),
        _("size"),
    )
    rows = [
        (
            model.name,
            model.title,
            exact(model.report.test.accuracy),
            exact(model.report.strangers_accuracy),
            rough(model.report.letters_accepted),
            whole(model.report.parameters),
            megabytes(model.size),
        )
        for model in chosen
    ]
    show_table(_("How good the models are"), columns, rows)
    st.caption(
        _(
            "How many digits a model reads right: of MNIST's test images, and of digits that other "
            "people, whom no model has seen, drew on a tablet. Letters read as digits: how many "
            "drawings of letters it takes for digits; fewer is better. Parameters are the numbers "
            "that it learned."
        )
    )


show_page()
