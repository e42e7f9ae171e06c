"""Readings and figures in words, for pages that show many of them."""

from collections.abc import Sequence
from typing import Final

from mnist_app.recognizer import Prediction, percentage
from mnist_app.ui.charts.model_readings import agreement

MOST_NAMED: Final = 2
"""More models than these are counted, not named."""


def agreement_in_words(names: Sequence[str], readings: Sequence[Prediction]) -> str:
    """Return in a sentence, in Markdown, who reads what; `agreement` says in which order."""
    groups = agreement(readings)
    if len(groups) == 1:
        digit = groups[0][0]
        return "No model is sure" if digit is None else f"All models say :primary[{digit}]"
    parts = []
    for digit, places in groups:
        who = ", ".join(escaped(names[place]) for place in places)
        if len(places) > MOST_NAMED:
            who = f"{len(places)} models"
        parts.append(f"{'not sure' if digit is None else f':primary[{digit}]'} ({who})")
    return f"They disagree: {' · '.join(parts)}"


def escaped(name: str) -> str:
    """Return the name of a model as Markdown shows it unchanged."""
    return name.replace("_", r"\_")


def exact(share: float | None) -> str:
    """Return an accuracy from 0 to 1 with two decimals: here the differences are what counts."""
    return "not measured" if share is None else f"{100 * share:.2f} %"


def rough(share: float | None) -> str:
    """Return a share from 0 to 1 as `percentage` does, where the differences are large."""
    return "not measured" if share is None else percentage(share)


def whole(number: float | None) -> str:
    """Return a whole number with its thousands separated."""
    return "not known" if number is None else f"{number:,.0f}"
