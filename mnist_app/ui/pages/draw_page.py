"""The Draw page: a person draws a digit and sees the network's reading at once."""

from typing import Final

import streamlit as st

from mnist_app.prediction import percentage
from mnist_app.ui import digit_reading, gallery, models, preprocessing_steps, runtime, share
from mnist_app.ui.canvas import drawing_pad
from mnist_app.ui.digit_reading import DigitDrawing
from mnist_app.ui.games import game_panel
from mnist_app.ui.image_row import show_image, show_row
from mnist_app.ui.marks import mark_panel
from mnist_app.words import _

MISTAKES_PER_PAGE: Final = 8
_FIRST_MISTAKE: Final = "first_mistake"
"""Session-state key of the number of misread images that were passed over."""


def show_page() -> None:
    """Show the whole page."""
    model = models.show_head(_("Draw a digit"), with_taught=True)
    show_drawing(model)
    if model is not None:
        game_panel.show_choice()
    if model is not None and model.taught_name is None:
        show_mistakes(model)
    st.caption(_(drawing_pad.PRIVACY))


@runtime.isolated_fragment
def show_drawing(model: models.LoadedModel | None) -> None:
    """Show the canvas, the reading of ``model``, and the image on which it is based."""
    game_panel.show_game(model)
    drawn = digit_reading.show_drawn_digit(model)
    if not game_panel.is_open(model):
        mark_panel.show_marks(model, drawn)
    drawing_pad.show_brush()
    show_network_input(drawn)
    if model is not None and drawn.ink is not None and drawn.prediction is not None:
        share.show_share(drawn.ink, [model.name], [drawn.prediction])


def show_network_input(drawn: DigitDrawing) -> None:
    """Show the image that the network sees and, folded, the steps from the drawing to it."""
    if drawn.ink is None or drawn.steps is None:
        return
    st.header(_("What the network sees"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", key="seen"):
        show_image(drawn.steps.image, _("28×28 pixels"), _("What the network sees"), 224)
        st.markdown(
            _(
                "This is all that the network gets: 784 pixels, each a shade of grey. Whatever you "
                "draw is shrunk and centred to look like the digits that it learned from."
            ),
            width=260,
        )
    fold = st.expander(
        _("How it got there"), icon=":material/footprint:", key="steps", on_change="rerun"
    )
    if fold.open:
        with fold:
            preprocessing_steps.show_steps(drawn.ink, drawn.steps)


def show_mistakes(model: models.LoadedModel) -> None:
    """Show some of the test images that the model misreads, and others on demand."""
    st.header(_("Where it goes wrong"), anchor=False)
    st.markdown(
        _("{mistakes}, the most confident mistakes first:").format(mistakes=model.mistakes_in_words)
    )
    misread = model.misread
    indices = gallery.select(misread)
    start = st.session_state.get(_FIRST_MISTAKE, 0) % max(len(indices), 1)
    mistakes = []
    for index in indices[start : start + MISTAKES_PER_PAGE]:
        probabilities = misread.probabilities[index]
        sure = percentage(float(probabilities.max()))
        caption = _("{label} → said {digit}, {certainty} sure").format(
            label=misread.labels[index], digit=probabilities.argmax(), certainty=sure
        )
        mistakes.append((misread.images[index], caption, _("Test image")))
    show_row(mistakes, gallery.WIDTH, key="mistakes", gap="xsmall")
    if len(indices) > MISTAKES_PER_PAGE:
        st.button(_("Show others"), key="others", on_click=_next_mistakes)


def _next_mistakes() -> None:
    st.session_state[_FIRST_MISTAKE] = st.session_state.get(_FIRST_MISTAKE, 0) + MISTAKES_PER_PAGE


show_page()
