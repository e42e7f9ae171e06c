"""Finds cut paths between touching digits: from top to bottom, through as little ink as possible.

A component is scaled to `ROWS` rows and made upright. A path has one column in each row; its cost
is the ink that it crosses, and a step aside costs extra. The cheapest paths through every pixel
follow from two passes of dynamic programming, one from the top and one from the bottom.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats

Sums = npt.NDArray[np.float64]
"""Costs and amounts of ink of pixels or paths, summed in double precision."""
Paths = npt.NDArray[np.int64]
"""Paths (n, ROWS): the column of each path in each row."""

INK_COVERAGE: Final = 0.5
"""Minimum coverage of a pixel that counts as ink in a binary mask."""
ROWS: Final = 96
"""Rows to which a component is scaled before paths are searched for."""
SIDEWAYS_COSTS: Final = (0.12, 0.45)
"""Extra cost of a step to the side; a step through ink costs 1.

Bent paths divide some digits best and straight ones others, so both costs are tried.
"""
MAXIMUM_COST: Final = 3.5
"""Maximum ink that a path crosses, in stroke widths."""
MINIMUM_SIDE_LENGTH: Final = 0.6
"""Minimum ink on each side of a path, as stroke length in component heights; a 1 has more."""
MINIMUM_INK_BETWEEN: Final = 1.6
"""Minimum ink between two paths, as stroke length in stroke widths."""
MAXIMUM_PATHS: Final = 8
"""Maximum number of paths through a component."""
MAXIMUM_TRIED_PATHS: Final = 200
"""Maximum number of paths to choose from, the cheapest; limits the time that a scrawl takes."""
MAXIMUM_COLUMNS: Final = 1920
"""Maximum width of a component through which paths are searched for, in columns of that scale.

That is 20 heights, more than the digits between `MAXIMUM_PATHS` paths have; limits time and memory.
"""
EXCESS_THICKNESS: Final = (0.1, 0.5)
"""Excess thickness of ink, in stroke widths, up to which it is one stroke, and from which two.

The cost of a pixel decreases linearly in between.
"""
PARALLEL_COST: Final = 0.05
"""Cost of a step between two strokes side by side, along which touching digits often meet."""


@dataclass(frozen=True, eq=False)
class CutPath:
    """A path through a component from top to bottom.

    ``columns`` is float32 (height,): the ink of each row left of it belongs to the left part.
    ``cost`` is the ink that it crosses, in stroke widths.
    """

    columns: Floats
    cost: float

    def moved(self, right: float) -> "CutPath":
        """Return the path ``right`` pixels further to the right, at the same cost."""
        return CutPath(self.columns + np.float32(right), self.cost)


def find_cut_paths(ink: Floats, slant: float, stroke: float) -> list[CutPath]:
    """Return the cut paths through a component, from left to right.

    ``ink`` is the coverage of each pixel by this component, float32 (height, width) from 0 to 1;
    ``slant`` is that of the writing, in pixels to the right for a pixel up; ``stroke`` is the
    stroke width in pixels.
    """
    height = ink.shape[0]
    scale = ROWS / height
    upright, offset = _make_upright(ink, slant, scale)
    costs, _ = _make_upright(_step_costs(ink, stroke), slant, scale)
    thickness = max(stroke * scale, 1.0)
    finder = _PathFinder(upright, costs)
    tried = finder.cheapest(thickness)
    rows = (np.arange(height) + 0.5) * scale - 0.5
    paths: list[CutPath] = []
    for cost, path in finder.select(tried, thickness):
        columns = np.interp(rows, np.arange(ROWS), path + 0.5)
        original = (columns - offset - slant * (rows + 0.5)) / scale
        paths.append(CutPath(original.astype(np.float32), cost / thickness))
    return paths


def _make_upright(levels: Floats, slant: float, scale: float) -> tuple[Floats, float]:
    """Return ``levels`` scaled to `ROWS` rows without slant, and by how far they moved right."""
    size = (max(1, round(levels.shape[1] * scale)), ROWS)
    small = cv2.resize(levels, size, interpolation=cv2.INTER_AREA)
    offset = max(0.0, -slant * ROWS)
    width = size[0] + int(np.ceil(abs(slant) * ROWS)) + 1
    matrix = np.array([[1, slant, offset], [0, 1, 0]], np.float64)
    return np.asarray(cv2.warpAffine(small, matrix, (width, ROWS)), np.float32), offset


def _step_costs(ink: Floats, stroke: float) -> Floats:
    """Return the cost of a step through each pixel: its ink, or less between parallel strokes."""
    mask = (ink >= INK_COVERAGE).view(np.uint8)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    excess = (2 * distance - 1) / np.float32(stroke) - 1
    share = np.interp(excess, EXCESS_THICKNESS, (1.0, PARALLEL_COST))
    return np.asarray(ink * share, np.float32)


class _PathFinder:
    """The costs of all paths through an upright component of `ROWS` rows.

    ``ink`` and ``costs`` are float32 (ROWS, width): coverage, and the cost of a step through each
    pixel. Arrays of shape (2, 2, ROWS, width) hold the costs of paths from the top and from the
    bottom, with each of `SIDEWAYS_COSTS`; those from the bottom have the lowest row first.
    """

    def __init__(self, ink: Floats, costs: Floats) -> None:
        self._ink = ink
        self._costs = costs
        self._row_costs = np.cumsum(costs, axis=1, dtype=np.float64)
        self._row_ink = np.cumsum(ink, axis=1, dtype=np.float64)
        walks = [
            np.cumsum(costs + np.float32(aside), axis=1, dtype=np.float64)
            for aside in SIDEWAYS_COSTS
        ]
        self._walk_costs = np.stack([np.stack(walks), np.stack(walks)[:, ::-1]])
        self._accumulated = self._accumulate()

    def cheapest(self, thickness: float) -> Paths:
        """Return the cheapest path through each neck of ink, in order of sideways and path cost.

        A neck is a pixel of ink through which a path costs no more than through those within half
        of ``thickness``, the stroke width in pixels.
        """
        side = 2 * int(thickness / 2) + 1
        necks = []
        for kind in range(len(SIDEWAYS_COSTS)):
            from_top, from_bottom = self._accumulated[:, kind]
            through = from_top + from_bottom[::-1] - self._costs
            through[self._ink < INK_COVERAGE] = np.inf
            lowest = cv2.erode(through, np.ones((side, side), np.uint8))
            rows, columns = np.nonzero((through <= lowest) & np.isfinite(through))
            order = np.argsort(through[rows, columns], kind="stable")[:MAXIMUM_TRIED_PATHS]
            necks.append(np.stack([np.full(len(order), kind), rows[order], columns[order]]))
        return self._trace(*np.concatenate(necks, axis=1))

    def select(self, paths: Paths, thickness: float) -> list[tuple[float, Floats]]:
        """Return cost and columns of the cheapest admissible ``paths``, from left to right.

        Enough ink lies on both sides of an admissible path, and between any two of them.
        """
        costs, left = self._path_costs(paths), self._ink_to_the_left(paths)
        total = float(self._row_ink[:, -1].sum())
        minimum, between = (
            MINIMUM_SIDE_LENGTH * ROWS * thickness,
            MINIMUM_INK_BETWEEN * thickness**2,
        )
        amounts = left.sum(axis=1)
        is_possible = (costs <= MAXIMUM_COST * thickness) & (amounts >= minimum)
        is_possible &= amounts <= total - minimum
        remaining = np.argsort(costs, kind="stable")
        remaining = remaining[is_possible[remaining]]
        chosen: list[int] = []
        while len(remaining) and len(chosen) < MAXIMUM_PATHS:
            chosen.append(int(remaining[0]))
            apart = np.abs(left[remaining] - left[chosen[-1]]).sum(axis=1)
            remaining = remaining[apart > between]
        chosen.sort(key=lambda index: float(paths[index].mean()))
        return [(float(costs[index]), paths[index].astype(np.float32)) for index in chosen]

    def _trace(self, kinds: Paths, rows: Paths, columns: Paths) -> Paths:
        """Return the cheapest path through each of the pixels at ``rows`` and ``columns``, (n,).

        ``kinds`` are the indices of their `SIDEWAYS_COSTS`.
        """
        width = self._ink.shape[1]
        starts = np.concatenate([rows, ROWS - 1 - rows])
        sources = np.concatenate([kinds, len(SIDEWAYS_COSTS) + kinds])
        accumulated = self._accumulated.reshape(-1, ROWS, width)
        walk_costs = self._walk_costs.reshape(-1, ROWS, width)
        at = np.concatenate([columns, columns])
        trails = np.empty((len(at), ROWS), np.int64)
        for step in range(ROWS - 1, -1, -1):
            begun = np.flatnonzero(starts > step)
            # Paths converge: each source and column is computed once.
            keys = sources[begun] * width + at[begun]
            is_used = np.zeros(accumulated.shape[0] * width, np.bool_)
            is_used[keys] = True
            source, column = np.divmod(np.flatnonzero(is_used), width)
            which = (np.cumsum(is_used) - 1)[keys]
            walks = walk_costs[source, step]
            aside = np.abs(walks - walks[np.arange(len(source)), column][:, np.newaxis])
            at[begun] = (accumulated[source, step] + aside).argmin(axis=1)[which]
            trails[:, step] = at
        from_top, from_bottom = trails[: len(rows)], trails[len(rows) :, ::-1]
        return np.where(np.arange(ROWS) <= rows[:, np.newaxis], from_top, from_bottom)

    def _ink_to_the_left(self, paths: Paths) -> Sums:
        """Return the ink left of each path in each row, (n, ROWS)."""
        return np.asarray(self._row_ink[np.arange(ROWS), paths], np.float64)

    def _path_costs(self, paths: Paths) -> Sums:
        """Return the cost of each path without the extra cost of steps to the side, (n,)."""
        rows = np.arange(ROWS)
        low = np.minimum(paths[:, :-1], paths[:, 1:])
        high = np.maximum(paths[:, :-1], paths[:, 1:])
        aside = (
            self._row_costs[rows[:-1], np.maximum(high - 1, low)] - self._row_costs[rows[:-1], low]
        )
        return np.asarray(self._costs[rows, paths].sum(axis=1) + aside.sum(axis=1), np.float64)

    def _accumulate(self) -> Sums:
        """Return the cost of the cheapest path to each pixel, itself included."""
        costs = np.stack([self._costs, self._costs[::-1]])[:, np.newaxis]
        accumulated = np.empty(self._walk_costs.shape, np.float64)
        before: Sums = np.zeros(self._ink.shape[1])
        for step in range(ROWS):
            accumulated[:, :, step] = before + costs[:, :, step]
            before = _spread_sideways(accumulated[:, :, step], self._walk_costs[:, :, step])
        return accumulated


def _spread_sideways(costs: Sums, walk: Sums) -> Sums:
    """Return ``costs`` of the pixels of a row after the cheapest walk along it, (..., width)."""
    rightwards = np.minimum.accumulate(costs - walk, axis=-1) + walk
    leftwards = np.minimum.accumulate((costs + walk)[..., ::-1], axis=-1)[..., ::-1] - walk
    return np.asarray(np.minimum(rightwards, leftwards), np.float64)
