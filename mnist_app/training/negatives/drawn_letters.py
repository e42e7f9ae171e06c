"""Letters of many alphabets as people drew them, as outlines.

Source: the background set of Omniglot (Lake et al. 2015, “Human-level concept learning through
probabilistic program induction”, MIT licence), without the alphabets of the final figures and
without the letters that are shaped like a digit. ``scripts/drawn-letters`` wrote the file.
"""

import functools
from pathlib import Path
from typing import Final

from mnist_app.training.negatives import outline_file
from mnist_app.training.negatives.dejavu import Outlines

FILE: Final = Path(__file__).with_name("drawn_letters.npz")
HELD_OUT_GROUP: Final = 0
"""The group of alphabets that is kept for validation: no network trains on it."""


@functools.cache
def letters(*, held_out: bool = False) -> tuple[Outlines, ...]:
    """Return the drawings of the training alphabets, or with ``held_out`` those for validation.

    Outlines are as in `mnist_app.training.negatives.dejavu.letters`.
    """
    return tuple(
        outlines
        for group, outlines in outline_file.read(FILE)
        if (group == HELD_OUT_GROUP) == held_out
    )
