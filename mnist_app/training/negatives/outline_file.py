"""Files of letters as outlines: points on a grid of `GRID` steps, one letter after the other.

The arrays are ``points`` uint8 (n, 2), x to the right and y down, ``points_per_outline`` uint16,
``outlines_per_letter`` uint8, and ``script``, the group of each letter, which training or
validation takes as a whole.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.training.negatives.dejavu import Outlines, divided

GRID: Final = 255
"""Grid steps along a letter's longer side."""
ENLARGEMENT: Final = 8
"""Factor by which images are enlarged before their outlines are traced."""
TOLERANCE: Final = 1.5
"""Distance in enlarged pixels by which a simplified outline may miss the traced one."""


def read(file: Path) -> list[tuple[Any, Outlines]]:
    """Return script and outlines of each letter: closed, float32 (n, 2), the longer side 1."""
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    points = arrays["points"].astype(np.float64) / GRID
    outlines = np.split(points, np.cumsum(arrays["points_per_outline"], dtype=np.int64)[:-1])
    counts = arrays["outlines_per_letter"].astype(np.int64)
    ends = np.cumsum(counts)
    return [
        (script, tuple(map(closed, outlines[end - count : end])))
        for script, count, end in zip(arrays["script"].tolist(), counts, ends, strict=True)
    ]


def write(
    file: Path,
    letters: Sequence[Sequence[npt.NDArray[np.uint8]]],
    scripts: Sequence[Any],
    **more: Any,
) -> None:
    """Write the outlines of ``letters`` and the script of each; ``more`` are further arrays."""
    outlines = [outline for letter in letters for outline in letter]
    np.savez_compressed(
        file,
        points=np.concatenate(outlines),
        points_per_outline=np.array([len(outline) for outline in outlines], np.uint16),
        outlines_per_letter=np.array([len(letter) for letter in letters], np.uint8),
        script=np.array(scripts),
        **more,
    )


def traced(image: Image) -> list[npt.NDArray[np.uint8]]:
    """Return the outlines of the ink in ``image``, uint8 (height, width), on the grid.

    Ink is what is at least half as light as white, 255. Without any, there are no outlines.
    """
    large = cv2.resize(image, None, fx=ENLARGEMENT, fy=ENLARGEMENT, interpolation=cv2.INTER_CUBIC)
    ink = np.pad((large > 127).astype(np.uint8), 1)  # noqa: PLR2004
    found, _ = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    simple = [cv2.approxPolyDP(outline, TOLERANCE, True).reshape(-1, 2) for outline in found]
    simple = [outline for outline in simple if len(outline) > 2]  # noqa: PLR2004
    if not simple:
        return []
    points = np.concatenate(simple)
    low, size = points.min(axis=0), np.ptp(points, axis=0).max()
    return [np.rint((outline - low) / size * GRID).astype(np.uint8) for outline in simple]


def closed(outline: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return ``outline`` with its first point repeated at the end and its sides divided."""
    return divided(np.vstack([outline, outline[:1]])).astype(np.float32)
