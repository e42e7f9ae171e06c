"""The Training view of the Inside page: how the network would have read while it was learning."""

from dataclasses import replace
from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.bundle import Bundle, bundle_folder, shipped_names
from mnist_app.checked_json import REMEDY
from mnist_app.errors import BundleError
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.litert_weights import NO_MODEL, with_weights
from mnist_app.recognizer import Recognizer
from mnist_app.training_film import FILE, TrainingFilm
from mnist_app.ui import layers_panel, model_card, reading_view, url_state
from mnist_app.ui.charts.film_chart import film_chart
from mnist_app.ui.formatting import escaped
from mnist_app.ui.models import LoadedModel
from mnist_app.words import _, either, number

KEY: Final = "film"
MAXIMUM_MOMENTS: Final = 32
"""Number of networks of the past that stay loaded: 2 MB each, made in 20 ms."""


def show_film(model: LoadedModel, image: Image) -> None:
    """Show how ``model`` would have read ``image``, uint8 (28, 28), at a moment of its training.

    The person chooses the moment. Raises `BundleError` if the film is damaged.
    """
    bundle = model.recognizer.bundle
    film = _film(bundle, model.name, model.version)
    if film is None:
        _show_which_have_one()
        return
    st.markdown(
        _(
            "How the network would have read your drawing while it was still learning. Move the "
            "slider from its start, when all its weights were random numbers, to the end of its "
            "training."
        )
    )
    moment = _choose_moment(film)
    recognizer, graph = _at(bundle, film, model.name, model.version, moment)
    with st.container(key="film_reading"):
        left, right = st.columns(2, gap="small")
    with left:
        reading_view.show_still(recognizer.read_normalized(image), KEY)
    with right:
        _show_right(film, moment)
    if not film.ends_with_bundle:
        _show_difference(film, model)
    st.header(_("Its layers at that moment"), anchor=False)
    layers_panel.show_layers(graph, image)


def _choose_moment(film: TrainingFilm) -> int:
    """Show the slider; return the index of the moment."""
    moments = range(len(film.images))
    if st.session_state.get("after", 0) not in moments:  # chosen for a model with more of them
        st.session_state["after"] = moments[-1]
    moment: int = st.select_slider(
        _("Training images that it has seen"),
        moments,
        **url_state.bound_options(
            "after", moments, 0, _("the moment"), lambda index: number(int(film.images[index]))
        ),
        help=_(
            "Each moment comes after about twice as many images as the one before. The network "
            "sees every image several times, and each time counts."
        ),
    )
    return moment


def _show_right(film: TrainingFilm, moment: int) -> None:
    """Show how much it read right at the ``moment``, beside the others."""
    text = (
        _(
            "Before it has learned anything, it can only guess: it reads **{right} of {total}** "
            "digits right. It is never trained on these."
        )
        if moment == 0
        else _(
            "After {count} images it reads **{right} of {total}** digits right. It is never "
            "trained on these."
        )
    )
    st.markdown(
        text.format(
            count=number(int(film.images[moment])),
            right=number(int(film.right[moment])),
            total=number(film.validation),
        ),
        help=_(
            "Called validation images: they are held out of the training images, to watch how the "
            "network does on digits that it has not learned from. The test images are kept for "
            "the end."
        ),
    )
    shares = (film.right / film.validation).tolist()
    chart = film_chart(film.images.tolist(), shares, moment)
    st.vega_lite_chart(chart, width="stretch")


def _show_difference(film: TrainingFilm, model: LoadedModel) -> None:
    """Say that the film is of a second training, and how its end compares with the model."""
    own = model.report.validation
    st.caption(
        _(
            "This film is of a second training with the same recipe. Computers round differently, "
            "so it ended with a slightly different network: that one reads {right} of these "
            "{total} digits right, the model above {own}."
        ).format(
            right=number(int(film.right[-1])),
            total=number(film.validation),
            own=number(own.images - own.errors),
        )
    )


def _show_which_have_one() -> None:
    filmed = [name for name in shipped_names() if (bundle_folder(name) / FILE).exists()]
    cards = {name: model_card.shipped_card(name) for name in filmed}
    titles = [f"“{escaped(card.title if card else name)}”" for name, card in cards.items()]
    text = _("There is no film of this model's training.")
    if titles:
        text += " " + _("Choose another model above: {names}.").format(names=either(titles))
    st.markdown(text)


@st.cache_resource(max_entries=MAXIMUM_MOMENTS, show_spinner=False)
def _film(_bundle: Bundle, name: str, version: int) -> TrainingFilm | None:  # noqa: ARG001 (key)
    return _bundle.film()


@st.cache_resource(max_entries=MAXIMUM_MOMENTS, show_spinner=False)
def _at(
    _bundle: Bundle,
    _film: TrainingFilm,
    name: str,
    version: int,  # noqa: ARG001 (key)
    moment: int,
) -> tuple[Recognizer, LiteRTGraph]:
    """Return the network at a moment, to read and to be taken apart. Raises `BundleError`."""
    past = _bundle
    if moment < _film.weights.moments:
        try:
            past = replace(_bundle, model=with_weights(_bundle.model, _film.weights.at(moment)))
        except NO_MODEL as error:
            raise BundleError(
                "{file} of the bundle “{bundle}” is damaged. {remedy}",
                file=FILE,
                bundle=name,
                remedy=REMEDY,
            ) from error
    return Recognizer(past), LiteRTGraph(past)
