"""Figures by which a network is chosen."""

import dataclasses

import numpy as np
import pytest

from mnist_app.bundle import load_bundle
from mnist_app.training.data import datasets
from mnist_app.training.data.pen_digits import PenDigit, PenDigits
from mnist_app.training.negatives import negative_images
from mnist_app.training.recipes import BEST
from tests.drawings import DIGITS
from tests.lazy_modules import LazyModule

model_selection = LazyModule("benchmarks.model_selection")

PENS = tuple(
    PenDigit(label, BEST.validation_writers[0], tuple(np.array(s, np.float32) for s in strokes))
    for label, strokes in DIGITS.items()
)


@pytest.fixture
def few(monkeypatch):
    """A tenth of the letters, and of each other kind a few."""
    every = model_selection.noto.letters(held_out=True)
    monkeypatch.setattr(model_selection.noto, "letters", lambda *, held_out: every[::10])
    monkeypatch.setattr(model_selection, "OF_LETTERS", 1)
    monkeypatch.setattr(model_selection, "OF_KINDS", 4)
    return every


def test_every_kind_of_no_digit_that_is_shown_in_training_is_there(few):
    found = model_selection.non_digit_images(PENS, np.random.default_rng(0))
    assert len(found) == len(negative_images.KINDS)
    assert len(found["Noto letters of held-out scripts"]) == len(few[::10])
    for images in found.values():
        assert images.dtype == np.uint8
        assert images.shape[1:] == (28, 28)


@pytest.mark.slow
def test_the_figures_of_the_shipped_network_are_printed(few, monkeypatch, capsys):
    """Of drawn data, with each digit once in the hand of a writer held out."""
    pens = PenDigits("nowhere", "0" * 64, PENS)
    drawn = dataclasses.replace(datasets.synthetic_dataset(), pen_digits=pens)
    monkeypatch.setattr(model_selection, "load_dataset", lambda *_, **__: drawn)
    assert model_selection.main([]) == 0
    printed = capsys.readouterr().out
    assert "digits of the writers held out: " in printed
    assert f"of {len(PENS) * model_selection.RENDERINGS} misread" in printed
    assert f"of {len(few[::10])} accepted" in printed


@pytest.mark.parametrize(
    ("options", "looks"), [([], None), (["--second-look"], True), (["--no-second-look"], False)]
)
def test_the_second_look_is_the_bundle_s_unless_it_is_asked_for_or_not(monkeypatch, options, looks):
    asked = []
    monkeypatch.setattr(
        model_selection, "InferenceModel", lambda *_, second_look: asked.append(second_look)
    )
    monkeypatch.setattr(model_selection, "measure", lambda *_: [])
    assert model_selection.main(options) == 0
    assert asked == [load_bundle().settings.rotated_copies is not None if looks is None else looks]


def test_a_network_that_is_not_there_is_named(capsys):
    assert model_selection.main(["no-such-network"]) == 1
    assert "no-such-network" in capsys.readouterr().err
