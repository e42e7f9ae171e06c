"""Where touching digits may be cut apart: seams from top to bottom that cross little ink."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats

HALF: Final = 0.5
"""Pixels covered by this much are ink, where it must be one or the other."""
SEAM_ROWS: Final = 96
"""Seams are looked for in a piece made so many pixels tall."""
SIDEWAYS: Final = (0.12, 0.45)
"""What a step to the side costs, when a step through ink costs 1: seams are straight if they can.
Some digits are best parted by a seam that bends, others by a straight one: both are looked for."""
DEAREST: Final = 3.5
"""A seam crosses at most so many stroke widths of ink."""
LEAST_LENGTH: Final = 0.6
"""On each side of a seam lies ink as of a stroke of at least so many heights: enough for a 1."""
APART: Final = 1.6
"""Between two seams lies at least as much ink as of a stroke so many stroke widths long."""
MOST_SEAMS: Final = 8
MOST_WAYS: Final = 200
"""So many ways are looked at, the cheapest: no digits have more, but a scrawl may."""
THICKER: Final = (0.1, 0.5)
"""Ink thicker than one stroke by the second share is two strokes side by side, by less than the
first it is one; in between it may be either."""
SIDE_BY_SIDE: Final = 0.05
"""What a step between two strokes costs, along which touching digits often meet."""


@dataclass(frozen=True, eq=False)
class CutPath:
    """A way through a piece from top to bottom.

    ``columns`` float32 (height,): the ink of each row left of it belongs to the left part.
    ``cost`` is the ink that it crosses, in stroke widths.
    """

    columns: Floats
    cost: float


def find_cut_paths(ink: Floats, lean: float, stroke: float) -> list[CutPath]:
    """Return seams through a piece, from left to right.

    ``ink`` float32 (height, width) from 0 to 1 is the piece alone; ``lean`` how far the writing
    leans to the right for a pixel up; ``stroke`` the width of its strokes in pixels.
    """
    height = ink.shape[0]
    scale = SEAM_ROWS / height
    upright, offset = _upright(ink, lean, scale)
    tolls, _ = _upright(_cost(ink, stroke), lean, scale)
    thick = max(stroke * scale, 1.0)
    sheets = [_PathFinder(upright, tolls, sideways) for sideways in SIDEWAYS]
    ways = np.concatenate([sheet.ways(thick) for sheet in sheets])
    chosen = sheets[0].seams(ways, thick)
    rows = (np.arange(height) + 0.5) * scale - 0.5
    seams: list[CutPath] = []
    for cost, seam in chosen:
        columns = np.interp(rows, np.arange(SEAM_ROWS), seam + 0.5)
        back = (columns - offset - lean * (rows + 0.5)) / scale
        seams.append(CutPath(back.astype(np.float32), cost / thick))
    return seams


def _upright(ink: Floats, lean: float, scale: float) -> tuple[Floats, float]:
    """Return ``ink`` made smaller and upright, and by how much it was moved to the right."""
    size = (max(1, round(ink.shape[1] * scale)), SEAM_ROWS)
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    offset = max(0.0, -lean * SEAM_ROWS)
    wide = size[0] + int(np.ceil(abs(lean) * SEAM_ROWS)) + 1
    matrix = np.array([[1, lean, offset], [0, 1, 0]], np.float64)
    return np.asarray(cv2.warpAffine(small, matrix, (wide, SEAM_ROWS)), np.float32), offset


class _PathFinder:
    """A piece, upright and small, with the prices of all ways through it."""

    def __init__(self, ink: Floats, tolls: Floats, sideways: float) -> None:
        self._ink = ink
        self._toll = tolls
        self._tolls = np.cumsum(self._toll, axis=1, dtype=np.float64)
        self._walk = np.cumsum(self._toll + np.float32(sideways), axis=1, dtype=np.float64)
        self._down = self._prices(range(len(ink)))
        self._up = self._prices(range(len(ink) - 1, -1, -1))
        self._sums = np.cumsum(ink, axis=1, dtype=np.float64)

    def seams(self, seams: npt.NDArray[np.int64], thick: float) -> list[tuple[float, Floats]]:
        """Return cost and columns of the best among ``seams``, from left to right."""
        prices, left = self._crossed(seams), self._left(seams)
        total = float(self._sums[:, -1].sum())
        least, apart = LEAST_LENGTH * SEAM_ROWS * thick, APART * thick**2
        amounts = left.sum(axis=1)
        possible = (prices <= DEAREST * thick) & (amounts >= least) & (amounts <= total - least)
        chosen: list[int] = []
        for place in np.argsort(prices, kind="stable"):
            if possible[place] and all(
                np.abs(left[place] - left[other]).sum() > apart for other in chosen
            ):
                chosen.append(int(place))
            if len(chosen) == MOST_SEAMS:
                break
        chosen.sort(key=lambda place: float(seams[place].mean()))
        return [(float(prices[place]), seams[place].astype(np.float32)) for place in chosen]

    def ways(self, thick: float) -> npt.NDArray[np.int64]:
        """Return the cheapest ways through each neck of ink, int64 (n, rows): a column a row."""
        through = self._down + self._up - self._toll
        through[self._ink < HALF] = np.inf
        reach = 2 * int(thick / 2) + 1
        lowest = cv2.erode(through, np.ones((reach, reach), np.uint8))
        rows, columns = np.nonzero((through <= lowest) & np.isfinite(through))
        cheapest = np.argsort(through[rows, columns], kind="stable")[:MOST_WAYS]
        rows, columns = rows[cheapest], columns[cheapest]
        ways = np.empty((len(rows), len(self._ink)), np.int64)
        for prices, order in (
            (self._down, range(len(self._ink) - 1, -1, -1)),
            (self._up, range(len(self._ink))),
        ):
            at = columns
            for row in order:
                walk = self._walk[row]
                before = (prices[row] + np.abs(walk - walk[at][:, np.newaxis])).argmin(axis=1)
                gone = rows > row if prices is self._down else rows < row
                at = np.where(gone, before, at)
                ways[gone | (rows == row), row] = at[gone | (rows == row)]
        return ways

    def _left(self, seams: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return how much ink each row has left of seams."""
        return np.asarray(self._sums[np.arange(len(self._ink)), seams], np.float64)

    def _crossed(self, seams: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return what seams, int64 (n, rows), pay for the ink that they cross."""
        rows = np.arange(len(self._ink))
        low = np.minimum(seams[:, :-1], seams[:, 1:])
        high = np.maximum(seams[:, :-1], seams[:, 1:])
        aside = self._tolls[rows[:-1], np.maximum(high - 1, low)] - self._tolls[rows[:-1], low]
        return np.asarray(self._toll[rows, seams].sum(axis=1) + aside.sum(axis=1), np.float64)

    def _prices(self, rows: range) -> npt.NDArray[np.float64]:
        """Return for each pixel what the cheapest way to it costs, itself included."""
        prices = np.zeros(self._ink.shape, np.float64)
        before = np.zeros(self._ink.shape[1])
        for row in rows:
            prices[row] = before + self._toll[row]
            before = self._sideways(prices[row], row)
        return prices

    def _sideways(self, prices: npt.NDArray[np.float64], row: int) -> npt.NDArray[np.float64]:
        walk = self._walk[row]
        rightwards = np.minimum.accumulate(prices - walk) + walk
        leftwards = np.minimum.accumulate((prices + walk)[::-1])[::-1] - walk
        return np.asarray(np.minimum(rightwards, leftwards), np.float64)


def _cost(ink: Floats, stroke: float) -> Floats:
    """Return what a step through each pixel costs: less between strokes that lie side by side."""
    mask = (ink >= HALF).view(np.uint8)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    excess = (2 * distance - 1) / np.float32(stroke) - 1
    share = np.interp(excess, THICKER, (1.0, SIDE_BY_SIDE))
    return np.asarray(ink * share, np.float32)
