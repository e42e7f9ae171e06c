"""Letters of a hundred more scripts, as outlines: what a network must learn to say "no" to.

Source: the Noto fonts (© 2010-2020 Google, SIL Open Font License 1.1), from which the command
``scripts/letters-of-scripts`` took the letters that are in ``noto_letters.npz``. They are of
scripts that are neither in `mnist_app.training.negatives.dejavu` nor among the letters of the final
figures.
"""

import functools
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.training.negatives.dejavu import Outlines, divided

FILE: Final = Path(__file__).with_name("noto_letters.npz")
EVERY: Final = 6
"""Of the scripts in alphabetical order, one of so many is held out: a network is judged by its
letters and never learns from them."""


@functools.cache
def letters(*, held_out: bool = False) -> tuple[Outlines, ...]:
    """Return every letter that nobody would take for a digit, of the scripts to learn from.

    Outlines are as in `mnist_app.training.negatives.dejavu.letters`. With ``held_out`` those of the
    scripts that are held out.
    """
    with np.load(FILE) as file:
        stored = {name: file[name] for name in file.files}
    points = stored["points"].astype(np.float64)
    points /= points.max()
    outlines = np.split(points, np.cumsum(stored["points_per_outline"], dtype=np.int64)[:-1])
    scripts = stored["script"].tolist()
    judged_by = set(sorted(set(scripts))[EVERY // 2 :: EVERY])
    ends = np.cumsum(stored["outlines_per_letter"], dtype=np.int64)
    return tuple(
        tuple(map(_closed, outlines[end - count : end]))
        for script, count, end in zip(scripts, stored["outlines_per_letter"], ends, strict=True)
        if (script in judged_by) == held_out
    )


def _closed(outline: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return ``outline`` with its first point repeated at the end and its sides divided."""
    return divided(np.vstack([outline, outline[:1]])).astype(np.float32)
