"""Readings and figures as text, for pages that show those of several models."""

import re
from collections.abc import Sequence
from typing import Final

from mnist_app.recognizer import Prediction, percentage
from mnist_app.ui.charts.model_readings import agreement

MAXIMUM_NAMES: Final = 2
"""Number of models that are named in a sentence; of more the number is given."""


def agreement_in_words(names: Sequence[str], readings: Sequence[Prediction]) -> str:
    """Return in a Markdown sentence which models read which digit, in the order of `agreement`."""
    groups = agreement(readings)
    if len(groups) == 1:
        digit = groups[0][0]
        return "No model finds a digit" if digit is None else f"All models say :primary[{digit}]"
    parts = []
    for digit, members in groups:
        who = ", ".join(escaped(names[index]) for index in members)
        if len(members) > MAXIMUM_NAMES:
            who = f"{len(members)} models"
        parts.append(f"{'no digit' if digit is None else f':primary[{digit}]'} ({who})")
    return f"They disagree: {' · '.join(parts)}"


def escaped(name: str) -> str:
    """Return the name of a model escaped for Markdown."""
    return name.replace("_", r"\_")


def plain(sentence: str) -> str:
    """Return a sentence of `agreement_in_words` without its Markdown."""
    return re.sub(r":primary\[(.*?)\]", r"\1", sentence).replace(r"\_", "_")


def exact(share: float | None) -> str:
    """Return a share from 0 to 1 in per cent with two decimals, for figures close together."""
    return "not measured" if share is None else f"{100 * share:.2f} %"


def rough(share: float | None) -> str:
    """Return a share from 0 to 1 as `percentage` does, for figures far apart."""
    return "not measured" if share is None else percentage(share)


def whole(number: float | None) -> str:
    """Return a whole number with its thousands separated."""
    return "not known" if number is None else f"{number:,.0f}"
