"""Keeps the components that a pen may have written: neither dirt nor ends of ruled lines."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.photo.shadows import LEAST_SHARPNESS

LEAST_SIZE: Final = 0.12
"""Longer side of a component over that of the largest; what is smaller is dirt."""
LEAST_SIZE_AT_EDGE: Final = 0.5
"""The same for a component at the picture's edge."""
LEAST_HEIGHT: Final = 1 / 80
"""Longer side of the largest component over that of the picture; a digit is no smaller."""
LEAST_THICKNESS: Final = 0.2
"""Of a component, in widths of a stroke; what is thinner is the rest of a line, or noise."""
STRAIGHT: Final = 1.15
"""Length of a component over its diagonal. On lined paper, what is straight and goes on beyond the
picture's edge is a line."""
LEAST_AREA: Final = 12
WIDEST_FAINT: Final = 1.2
"""Width of a stroke's faint part over that of the others."""
DISC_LEVELS: Final = (1.5, 3.0, 5.0)
"""In floors: where more is absorbed, discs are looked for, in a shadow as in the light."""
DISC_SIDES: Final = (1 / 40, 1 / 7)
"""Of a disc, over the longer side of the picture."""
ROUNDNESS: Final = 0.5
"""Shorter over longer axis of a disc that is seen aslant. A stroke that is no longer is no 1."""
LEAST_DISC_SHARE: Final = 0.6
"""Of the box around it; an ellipse that lies aslant fills less than three quarters."""
ALONE: Final = 0.6
"""Levels beside a disc over its own, at most: the paper's grain makes spots in strokes."""
DISC_TOLERANCE: Final = 0.06
"""Area over that of the ellipse with the same axes, less or more than 1. A rectangle has 1.27."""
BESIDE: Final = (5, 11)
"""Kernels in pixels: what lies between the reach of both is what is beside a component."""
MOST_OPEN, MOST_OPEN_RATIO = 0.1, 2.0
"""Share of what is beside a component: where more is nearly as dark, it goes on there, as a bit of
a shadow or of a line does; beside ink there is paper. On a smeared board, and where a shadow
touches the digits, it may be so many times the share of the darkest of the large components."""
LARGE: Final = 0.2
"""Longer side of a component over that of the largest, which may be no ink."""
LEAST_LEVEL: Final = 0.65
"""Of a component, over that of the darkest: one pen absorbs as much everywhere."""


def remove_discs(absorbance: Image, floor: float) -> Image:
    """Return ``absorbance`` without filled discs and ellipses: punched holes, magnets, blots.

    ``absorbance`` uint8 (height, width) is the share of light that is absorbed; what absorbs no
    more than ``floor`` is no disc.
    """
    least, most = (round(side * max(absorbance.shape)) for side in DISC_SIDES)
    discs = np.zeros_like(absorbance)
    for level in DISC_LEVELS:
        mask = (absorbance > level * floor).view(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        shorter, wider = (pick(stats[:, 2:4], axis=1) for pick in (np.min, np.max))
        share = stats[:, cv2.CC_STAT_AREA] / (stats[:, 2] * stats[:, 3])
        likely = (shorter >= least) & (wider <= most) & (shorter >= ROUNDNESS * wider)
        likely[0] = False
        for label in np.flatnonzero(likely & (share > LEAST_DISC_SHARE)):
            x, y, wide, high, area = (int(side) for side in stats[label])
            around = np.s_[
                max(0, y - BESIDE[1]) : y + high + BESIDE[1],
                max(0, x - BESIDE[1]) : x + wide + BESIDE[1],
            ]
            own = np.asarray(labels[around] == label, np.uint8)
            if _is_ellipse(own, area) and _stands_alone(own, absorbance[around]):
                discs[around] |= own
    return np.where(cv2.dilate(discs, np.ones((15, 15), np.uint8)) > 0, 0, absorbance).astype(
        np.uint8
    )


def _is_ellipse(mask: Image, area: int) -> bool:
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    _, (one, other), _ = cv2.minAreaRect(outlines[0])
    if min(one, other) < ROUNDNESS * max(one, other):
        return False
    # The outline runs through the middles of the outermost pixels.
    ellipse = np.pi / 4 * (one + 1) * (other + 1)
    return abs(float(area / ellipse) - 1) <= DISC_TOLERANCE


def _stands_alone(mask: Image, absorbance: Image) -> bool:
    """Tell whether what is in ``mask`` is much darker than what is beside it nearly everywhere."""
    near, far = (cv2.dilate(mask, np.ones((side, side), np.uint8)) for side in BESIDE)
    level = float(np.median(absorbance[mask > 0]))
    return float(np.mean(absorbance[far > near] > ALONE * level)) <= MOST_OPEN


def filter_components(
    mask: Image,
    absorbance: Image,
    rise: Image,
    seen: Image,
    *,
    stroke: float,
    is_lined: bool,
    sheet: npt.NDArray[np.bool_] | None = None,
) -> Image:
    """Return ``mask``, 0 or 1, with only those components that a pen may have written.

    All are uint8 (height, width): ``absorbance`` is the share of light that ink absorbs, ``rise``
    by how much it rises nearby. ``seen`` uint8 (height, width, channels) is what ink, shadows and
    the paper's own colour absorb together. ``stroke`` is the width of a stroke in pixels;
    ``sheet`` bool (height, width) says where the sheet is, if it does not fill the picture.
    """
    count, found, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels = np.asarray(found, np.int32)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    rim = cv2.erode(mask, np.ones((3, 3), np.uint8)) < mask
    at_rim = labels[rim]
    pixels = np.maximum(np.bincount(at_rim, minlength=count), 1)
    edge = np.bincount(at_rim, rise[rim], minlength=count) / pixels
    inside = labels > 0
    total = np.bincount(labels[inside], absorbance[inside], minlength=count)
    area = stats[:, cv2.CC_STAT_AREA]
    level = total / np.maximum(area, 1)
    kept = (area >= LEAST_AREA) & (edge >= LEAST_SHARPNESS * level)
    # Gaps that the paper's grain leaves in a stroke are none of its sides.
    filled = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    outer = rim & (cv2.erode(filled, np.ones((3, 3), np.uint8)) < filled)
    sides = np.bincount(labels[outer], minlength=count)
    kept &= 2 * area >= LEAST_THICKNESS * stroke * sides
    kept[0] = False
    size = np.maximum(wide, high)
    is_large = kept & (size >= LARGE * size[kept].max(initial=0))
    darkest = int(np.where(is_large, level, 0).argmax())
    goes_on = _open(labels, count, absorbance, seen)
    kept &= goes_on <= max(MOST_OPEN, MOST_OPEN_RATIO * goes_on[darkest])
    kept &= level >= LEAST_LEVEL * level[darkest]
    touches = np.zeros(count, np.bool_)
    touches[np.unique(labels[_edge(mask.shape, sheet)])] = True
    if is_lined:
        kept &= ~(touches & (sides <= 2 * STRAIGHT * np.hypot(wide, high)))
    largest = size[kept].max(initial=0)
    if largest < LEAST_HEIGHT * max(mask.shape):
        return np.zeros_like(mask)
    kept &= size >= np.where(touches, LEAST_SIZE_AT_EDGE, LEAST_SIZE) * largest
    return np.asarray(kept[labels], np.uint8)


def _edge(shape: tuple[int, ...], sheet: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.bool_]:
    """Return where the edge of the sheet is, or of the picture."""
    whole = np.ones(shape, np.uint8) if sheet is None else sheet.view(np.uint8)
    framed = cv2.copyMakeBorder(whole, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inner = cv2.erode(framed, np.ones((5, 5), np.uint8))
    return np.asarray((framed > inner)[1:-1, 1:-1])


def add_faint_parts(
    strokes: Image, faint: Image, absorbance: Image, seen: Image, *, stroke: float
) -> Image:
    """Return ``strokes`` with what is joined to them in ``faint``, is no wider, and ends at paper.

    Both are 0 or 1, uint8 (height, width); the others are as for `filter_components`.
    """
    more = ((faint > 0) & (strokes == 0)).view(np.uint8)
    count, found, stats, _ = cv2.connectedComponentsWithStats(more, connectivity=8)
    labels = np.asarray(found, np.int32)
    beside = cv2.dilate(strokes, np.ones((3, 3), np.uint8)) > 0
    rim = cv2.erode(faint, np.ones((3, 3), np.uint8)) < more
    sides = np.maximum(np.bincount(labels[rim], minlength=count), 1)
    kept = np.zeros(count, np.bool_)
    kept[np.unique(labels[beside])] = True
    kept &= 2 * stats[:, cv2.CC_STAT_AREA] <= WIDEST_FAINT * stroke * sides
    together = np.where(strokes > 0, count, labels).astype(np.int32)
    kept &= _open(together, count + 1, absorbance, seen)[:count] <= MOST_OPEN
    kept[0] = False
    return np.asarray(strokes | kept[labels], np.uint8)


def _open(
    labels: npt.NDArray[np.int32], count: int, absorbance: Image, seen: Image
) -> npt.NDArray[np.float64]:
    """Return of what is beside each component, 0 for none, the share that is not much lighter."""
    near, far = (np.ones((side, side), np.uint8) for side in BESIDE)
    inside = labels > 0
    owner = cv2.dilate(labels.astype(np.float32), far)
    beside = (owner > 0) & (cv2.dilate(inside.view(np.uint8), near) == 0)

    def within(picture: Image) -> npt.NDArray[np.float32]:
        """Return the highest level of the component that is near, for all that is beside one."""
        alone = np.where(inside, picture, 0).astype(np.uint8)
        return np.asarray(cv2.dilate(alone, far)[beside], np.float32)

    differs = np.zeros(np.count_nonzero(beside), np.float32)
    for channel in np.moveaxis(seen, 2, 0):
        paper = channel[beside].astype(np.float32)
        # What the ink absorbs of the light that is left to it there.
        differs = np.maximum(differs, 255 * (within(channel) - paper) / (256 - paper))
    owners = owner[beside].astype(np.int64)
    places = np.maximum(np.bincount(owners, minlength=count), 1)
    return np.bincount(owners, 2 * differs < within(absorbance), minlength=count) / places
