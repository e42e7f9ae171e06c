"""Ink to pieces: connected strokes of the pen, without dots and slips."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import INK_LEVEL, Box

SOLID_LEVEL: Final = 128
"""Ink of this level and above joins strokes; between digits that almost touch, edges are fainter.
"""
SLIP_STROKES: Final = 2.0
SLIP_SHARE: Final = 0.25
"""A piece is a dot or a slip of the pen if its longer side is below so many stroke widths, or
below this share of what the pieces around it are tall."""
NEAR_STROKES: Final = 1.0
"""Within so many stroke widths of a larger piece, a slip is a bit of that one."""
EDGE_PIXELS: Final = 2.0
"""Fainter ink up to so far, or half a stroke's width, from a stroke is its edge."""
MOST_PIECES: Final = 400
"""Of more pieces than anybody writes numbers in, the largest are read: the rest is noise."""

LabelImage = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Components:
    """The pieces of a sheet, numbered from 1.

    ``owner`` int32 (height, width) says to which piece the ink of each pixel belongs: 0 for none.
    ``boxes`` int64 (n, 4): x, y, width, height of each piece. ``stroke_width`` in pixels.
    """

    owner: LabelImage
    boxes: npt.NDArray[np.int64]
    stroke_width: float


def find_components(ink: Image) -> Components:
    """Return the pieces of ``ink``, uint8 (height, width), 0 for paper and up to 255 for ink."""
    labels, stats = _components(ink)
    if not len(stats):
        return Components(np.zeros(ink.shape, np.int32), np.zeros((0, 4), np.int64), 1.0)
    width = stroke_width(labels > 0)
    keeper = _without_slips(labels, stats, width)
    numbers = np.unique(keeper[keeper > 0])
    renumbered = np.zeros(len(keeper), np.int32)
    renumbered[numbers] = np.arange(1, len(numbers) + 1)
    distance, nearest = _distance_and_nearest(labels > 0, labels)
    reach = max(EDGE_PIXELS, width / 2)
    owner = renumbered[keeper[nearest]]
    owner[(ink < INK_LEVEL) | (distance > reach)] = 0
    boxes = [
        _tight(owner, number + 1, _united(stats[keeper[1:] == kept]), math.ceil(reach))
        for number, kept in enumerate(numbers)
    ]
    return Components(owner, np.array(boxes, np.int64).reshape(-1, 4), width)


def stroke_width(solid: npt.NDArray[np.bool_]) -> float:
    """Return the usual width in pixels of the strokes in a mask: twice their inner radius."""
    distance = cv2.distanceTransform(solid.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    ridge = (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8))) & (distance > 0)
    if not ridge.any():
        return 1.0
    return max(1.0, 2 * float(np.median(distance[ridge])) - 1)


def _components(ink: Image) -> tuple[LabelImage, npt.NDArray[np.int64]]:
    """Return the numbers of connected components and their x, y, width, height, area.

    Ink below `SOLID_LEVEL` joins nothing; where there is none above, it is a component itself.
    """
    solid, faint = ink >= SOLID_LEVEL, ink >= INK_LEVEL
    _, spread = cv2.connectedComponents(faint.view(np.uint8))
    has_solid = np.zeros(int(spread.max()) + 1, bool)
    has_solid[spread[solid]] = True
    mask = solid | (faint & ~has_solid[spread])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8))
    largest = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:MOST_PIECES] + 1
    if len(largest) < len(stats) - 1:
        table = np.zeros(len(stats), np.int32)
        table[np.sort(largest)] = np.arange(1, len(largest) + 1)
        labels = table[labels]
    return np.asarray(labels, np.int32), np.asarray(stats[np.sort(largest)], np.int64)


def _without_slips(
    labels: LabelImage, stats: npt.NDArray[np.int64], stroke: float
) -> npt.NDArray[np.int32]:
    """Return for each component, 0 for paper included, the one that it is part of, or 0."""
    sizes = stats[:, 2:4].max(axis=1)
    usual = np.median(sizes[sizes >= sizes.max() / 2])
    is_slip = (sizes < SLIP_STROKES * stroke) | (sizes < SLIP_SHARE * usual)
    keeper = np.arange(len(stats) + 1, dtype=np.int32)
    keeper[1:][is_slip] = 0
    if is_slip.all() or not is_slip.any():
        return keeper
    lasting = keeper[labels] > 0
    distance, owners = _distance_and_nearest(lasting, labels)
    for slip in np.flatnonzero(is_slip) + 1:
        x, y, width, height, _ = stats[slip - 1]
        place = np.s_[y : y + height, x : x + width]
        own = labels[place] == slip
        away = np.where(own, distance[place], np.inf)
        if away.min() <= NEAR_STROKES * stroke + 1:
            keeper[slip] = owners[place].flat[int(away.argmin())]
    return keeper


def _distance_and_nearest(
    mask: npt.NDArray[np.bool_], labels: LabelImage
) -> tuple[npt.NDArray[np.float32], LabelImage]:
    """Return for each pixel the distance to the nearest one in ``mask``, and that one's label."""
    distance, nearest = cv2.distanceTransformWithLabels(
        (~mask).view(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[mask]] = labels[mask]
    return np.asarray(distance, np.float32), table[nearest]


def _united(stats: npt.NDArray[np.int64]) -> Box:
    left, top = stats[:, 0].min(), stats[:, 1].min()
    right = (stats[:, 0] + stats[:, 2]).max()
    bottom = (stats[:, 1] + stats[:, 3]).max()
    return int(left), int(top), int(right - left), int(bottom - top)


def _tight(owner: LabelImage, number: int, box: Box, reach: int) -> Box:
    """Return the box of a piece with its edges, at most ``reach`` pixels around that without."""
    left, top = max(box[0] - reach, 0), max(box[1] - reach, 0)
    inside = owner[top : box[1] + box[3] + reach, left : box[0] + box[2] + reach] == number
    x, y, width, height = cv2.boundingRect(inside.view(np.uint8))
    return left + x, top + y, width, height
