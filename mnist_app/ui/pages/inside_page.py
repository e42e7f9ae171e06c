"""The Inside page: the evidence in a drawing, the network's layers and the preprocessing."""

from typing import Final

import streamlit as st

from mnist_app.bundle import Bundle
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.ui import (
    digit_reading,
    evidence_panel,
    film_panel,
    layers_panel,
    models,
    preprocessing_steps,
    runtime,
    url_state,
)
from mnist_app.ui.canvas import drawing_pad
from mnist_app.words import _, mark

VIEWS: Final = (mark("Evidence"), mark("Layers"), mark("Steps"), mark("Training"))


def show_page() -> None:
    """Show the whole page."""
    show_drawing(models.show_head(_("Look inside"), with_taught=True))
    st.caption(_(drawing_pad.PRIVACY))


@runtime.isolated_fragment
def show_drawing(model: models.LoadedModel | None) -> None:
    """Show the canvas, the reading of ``model``, and the chosen view of the network."""
    drawn = digit_reading.show_drawn_digit(model)
    ink, steps, prediction = drawn.ink, drawn.steps, drawn.prediction
    view = _choose_view()
    if ink is None or steps is None:
        st.markdown(_("Draw a digit above, and see here what goes on inside the network."))
    elif view == "Steps":
        st.markdown(
            _(
                "The network does not see your drawing as you do. First it is made to look like "
                "the digits that the network learned from. Five pictures show how."
            )
        )
        preprocessing_steps.show_steps(ink, steps)
    elif model is not None and prediction is not None and view == "Training":
        film_panel.show_film(model, prediction.image)
    elif model is not None and prediction is not None:
        bundle = model.recognizer.bundle
        graph = _graph(bundle, model.name, model.version)
        if view == "Layers":
            layers_panel.show_layers(graph, prediction.image)
        else:
            evidence_panel.show_evidence(graph, model.recognizer, prediction)


def _choose_view() -> str:
    view: str = st.segmented_control(
        _("What to look at"),
        VIEWS,
        default=VIEWS[0],
        required=True,
        **url_state.bound_options("look", VIEWS, VIEWS[0], _("the view")),
        help=_(
            "Evidence: where in the drawing the reasons for a digit lie. Layers: what the network "
            "makes of the drawing, layer after layer. Steps: how the drawing becomes an image of "
            "28×28 pixels. Training: how the network would have read it while it was still "
            "learning."
        ),
    )
    return view


@st.cache_resource(max_entries=models.MAXIMUM_LOADED, show_spinner=False)
def _graph(_bundle: Bundle, name: str, version: int) -> LiteRTGraph:  # noqa: ARG001 (cache's key)
    return LiteRTGraph(_bundle)


show_page()
