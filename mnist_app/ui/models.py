"""The models that a page can use: chosen by a person, loaded once for all sessions."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_app.bundle import MANIFEST, Misread, bundle_folder, shipped_names
from mnist_app.errors import BundleError
from mnist_app.recognizer import Recognizer
from mnist_app.ui import url_state

MOST_LOADED: Final = 12


@dataclass(frozen=True, eq=False)
class Model:
    """A loaded bundle with what pages show of it. Read only: all sessions share it.

    ``most_confident`` int64 (n,) orders ``misread`` from the most confident mistake down;
    ``test_images`` is how many images it was tested on; ``report`` is ``report.json``.
    """

    recognizer: Recognizer
    misread: Misread
    most_confident: npt.NDArray[np.int64]
    test_images: int
    report: dict[str, Any]

    @property
    def name(self) -> str:
        """The name by which a person chooses it."""
        return self.recognizer.bundle.name

    @property
    def size(self) -> int:
        """How many bytes the network has as the app runs it."""
        return len(self.recognizer.bundle.model)

    def figure(self, *path: str) -> float | None:
        """Return a number of the report by the keys that lead to it, or None if it has none."""
        found: Any = self.report
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return float(found) if is_number else None


def show_head(title: str) -> Model | None:
    """Show a page's title and the choice of models; return the chosen one, if there is one."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.title(title, width="content", anchor=False)
        return choose_model()


def choose_model() -> Model | None:
    """Show the choice of models and return the chosen one.

    Where there is none, or where it is damaged, a message says so and the result is None.
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


def all_models() -> list[Model]:
    """Return all shipped models, the usual one first; say of each damaged one that it is."""
    found = []
    for name in shipped_names() or (None,):
        try:
            found.append(load_model(name))
        except BundleError as error:
            st.error(str(error))
    return found


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
    report = recognizer.bundle.report()
    return Model(recognizer, misread, order, _test_images(recognizer.bundle.name, report), report)


def _test_images(name: str, report: dict[str, Any]) -> int:
    try:
        return int(report["test"]["images"])
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(
            f"report.json of the model bundle “{name}” does not say on how many images it was "
            "tested. Train it again with train_model.py."
        ) from error
