"""The models of the pages: the choice of one, and their cache, which all sessions share."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from mnist_app.bundle import Misread, bundle_folder, shipped_names
from mnist_app.bundle_manifest import MANIFEST
from mnist_app.errors import BundleError
from mnist_app.model_report import ModelReport
from mnist_app.recognizer import Recognizer
from mnist_app.ui import url_state

MAXIMUM_LOADED: Final = 12
"""Number of models that stay loaded. The one that was loaded first is dropped first."""


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A loaded bundle: recognizer, misread test images and report.

    Read only, as all sessions share it.
    """

    recognizer: Recognizer
    misread: Misread
    report: ModelReport
    version: int = 0
    """A number that changes when the bundle is replaced."""

    @property
    def name(self) -> str:
        """The bundle's name, by which a person chooses the model."""
        return self.recognizer.bundle.name

    @property
    def size(self) -> int:
        """Size of the network's LiteRT file in bytes."""
        return len(self.recognizer.bundle.model)

    @property
    def mistakes_in_words(self) -> str:
        """How many of MNIST's test images it misreads, as text without a full stop."""
        return (
            f"MNIST keeps {self.report.test.images:,} digits for testing that no model has trained "
            f"on. This one misreads {len(self.misread.labels)} of them"
        )


def show_head(title: str) -> LoadedModel | None:
    """Show a page's title and the choice of the model; return it as `choose_model` does."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.title(title, width="content", anchor=False)
        return choose_model()


def choose_model() -> LoadedModel | None:
    """Show the choice of the model and return the chosen one.

    If there is no model or the chosen one is damaged, the page shows why and the result is None.
    """
    names = shipped_names()
    name = st.selectbox(
        "Model",
        names,
        label_visibility="collapsed",
        width=172,
        **url_state.bound("model", names, names[0] if names else None, "the model"),
    )
    try:
        return load_model(name)
    except BundleError as error:
        st.error(str(error))
        return None


def all_models() -> list[LoadedModel]:
    """Return all shipped models, the default one first; the page shows which ones are damaged."""
    found = []
    for name in shipped_names() or (None,):
        try:
            found.append(load_model(name))
        except BundleError as error:
            st.error(str(error))
    return found


def load_model(name: str | None) -> LoadedModel:
    """Return the shipped model of this name, None for the default one, from the shared cache.

    Raises `BundleError` if there is no such model or if it is damaged.
    """
    return _load(name, version(name))


def version(name: str | None) -> int:
    """Return a number that changes when the bundle is replaced, as part of a cache's key."""
    try:
        return (bundle_folder(name) / MANIFEST).stat().st_mtime_ns
    except (BundleError, OSError):
        return 0


@st.cache_resource(max_entries=MAXIMUM_LOADED, show_spinner="Loading the model …")
def _load(name: str | None, version: int) -> LoadedModel:
    recognizer = Recognizer.load(name)
    bundle = recognizer.bundle
    return LoadedModel(recognizer, bundle.misread(), bundle.report(), version)
