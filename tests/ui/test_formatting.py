"""Readings of several models in words, and figures as text."""

import numpy as np

from mnist_app import Prediction, words
from mnist_app.ui.formatting import agreement_in_words, exact, rough, whole


def test_a_sentence_names_the_models_that_disagree():
    def reading(digit, confidence):
        shares = np.full(10, (1 - confidence) / 9, np.float32)
        shares[digit] = confidence
        image = np.zeros((28, 28), np.uint8)
        return Prediction(digit, confidence, confidence > 0.5, shares, image)

    sure, other, unsure = reading(7, 0.9), reading(1, 0.8), reading(7, 0.2)
    assert agreement_in_words(["a", "b"], [sure, sure]) == "All models say :primary[7]"
    assert agreement_in_words(["a", "b"], [unsure, unsure]) == "No model finds a digit"
    words = agreement_in_words(["a", "b", "c", "d", "e_f"], [other, sure, sure, sure, unsure])
    assert words == ("They disagree: :primary[7] (3 models) · :primary[1] (a) · no digit (e\\_f)")


def test_figures_have_as_many_digits_as_they_need():
    assert [exact(0.99321), rough(0.99321), whole(151_562)] == ["99.32 %", "99 %", "151,562"]
    assert [exact(None), rough(None), whole(None)] == ["not measured", "not measured", "not known"]


def test_figures_are_written_as_germans_write_them():
    with words.in_language("de"):
        assert (exact(0.9973), rough(0.984), whole(301467)) == ("99,73 %", "98 %", "301.467")
        assert rough(0.9999) == "über 99 %"
