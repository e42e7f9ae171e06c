"""Components to lines of writing, from top to bottom, and how much the writing leans."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.int64]

TALL_SHARE: Final = 0.55
"""Pieces of at least this share of the usual height carry a line; others, bars and such, join."""
OVERLAP: Final = 0.4
"""Neighbours on a line share at least this part of the smaller one's height."""
REACH: Final = 3.0
"""Neighbours are at most so many heights apart."""
LOW: Final = 0.35
"""What is lower than so many heights of the digits around it is a sign or a part, not a digit."""
FARTHEST: Final = 0.3
"""If it lies so many heights above or below the digits it is neither: the bar of a 5 lies at most
0.2 above the rest (pen writers 1 to 20)."""
STACKED: Final = 0.5
"""Parts of a broken digit, one below the other, share at least this part of the narrower width."""
TALLEST_STACK: Final = 1.4
"""Together they are at most so many heights of the other digits tall: else they are of two lines.
"""
SLANTS: Final = np.linspace(-0.8, 0.8, 33)


@dataclass(frozen=True, eq=False)
class TextLine:
    """One line of writing: the ``places`` of its pieces, and how tall its digits usually are."""

    places: tuple[int, ...]
    height: float


def find_text_lines(boxes: Boxes, reach: float = 0.0) -> list[TextLine]:
    """Return the lines that pieces with these boxes, int64 (n, 4), stand on, from top to bottom.

    Components one below the other, no more than ``reach`` pixels apart, may be parts of one digit.
    """
    if not len(boxes):
        return []
    stacks = _stacks(boxes, reach)
    whole = np.array([_around(boxes[stack]) for stack in stacks], np.int64)
    return [
        TextLine(tuple(part for place in line.places for part in stacks[place]), line.height)
        for line in _lines(whole)
    ]


def _lines(boxes: Boxes) -> list[TextLine]:
    heights = boxes[:, 3]
    usual = _usual(heights)
    tall = np.flatnonzero(heights >= TALL_SHARE * usual)
    chains = _joined(_chains(boxes, tall, usual), boxes, usual)
    members = [list(chain) for chain in chains]
    for place in np.setdiff1d(np.arange(len(boxes)), tall):
        line, down = _closest_line(boxes, place, chains)
        if heights[place] >= LOW * usual or down <= FARTHEST * usual:
            members[line].append(int(place))
    slope = _slope(boxes, chains)
    middles = boxes[:, 1] + boxes[:, 3] / 2 - slope * (boxes[:, 0] + boxes[:, 2] / 2)
    order = sorted(range(len(chains)), key=lambda line: float(np.median(middles[chains[line]])))
    return [
        TextLine(tuple(members[line]), float(np.median(boxes[chains[line], 3]))) for line in order
    ]


def _stacks(boxes: Boxes, reach: float) -> list[list[int]]:
    """Return the numbers of all pieces, with those together that are parts of a broken digit."""
    x, y, wide, high = boxes.T
    shared = np.minimum.outer(x + wide, x + wide) - np.maximum.outer(x, x)
    apart = np.subtract.outer(y, y + high).T
    is_stacked = (shared >= STACKED * np.minimum.outer(wide, wide)) & (apart <= reach)
    is_stacked &= apart >= -OVERLAP * np.minimum.outer(high, high)
    stacks = {place: [place] for place in range(len(boxes))}
    for upper, lower in np.argwhere(is_stacked).tolist():
        if stacks[upper] is stacks[lower]:
            continue
        together = stacks[upper] + stacks[lower]
        others = np.delete(high, together)
        tall = float(_around(boxes[together])[3])
        if not len(others) or tall <= TALLEST_STACK * _usual(others):
            stacks.update(dict.fromkeys(together, together))
    return [stack for place, stack in stacks.items() if stack[0] == place]


def _around(boxes: Boxes) -> Boxes:
    """Return the box around all ``boxes``."""
    corner = boxes[:, :2].min(axis=0)
    return np.concatenate([corner, (boxes[:, :2] + boxes[:, 2:]).max(axis=0) - corner])


def _usual(heights: Boxes) -> float:
    """Return how tall digits are among pieces that may be parts of one."""
    return float(np.median(heights[heights >= heights.max() / 2]))


def slant(rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> float:
    """Return how far ink at these pixels leans to the right for a pixel up.

    Upright again, strokes stand in few columns: the sum of their squared counts is greatest.
    """
    best, result = -1.0, 0.0
    for lean in SLANTS:
        # Not rounded to even numbers: these would gather ink whatever the writing.
        upright = np.floor(columns + lean * rows + 0.25).astype(np.int64)
        counts = np.bincount(upright - upright.min()).astype(np.float64)
        # Among equals the one that leans least.
        gathered = float(counts @ counts) * (1 - 0.02 * abs(float(lean)))
        if gathered > best:
            best, result = gathered, float(lean)
    return result


def _chains(boxes: Boxes, tall: npt.NDArray[np.int64], usual: float) -> list[list[int]]:
    """Return runs of neighbours, each from left to right."""
    order = [int(place) for place in tall[np.argsort(boxes[tall, 0] + boxes[tall, 2] / 2)]]
    chains: list[list[int]] = []
    for place in order:
        ends = [
            (boxes[place, 0] - boxes[chain[-1], 0] - boxes[chain[-1], 2], number)
            for number, chain in enumerate(chains)
            if _overlap(boxes[place], boxes[chain[-1]]) >= OVERLAP
        ]
        distance, number = min(ends, default=(np.inf, -1))
        if distance <= REACH * usual:
            chains[number].append(place)
        else:
            chains.append([place])
    return chains


def _joined(chains: list[list[int]], boxes: Boxes, usual: float) -> list[list[int]]:
    """Return chains with those made one that a wide gap parts on the same line."""
    slope = _slope(boxes, chains)
    joined: list[list[int]] = []
    for chain in chains:
        for line in joined:
            one, other = boxes[line[-1]], boxes[chain[0]]
            across = other[0] + other[2] / 2 - one[0] - one[2] / 2
            down = other[1] + other[3] / 2 - one[1] - one[3] / 2
            if across > 0 and abs(down - slope * across) < (1 - OVERLAP) * usual:
                line.extend(chain)
                break
        else:
            joined.append(list(chain))
    return joined


def _overlap(one: Boxes, other: Boxes) -> float:
    """Return which part of the lower box's height two boxes share."""
    shared = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return float(shared / min(one[3], other[3]))


def _slope(boxes: Boxes, chains: list[list[int]]) -> float:
    """Return the median slope of the lines, y for x; 0 if all are short."""
    slopes = []
    for chain in chains:
        x = boxes[chain, 0] + boxes[chain, 2] / 2
        if np.ptp(x) > 2 * float(np.median(boxes[chain, 3])):
            slopes.append(float(np.polyfit(x, boxes[chain, 1] + boxes[chain, 3] / 2, 1)[0]))
    return float(np.median(slopes)) if slopes else 0.0


def _closest_line(boxes: Boxes, place: int, chains: list[list[int]]) -> tuple[int, float]:
    """Return the number of the line that has the piece nearest to this one, and how far it is.

    The latter counts what lies between them from top to bottom alone.
    """
    x, y, width, height = boxes[place]
    nearest = []
    for number, chain in enumerate(chains):
        others = boxes[chain]
        across = np.maximum(others[:, 0] - x - width, x - others[:, 0] - others[:, 2])
        down = np.maximum(0, np.maximum(others[:, 1] - y - height, y - others[:, 1] - others[:, 3]))
        # Whatever stands beside a line belongs to it rather than what is above or below.
        distances = np.maximum(across, 0) / 2 + down
        closest = int(distances.argmin())
        nearest.append((float(distances[closest]), number, float(down[closest])))
    _, line, down_there = min(nearest)
    return line, down_there
