"""Divides the ink of a number into lines, and each line into a segmentation lattice.

The bounds of a lattice lie between components and along cut paths, and the ink between any two
bounds that could be one digit is a candidate. The decoder asks for candidates by and by: paths
are searched for only in components that are not certainly one digit.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import Box
from mnist_app.segmentation.candidates import (
    Bound,
    Candidate,
    LineScale,
    Part,
    build_candidate,
    cut_part,
    make_part,
)
from mnist_app.segmentation.connected_components import Components, find_components
from mnist_app.segmentation.cut_paths import MAXIMUM_COLUMNS, MAXIMUM_PATHS, ROWS, find_cut_paths
from mnist_app.segmentation.text_lines import (
    MAXIMUM_SLANT_PIXELS,
    TextLine,
    estimate_slant,
    find_text_lines,
)

MAXIMUM_PARTS: Final = 4
"""Maximum number of components, cut or whole, in a digit."""
MINIMUM_CUT_WIDTH: Final = 0.4
"""Minimum width of a component that may be cut, in heights of the line's digits."""
MINIMUM_CUT_STROKES: Final = 3.0
"""The same in stroke widths; both minima apply."""
BREAK_STROKES: Final = 2.0
"""Maximum gap in a digit, in stroke widths, where a pencil slid or a ruled line was removed."""
SHARED_STROKES: Final = 1.0
"""Ink beyond a cut, in stroke widths, that the digits on both sides of it may share.

Two zeros may have one wall between them: cut along it, one of them would be left open.
"""
MAXIMUM_SEARCHED_COLUMNS: Final = 3000
"""Maximum number of columns in which cut paths through a picture's components are searched for.

It limits time: a column, of `cut_paths.ROWS` rows, takes about 0.1 ms, and a component has at least
`MINIMUM_SEARCHED_COLUMNS`. Components are searched in reading order; further ones are not cut.
Numbers of pen writers 17-20 in three lines have up to 600.
"""
MINIMUM_SEARCHED_COLUMNS: Final = 100
"""Number of columns that the search through a narrow component counts for; it takes as long."""
MAXIMUM_COMBINED_PIXELS: Final = 100_000_000
"""Maximum number of pixels in the squares around a picture's joined and cut candidates together.

It limits time and memory. Candidates are built in reading order, whole components always.
"""

_BOUNDS: Final = MAXIMUM_PATHS + 1
"""Numbers of bounds for each component: before it, and along each path through it."""


Crossings = npt.NDArray[np.float64]
"""The ink that each two parts of a line share, in squared stroke widths (n, n)."""


@dataclass(eq=False)
class Budget:
    """What remains of `MAXIMUM_SEARCHED_COLUMNS` and `MAXIMUM_COMBINED_PIXELS` for a picture."""

    columns: float = MAXIMUM_SEARCHED_COLUMNS
    pixels: int = MAXIMUM_COMBINED_PIXELS


@dataclass(frozen=True, eq=False)
class Lattice:
    """The segmentation lattice of one line of text.

    Its digits are candidates end to end, from bound 0 to bound ``bounds``, which is the last.
    ``singles`` are the candidates of one whole component, for each component in order. ``scale``
    is that of the line.
    """

    bounds: int
    singles: tuple[Candidate, ...]
    _parts: list[Part]
    scale: LineScale
    _budget: Budget
    _crossings: Crossings

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates within the picture's budget, in the order of their bounds."""
        everything = (*self.singles, *self.joined(), *self.cut())
        return tuple(sorted(everything, key=lambda one: (one.first, one.last)))

    def joined(self) -> Iterator[Candidate]:
        """Yield the candidates of several whole components, in the order of their bounds."""
        bounds = _whole_bounds(len(self._parts))
        for first, start in enumerate(bounds):
            for end in bounds[first + 2 : first + MAXIMUM_PARTS + 1]:
                yield from self._candidate(self._parts[start.index : end.index], (start, end))

    def cut(self, certain: Collection[int] = ()) -> Iterator[Candidate]:
        """Yield the candidates of components that are cut, in the order of their bounds.

        Each comes twice: with the ink up to its cuts, and with that which it may share with its
        neighbours. Components at the indices ``certain`` are not cut.
        """
        bounds: list[Bound] = []
        for bound in _whole_bounds(len(self._parts)):
            bounds.append(bound)
            if bound.index < len(self._parts) and bound.index not in certain:
                bounds += self._paths(bound.index)
        shared = SHARED_STROKES * self.scale.stroke
        sides: dict[float, dict[tuple[int, bool], Part]] = {0.0: {}, shared: {}}
        for first, start in enumerate(bounds):
            for end in bounds[first + 1 :]:
                if end.index - start.index > MAXIMUM_PARTS:
                    break
                if not (start.path or end.path):
                    continue
                for reach, known in sides.items():
                    if self._budget.pixels > 0:
                        between = start.moved(-reach), end.moved(reach)
                        yield from self._candidate(self._between(*between, known), between)

    def _between(self, start: Bound, end: Bound, sides: dict[tuple[int, bool], Part]) -> list[Part]:
        """Return the parts of components between two bounds; none if their paths cross.

        ``sides`` keeps the left (False) and right (True) side of each path that was asked for.
        """
        slant = self.scale.slant
        if start.path and start.index == end.index:
            middle = cut_part(self._parts[start.index], start.path, end.path, slant)
            return [] if middle is None else [middle]
        for bound, is_right in ((start, True), (end, False)):
            if bound.path is None or (bound.number, is_right) in sides:
                continue
            left, right = (bound.path, None) if is_right else (None, bound.path)
            side = cut_part(self._parts[bound.index], left, right, slant)
            if side is not None:
                sides[bound.number, is_right] = side
                self._budget.pixels -= side.ink.size
        return [
            *([sides[start.number, True]] if start.path else []),
            *self._parts[start.index + (start.path is not None) : end.index],
            *([sides[end.number, False]] if end.path else []),
        ]

    def _candidate(self, parts: list[Part], bounds: tuple[Bound, Bound]) -> Iterator[Candidate]:
        """Yield the candidate of ``parts``, if they may be a digit and the budget allows it."""
        if not parts or self._budget.pixels <= 0:
            return
        is_whole_line = bounds[0].number == 0 and bounds[1].number == self.bounds
        own = slice(bounds[0].index, bounds[1].index + (bounds[1].path is not None))
        crossing = max(0.0, self._crossings[own].sum() - self._crossings[own, own].sum())
        found = build_candidate(
            parts, bounds, self.scale, crossing=crossing, is_whole_line=is_whole_line
        )
        if found is not None:
            self._budget.pixels -= max(found.box[2:]) ** 2
            yield found

    def _paths(self, index: int) -> list[Bound]:
        """Return the bounds along paths through the component at ``index``."""
        part, scale = self._parts[index], self.scale
        width = part.extent[1] - part.extent[0]
        if width <= max(MINIMUM_CUT_WIDTH * scale.height, MINIMUM_CUT_STROKES * scale.stroke):
            return []
        _, _, wide, high = part.box
        columns = max(wide * ROWS / high, MINIMUM_SEARCHED_COLUMNS)
        if columns > min(MAXIMUM_COLUMNS, self._budget.columns):
            return []
        self._budget.columns -= columns
        coverage = part.ink.astype(np.float32) / np.float32(255)
        paths = find_cut_paths(coverage, scale.slant, scale.stroke)
        return [
            Bound(index * _BOUNDS + number, index, path)
            for number, path in enumerate(paths, start=1)
        ]


@dataclass(frozen=True, eq=False)
class Segmentation:
    """The lattices of all lines from top to bottom, and the stroke width in pixels."""

    lines: tuple[Lattice, ...]
    stroke_width: float


def segment(ink: Image) -> Segmentation:
    """Return the lines in ``ink``, uint8 (height, width), 0 for paper and up to 255 for ink."""
    found = find_components(ink)
    lines = find_text_lines(found.boxes, BREAK_STROKES * found.stroke_width)
    budget = Budget()
    slant_pixels = MAXIMUM_SLANT_PIXELS // max(1, len(lines))
    lattices = [_lattice(ink, found, line, slant_pixels, budget) for line in lines]
    return Segmentation(tuple(lattices), found.stroke_width)


def _lattice(
    ink: Image, found: Components, line: TextLine, slant_pixels: int, budget: Budget
) -> Lattice:
    labels = np.array(line.members, np.int32) + 1
    scale = LineScale(line.height, found.stroke_width, _slant(found, labels, slant_pixels))
    parts = [_part(ink, found, int(label), scale.slant) for label in labels]
    parts.sort(key=lambda part: sum(part.extent))
    return lattice_in_order(parts, scale, budget, np.zeros((len(parts), len(parts))))


def lattice_in_order(
    parts: list[Part], scale: LineScale, budget: Budget, crossings: Crossings
) -> Lattice:
    """Return the lattice of a line of ``parts`` in this order; `Lattice` says what the rest is."""
    singles = (
        build_candidate([part], between, scale, crossing=crossing, is_whole_line=len(parts) == 1)
        for part, between, crossing in zip(
            parts, pairwise(_whole_bounds(len(parts))), crossings.sum(axis=1).tolist(), strict=True
        )
    )
    return Lattice(
        len(parts) * _BOUNDS,
        tuple(single for single in singles if single is not None),
        parts,
        scale,
        budget,
        crossings,
    )


def _whole_bounds(components: int) -> list[Bound]:
    """Return the bounds before, between and after the components of a line."""
    return [Bound(index * _BOUNDS, index, None) for index in range(components + 1)]


def _slant(found: Components, labels: npt.NDArray[np.int32], maximum: int) -> float:
    """Return the slant of the components with these labels, from at least 64 rows of them.

    No more than ``maximum`` pixels are taken, spread evenly.
    """
    boxes = found.boxes[labels - 1]
    x, y = boxes[:, :2].min(axis=0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    step = max(1, int(bottom - y) // 64)
    inside = found.labels[y:bottom:step, x:right:step]
    rows, columns = np.nonzero(np.isin(inside, labels))
    spread = -(-len(rows) // maximum) or 1
    return estimate_slant(rows[::spread], columns[::spread]) if len(rows) else 0.0


def _part(ink: Image, found: Components, label: int, slant: float) -> Part:
    x, y, width, height = box = _box(found, label)
    window = np.s_[y : y + height, x : x + width]
    return make_part(np.where(found.labels[window] == label, ink[window], np.uint8(0)), box, slant)


def _box(found: Components, label: int) -> Box:
    x, y, width, height = (int(side) for side in found.boxes[label - 1])
    return x, y, width, height
