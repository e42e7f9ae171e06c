"""The film of a training: a network's weights at some moments, ``film.npz`` of a bundle.

Weights are quantised to 63 steps to either side of 0, of one size for each kernel and each bias.
The file has the changes from moment to moment, which are small and so compress well.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats
from mnist_app.checked_arrays import read_arrays
from mnist_app.checked_json import REMEDY
from mnist_app.errors import BundleError

FILE: Final = "film.npz"
MAXIMUM_BYTES: Final = 32_000_000
"""Maximum size of the arrays in the file; those of cnn take 2.3 MB."""
LEVELS: Final = 63
"""Levels of a quantised weight on either side of 0. The difference of two fits into int8."""


@dataclass(frozen=True, eq=False)
class FilmWeights:
    """The weights of the moments.

    ``levels`` has an int8 array (moments, n) for each kernel and bias in the order of
    `mnist_app.litert_weights.with_weights`, from -63 to 63; ``steps`` float32 (kernels and
    biases,) are the weights of level 1.
    """

    levels: tuple[npt.NDArray[np.int8], ...]
    steps: Floats

    @classmethod
    def quantised(cls, moments: Sequence[Sequence[Floats]]) -> Self:
        """Return the weights of ``moments``, each a list of kernels and biases of any shape."""
        arrays = [
            np.stack(values).reshape(len(moments), -1) for values in zip(*moments, strict=True)
        ]
        peaks = np.array([np.abs(values).max() for values in arrays], np.float32)
        steps = np.where(peaks > 0, peaks, 1) / np.float32(LEVELS)
        levels = (np.rint(array / step) for array, step in zip(arrays, steps, strict=True))
        return cls(tuple(one.astype(np.int8) for one in levels), steps.astype(np.float32))

    @property
    def moments(self) -> int:
        """Number of moments."""
        return len(self.levels[0])

    def at(self, moment: int) -> list[Floats]:
        """Return kernels and biases, float32, flat, at the moment with this index."""
        return [levels[moment] * step for levels, step in zip(self.levels, self.steps, strict=True)]


@dataclass(frozen=True, eq=False)
class TrainingFilm:
    """The moments of a training, in their order.

    ``images`` int64 (m,) are the training images that the network had seen by then, the first 0;
    one that was seen in several epochs counts each time. ``right`` int64 (m,) of ``validation``
    images, which were held out of the training, it then read right. ``weights`` are those of all
    moments or, if the training is the one that the bundle's network comes from, of those before the
    last, which is that network. Otherwise it is a second training by the same recipe.
    """

    images: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    validation: int
    weights: FilmWeights

    @property
    def ends_with_bundle(self) -> bool:
        """Whether the last moment is the network of the bundle."""
        return self.weights.moments < len(self.images)

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "images": self.images,
            "right": self.right,
            "validation": np.array(self.validation, np.int64),
            "steps": self.weights.steps,
        }
        for index, levels in enumerate(self.weights.levels):
            arrays[f"changes_{index}"] = np.diff(levels, axis=0, prepend=np.int8(0))
        content = io.BytesIO()
        np.savez_compressed(content, allow_pickle=False, **arrays)
        return content.getvalue()

    @classmethod
    def parse(cls, content: bytes, bundle: str) -> Self:
        """Return the film in ``content``, from the bundle that messages call ``bundle``.

        The sizes in the headers are checked before anything is unpacked. Raises `BundleError`.
        """
        try:
            return cls._read(content)
        except Exception as error:  # a damaged archive can raise nearly anything
            raise BundleError(
                "{file} of the bundle “{bundle}” is damaged. {remedy}",
                file=FILE,
                bundle=bundle,
                remedy=REMEDY,
            ) from error

    @classmethod
    def _read(cls, content: bytes) -> Self:
        arrays = read_arrays(content, MAXIMUM_BYTES)
        images, right, steps = arrays["images"], arrays["right"], arrays["steps"]
        validation = int(arrays["validation"])
        changes = [arrays[f"changes_{index}"] for index in range(len(steps))]
        counts = [images, right]
        if any(one.dtype != np.int64 or one.shape != (len(images),) for one in counts):
            raise ValueError("the counts do not belong together")
        if images[0] != 0 or (np.diff(images) <= 0).any():
            raise ValueError("the moments are not in order")
        if validation < 1 or right.min() < 0 or right.max() > validation:
            raise ValueError("more images were read right than there are")
        if steps.dtype != np.float32 or not ((steps > 0) & (steps < np.inf)).all():
            raise ValueError("the steps are impossible")
        moments = {len(one) for one in changes}
        if moments not in ({len(images) - 1}, {len(images)}):
            raise ValueError("there are not weights for each moment")
        if any(one.dtype != np.int8 or one.ndim != 2 for one in changes):  # noqa: PLR2004
            raise ValueError("the weights have other types")
        levels = tuple(np.cumsum(one, axis=0, dtype=np.int8) for one in changes)
        return cls(images, right, validation, FilmWeights(levels, steps))
