"""The drawings of a class as arrays, and its pupils divided into those who teach and who test."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import DIGITS, Images, Labels, Mask
from mnist_app.errors import TeachingError

Indices = npt.NDArray[np.int64]
"""Positions in the arrays of `ClassDrawings`, (n,)."""


@dataclass(frozen=True, eq=False)
class ClassDrawings:
    """The n drawings of a class.

    ``images`` is uint8 (n, 28, 28), as `mnist_app.preprocessing.normalize` makes them; ``labels``
    uint8 (n,), the digits asked for, 0 to 9; ``pupils`` int64 (n,), the number of the pupil who
    drew each. Raises `TeachingError` for other arrays.
    """

    images: Images
    labels: Labels
    pupils: Indices

    def __post_init__(self) -> None:
        """Raise `TeachingError` if the arrays do not belong together."""
        count = len(self.labels)
        shapes = [self.images.shape, self.labels.shape, self.pupils.shape]
        kinds = [self.images.dtype, self.labels.dtype, self.pupils.dtype]
        if (
            shapes != [(count, 28, 28), (count,), (count,)]
            or kinds != [np.uint8, np.uint8, np.int64]
            or (self.labels >= DIGITS).any()
        ):
            raise TeachingError(
                "These are no drawings of a class: there must be an image of 28×28 pixels, a digit "
                "and a pupil for each. Export the class again."
            )

    def __len__(self) -> int:
        """Return the number of drawings."""
        return len(self.labels)

    @property
    def pupil_numbers(self) -> tuple[int, ...]:
        """The numbers of all pupils with drawings, in ascending order."""
        return tuple(np.unique(self.pupils).tolist())

    def by(self, pupils: Collection[int]) -> Mask:
        """Return which drawings are by these pupils, (n,)."""
        return np.isin(self.pupils, list(pupils))

    def selected(self, chosen: Mask | Indices) -> Self:
        """Return the drawings that a mask or indices choose."""
        return type(self)(self.images[chosen], self.labels[chosen], self.pupils[chosen])


def halves(pupils: Collection[int], seed: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the pupils who teach and those who test: half by chance, fixed by ``seed``.

    Each pupil draws a lot that depends on ``seed`` and the pupil's number alone, so that few change
    sides when others join or leave. Of an odd number, one more teaches.
    """
    by_lot = sorted(pupils, key=lambda pupil: np.random.default_rng((seed, pupil)).random())
    middle = (len(by_lot) + 1) // 2
    return tuple(sorted(by_lot[:middle])), tuple(sorted(by_lot[middle:]))
