"""The sheet or board that a photograph shows, where the desk or the wall around it is seen too."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image

SIDE: Final = 240
"""Pixels of the longer side of what is looked at."""
CLOSING: Final = 13
"""Of these pixels: ink on the sheet is narrower and vanishes."""
LEAST_AREA: Final = 0.12
"""Share of the picture."""
MOST_AREA: Final = 0.97
LEAST_FILL: Final = (0.8, 0.8, 0.9)
"""Share of the smallest rectangle around it, at any angle, where it reaches no, one and two sides
of the picture: a pool of light is round, and what shadows leave reaches more sides."""
LEAST_CONVEXITY: Final = 0.93
LEAST_SOLID: Final = 0.85
"""Share of what is inside that is light too: less is a large 0 written with chalk, no sheet."""
LEAST_STEP: Final = 1.2
"""Levels inside over levels outside, six pixels apart: light falls off more slowly."""
LEAST_STEP_DOWN: Final = 2.0
"""Levels outside over levels inside for a blackboard: a phone's shadow is as rectangular, but a
blackboard is darker than a shadow."""
LEAST_BOARD_SIDE: Final = 0.35
"""Shorter over longer side of a blackboard: a ruler is slimmer."""
LEAST_HUE_STEP: Final = 0.25
"""Logarithm of red over blue inside, less or more than outside: a shadow keeps the paper's."""
DARKER_THAN_SHADOW: Final = 3.2
"""Levels inside over levels outside."""
LEAST_AREA_ON_DESK, LEAST_FILL_ON_DESK = 0.3, 0.75
"""Share of the picture and of the smallest rectangle, where what is outside is no shadow: then the
sheet may reach three sides of the picture, and be cut off aslant."""
LEVELS: Final = range(4, 96, 4)
"""Percentiles of grey that are tried as the sheet's least level."""
MARGIN: Final = 0.02
"""Share of the longer side by which the sheet's own edge is kept out."""


def find_sheet(grey: Image, colours: Image | None = None) -> npt.NDArray[np.bool_] | None:
    """Return where the sheet is in a photograph, bool (height, width), or None.

    ``grey`` is uint8 (height, width), ``colours`` the same in red, green and blue, uint8 (height,
    width, 3), if the picture has them. None means that the sheet fills the picture, as does what
    cannot be told from that.
    """
    height, width = grey.shape
    factor = min(1.0, SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    tiny = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    if min(tiny.shape) < 3 * CLOSING:
        return None
    hue = np.zeros(tiny.shape, np.float32) if colours is None else hue_of(colours, size)
    outline = _outline(tiny, hue)
    if outline is None:
        outline = _outline(np.asarray(cv2.bitwise_not(tiny), np.uint8), hue, is_negative=True)
    if outline is None:
        return None
    large = np.rint((outline + 0.5) / factor - 0.5).astype(np.int32)
    mask = filled(large, grey.shape)
    inset = max(1, round(MARGIN * max(height, width)))
    # The picture's own edge is none of the sheet's.
    wide = cv2.copyMakeBorder(mask, inset, inset, inset, inset, cv2.BORDER_REPLICATE)
    kept = cv2.erode(wide, np.ones((2 * inset + 1, 2 * inset + 1), np.uint8))
    return np.asarray(kept[inset:-inset, inset:-inset] > 0)


def hue_of(colours: Image, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Return the logarithm of red over blue of every pixel of ``colours`` made so small.

    ``colours`` is uint8 (height, width, 3), ``size`` the new width and height; the result is
    float32. A shadow keeps it, another colour does not.
    """
    tiny = cv2.resize(colours, size, interpolation=cv2.INTER_AREA).astype(np.float32) + 8
    return np.asarray(np.log(tiny[..., 0] / tiny[..., 2]), np.float32)


def _outline(
    tiny: Image, hue: npt.NDArray[np.float32], *, is_negative: bool = False
) -> npt.NDArray[np.int32] | None:
    """Return the outline of the largest light area that is shaped like a sheet, or None."""
    bare: Image = np.asarray(cv2.medianBlur(_closed(tiny), 5), np.uint8)
    outlines = _light_areas(bare)
    for outline in outlines:
        if _is_sheet(outline, bare) and _is_step(outline, bare, is_negative=is_negative):
            return outline
    if is_negative:
        return None
    # Where shadow or lamp make desk and sheet alike in light, they differ in colour still.
    pale = np.clip(128 - 100 * hue, 0, 255).astype(np.uint8)
    pale = np.asarray(cv2.medianBlur(_closed(pale), 5), np.uint8)
    outlines += _light_areas(pale)
    on_desk = [(_step_to_desk(outline, bare, hue), outline) for outline in outlines]
    step, largest = max(on_desk, key=lambda found: found[0], default=(0.0, None))
    return largest if step else None


def _closed(tiny: Image) -> Image:
    kernel = np.ones((CLOSING, CLOSING), np.uint8)
    return np.asarray(cv2.morphologyEx(tiny, cv2.MORPH_CLOSE, kernel), np.uint8)


def _light_areas(bare: Image) -> list[npt.NDArray[np.int32]]:
    """Return the outline of the largest area that is lighter, for each level that is tried.

    A ring is none.
    """
    largest = []
    for level in np.unique(np.percentile(bare, LEVELS)):
        light = (bare > level).view(np.uint8)
        light = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
        outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if not outlines:
            continue
        outline = np.asarray(max(outlines, key=cv2.contourArea), np.int32)
        inside = filled(outline, light.shape) > 0
        if np.mean(light[inside]) >= LEAST_SOLID:
            largest.append(outline)
    return largest


def filled(outline: npt.NDArray[np.int32], shape: tuple[int, ...]) -> Image:
    """Return a mask of ``shape``, uint8, 1 on and inside ``outline``, and 0 elsewhere."""
    mask = np.zeros(shape, np.uint8)
    return np.asarray(cv2.drawContours(mask, [outline], -1, 1, cv2.FILLED), np.uint8)


def _is_sheet(outline: npt.NDArray[np.int32], bare: Image) -> bool:
    height, width = bare.shape
    x, y, wide, high = cv2.boundingRect(outline)
    sides = (x <= 2) + (y <= 2) + (x + wide >= width - 2) + (y + high >= height - 2)  # noqa: PLR2004
    return sides < len(LEAST_FILL) and _is_shaped_like_one(
        outline, bare, LEAST_AREA, LEAST_FILL[sides]
    )


def _is_shaped_like_one(
    outline: npt.NDArray[np.int32], bare: Image, least_area: float, least_fill: float
) -> bool:
    area = cv2.contourArea(outline)
    if not least_area * bare.size <= area <= MOST_AREA * bare.size:
        return False
    _, (one, other), _ = cv2.minAreaRect(outline)
    if area < least_fill * one * other:
        return False
    return area >= LEAST_CONVEXITY * cv2.contourArea(cv2.convexHull(outline))


def _step_to_desk(
    outline: npt.NDArray[np.int32], bare: Image, hue: npt.NDArray[np.float32]
) -> float:
    """Return how much what is just outside differs from the sheet, 0 if it may be its shadow.

    It is no shadow if it has another colour, or if it is too dark for one.
    """
    if not _is_shaped_like_one(outline, bare, LEAST_AREA_ON_DESK, LEAST_FILL_ON_DESK):
        return 0.0
    inside, outside = _sides(outline, bare.shape)
    if not outside.any() or not inside.any():
        return 0.0
    step = (float(np.median(bare[inside])) + 1) / (float(np.median(bare[outside])) + 1)
    hue_step = abs(float(np.median(hue[inside]) - np.median(hue[outside])))
    if hue_step < LEAST_HUE_STEP and step < DARKER_THAN_SHADOW:
        return 0.0
    return float(np.hypot(np.log(step), hue_step))


def _sides(
    outline: npt.NDArray[np.int32], shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return the pixels just inside and just outside ``outline``, where it is not the picture's."""
    mask = filled(outline, shape)
    kernel = np.ones((7, 7), np.uint8)
    outside = cv2.dilate(mask, kernel) > mask
    near = cv2.dilate(outside.view(np.uint8), kernel) > 0
    return (mask > cv2.erode(mask, kernel)) & near, outside


def _is_step(outline: npt.NDArray[np.int32], bare: Image, *, is_negative: bool) -> bool:
    """Tell whether levels just inside differ enough from those just outside, if there is any."""
    inside, outside = _sides(outline, bare.shape)
    if not outside.any() or not inside.any():
        return False
    without = float(np.median(bare[outside]))
    if is_negative:
        _, (one, other), _ = cv2.minAreaRect(outline)
        if min(one, other) < LEAST_BOARD_SIDE * max(one, other):
            return False
        # Half of what is inside may be the blur of the edge.
        return 256 - without >= LEAST_STEP_DOWN * (256 - float(np.percentile(bare[inside], 75)))
    return float(np.median(bare[inside])) + 1 >= LEAST_STEP * (without + 1)
