"""Divides the pen strokes of a number into lines, and each line into segmentation lattices.

The parts of these lattices are strokes, each with its own ink, so digits that touch or overlap are
told apart. The strokes of a digit usually follow each other in time. Where one is drawn later, such
as the bar of a 7, they follow each other from left to right. A line has a lattice for each order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, compress
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image, Mask
from mnist_app.preprocessing.normalize import INK_LEVEL, Box, bounding_box
from mnist_app.preprocessing.strokes import Stroke, draw, exceeds_paint, ink_box
from mnist_app.segmentation.candidates import LineScale, make_part
from mnist_app.segmentation.connected_components import (
    NEAR_STROKES,
    SOLID_LEVEL,
    find_slips,
    stroke_width,
)
from mnist_app.segmentation.lattice import (
    BREAK_STROKES,
    MAXIMUM_PARTS,
    Budget,
    Lattice,
    lattice_in_order,
)
from mnist_app.segmentation.text_lines import (
    MAXIMUM_SLANT_PIXELS,
    estimate_slant,
    find_text_lines,
)

MAXIMUM_STROKES: Final = 128
"""Maximum number of strokes that are told apart; limits time.

Three lines of four digits by pen writers 1-20 have at most 27.
"""
MAXIMUM_STROKE_PIXELS: Final = 4_000_000
"""Maximum number of pixels in the boxes of all strokes together; limits time and memory.

The page's canvas for numbers has 272,000, and the strokes of written digits fill it at most once.
"""
MAXIMUM_DIGIT_WIDTH: Final = 1.0
"""Maximum width, in heights of its own, of touching strokes that are joined because they are more
than a digit has: a digit that was gone over again and again."""
MAXIMUM_LINE_HEIGHT: Final = 1.6
"""Maximum height of touching strokes on one line, in typical heights of touching strokes."""

Counts = npt.NDArray[np.int64]
"""Numbers of pixels, of any shape."""


@dataclass(frozen=True, eq=False)
class StrokeSegmentation:
    """The lattices of each line from top to bottom, and the stroke width in pixels.

    A line has one lattice for each order of its strokes: in time and, if that is another one, from
    left to right.
    """

    lines: tuple[tuple[Lattice, ...], ...]
    stroke_width: float


@dataclass(frozen=True, eq=False)
class _Trace:
    """The ink of a stroke, or of several that belong together, uint8 (height, width), in ``box``.

    ``time`` is the number of the first stroke.
    """

    time: int
    box: Box
    ink: Image

    @cached_property
    def solid(self) -> Mask:
        """Its solid ink, bool (height, width)."""
        return self.ink >= SOLID_LEVEL


def segment_strokes(strokes: Sequence[Stroke], ink: Image) -> StrokeSegmentation | None:
    """Return the lines of ``strokes``, which are in the order in which they were drawn.

    ``ink`` is that of all strokes, uint8 (height, width), as large as the canvas. None if they take
    too long one by one: more than `MAXIMUM_STROKES`, more pixels around them than
    `MAXIMUM_STROKE_PIXELS`, or paths too long for `draw`.
    """
    height, width = ink.shape
    if len(strokes) > MAXIMUM_STROKES or exceeds_paint(strokes, height, width):
        return None
    boxes = [ink_box([stroke], height, width) for stroke in strokes]
    if sum(box[2] * box[3] for box in boxes if box is not None) > MAXIMUM_STROKE_PIXELS:
        return None
    drawn = (
        _trace(time, draw([stroke], height, width, box), box)
        for time, (stroke, box) in enumerate(zip(strokes, boxes, strict=True))
        if box is not None
    )
    pen = stroke_width(ink >= SOLID_LEVEL)
    traces = _with_slips([trace for trace in drawn if trace is not None], pen)
    groups = _line_parts(traces)
    around = np.array([_box_around(group) for group in groups], np.int64).reshape(-1, 4)
    lines = find_text_lines(around, BREAK_STROKES * pen)
    budget, pixels = Budget(), MAXIMUM_SLANT_PIXELS // max(1, len(lines))
    lattices = []
    for line in lines:
        members = [trace for member in line.members for trace in groups[member]]
        scale = LineScale(line.height, pen, _slant(members, pixels))
        lattices.append(_lattices(members, scale, budget))
    return StrokeSegmentation(tuple(lattices), pen)


def _trace(time: int, ink: Image, box: Box) -> _Trace | None:
    """Return the trace of ``ink`` in ``box``, cropped, without the faintest edge; None if blank."""
    tight = bounding_box(ink)
    if tight is None:
        return None
    x, y, width, height = tight
    own = ink[y : y + height, x : x + width]
    own = np.where(own >= INK_LEVEL, own, np.uint8(0))
    return _Trace(time, (box[0] + x, box[1] + y, width, height), own)


def _merged(traces: Sequence[_Trace]) -> _Trace:
    """Return all ``traces`` as one."""
    x, y, width, height = box = _box_around(traces)
    ink = np.zeros((height, width), np.uint8)
    for trace in traces:
        left, top, wide, high = trace.box
        into = ink[top - y : top - y + high, left - x : left - x + wide]
        np.maximum(into, trace.ink, out=into)
    return _Trace(min(trace.time for trace in traces), box, ink)


def _box_around(traces: Sequence[_Trace]) -> Box:
    boxes = np.array([trace.box for trace in traces])
    x, y = (int(edge) for edge in boxes[:, :2].min(axis=0))
    right, bottom = (int(edge) for edge in (boxes[:, :2] + boxes[:, 2:]).max(axis=0))
    return x, y, right - x, bottom - y


def _with_slips(traces: list[_Trace], width: float) -> list[_Trace]:
    """Return the traces that are no dots or slips, with the slips that are near them.

    A slip belongs to the one that has most ink within `NEAR_STROKES` of it, and to none without.
    """
    if not traces:
        return []
    is_slip = find_slips(np.array([max(trace.box[2:]) for trace in traces], np.int64), width)
    kept = list(compress(traces, ~is_slip))
    reach = int(NEAR_STROKES * width) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    for slip in compress(traces, is_slip):
        x, y, wide, high = slip.box
        near = _Trace(
            slip.time,
            (x - reach, y - reach, wide + 2 * reach, high + 2 * reach),
            np.asarray(cv2.dilate(np.pad(slip.ink, reach), disc), np.uint8),
        )
        shared = [_shared_pixels(near, trace) for trace in kept]
        if any(shared):
            index = int(np.argmax(shared))
            kept[index] = replace(_merged([kept[index], slip]), time=kept[index].time)
    return kept


def _line_parts(traces: list[_Trace]) -> list[list[_Trace]]:
    """Return groups of touching traces that lie on one line each.

    A group of more strokes than a digit has, no wider than one, becomes a single trace.
    """
    groups = _touching(traces)
    boxes = [_box_around(group) for group in groups]
    heights = np.array([height for _, _, _, height in boxes])
    typical = np.median(heights[heights >= heights.max(initial=0) / 2]) if groups else 0
    found = []
    for group, (_, _, width, height) in zip(groups, boxes, strict=True):
        if height > MAXIMUM_LINE_HEIGHT * typical:
            found += [[trace] for trace in group]
        elif len(group) > MAXIMUM_PARTS and width <= MAXIMUM_DIGIT_WIDTH * height:
            found.append([_merged(group)])
        else:
            found.append(group)
    return found


def _touching(traces: list[_Trace]) -> list[list[_Trace]]:
    """Return groups of ``traces`` that are connected by shared ink."""
    shared = _shared_table(traces)
    groups: list[list[int]] = []
    for index in range(len(traces)):
        near = [group for group in groups if shared[index, group].any()]
        groups = [group for group in groups if group not in near]
        groups.append([*chain(*near), index])
    return [[traces[index] for index in group] for group in groups]


def _slant(traces: Sequence[_Trace], maximum: int) -> float:
    """Return the slant of ``traces``, from about 64 rows of them and at most ``maximum`` pixels."""
    _, top, _, height = _box_around(traces)
    step = max(1, height // 64)
    found = []
    for trace in traces:
        skipped = (top - trace.box[1]) % step
        rows, columns = np.nonzero(trace.ink[skipped::step] >= INK_LEVEL)
        found.append((rows * step + skipped + trace.box[1], columns + trace.box[0]))
    rows, columns = (np.concatenate(places) for places in zip(*found, strict=True))
    spread = -(-len(rows) // maximum) or 1
    return estimate_slant(rows[::spread], columns[::spread])


def _lattices(traces: Sequence[_Trace], scale: LineScale, budget: Budget) -> tuple[Lattice, ...]:
    """Return the lattices of a line of ``traces``, one for each order of them."""
    in_time = sorted(traces, key=lambda trace: trace.time)
    parts = [make_part(trace.ink, trace.box, scale.slant) for trace in in_time]
    crossings = _shared_table(in_time) / scale.stroke**2
    orders = [list(range(len(parts)))]
    across = sorted(orders[0], key=lambda index: sum(parts[index].extent))
    if across != orders[0]:
        orders.append(across)
    return tuple(
        lattice_in_order(
            [parts[index] for index in order], scale, budget, crossings[np.ix_(order, order)]
        )
        for order in orders
    )


def _shared_table(traces: Sequence[_Trace]) -> Counts:
    """Return how many pixels of solid ink each two traces share, int64 (n, n), 0 with itself."""
    table = np.zeros((len(traces), len(traces)), np.int64)
    for index, trace in enumerate(traces):
        for other in range(index):
            table[index, other] = table[other, index] = _shared_pixels(trace, traces[other])
    return table


def _shared_pixels(one: _Trace, other: _Trace) -> int:
    """Return how many pixels of solid ink two traces share."""
    left, top = max(one.box[0], other.box[0]), max(one.box[1], other.box[1])
    right = min(one.box[0] + one.box[2], other.box[0] + other.box[2])
    bottom = min(one.box[1] + one.box[3], other.box[1] + other.box[3])
    if left >= right or top >= bottom:
        return 0
    inside = [
        trace.solid[
            top - trace.box[1] : bottom - trace.box[1], left - trace.box[0] : right - trace.box[0]
        ]
        for trace in (one, other)
    ]
    return int(np.count_nonzero(inside[0] & inside[1]))
