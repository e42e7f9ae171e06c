"""What a bundle carries to be taught further: features of MNIST's images, ``teaching.npz``.

The features of an image are the inputs of a network's last layer: no pixels. Each is quantised to
8 bits between 0 and its peak, which changes no reading of cnn on MNIST's test images.
"""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import DIGITS, Floats, Labels
from mnist_app.checked_arrays import read_arrays
from mnist_app.checked_json import REMEDY
from mnist_app.errors import BundleError

FILE: Final = "teaching.npz"
MAXIMUM_BYTES: Final = 64_000_000
"""Maximum size of the arrays in the file; those of `mnist_app.training.teachable` take 2.9 MB."""
LEVELS: Final = 255
"""Levels of a quantised feature besides 0."""
_PARTS: Final = ("rehearsal", "held_back", "test")


@dataclass(frozen=True, eq=False)
class LabelledFeatures:
    """Features float32 (n, d) of n images, not negative, and their labels uint8 (n,)."""

    features: Floats
    labels: Labels


@dataclass(frozen=True, eq=False)
class TeachingData:
    """Features of MNIST's images.

    ``rehearsal`` are training images to rehearse with, in random order; ``held_back`` are images
    that neither the network nor its pupils learn from, to calibrate by; ``test`` are test images,
    to measure forgetting by.
    """

    rehearsal: LabelledFeatures
    held_back: LabelledFeatures
    test: LabelledFeatures

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        parts = {name: getattr(self, name) for name in _PARTS}
        peaks = np.max([part.features.max(axis=0) for part in parts.values()], axis=0)
        peaks[peaks == 0] = 1  # of features that are never active
        arrays: dict[str, npt.NDArray[np.generic]] = {"peaks": peaks.astype(np.float32)}
        for name, part in parts.items():
            arrays[name] = np.rint(part.features * (LEVELS / peaks)).astype(np.uint8)
            arrays[f"{name}_labels"] = part.labels
        content = io.BytesIO()
        np.savez_compressed(content, allow_pickle=False, **arrays)
        return content.getvalue()

    @classmethod
    def parse(cls, content: bytes, bundle: str) -> "TeachingData":
        """Return the features in ``content``, from the bundle that messages call ``bundle``.

        The sizes in the headers are checked before anything is unpacked. Raises `BundleError`.
        """
        try:
            return _read(content)
        except Exception as error:  # a damaged archive can raise nearly anything
            raise BundleError(
                "{file} of the bundle “{bundle}” is damaged. {remedy}",
                file=FILE,
                bundle=bundle,
                remedy=REMEDY,
            ) from error


def _read(content: bytes) -> TeachingData:
    arrays = read_arrays(content, MAXIMUM_BYTES)
    peaks = arrays["peaks"]
    found = {name: (arrays[name], arrays[f"{name}_labels"]) for name in _PARTS}
    is_possible = (peaks > 0) & (peaks < np.inf)
    if peaks.dtype != np.float32 or peaks.ndim != 1 or not is_possible.all():
        raise ValueError("the peaks of the features are impossible")
    for levels, labels in found.values():
        shapes = [levels.shape, labels.shape]
        count = len(labels)
        if {levels.dtype, labels.dtype} != {np.dtype(np.uint8)}:
            raise ValueError("the arrays have other types")
        if shapes != [(count, len(peaks)), (count,)]:
            raise ValueError("the arrays do not belong together")
        if not count or labels.max() >= DIGITS:
            raise ValueError("there is no image, or a label is no digit")
    step = peaks / np.float32(LEVELS)
    return TeachingData(
        *(LabelledFeatures(levels * step, labels) for levels, labels in found.values())
    )
