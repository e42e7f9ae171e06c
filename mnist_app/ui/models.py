"""The models that a page can use: chosen by a person, loaded once for all sessions."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_app.errors import BundleError
from mnist_app.pretrained import MANIFEST, Misread, bundle_folder, shipped_names
from mnist_app.recognizer import Recognizer
from mnist_app.ui import links

MOST_LOADED: Final = 12


@dataclass(frozen=True, eq=False)
class Model:
    """A loaded bundle with what pages show of it. Read only: all sessions share it.

    ``most_confident`` int64 (n,) orders ``misread`` from the most confident mistake down;
    ``test_images`` is how many images it was tested on.
    """

    recognizer: Recognizer
    misread: Misread
    most_confident: npt.NDArray[np.int64]
    test_images: int


def choose_model() -> Model | None:
    """Show the choice of models and return the chosen one.

    Where there is none, or where it is damaged, a message says so and the result is None.
    """
    names = shipped_names()
    links.say_unknown("model", names, names[0] if names else None, "the model")
    name = st.selectbox(
        "Model",
        names,
        key="model",
        label_visibility="collapsed",
        width=172,
        bind="query-params",
        persist_state="session",
    )
    try:
        return load_model(name)
    except BundleError as error:
        st.error(str(error))
        return None


def load_model(name: str | None) -> Model:
    """Return a shipped model by name, or the default one, loaded once for all sessions.

    Raises `BundleError` if there is none of this name or if it is damaged.
    """
    return _load(name, version(name))


def version(name: str | None) -> int:
    """Return a number that changes when the bundle is replaced, for what caches know it by."""
    try:
        return (bundle_folder(name) / MANIFEST).stat().st_mtime_ns
    except (BundleError, OSError):
        return 0


@st.cache_resource(max_entries=MOST_LOADED, show_spinner="Loading the model …")
def _load(name: str | None, version: int) -> Model:  # noqa: ARG001 (the version is for the cache)
    recognizer = Recognizer.load(name)
    misread = recognizer.bundle.misread()
    order = np.argsort(-misread.probabilities.max(axis=1, initial=0.0), kind="stable")
    return Model(recognizer, misread, order, _test_images(recognizer))


def _test_images(recognizer: Recognizer) -> int:
    try:
        return int(recognizer.bundle.report()["test"]["images"])
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(
            f"report.json of the model bundle “{recognizer.bundle.name}” does not say on how many "
            "images it was tested. Train it again with train_model.py."
        ) from error
