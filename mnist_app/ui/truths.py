"""What a drawing is, and what the network says it is: a digit from 0 to 9, or no digit."""

from typing import Final

from mnist_app.arrays import DIGITS
from mnist_app.prediction import Prediction
from mnist_app.words import _

NO_DIGIT: Final = DIGITS
"""Stands for a drawing that is no digit."""
TRUTHS: Final = (*range(DIGITS), NO_DIGIT)


def in_words(truth: int) -> str:
    """Return one of `TRUTHS` as the page writes it."""
    return _("no digit") if truth == NO_DIGIT else str(truth)


def answer(prediction: Prediction) -> int:
    """Return the network's answer, one of `TRUTHS`: the digit if it is accepted."""
    return prediction.digit if prediction.accepted else NO_DIGIT


def answer_certainty(prediction: Prediction) -> float:
    """Return how sure the network is of its `answer`, 0 to 1.

    Of `NO_DIGIT` it is as sure as the likeliest digit leaves it.
    """
    return prediction.certainty if prediction.accepted else 1 - prediction.certainty
