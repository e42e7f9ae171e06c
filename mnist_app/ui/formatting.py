"""Readings and figures as text, for pages that show those of several models."""

import re
from collections.abc import Sequence
from typing import Final

from mnist_app.prediction import Prediction, percentage
from mnist_app.ui.charts.model_readings import agreement
from mnist_app.words import _, number, per_cent

MAXIMUM_NAMES: Final = 2
"""Number of models that are named in a sentence; of more the number is given."""


def agreement_in_words(names: Sequence[str], readings: Sequence[Prediction]) -> str:
    """Return in a Markdown sentence which models read which digit, in the order of `agreement`."""
    groups = agreement(readings)
    if len(groups) == 1:
        digit = groups[0][0]
        if digit is None:
            return _("No model finds a digit")
        return _("All models say :primary[{digit}]").format(digit=digit)
    parts = []
    for digit, members in groups:
        who = ", ".join(escaped(names[index]) for index in members)
        if len(members) > MAXIMUM_NAMES:
            who = _("{count} models").format(count=len(members))
        said = _("no digit") if digit is None else f":primary[{digit}]"
        parts.append(f"{said} ({who})")
    return _("They disagree: {groups}").format(groups=" · ".join(parts))


def escaped(name: str) -> str:
    """Return the name of a model escaped for Markdown."""
    return name.replace("_", r"\_")


def plain(sentence: str) -> str:
    """Return a sentence of `agreement_in_words` without its Markdown."""
    return re.sub(r":primary\[(.*?)\]", r"\1", sentence).replace(r"\_", "_")


def exact(share: float | None) -> str:
    """Return a share from 0 to 1 in per cent with two decimals, for figures close together."""
    return _("not measured") if share is None else per_cent(share, 2)


def rough(share: float | None) -> str:
    """Return a share from 0 to 1 as `percentage` does, for figures far apart."""
    return _("not measured") if share is None else percentage(share)


def whole(count: float | None) -> str:
    """Return a whole number with its thousands separated."""
    return _("not known") if count is None else number(count)
