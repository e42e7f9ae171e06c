"""Finds foreign objects beside the writing: pens, erasers, rulers, the edge of a dark desk.

They are as dark as ink, or have another colour than the sheet, and they are solid: of what people
write, only a 1 is convex, and it is slimmer than an eraser and ends before the picture does.
"""

from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image, Mask
from mnist_app.photo.sheet import filled, hue_of

SIDE: Final = 320
"""Pixels of the longer side of what is looked at."""
LEVELS: Final = tuple(range(16, 208, 16))
"""Grey levels that are tried: what is darker may be an object."""
HUES: Final = (-0.4, 0.4)
"""Logarithm of red over blue, less or more than the sheet's: beyond, it is none of its shadows."""
LEAST_SIDE: Final = 5
"""Of these pixels, the shorter side: printed lines and most strokes are narrower."""
MOST_AREA: Final = 0.3
"""Share of the picture; what is larger may be a sheet."""
SOLID: Final = 0.87
"""Share of its convex hull, of which a slim object loses some to the pixels along its sides."""
RECTANGULAR: Final = 0.85
"""Share of the smallest rectangle around what lies wholly on the sheet; an ellipse has less."""
STOUT: Final = 0.3
"""Shorter over longer side of such an object: a 1 is slimmer."""
LEAST_STEP, LEAST_STEP_AT_EDGE = 2.2, 2.8
"""Levels outside over levels inside of an object that is grey, and of one at the picture's edge,
where shadows are; a shadow is lighter than that."""
LEAST_STEP_IN_COLOUR: Final = 1.25
WRITTEN_ON, MOST_WRITTEN = 0.7, 0.01
"""A larger share of a note is so much darker than what is beside it: it is written on."""
MOST_TRIED: Final = 64
"""Components of a level that are tried, the largest first: grain and print have hundreds."""
MARGIN: Final = 4
"""Of these pixels, around an object: its blur, and its shadow."""


def find_foreign_objects(
    grey: Image, colours: Image | None = None, sheet: Mask | None = None
) -> Mask:
    """Return where objects lie in a photograph of dark ink, bool (height, width).

    ``grey`` is uint8 (height, width), ``colours`` the same in red, green and blue, uint8 (height,
    width, 3), if the picture has them. What lies wholly where ``sheet`` is False is left aside.
    """
    height, width = grey.shape
    factor = min(1.0, SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    tiny = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    inside = np.ones(tiny.shape, np.bool_)
    if sheet is not None:
        inside = cv2.resize(sheet.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    objects = np.zeros(tiny.shape, np.uint8)
    if min(tiny.shape) < 2 * LEAST_SIDE or not inside.any():
        return np.zeros(grey.shape, np.bool_)
    framed = np.pad(~inside, 1, constant_values=True).view(np.uint8)
    rim = cv2.dilate(framed, np.ones((5, 5), np.uint8))[1:-1, 1:-1] > 0
    for level in LEVELS:
        objects |= _solid(tiny < level, tiny, inside, rim, coloured=False)
    if colours is not None:
        hue = hue_of(colours, size)
        hue -= np.median(hue[inside])
        for least in HUES:
            beyond = hue * np.sign(least) > abs(least)
            objects |= _solid(beyond, tiny, inside, rim, coloured=True)
    if not objects.any():
        return np.zeros(grey.shape, np.bool_)
    grown = cv2.dilate(objects, np.ones((2 * MARGIN + 1, 2 * MARGIN + 1), np.uint8))
    return np.asarray(cv2.resize(grown, grey.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)


def _solid(mask: Mask, tiny: Image, inside: Mask, rim: Mask, *, coloured: bool) -> Image:
    """Return the components of ``mask`` that are objects and lie on the sheet, 0 or 1.

    ``inside`` says where the sheet is, ``rim`` where its edge is, and what lies around it.
    """
    kept = np.zeros(tiny.shape, np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    area = stats[:, cv2.CC_STAT_AREA]
    likely = (area >= LEAST_SIDE**2) & (area <= MOST_AREA * tiny.size)
    likely &= stats[:, 2:4].min(axis=1) >= LEAST_SIDE
    likely[0] = False
    tried = np.flatnonzero(likely)
    for label in tried[np.argsort(-area[tried], kind="stable")[:MOST_TRIED]]:
        x, y, wide, high = stats[label, :4]
        near = np.s_[max(0, y - MARGIN) : y + high + MARGIN, max(0, x - MARGIN) : x + wide + MARGIN]
        own = labels[near] == label
        at_edge = bool(rim[near][own].any())
        if inside[near][own].any() and _is_object(
            own.view(np.uint8), tiny[near], inside[near], at_edge=at_edge, coloured=coloured
        ):
            kept[near] |= own.view(np.uint8)
    return kept


def _is_object(own: Image, tiny: Image, inside: Mask, *, at_edge: bool, coloured: bool) -> bool:
    outlines, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    _, (one, other), _ = cv2.minAreaRect(outlines[0])
    shorter, longer = min(one, other) + 1, max(one, other) + 1
    area = float(np.count_nonzero(own))
    hull = np.zeros_like(own)
    cv2.fillConvexPoly(hull, cv2.convexHull(outlines[0]), 1)
    if shorter < LEAST_SIDE or area < SOLID * np.count_nonzero(hull):
        return False
    if not at_edge and (area < RECTANGULAR * shorter * longer or shorter < STOUT * longer):
        return False
    kernel = np.ones((7, 7), np.uint8)
    beside = (cv2.dilate(own, kernel) > cv2.dilate(own, np.ones((3, 3), np.uint8))) & inside
    if not beside.any():
        return False
    # What is written on a note may have another colour, and be no part of it.
    if _is_written_on(filled(np.asarray(outlines[0], np.int32), own.shape), tiny):
        return False
    step = (float(np.median(tiny[beside])) + 8) / (float(np.median(tiny[own > 0])) + 8)
    grey = LEAST_STEP_AT_EDGE if at_edge else LEAST_STEP
    return step >= (LEAST_STEP_IN_COLOUR if coloured else grey)


def _is_written_on(own: Image, tiny: Image) -> bool:
    # Its blurred edge is lighter than the rest of it.
    inner = cv2.erode(own, np.ones((5, 5), np.uint8))
    bare = cv2.morphologyEx(tiny * inner, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    darker = tiny + np.float32(8) < WRITTEN_ON * (bare + np.float32(8))
    return bool(np.count_nonzero(darker & (inner > 0)) > MOST_WRITTEN * np.count_nonzero(own))
