"""Groups connected components into lines of text, and estimates the slant of the writing."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.int64]
"""Bounding boxes (n, 4): x, y, width, height in pixels."""

TALL_SHARE: Final = 0.55
"""Minimum height of a component that forms a line, as a share of the typical digit height.

Lower components, such as bars and signs, join a line that tall ones have formed.
"""
MINIMUM_OVERLAP: Final = 0.4
"""Minimum vertical overlap of neighbours on a line, as a share of the lower one's height."""
MAXIMUM_DISTANCE: Final = 3.0
"""Maximum horizontal distance of neighbours on a line, in typical digit heights."""
MINIMUM_DIGIT_HEIGHT: Final = 0.35
"""Minimum height of a digit, in heights of its line's digits; a sign or a part is lower."""
MAXIMUM_OFFSET: Final = 0.3
"""Maximum vertical distance of a low component from its line, in typical digit heights.

The bar of a 5 lies at most 0.2 above the rest of it (pen writers 1 to 20).
"""
STACK_OVERLAP: Final = 0.5
"""Minimum horizontal overlap of the parts of a broken digit, as a share of the narrower one."""
MAXIMUM_STACK_HEIGHT: Final = 1.4
"""Maximum height of the parts of a broken digit together, in typical heights of the other digits.

Taller stacks belong to two lines.
"""
SLANTS: Final = np.linspace(-0.8, 0.8, 33)
"""Slants to choose from, in pixels to the right for a pixel up."""
SLANT_PENALTY: Final = 0.02
"""Relative decrease of a slant's score per unit, which decides between equal scores."""

MAXIMUM_STACKED_PAIRS: Final = 2000
"""Maximum number of pairs of components tried as the parts of one broken digit; limits time.

A pair takes about 30 µs. Further pairs stay apart.
"""
MAXIMUM_SLANT_PIXELS: Final = 200_000
"""Maximum number of pixels from which the slants of all lines are estimated; limits time.

A pixel takes about 0.3 µs. A written line has up to 20,000. Of a line with more than its share of
them, every n-th is taken.
"""


@dataclass(frozen=True, eq=False)
class TextLine:
    """One line of text: the indices of its components' boxes, and its digits' median height."""

    members: tuple[int, ...]
    height: float


def find_text_lines(boxes: Boxes, reach: float = 0.0) -> list[TextLine]:
    """Return the lines of text that components with these boxes form, from top to bottom.

    ``boxes`` is int64 (n, 4). Components one below the other and no more than ``reach`` pixels
    apart may be the parts of one broken digit.
    """
    if not len(boxes):
        return []
    stacks = _stack_broken_digits(boxes, reach)
    whole = np.array([_enclosing_box(boxes[stack]) for stack in stacks], np.int64)
    return [
        TextLine(tuple(part for index in line.members for part in stacks[index]), line.height)
        for line in _group_into_lines(whole)
    ]


def estimate_slant(rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> float:
    """Return the slant of the ink at these pixels, in pixels to the right for a pixel up.

    It is the one of `SLANTS` whose removal concentrates the ink in the fewest columns: that with
    the greatest sum of squared column counts.
    """
    best, result = -1.0, 0.0
    for slant in SLANTS:
        # The offset avoids rounding to even numbers, which would concentrate any ink.
        upright = np.floor(columns + slant * rows + 0.25).astype(np.int64)
        counts = np.bincount(upright - upright.min()).astype(np.float64)
        score = float(counts @ counts) * (1 - SLANT_PENALTY * abs(float(slant)))
        if score > best:
            best, result = score, float(slant)
    return result


def _stack_broken_digits(boxes: Boxes, reach: float) -> list[list[int]]:
    """Return lists of box indices, one list for each digit with all parts of it."""
    x, y, widths, heights = boxes.T
    shared = np.minimum.outer(x + widths, x + widths) - np.maximum.outer(x, x)
    apart = np.subtract.outer(y, y + heights).T
    is_stacked = (shared >= STACK_OVERLAP * np.minimum.outer(widths, widths)) & (apart <= reach)
    is_stacked &= apart >= -MINIMUM_OVERLAP * np.minimum.outer(heights, heights)
    stacks = {index: [index] for index in range(len(boxes))}
    for upper, lower in np.argwhere(is_stacked)[:MAXIMUM_STACKED_PAIRS].tolist():
        if stacks[upper] is stacks[lower]:
            continue
        together = stacks[upper] + stacks[lower]
        others = np.delete(heights, together)
        height = float(_enclosing_box(boxes[together])[3])
        if not len(others) or height <= MAXIMUM_STACK_HEIGHT * _typical_height(others):
            stacks.update(dict.fromkeys(together, together))
    return [stack for index, stack in stacks.items() if stack[0] == index]


def _group_into_lines(boxes: Boxes) -> list[TextLine]:
    """Return the lines from top to bottom; components far above or below a line are in none."""
    heights = boxes[:, 3]
    typical = _typical_height(heights)
    tall = np.flatnonzero(heights >= TALL_SHARE * typical)
    chains = _join_chains(_chain_neighbours(boxes, tall, typical), boxes, typical)
    members = [list(chain) for chain in chains]
    for index in np.setdiff1d(np.arange(len(boxes)), tall):
        line, offset = _closest_line(boxes, index, chains)
        if heights[index] >= MINIMUM_DIGIT_HEIGHT * typical or offset <= MAXIMUM_OFFSET * typical:
            members[line].append(int(index))
    slope = _median_slope(boxes, chains)
    middles = boxes[:, 1] + boxes[:, 3] / 2 - slope * (boxes[:, 0] + boxes[:, 2] / 2)
    order = sorted(range(len(chains)), key=lambda line: float(np.median(middles[chains[line]])))
    return [
        TextLine(tuple(members[line]), float(np.median(boxes[chains[line], 3]))) for line in order
    ]


def _enclosing_box(boxes: Boxes) -> Boxes:
    """Return the box (4,) around all ``boxes``."""
    corner = boxes[:, :2].min(axis=0)
    return np.concatenate([corner, (boxes[:, :2] + boxes[:, 2:]).max(axis=0) - corner])


def _typical_height(heights: Boxes) -> float:
    """Return the median height of the components at least half as tall as the tallest one."""
    return float(np.median(heights[heights >= heights.max() / 2]))


def _chain_neighbours(boxes: Boxes, tall: npt.NDArray[np.int64], typical: float) -> list[list[int]]:
    """Return chains of neighbouring tall components, each from left to right."""
    order = tall[np.argsort(boxes[tall, 0] + boxes[tall, 2] / 2)]
    chains: list[list[int]] = []
    ends = np.empty((len(order), 4), np.int64)
    for index in order.tolist():
        box, last = boxes[index], ends[: len(chains)]
        distances = np.where(
            _vertical_overlaps(box, last) >= MINIMUM_OVERLAP,
            box[0] - last[:, 0] - last[:, 2],
            np.inf,
        )
        number = int(distances.argmin()) if chains else 0
        if chains and distances[number] <= MAXIMUM_DISTANCE * typical:
            chains[number].append(index)
        else:
            number = len(chains)
            chains.append([index])
        ends[number] = box
    return chains


def _join_chains(chains: list[list[int]], boxes: Boxes, typical: float) -> list[list[int]]:
    """Return the chains, those of one line joined across wide gaps."""
    slope = _median_slope(boxes, chains)
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    joined: list[list[int]] = []
    ends = np.empty((len(chains), 2))
    for chain in chains:
        across, down = (middles[chain[0]] - ends[: len(joined)]).T
        fits = (across > 0) & (np.abs(down - slope * across) < (1 - MINIMUM_OVERLAP) * typical)
        number = int(fits.argmax()) if fits.any() else len(joined)
        if number == len(joined):
            joined.append([])
        joined[number].extend(chain)
        ends[number] = middles[chain[-1]]
    return joined


def _vertical_overlaps(box: Boxes, others: Boxes) -> npt.NDArray[np.float64]:
    """Return the vertical overlap of a box with each of others, as a share of the lower height."""
    bottoms = np.minimum(box[1] + box[3], others[:, 1] + others[:, 3])
    shared = bottoms - np.maximum(box[1], others[:, 1])
    return np.asarray(shared / np.minimum(box[3], others[:, 3]), np.float64)


def _median_slope(boxes: Boxes, chains: list[list[int]]) -> float:
    """Return the median slope, y over x, of the chains longer than two heights; 0 without any."""
    slopes = []
    for chain in chains:
        x = boxes[chain, 0] + boxes[chain, 2] / 2
        if np.ptp(x) > 2 * float(np.median(boxes[chain, 3])):
            slopes.append(float(np.polyfit(x, boxes[chain, 1] + boxes[chain, 3] / 2, 1)[0]))
    return float(np.median(slopes)) if slopes else 0.0


def _closest_line(boxes: Boxes, index: int, chains: list[list[int]]) -> tuple[int, float]:
    """Return the number of the line nearest to a component, and the vertical distance to it."""
    x, y, width, height = boxes[index]
    others = boxes[[member for chain in chains for member in chain]]
    across = np.maximum(others[:, 0] - x - width, x - others[:, 0] - others[:, 2])
    down = np.maximum(0, np.maximum(others[:, 1] - y - height, y - others[:, 1] - others[:, 3]))
    # Half weight: a line beside the component is preferred to one above or below it.
    closest = int((np.maximum(across, 0) / 2 + down).argmin())
    ends = np.cumsum([len(chain) for chain in chains])
    return int(np.searchsorted(ends, closest, side="right")), float(down[closest])
