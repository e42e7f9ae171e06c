"""The models of the pages: the choice of one, and their cache, which all sessions share."""

import hashlib
from dataclasses import dataclass
from typing import Final

import streamlit as st

from mnist_app import words
from mnist_app.bundle import Misread, bundle_folder, shipped_names
from mnist_app.bundle_manifest import MANIFEST
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.classroom.records import TaughtModel
from mnist_app.classroom.taught_layer import TaughtLayer
from mnist_app.errors import BundleError, ClassroomError, TeachingError
from mnist_app.model_report import ModelReport
from mnist_app.recognizer import Recognizer
from mnist_app.server import live_files
from mnist_app.server.class_store import shared_store
from mnist_app.ui import page_head, url_state
from mnist_app.ui.classroom import membership, texts
from mnist_app.ui.formatting import escaped
from mnist_app.ui.model_card import ModelCard, card_of, shipped_card
from mnist_app.words import _, mark

MAXIMUM_LOADED: Final = 12
"""Number of models that stay loaded. The one that was loaded first is dropped first."""

MAXIMUM_TAUGHT: Final = 40
"""The same for models that classes have taught; one class keeps up to 30."""
CHOICE_WIDTH: Final = 420
"""Width of the opened choice of the model in pixels."""
TAUGHT: Final = mark("A model that your class has taught.")


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A loaded bundle: recognizer, misread test images and report.

    Read only, as all sessions share it.
    """

    recognizer: Recognizer
    misread: Misread
    report: ModelReport
    version: int = 0
    """A number that changes when the bundle is replaced; each taught model has one of its own."""
    taught_name: str | None = None
    """The name of a model that a class has taught; misread images and report are its base's."""

    @property
    def name(self) -> str:
        """The name by which a person chooses the model: the bundle's, unless it was taught."""
        return self.taught_name or self.recognizer.bundle.name

    @property
    def title(self) -> str:
        """Its name for people: its recipe's title, or the name under which it was taught."""
        return self.taught_name or self.card.title

    @property
    def full_name(self) -> str:
        """Title and, in brackets, the recipe's name; of a taught model the name that it has."""
        return self.taught_name or f"{self.title} ({self.name})"

    @property
    def card(self) -> ModelCard:
        """Its name and its figures in words; those of its base if a class has taught it."""
        return card_of(self.report, self.size)

    @property
    def size(self) -> int:
        """Size of the network's LiteRT file in bytes."""
        return len(self.recognizer.bundle.model)

    @property
    def mistakes_in_words(self) -> str:
        """How many of MNIST's test images it misreads, as text without a full stop."""
        return _(
            "MNIST keeps {total} digits for testing that no model has trained on. This one "
            "misreads {count} of them"
        ).format(total=words.number(self.report.test.images), count=len(self.misread.labels))


def show_head(title: str, *, with_taught: bool = False) -> LoadedModel | None:
    """Show a page's title and the choice of the model; return it as `choose_model` does."""
    with page_head.title_row(title):
        return choose_model(with_taught=with_taught)


def choose_model(*, with_taught: bool = False) -> LoadedModel | None:
    """Show the choice of the model and return the chosen one.

    ``with_taught`` offers the models of the session's class as well. If there is no model or the
    chosen one is damaged, the page shows why and the result is None.
    """
    found = _taught_models() if with_taught else []
    taught = {model.name: model for model in reversed(found)}
    shipped = shipped_names()
    names = (*taught, *shipped)  # on a phone, what stands last in the long list is not found
    default = next(iter((*shipped, *taught)), None)
    if st.session_state.get("model", default) not in names:  # chosen on another page, or deleted
        st.session_state["model"] = default
    binding = url_state.bound("model", names, default, _("the model"))
    asked = st.query_params.get("model")  # the widget takes it over only below
    chosen = st.session_state.get("model", asked if asked in names else default)
    card = shipped_card(chosen) if chosen in shipped else None
    label = _("Model: {name}").format(name=escaped(card.title if card else chosen or ""))
    with st.popover(label, key="model_choice"):
        name = st.radio(
            _("Which model reads?"),
            names,
            index=names.index(default) if default else None,
            captions=[*map(_caption_of_taught, taught.values()), *map(_caption, shipped)],
            width=CHOICE_WIDTH,
            **binding,
        )
    if name != chosen:  # the widget took another one from the address: the label is of the old one
        st.rerun()
    try:
        return load_taught(taught[name]) if name in taught else load_model(name)
    except (BundleError, TeachingError) as error:
        st.error(str(error))
        return None


def _caption(name: str) -> str:
    card = shipped_card(name)
    if card is None:
        return _("Its report cannot be read.")
    return f"**{escaped(card.title)}.** {card.sentence}"


def _caption_of_taught(model: TaughtModel) -> str:
    """Return how a class has taught a model, without its figures: the teacher alone sees those."""
    try:
        outcome = LessonOutcome.from_json(model.summary)
    except TeachingError:
        return _(TAUGHT)
    return texts.how_taught(outcome, texts.pupil_count(len(outcome.teachers)))


def all_models(*, with_taught: bool = False) -> list[LoadedModel]:
    """Return all shipped models, the default one first; the page shows which ones are damaged.

    ``with_taught`` adds the models of the session's class.
    """
    found = []
    for name in shipped_names() or (None,):
        try:
            found.append(load_model(name))
        except BundleError as error:
            st.error(str(error))
    for model in _taught_models() if with_taught else []:
        try:
            found.append(load_taught(model))
        except (BundleError, TeachingError) as error:
            st.error(str(error))
    return found


def _taught_models() -> list[TaughtModel]:
    """Return the models that the session's class has taught, and keep the class in the address.

    If there is no such class or no database, the page shows why.
    """
    try:
        classroom = membership.class_of_session()
        found = shared_store.get().taught_models(classroom) if classroom else []
    except ClassroomError as error:
        st.warning(_("The models that your class has taught are not here.") + f" {error}")
        return []
    if found:
        membership.keep_in_address(classroom)
    return found


def load_taught(model: TaughtModel) -> LoadedModel:
    """Return a taught model from the shared cache; browsers can load its weights as well.

    Raises `TeachingError` if it is damaged or its base was replaced, `BundleError` if that is
    missing.
    """
    layer = TaughtLayer.from_bytes(model.blob)
    loaded = _load_taught(model.name, model.blob, layer.base, version(layer.base))
    live_files.offer(loaded.recognizer.bundle)
    return loaded


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


@st.cache_resource(max_entries=MAXIMUM_TAUGHT, show_spinner=False)
def _load_taught(name: str, blob: bytes, base: str, version: int) -> LoadedModel:
    loaded = _load(base, version)
    recognizer = TaughtLayer.from_bytes(blob).recognizer(loaded.recognizer.bundle)
    number = int.from_bytes(hashlib.sha256(blob).digest()[:8])
    return LoadedModel(recognizer, loaded.misread, loaded.report, number, name)


@st.cache_resource(max_entries=MAXIMUM_LOADED, show_spinner=False)
def _load(name: str | None, version: int) -> LoadedModel:
    recognizer = Recognizer.load(name)
    bundle = recognizer.bundle
    return LoadedModel(recognizer, bundle.misread(), bundle.report(), version)
