"""Figures by which a network is chosen."""

import dataclasses

import numpy as np
import pytest

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
    """A tenth of the letters, by their module, and of each other kind a few images."""
    found = {}
    for module in (model_selection.dejavu, model_selection.noto, model_selection.drawn_letters):
        letters = found[module] = module.letters(held_out=True)[::10]
        monkeypatch.setattr(module, "letters", lambda *, held_out, few=letters: few)
    monkeypatch.setattr(model_selection, "OF_LETTERS", 1)
    monkeypatch.setattr(model_selection, "OF_KINDS", 4)
    return found


def test_every_kind_of_no_digit_that_is_shown_in_training_is_there(few):
    found = model_selection.non_digit_images(PENS, np.random.default_rng(0))
    assert len(found) == len(negative_images.KINDS)
    names = ("DejaVu letters", "Noto letters", "drawn letters")
    for name, letters in zip(names, few.values(), strict=True):
        assert len(found[f"{name} of held-out scripts"]) == len(letters) > 0
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
    for letters in few.values():
        assert f"of {len(letters)} accepted" in printed


def test_a_network_that_is_not_there_is_named(capsys):
    assert model_selection.main(["no-such-network"]) == 1
    assert "no-such-network" in capsys.readouterr().err
