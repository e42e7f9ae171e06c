"""The drawings of a class, from the file that the app saves, divided by pupils.

No pupil is in two parts: a network is measured on people from whom it did not learn.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mnist_app.arrays import Images, Labels
from mnist_app.classroom.class_file import FileDrawing, read_class
from mnist_app.errors import DatasetError
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import draw
from mnist_app.training.data.pen_digits import PenDigit

TEST_SHARE: Final = 0.25
VALIDATION_SHARE: Final = 0.125
"""Shares of the pupils who test and who validate, at least one each."""
MINIMUM_PUPILS: Final = 3
PUPIL_SEED: Final = 0
"""Seed of the division, the same for every run, so that figures are comparable."""


@dataclass(frozen=True, eq=False)
class ClassPart:
    """The n drawings of some pupils: images uint8 (n, 28, 28), labels uint8 (n,), and strokes."""

    pupils: tuple[int, ...]
    images: Images
    labels: Labels
    pen_digits: tuple[PenDigit, ...]


@dataclass(frozen=True, eq=False)
class ClassSplit:
    """A class, divided by pupils; ``sha256`` is that of its file."""

    sha256: str
    train: ClassPart
    validation: ClassPart
    test: ClassPart


def load_class(path: Path) -> ClassSplit:
    """Return the class in the file at ``path``.

    Raises `ClassroomError` if the file is refused, `DatasetError` if it cannot be opened or has
    drawings of fewer than three pupils, or if one of them is empty.
    """
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            drawings = list(read_class(file)[1])
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read: {error.strerror}. Name the zip file."
        ) from error
    pupils = sorted({drawing.pupil for drawing in drawings})
    if len(pupils) < MINIMUM_PUPILS:
        raise DatasetError(
            f"{path} has drawings of {len(pupils)} pupils. To learn from some and to be measured "
            f"on others, at least {MINIMUM_PUPILS} must have drawn."
        )
    order = np.random.default_rng(PUPIL_SEED).permutation(pupils).tolist()
    test = max(1, round(len(order) * TEST_SHARE))
    learn = test + max(1, round(len(order) * VALIDATION_SHARE))
    return ClassSplit(
        sha256,
        train=_part(drawings, order[learn:]),
        validation=_part(drawings, order[test:learn]),
        test=_part(drawings, order[:test]),
    )


def _part(drawings: Sequence[FileDrawing], pupils: Collection[int]) -> ClassPart:
    own = [drawing for drawing in drawings if drawing.pupil in pupils]
    images = []
    for drawing in own:
        steps = steps_of_drawing(draw(drawing.strokes, drawing.height, drawing.width))
        if steps is None:
            raise DatasetError("A drawing in the file of the class is empty. Save the class again.")
        images.append(steps.image)
    return ClassPart(
        pupils=tuple(sorted(pupils)),
        images=np.stack(images),
        labels=np.array([drawing.label for drawing in own], np.uint8),
        pen_digits=tuple(
            PenDigit(drawing.label, drawing.pupil, tuple(one.points for one in drawing.strokes))
            for drawing in own
        ),
    )
