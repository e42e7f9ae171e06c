"""Letters of a hundred scripts as outlines, from the Noto fonts.

Source: the Noto fonts (© 2010-2020 Google, SIL Open Font License 1.1). The command
``scripts/letters-of-scripts`` extracted the letters to ``noto_letters.npz``. Their scripts are
neither in `mnist_app.training.negatives.dejavu` nor among the letters of the final figures.
"""

import functools
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.training.negatives.dejavu import Outlines, divided

FILE: Final = Path(__file__).with_name("noto_letters.npz")
HELD_OUT_INTERVAL: Final = 6
"""Every sixth script in alphabetical order is kept for validation: no network trains on it."""


@functools.cache
def letters(*, held_out: bool = False) -> tuple[Outlines, ...]:
    """Return the letters that do not look like a digit, of the training scripts.

    Outlines are as in `mnist_app.training.negatives.dejavu.letters`. ``held_out`` returns those of
    the validation scripts instead.
    """
    with np.load(FILE) as file:
        stored = {name: file[name] for name in file.files}
    points = stored["points"].astype(np.float64)
    points /= points.max()
    outlines = np.split(points, np.cumsum(stored["points_per_outline"], dtype=np.int64)[:-1])
    scripts = stored["script"].tolist()
    validation_scripts = set(sorted(set(scripts))[HELD_OUT_INTERVAL // 2 :: HELD_OUT_INTERVAL])
    ends = np.cumsum(stored["outlines_per_letter"], dtype=np.int64)
    return tuple(
        tuple(map(_closed, outlines[end - count : end]))
        for script, count, end in zip(scripts, stored["outlines_per_letter"], ends, strict=True)
        if (script in validation_scripts) == held_out
    )


def _closed(outline: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return ``outline`` with its first point repeated at the end and its sides divided."""
    return divided(np.vstack([outline, outline[:1]])).astype(np.float32)
