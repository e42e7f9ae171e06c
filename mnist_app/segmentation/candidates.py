"""Ink of a number to the ink of its digits: all ways to group and cut it that are worth a look.

Written digits are pieces that do not touch each other, mostly. But the bar of a 5 may stand by
itself, and neighbours may touch: then the shapes alone do not tell. So each line becomes a row of
parts that are never divided, and whatever consecutive parts could be one digit is a candidate.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import Box, bounding_box
from mnist_app.segmentation.connected_components import SOLID_LEVEL, Components, find_components
from mnist_app.segmentation.cut_paths import CutPath, find_cut_paths
from mnist_app.segmentation.text_lines import TextLine, find_text_lines, slant

MOST_PIECES: Final = 4
"""A digit has at most so many pieces."""
WIDEST: Final = 1.5
"""A digit of several pieces is at most so many heights wide."""
WIDEST_GAP: Final = 0.3
"""Between the pieces of a digit are at most so many heights of paper."""
NARROWEST_CUT: Final = 0.4
NARROWEST_CUT_STROKES: Final = 3.0
"""Components narrower than so many heights, or strokes, are one digit at most."""
BREAK_STROKES: Final = 2.0
"""A digit may be broken by so many strokes of paper, where a pencil slid or a line was taken out.
"""
LEAST_LENGTH: Final = 0.5
"""A digit that was cut off has ink as of a stroke of at least so many heights: enough for a 1."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """What may be one digit: what is written between two bounds of a line.

    ``first`` and ``last`` are the numbers of the bounds. ``ink`` uint8 (h, w) is its own alone,
    cut out at ``box``. In heights of the line's digits: ``height``, ``length``, that of its
    strokes, and ``gap``, the widest paper between its pieces. ``cut`` is the ink that was cut
    through to part it from its neighbours, in stroke widths. ``pieces`` is how many pieces it is
    made of, cut or whole.
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


@dataclass(frozen=True, eq=False)
class Lattice:
    """One line of writing.

    Its digits are candidates end to end, from bound 0 to the last of ``bounds``.
    """

    bounds: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, eq=False)
class Segmentation:
    """All lines from top to bottom; ``stroke_width`` in pixels."""

    lines: tuple[Lattice, ...]
    stroke_width: float


@dataclass(frozen=True)
class _Scale:
    """How tall the digits of a line are, how wide its strokes, in pixels, and how it leans."""

    height: float
    stroke: float
    lean: float


@dataclass(frozen=True, eq=False)
class _Piece:
    """A piece in its box; ``left`` and ``right`` as if the writing stood upright."""

    box: Box
    mask: npt.NDArray[np.bool_]
    columns: npt.NDArray[np.int64]
    left: float
    right: float
    seams: list[CutPath]


@dataclass(frozen=True, eq=False)
class _Bound:
    """Where a digit may begin or end: before piece ``place``, or at a seam through it."""

    place: int
    seam: CutPath | None

    @property
    def cost(self) -> float:
        return 0.0 if self.seam is None else self.seam.cost


def segment(ink: Image) -> Segmentation:
    """Return what may be the digits in ``ink``, uint8 (height, width), 0 for paper."""
    pieces = find_components(ink)
    lines = find_text_lines(pieces.boxes, BREAK_STROKES * pieces.stroke_width)
    rows = [_row(ink, pieces, line) for line in lines]
    return Segmentation(tuple(rows), pieces.stroke_width)


def _row(ink: Image, pieces: Components, line: TextLine) -> Lattice:
    labels = np.array(line.places, np.int32) + 1
    scale = _Scale(line.height, pieces.stroke_width, _lean(pieces, labels))
    run = [_piece(ink, pieces, int(label), scale) for label in labels]
    run.sort(key=lambda piece: piece.left + piece.right)
    bounds: list[_Bound] = []
    for place, piece in enumerate(run):
        bounds += [_Bound(place, None), *(_Bound(place, seam) for seam in piece.seams)]
    bounds.append(_Bound(len(run), None))
    found = (
        _candidate(ink, run, bounds, (first, last), scale)
        for first, start in enumerate(bounds)
        for last, end in enumerate(bounds[first + 1 :], start=first + 1)
        if end.place - start.place <= MOST_PIECES
    )
    return Lattice(
        len(bounds) - 1, tuple(candidate for candidate in found if candidate is not None)
    )


def _lean(pieces: Components, labels: npt.NDArray[np.int32]) -> float:
    boxes = pieces.boxes[labels - 1]
    x, y = boxes[:, :2].min(axis=0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    step = max(1, int(bottom - y) // 64)
    inside = pieces.owner[y:bottom:step, x:right:step]
    rows, columns = np.nonzero(np.isin(inside, labels))
    return slant(rows, columns) if len(rows) else 0.0


def _piece(ink: Image, pieces: Components, label: int, scale: _Scale) -> _Piece:
    x, y, width, height = (int(side) for side in pieces.boxes[label - 1])
    box, place = (x, y, width, height), np.s_[y : y + height, x : x + width]
    mask = pieces.owner[place] == label
    left, right = _extent(mask, box, scale.lean)
    seams: list[CutPath] = []
    if right - left > max(NARROWEST_CUT * scale.height, NARROWEST_CUT_STROKES * scale.stroke):
        alone = np.where(mask, ink[place], 0).astype(np.float32) / np.float32(255)
        seams = find_cut_paths(alone, scale.lean, scale.stroke)
    return _Piece(box, mask, np.arange(width), left, right, seams)


def _candidate(
    ink: Image, run: list[_Piece], bounds: list[_Bound], between: tuple[int, int], scale: _Scale
) -> Candidate | None:
    """Return what lies between two bounds, or None if that is no digit by its shape alone."""
    first, last = between
    start, end = bounds[first], bounds[last]
    pieces = run[start.place : end.place + (end.seam is not None)]
    masks = [piece.mask for piece in pieces]
    if len(pieces) == 1 and _cross(start.seam, end.seam):
        return None
    if start.seam is not None:
        masks[0] = masks[0] & (pieces[0].columns >= start.seam.columns[:, np.newaxis])
    if end.seam is not None:
        masks[-1] = masks[-1] & (pieces[-1].columns < end.seam.columns[:, np.newaxis])
    extents = [
        (piece.left, piece.right) if mask is piece.mask else _extent(mask, piece.box, scale.lean)
        for piece, mask in zip(pieces, masks, strict=True)
    ]
    tall = scale.height
    if first == 0 and end.place == len(run):
        # Alone on its line, it is as tall as the digits of the line are, and nothing tells how
        # that line leans.
        top = min(piece.box[1] for piece in pieces)
        tall = float(max(piece.box[1] + piece.box[3] for piece in pieces) - top)
        extents = sorted(
            (float(piece.box[0]), float(piece.box[0] + piece.box[2])) for piece in pieces
        )
    gap = _widest_gap(extents)
    wide = max(right for _, right in extents) - min(left for left, _ in extents)
    if len(masks) > 1 and (gap > WIDEST_GAP * tall or wide > WIDEST * tall):
        return None
    whole, own = _put_together(ink, [piece.box for piece in pieces], masks)
    tight = bounding_box(own)
    length = np.count_nonzero(own >= SOLID_LEVEL) / (scale.stroke * tall)
    is_cut = start.seam is not None or end.seam is not None
    if tight is None or (is_cut and length < LEAST_LENGTH):
        return None
    x, y, width, height = tight
    return Candidate(
        first=first,
        last=last,
        components=len(pieces),
        box=(whole[0] + x, whole[1] + y, width, height),
        ink=own[y : y + height, x : x + width],
        height=height / tall,
        length=length,
        gap=gap / tall,
        cut=start.cost + end.cost,
    )


def _cross(left: CutPath | None, right: CutPath | None) -> bool:
    """Tell whether the left one of two seams comes to lie right of the other."""
    return left is not None and right is not None and bool((right.columns < left.columns - 1).any())


def _extent(mask: npt.NDArray[np.bool_], box: Box, lean: float) -> tuple[float, float]:
    """Return where a mask begins and ends if the writing is made upright."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return float(box[0]), float(box[0])
    upright = columns + box[0] + lean * (rows + box[1])
    return float(upright.min()), float(upright.max() + 1)


def _widest_gap(extents: list[tuple[float, float]]) -> float:
    """Return the widest paper between what stands side by side, at least 0."""
    gap, reached = 0.0, extents[0][1]
    for left, right in extents[1:]:
        gap = max(gap, left - reached)
        reached = max(reached, right)
    return gap


def _put_together(
    ink: Image, boxes: list[Box], masks: list[npt.NDArray[np.bool_]]
) -> tuple[Box, Image]:
    """Return the ink under masks, and the box around all of them."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    own = np.zeros((bottom - top, right - left), np.uint8)
    for (x, y, width, height), mask in zip(boxes, masks, strict=True):
        into = own[y - top : y - top + height, x - left : x - left + width]
        np.copyto(into, ink[y : y + height, x : x + width], where=mask)
    return (left, top, right - left, bottom - top), own
