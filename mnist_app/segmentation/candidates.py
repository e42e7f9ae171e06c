"""Lists the candidates for digits in the ink of a number: all plausible groups and cuts of it.

Most digits are connected components. But the bar of a 5 may be a component of its own, and
touching digits are one component together; shape alone does not decide. Each line of text becomes
a segmentation lattice: its bounds lie between components and along cut paths, and the ink between
any two bounds that could be one digit is a candidate.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image, Mask
from mnist_app.preprocessing.normalize import Box, bounding_box
from mnist_app.segmentation.connected_components import SOLID_LEVEL, Components, find_components
from mnist_app.segmentation.cut_paths import CutPath, find_cut_paths
from mnist_app.segmentation.text_lines import (
    MINIMUM_DIGIT_HEIGHT,
    TextLine,
    estimate_slant,
    find_text_lines,
)

MAXIMUM_PARTS: Final = 4
"""Maximum number of components, cut or whole, in a digit."""
MAXIMUM_WIDTH: Final = 1.5
"""Maximum width of a digit of several components, in heights of the line's digits."""
MAXIMUM_GAP: Final = 0.3
"""Maximum width of the paper between the components of a digit, in heights of the line's digits."""
MINIMUM_CUT_WIDTH: Final = 0.4
"""Minimum width of a component that may be cut, in heights of the line's digits."""
MINIMUM_CUT_STROKES: Final = 3.0
"""The same in stroke widths; both minima apply."""
BREAK_STROKES: Final = 2.0
"""Maximum gap in a digit, in stroke widths, where a pencil slid or a ruled line was removed."""
MINIMUM_LENGTH: Final = 0.5
"""Minimum stroke length of a cut candidate, in heights of the line's digits; a 1 has more."""

Extent = tuple[float, float]
"""Left and right end in pixels, without the slant of the writing."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """The ink between two bounds of a line, which may be one digit.

    ``first`` and ``last`` are the numbers of the bounds. ``components`` is the number of
    components, cut or whole, that it consists of. ``ink`` is uint8 (height, width), its own ink
    alone, cropped to ``box``. ``height``, ``length`` (of its strokes) and ``gap`` (the widest
    paper between its components) are in heights of the line's digits. ``cut`` is the ink that the
    cuts on both sides of it cross, in stroke widths.
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

    @property
    def is_tall_enough(self) -> bool:
        """Whether it is tall enough for a digit of its line, rather than a sign or a part."""
        return self.height >= MINIMUM_DIGIT_HEIGHT

    @property
    def relative_length(self) -> float:
        """Stroke length in heights of its own, of which a low one has `MINIMUM_DIGIT_HEIGHT`."""
        return self.length / max(self.height, MINIMUM_DIGIT_HEIGHT)


@dataclass(frozen=True, eq=False)
class Lattice:
    """The segmentation lattice of one line of text.

    Its digits are candidates end to end, from bound 0 to bound ``bounds``, which is the last.
    """

    bounds: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, eq=False)
class Segmentation:
    """The lattices of all lines from top to bottom, and the stroke width in pixels."""

    lines: tuple[Lattice, ...]
    stroke_width: float


@dataclass(frozen=True)
class _LineScale:
    """Digit height and stroke width of a line, in pixels; slant, in pixels for a pixel up."""

    height: float
    stroke: float
    slant: float


@dataclass(frozen=True, eq=False)
class _Component:
    """One component of a line: its mask (height, width) in ``box``, and the paths to cut it."""

    box: Box
    mask: Mask
    extent: Extent
    paths: list[CutPath]


@dataclass(frozen=True, eq=False)
class _Bound:
    """A possible end of a digit: before the component at ``index``, or along a path through it."""

    index: int
    path: CutPath | None

    @property
    def cost(self) -> float:
        return 0.0 if self.path is None else self.path.cost


def segment(ink: Image) -> Segmentation:
    """Return the candidates for digits in ``ink``, uint8 (height, width), 0 for paper."""
    found = find_components(ink)
    lines = find_text_lines(found.boxes, BREAK_STROKES * found.stroke_width)
    lattices = [_lattice(ink, found, line) for line in lines]
    return Segmentation(tuple(lattices), found.stroke_width)


def _lattice(ink: Image, found: Components, line: TextLine) -> Lattice:
    labels = np.array(line.members, np.int32) + 1
    scale = _LineScale(line.height, found.stroke_width, _slant(found, labels))
    components = [_component(ink, found, int(label), scale) for label in labels]
    components.sort(key=lambda component: sum(component.extent))
    bounds: list[_Bound] = []
    for index, component in enumerate(components):
        bounds += [_Bound(index, None), *(_Bound(index, path) for path in component.paths)]
    bounds.append(_Bound(len(components), None))
    candidates = (
        _candidate(ink, components, bounds, (first, last), scale)
        for first, start in enumerate(bounds)
        for last, end in enumerate(bounds[first + 1 :], start=first + 1)
        if end.index - start.index <= MAXIMUM_PARTS
    )
    return Lattice(len(bounds) - 1, tuple(one for one in candidates if one is not None))


def _slant(found: Components, labels: npt.NDArray[np.int32]) -> float:
    """Return the slant of the components with these labels, from at least 64 rows of them."""
    boxes = found.boxes[labels - 1]
    x, y = boxes[:, :2].min(axis=0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    step = max(1, int(bottom - y) // 64)
    inside = found.labels[y:bottom:step, x:right:step]
    rows, columns = np.nonzero(np.isin(inside, labels))
    return estimate_slant(rows, columns) if len(rows) else 0.0


def _component(ink: Image, found: Components, label: int, scale: _LineScale) -> _Component:
    x, y, width, height = (int(side) for side in found.boxes[label - 1])
    box, window = (x, y, width, height), np.s_[y : y + height, x : x + width]
    mask = found.labels[window] == label
    left, right = extent = _extent(mask, box, scale.slant)
    paths: list[CutPath] = []
    if right - left > max(MINIMUM_CUT_WIDTH * scale.height, MINIMUM_CUT_STROKES * scale.stroke):
        coverage = np.where(mask, ink[window], 0).astype(np.float32) / np.float32(255)
        paths = find_cut_paths(coverage, scale.slant, scale.stroke)
    return _Component(box, mask, extent, paths)


def _candidate(
    ink: Image,
    components: list[_Component],
    bounds: list[_Bound],
    between: tuple[int, int],
    scale: _LineScale,
) -> Candidate | None:
    """Return the candidate between two bounds, or None if its shape excludes a digit."""
    first, last = between
    start, end = bounds[first], bounds[last]
    parts = components[start.index : end.index + (end.path is not None)]
    if len(parts) == 1 and _cross(start.path, end.path):
        return None
    masks = _cut_masks(parts, start.path, end.path)
    is_whole_line = first == 0 and end.index == len(components)
    digit_height, extents = _measure(parts, masks, scale, is_whole_line=is_whole_line)
    gap = _widest_gap(extents)
    width = max(right for _, right in extents) - min(left for left, _ in extents)
    if len(parts) > 1 and (
        gap > MAXIMUM_GAP * digit_height or width > MAXIMUM_WIDTH * digit_height
    ):
        return None
    own, (left, top) = _merge(ink, [part.box for part in parts], masks)
    tight = bounding_box(own)
    length = np.count_nonzero(own >= SOLID_LEVEL) / (scale.stroke * digit_height)
    is_cut = start.path is not None or end.path is not None
    if tight is None or (is_cut and length < MINIMUM_LENGTH):
        return None
    x, y, wide, high = tight
    return Candidate(
        first=first,
        last=last,
        components=len(parts),
        box=(left + x, top + y, wide, high),
        ink=own[y : y + high, x : x + wide],
        height=high / digit_height,
        length=length,
        gap=gap / digit_height,
        cut=start.cost + end.cost,
    )


def _cross(left: CutPath | None, right: CutPath | None) -> bool:
    """Return whether the left one of two paths is right of the other one in any row."""
    return left is not None and right is not None and bool((right.columns < left.columns - 1).any())


def _cut_masks(parts: list[_Component], start: CutPath | None, end: CutPath | None) -> list[Mask]:
    """Return the masks of ``parts``, cut along a path at the left and one at the right, if any."""
    masks = [part.mask for part in parts]
    if start is not None:
        masks[0] = masks[0] & (np.arange(parts[0].box[2]) >= start.columns[:, np.newaxis])
    if end is not None:
        masks[-1] = masks[-1] & (np.arange(parts[-1].box[2]) < end.columns[:, np.newaxis])
    return masks


def _measure(
    parts: list[_Component], masks: list[Mask], scale: _LineScale, *, is_whole_line: bool
) -> tuple[float, list[Extent]]:
    """Return the height of the line's digits, and the extent of each part.

    The only digit of a line has the height of the line's digits, and the slant of a line is not
    known from one digit.
    """
    if is_whole_line:
        top = min(part.box[1] for part in parts)
        bottom = max(part.box[1] + part.box[3] for part in parts)
        extents = [(float(part.box[0]), float(part.box[0] + part.box[2])) for part in parts]
        return float(bottom - top), sorted(extents)
    return scale.height, [
        part.extent if mask is part.mask else _extent(mask, part.box, scale.slant)
        for part, mask in zip(parts, masks, strict=True)
    ]


def _extent(mask: Mask, box: Box, slant: float) -> Extent:
    """Return the left and right end of a mask in ``box`` when the writing is made upright."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return float(box[0]), float(box[0])
    upright = columns + box[0] + slant * (rows + box[1])
    return float(upright.min()), float(upright.max() + 1)


def _widest_gap(extents: list[Extent]) -> float:
    """Return the widest gap between an extent and all those before it; at least 0."""
    gap, reached = 0.0, extents[0][1]
    for left, right in extents[1:]:
        gap = max(gap, left - reached)
        reached = max(reached, right)
    return gap


def _merge(ink: Image, boxes: list[Box], masks: list[Mask]) -> tuple[Image, tuple[int, int]]:
    """Return the ink under masks in a box around all of them, and that box's left and top."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    merged = np.zeros((bottom - top, right - left), np.uint8)
    for (x, y, width, height), mask in zip(boxes, masks, strict=True):
        into = merged[y - top : y - top + height, x - left : x - left + width]
        np.copyto(into, ink[y : y + height, x : x + width], where=mask)
    return merged, (left, top)
