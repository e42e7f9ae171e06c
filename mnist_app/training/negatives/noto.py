"""Letters of a hundred scripts as outlines, from the Noto fonts.

Source: the Noto fonts (© 2010-2020 Google, SIL Open Font License 1.1). The command
``scripts/letters-of-scripts`` extracted the letters to ``noto_letters.npz``. Their scripts are
neither in `mnist_app.training.negatives.dejavu` nor among the letters of the final figures.
"""

import functools
from pathlib import Path
from typing import Final

from mnist_app.training.negatives import outline_file
from mnist_app.training.negatives.dejavu import Outlines

FILE: Final = Path(__file__).with_name("noto_letters.npz")
HELD_OUT_INTERVAL: Final = 6
"""Every sixth script in alphabetical order is kept for validation: no network trains on it."""


@functools.cache
def letters(*, held_out: bool = False) -> tuple[Outlines, ...]:
    """Return the letters that do not look like a digit, of the training scripts.

    Outlines are as in `mnist_app.training.negatives.dejavu.letters`. ``held_out`` returns those of
    the validation scripts instead.
    """
    every = outline_file.read(FILE)
    scripts = sorted({script for script, _ in every})
    validation_scripts = set(scripts[HELD_OUT_INTERVAL // 2 :: HELD_OUT_INTERVAL])
    return tuple(
        outlines for script, outlines in every if (script in validation_scripts) == held_out
    )
