"""Finds the connected components of ink, without dots and stray marks."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Image, Mask
from mnist_app.preprocessing.normalize import INK_LEVEL, Box

SOLID_LEVEL: Final = 128
"""Minimum grey level of ink that connects strokes; the edges between close digits are fainter."""
SLIP_STROKES: Final = 2.0
"""Maximum longer side of a dot or slip of the pen, in stroke widths."""
SLIP_SHARE: Final = 0.25
"""Maximum longer side of a dot or slip of the pen, as a share of that of a typical component."""
NEAR_STROKES: Final = 1.0
"""Maximum distance of a slip from the component that it is a part of, in stroke widths."""
EDGE_PIXELS: Final = 2.0
"""Maximum distance of a stroke's faint edge from solid ink, in pixels.

In wide strokes it is half a stroke width.
"""
MAXIMUM_COMPONENTS: Final = 400
"""Maximum number of components, more than a written number has; the largest are kept."""
MAXIMUM_BOX_PIXELS: Final = 16_000_000
"""Maximum number of pixels in the boxes of all components together; the largest are kept.

It limits time and memory where boxes overlap, as those of concentric rings. The boxes of a page of
digits hold fewer pixels than its picture, which has at most 4 million.
"""
MAXIMUM_SQUARE_PIXELS: Final = 200_000_000
"""Maximum number of pixels in the squares around all components; the largest are kept.

It limits time: a component is cut out in a square. Fifty lines across 2,000 pixels are within it.
"""

LabelImage = npt.NDArray[np.int32]
"""The number of the component that each pixel belongs to (height, width); 0 for none."""


@dataclass(frozen=True, eq=False)
class Components:
    """The connected components of an image of ink, numbered from 1.

    ``labels`` is int32 (height, width): the component of each pixel, 0 for none. ``boxes`` is
    int64 (n, 4): x, y, width and height of each component. ``stroke_width`` is in pixels.
    """

    labels: LabelImage
    boxes: npt.NDArray[np.int64]
    stroke_width: float


def find_components(ink: Image) -> Components:
    """Return the components of ``ink``, uint8 (height, width), 0 for paper, up to 255 for ink."""
    labels, stats = _solid_components(ink)
    if not len(stats):
        return Components(np.zeros(ink.shape, np.int32), np.zeros((0, 4), np.int64), 1.0)
    width = stroke_width(labels > 0)
    targets = _merge_slips(labels, stats, width)
    kept = np.unique(targets[targets > 0])
    renumbered = np.zeros(len(targets), np.int32)
    renumbered[kept] = np.arange(1, len(kept) + 1)
    distance, nearest = _distance_and_nearest(labels > 0, labels)
    reach = max(EDGE_PIXELS, width / 2)
    final = renumbered[targets[nearest]]
    final[(ink < INK_LEVEL) | (distance > reach)] = 0
    boxes = [
        _tight_box(final, number, _enclosing_box(stats[targets[1:] == target]), math.ceil(reach))
        for number, target in enumerate(kept, start=1)
    ]
    return Components(final, np.array(boxes, np.int64).reshape(-1, 4), width)


def stroke_width(solid: Mask) -> float:
    """Return the mean stroke width in pixels, at least 1, weighted by area.

    Across a stroke of w pixels, the distances to its edge are 1, 2, ... w/2, ... 2, 1: their mean
    is (w + 2) / 4. Rough edges, as in photographs, hardly change it.
    """
    if not solid.any():
        return 1.0
    distance = cv2.distanceTransform(solid.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return max(1.0, 4 * float(distance[solid].mean()) - 2)


def find_slips(sizes: npt.NDArray[np.int64], stroke: float) -> Mask:
    """Return which components are dots or stray marks, bool (n,).

    ``sizes`` int64 (n,), at least one, are their longer sides and ``stroke`` is the stroke width,
    in pixels.
    """
    typical = np.median(sizes[sizes >= sizes.max() / 2])
    return np.asarray((sizes < SLIP_STROKES * stroke) | (sizes < SLIP_SHARE * typical), np.bool_)


def _solid_components(ink: Image) -> tuple[LabelImage, npt.NDArray[np.int64]]:
    """Return the labels of solid components and their x, y, width, height, area (n, 5).

    Ink below `SOLID_LEVEL` connects nothing; where there is no solid ink, it is a component itself.
    """
    solid, faint = ink >= SOLID_LEVEL, ink >= INK_LEVEL
    _, spread = cv2.connectedComponents(faint.view(np.uint8))
    has_solid = np.zeros(int(spread.max()) + 1, bool)
    has_solid[spread[solid]] = True
    mask = solid | (faint & ~has_solid[spread])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8))
    by_area = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")
    largest = by_area[:MAXIMUM_COMPONENTS] + 1
    sizes = stats[largest, cv2.CC_STAT_WIDTH].astype(np.int64) * stats[largest, cv2.CC_STAT_HEIGHT]
    sides = stats[largest, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(axis=1).astype(np.int64)
    is_within = sizes.cumsum() <= MAXIMUM_BOX_PIXELS
    is_within &= np.cumsum(sides**2) <= MAXIMUM_SQUARE_PIXELS
    largest = largest[: max(1, np.count_nonzero(is_within))]
    if len(largest) < len(stats) - 1:
        renumbered = np.zeros(len(stats), np.int32)
        renumbered[np.sort(largest)] = np.arange(1, len(largest) + 1)
        labels = renumbered[labels]
    return np.asarray(labels, np.int32), np.asarray(stats[np.sort(largest)], np.int64)


def _merge_slips(
    labels: LabelImage, stats: npt.NDArray[np.int64], stroke: float
) -> npt.NDArray[np.int32]:
    """Return for each label, 0 included, the component that its pixels belong to, or 0.

    A dot or slip belongs to a component within `NEAR_STROKES`, and to none if there is none.
    """
    is_slip = find_slips(stats[:, 2:4].max(axis=1), stroke)
    targets = np.arange(len(stats) + 1, dtype=np.int32)
    targets[1:][is_slip] = 0
    if is_slip.all() or not is_slip.any():
        return targets
    distance, nearest = _distance_and_nearest(targets[labels] > 0, labels)
    for slip in np.flatnonzero(is_slip) + 1:
        x, y, width, height, _ = stats[slip - 1]
        window = np.s_[y : y + height, x : x + width]
        away = np.where(labels[window] == slip, distance[window], np.inf)
        if away.min() <= NEAR_STROKES * stroke + 1:
            targets[slip] = nearest[window].flat[int(away.argmin())]
    return targets


def _distance_and_nearest(mask: Mask, labels: LabelImage) -> tuple[Floats, LabelImage]:
    """Return each pixel's distance to the nearest pixel in ``mask``, and the label of that one."""
    distance, nearest = cv2.distanceTransformWithLabels(
        (~mask).view(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[mask]] = labels[mask]
    return np.asarray(distance, np.float32), table[nearest]


def _enclosing_box(stats: npt.NDArray[np.int64]) -> Box:
    """Return the box around components with these x, y, width, height, area (n, 5)."""
    left, top = stats[:, 0].min(), stats[:, 1].min()
    right = (stats[:, 0] + stats[:, 2]).max()
    bottom = (stats[:, 1] + stats[:, 3]).max()
    return int(left), int(top), int(right - left), int(bottom - top)


def _tight_box(labels: LabelImage, number: int, box: Box, reach: int) -> Box:
    """Return the tight box of a component that exceeds ``box`` by at most ``reach`` pixels."""
    left, top = max(box[0] - reach, 0), max(box[1] - reach, 0)
    inside = labels[top : box[1] + box[3] + reach, left : box[0] + box[2] + reach] == number
    x, y, width, height = cv2.boundingRect(inside.view(np.uint8))
    return left + x, top + y, width, height
