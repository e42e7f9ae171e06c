"""Builds the candidates for digits of a line of text: groups and cuts of its components.

Most digits are connected components. But the bar of a 5 may be a component of its own, and
touching digits are one component together; shape alone does not decide.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mnist_app.arrays import Image, Mask
from mnist_app.preprocessing.normalize import Box, bounding_box
from mnist_app.segmentation.connected_components import SOLID_LEVEL
from mnist_app.segmentation.cut_paths import CutPath
from mnist_app.segmentation.text_lines import MINIMUM_DIGIT_HEIGHT

MAXIMUM_WIDTH: Final = 1.5
"""Maximum width of a digit of several components, in heights of the line's digits."""
MAXIMUM_GAP: Final = 0.3
"""Maximum width of the paper between the components of a digit, in heights of the line's digits."""
MINIMUM_LENGTH: Final = 0.5
"""Minimum stroke length of a cut candidate, in heights of the line's digits; a 1 has more."""

Extent = tuple[float, float]
"""Left and right end in pixels, without the slant of the writing."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """The ink between two bounds of a line, which may be one digit.

    ``first`` and ``last`` are the numbers of the bounds. ``components`` is the number of
    components or strokes, cut or whole, that it consists of. ``ink`` is uint8 (height, width), its
    own ink alone, cropped to ``box``. ``height``, ``length`` (of its strokes) and ``gap`` (the
    widest paper between its components) are in heights of the line's digits. ``cut`` is the ink
    that the cuts on both sides of it cross, in stroke widths, and ``crossing`` the ink that it
    shares with other strokes of the line, in squared stroke widths.
    """

    first: int
    last: int
    components: int
    box: Box
    ink: Image
    height: float
    length: float
    gap: float
    cut: float
    crossing: float

    @property
    def is_tall_enough(self) -> bool:
        """Whether it is tall enough for a digit of its line, rather than a sign or a part."""
        return self.height >= MINIMUM_DIGIT_HEIGHT

    @property
    def relative_length(self) -> float:
        """Stroke length in heights of its own, of which a low one has `MINIMUM_DIGIT_HEIGHT`."""
        return self.length / max(self.height, MINIMUM_DIGIT_HEIGHT)


@dataclass(frozen=True)
class LineScale:
    """Digit height and stroke width of a line, in pixels; slant, in pixels for a pixel up."""

    height: float
    stroke: float
    slant: float


@dataclass(frozen=True, eq=False)
class Part:
    """A component or pen stroke of a line, whole or cut, and its extent.

    ``ink`` is uint8 (height, width), its own ink alone, in ``box``.
    """

    box: Box
    ink: Image
    extent: Extent


@dataclass(frozen=True, eq=False)
class Bound:
    """A possible end of a digit: before the component at ``index``, or along a path through it.

    ``number`` is its position among all possible bounds of the line.
    """

    number: int
    index: int
    path: CutPath | None

    @property
    def cost(self) -> float:
        """The ink that the path crosses, in stroke widths; 0 without a path."""
        return 0.0 if self.path is None else self.path.cost

    def moved(self, right: float) -> "Bound":
        """Return the bound with its path ``right`` pixels further to the right."""
        return replace(self, path=self.path and self.path.moved(right))


def build_candidate(
    parts: list[Part],
    bounds: tuple[Bound, Bound],
    scale: LineScale,
    *,
    crossing: float,
    is_whole_line: bool,
) -> Candidate | None:
    """Return the candidate of ``parts`` between two bounds, or None if it cannot be a digit.

    The only digit of a line has the height of the line's digits, and the slant of a line is not
    known from one digit.
    """
    digit_height, extents = scale.height, [part.extent for part in parts]
    if is_whole_line:
        top = min(part.box[1] for part in parts)
        digit_height = float(max(part.box[1] + part.box[3] for part in parts) - top)
        extents = sorted((float(p.box[0]), float(p.box[0] + p.box[2])) for p in parts)
    gap = _widest_gap(sorted(extents))
    width = max(right for _, right in extents) - min(left for left, _ in extents)
    if len(parts) > 1 and (
        gap > MAXIMUM_GAP * digit_height or width > MAXIMUM_WIDTH * digit_height
    ):
        return None
    own, (left, top) = _merge(parts)
    tight = bounding_box(own)
    length = np.count_nonzero(own >= SOLID_LEVEL) / (scale.stroke * digit_height)
    is_cut = any(bound.path is not None for bound in bounds)
    if tight is None or (is_cut and length < MINIMUM_LENGTH):
        return None
    x, y, wide, high = tight
    return Candidate(
        first=bounds[0].number,
        last=bounds[1].number,
        components=len(parts),
        box=(left + x, top + y, wide, high),
        ink=own[y : y + high, x : x + wide],
        height=high / digit_height,
        length=length,
        gap=gap / digit_height,
        cut=bounds[0].cost + bounds[1].cost,
        crossing=crossing,
    )


def cut_part(part: Part, left: CutPath | None, right: CutPath | None, slant: float) -> Part | None:
    """Return what lies between two paths through ``part``; None where the left one is right of it.

    Without a path, the part is not cut on that side.
    """
    if left is None and right is None:
        return part
    if left is not None and right is not None and (right.columns < left.columns - 1).any():
        return None
    x, y, width, height = part.box
    start = 0 if left is None else min(max(int(left.columns.min()), 0), width)
    end = width if right is None else min(max(int(np.ceil(right.columns.max())), start), width)
    ink, columns = part.ink[:, start:end], np.arange(start, end)
    if left is not None:
        ink = np.where(columns >= left.columns[:, np.newaxis], ink, np.uint8(0))
    if right is not None:
        ink = np.where(columns < right.columns[:, np.newaxis], ink, np.uint8(0))
    return make_part(ink, (x + start, y, end - start, height), slant)


def make_part(ink: Image, box: Box, slant: float) -> Part:
    """Return the part with this ``ink``, uint8 (height, width), in ``box``."""
    return Part(box, ink, extent_of(ink > 0, box, slant) or (float(box[0]), float(box[0])))


def extent_of(mask: Mask, box: Box, slant: float) -> Extent | None:
    """Return the left and right end of a mask in ``box`` when the writing is made upright.

    None if the mask is empty.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return None
    inked = mask[rows]
    offset = slant * (rows + box[1])
    left = inked.argmax(axis=1) + box[0] + offset
    right = mask.shape[1] - 1 - inked[:, ::-1].argmax(axis=1) + box[0] + offset
    return float(left.min()), float(right.max() + 1)


def _widest_gap(extents: list[Extent]) -> float:
    """Return the widest gap between an extent and all those before it; at least 0."""
    gap, reached = 0.0, extents[0][1]
    for left, right in extents[1:]:
        gap = max(gap, left - reached)
        reached = max(reached, right)
    return gap


def _merge(parts: list[Part]) -> tuple[Image, tuple[int, int]]:
    """Return the ink of ``parts`` in a box around all of them, and that box's left and top."""
    left, top = min(part.box[0] for part in parts), min(part.box[1] for part in parts)
    right = max(part.box[0] + part.box[2] for part in parts)
    bottom = max(part.box[1] + part.box[3] for part in parts)
    merged = np.zeros((bottom - top, right - left), np.uint8)
    for part in parts:
        x, y, width, height = part.box
        into = merged[y - top : y - top + height, x - left : x - left + width]
        np.maximum(into, part.ink, out=into)
    return merged, (left, top)
