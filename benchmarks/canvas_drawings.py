"""Pen strokes as a person draws them on the app's canvas, and the letters of Omniglot."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mnist_app import DatasetError
from mnist_app.arrays import Image, Points
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.training.data.cache import DATA_VARIABLE

CANVAS_SIDE: Final = 280
"""Side of the canvas in pixels."""
SIZES: Final = (0.35, 0.8)
"""Minimum and maximum longer side of a drawing, as a share of the canvas side."""
BRUSHES: Final = (12.0, 26.0)
"""Minimum and maximum width of the brush in pixels."""
LETTERS_NAME: Final = "letters.npz"
SHAPED_NAME: Final = "letters_shaped_like_digits.txt"


@dataclass(frozen=True, eq=False)
class Letter:
    """One drawing of a character: its alphabet and name, and strokes float32 (n, 2), y down.

    ``shaped_like_a_digit`` says whether a person, too, could take it for a digit.
    """

    name: str
    strokes: tuple[Points, ...]
    shaped_like_a_digit: bool


def on_canvas(strokes: Sequence[Points], random: np.random.Generator) -> Image:
    """Return ``strokes`` at random size, position and brush, white on a black canvas, RGBA."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = random.uniform(*SIZES) * CANVAS_SIDE
    scale = size / max(float((high - low).max()), 1e-6)
    brush = random.uniform(*BRUSHES)
    room = CANVAS_SIDE - (high - low) * scale - brush
    corner = brush / 2 + random.uniform(0, 1, 2) * np.maximum(room, 0)
    placed = [
        Stroke(((stroke - low) * scale + corner).astype(np.float32), brush) for stroke in strokes
    ]
    return rgba(draw(placed, CANVAS_SIDE, CANVAS_SIDE))


def rgba(ink: Image) -> Image:
    """Return ``ink`` uint8 (h, w) as white on opaque black, as the page's canvas gives it."""
    return np.dstack([ink, ink, ink, np.full_like(ink, 255)])


def load_letters(folder: str | None) -> tuple[Letter, ...]:
    """Return all drawings of letters.npz in ``folder``, or in that which MNIST_APP_DATA names.

    Source: Omniglot (Lake, Salakhutdinov and Tenenbaum 2015), background set, small split 1.
    Raises `DatasetError` if the files are missing.
    """
    named = folder or os.environ.get(DATA_VARIABLE)
    source = Path(named).expanduser() if named else Path()
    try:
        listed = (source / SHAPED_NAME).read_text(encoding="utf-8").splitlines()
        with np.load(source / LETTERS_NAME, allow_pickle=False) as arrays:
            columns = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"{LETTERS_NAME} and {SHAPED_NAME} are not in the folder {source}. "
            f"Name their folder with --data or {DATA_VARIABLE}."
        ) from error
    shaped = {line.strip() for line in listed if line.strip() and not line.startswith("#")}
    strokes = np.split(
        columns["points"].astype(np.float32), np.cumsum(columns["points_per_stroke"])[:-1]
    )
    letters, start = [], 0
    for count, alphabet, character in zip(
        columns["strokes_per_drawing"], columns["alphabet"], columns["character"], strict=True
    ):
        name = f"{alphabet}/{character}"
        letters.append(Letter(name, tuple(strokes[start : start + count]), name in shaped))
        start += int(count)
    return tuple(letters)
