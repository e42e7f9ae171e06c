"""What people read of a shipped model before it is loaded: its name in words, and its figures."""

from dataclasses import dataclass

import streamlit as st

from mnist_app.bundle import bundle_folder
from mnist_app.bundle_manifest import MANIFEST
from mnist_app.errors import BundleError
from mnist_app.model_report import ModelReport
from mnist_app.words import _, number, per_cent


@dataclass(frozen=True)
class ModelCard:
    """A model in words: ``title`` is its recipe's, ``sentence`` says the rest."""

    title: str
    sentence: str


def card_of(report: ModelReport, size: int) -> ModelCard:
    """Return the card of a model with this report, whose LiteRT file has ``size`` bytes."""
    figures = _("Reads {share} of MNIST's test digits right, {size}.").format(
        share=per_cent(report.test.accuracy, 2), size=megabytes(size)
    )
    says_none = [_("Can say that it sees no digit.")] if report.recipe.non_digits else []
    sentence = " ".join([_learned_from(report), *says_none, figures])
    return ModelCard(_(report.recipe.title), sentence)


def shipped_card(name: str) -> ModelCard | None:
    """Return the card of the shipped model ``name``, None if its report cannot be read.

    Only its report is read, and no checksum checked: a choice of models need not load them all.
    """
    try:
        version = (bundle_folder(name) / MANIFEST).stat().st_mtime_ns
        return card_of(*_report_and_size(name, version))
    except (BundleError, OSError):
        return None


@st.cache_resource(max_entries=64, show_spinner=False)
def _report_and_size(name: str, version: int) -> tuple[ModelReport, int]:  # noqa: ARG001 (key)
    folder = bundle_folder(name)
    report = ModelReport.parse((folder / "report.json").read_bytes(), name)
    return report, (folder / "model.tflite").stat().st_size


def megabytes(size: int) -> str:
    """Return a number of bytes in words: "0.7 MB", "64 kB"."""
    if size < 100_000:  # noqa: PLR2004
        return f"{number(size / 1e3)}\N{NO-BREAK SPACE}kB"
    return f"{number(size / 1e6, 1)}\N{NO-BREAK SPACE}MB"


def _learned_from(report: ModelReport) -> str:
    if report.data.name != "mnist":
        return _("Learned from made-up digits.")
    if report.classroom is not None:
        return _("Learned from MNIST and from a class.")
    if report.data.train_pens:
        return _("Learned from MNIST and from digits that people drew with a pen.")
    return _("Learned from MNIST alone.")
