"""A photograph or scan, of any polarity and lighting, to ink: white on black, one channel.

Light is divided out (`absorbance`), then ruled lines, shadows and foreign objects are removed, and
the components that a pen may have written are kept.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.photo.absorbance import BRIGHT_SEEN, DARK_SEEN, estimate_absorbance, is_light_on_dark
from mnist_app.photo.component_filter import add_faint_parts, filter_components, remove_discs
from mnist_app.photo.deskew import rotated, skew_degrees
from mnist_app.photo.foreign_objects import find_foreign_objects
from mnist_app.photo.picture_kind import is_photograph
from mnist_app.photo.ruled_lines import find_ruled_lines, remove_ruled_lines
from mnist_app.photo.shadows import remove_shadows, sharp_edges
from mnist_app.photo.sheet import find_sheet
from mnist_app.preprocessing import ink_extraction

MOST_DRAWING_PIXELS: Final = 4_000_000
"""A larger drawing is reduced: a digit needs no more, and the memory of a server is limited."""
MOST_DRAWING_SIDE: Final = 16_384
"""Pixels of the longer side; a longer drawing is reduced. OpenCV takes 32,767 at most."""
MOST_RESIZED_SIDE: Final = 2_000_000
"""Pixels; of a longer side every n-th is taken: OpenCV's tables for resizing take 12 bytes each."""
WORKING_SIDE: Final = 1280
"""Pixels of the longer side to which a photograph is reduced first."""
FARTHER_SIDES: Final = (720, 480)
"""The same where no ink is found then: what is out of focus is sharp from farther away."""
SMOOTHING: Final = 1.0
"""Standard deviation in working pixels of the filter against the camera's noise."""

LEAST_ABSORBANCE: Final = 0.09
"""Share of the light; what absorbs less is no ink."""
LEAST_STRONG_ABSORBANCE, LEAST_STRONG_CHALK = 0.18, 0.25
"""The same for the ink's darkest parts, on paper and on a blackboard, where dust absorbs more."""
STRONG_SHARE: Final = 0.5
"""Share of the sharp edges, each as much as the square of its rise, that are no stronger than what
counts as strong: few edges of ink outweigh many of noise."""
NOISE_FACTOR: Final = 4.0
"""Ink differs from paper by this many standard deviations of the noise."""
BLOTCH_FACTOR: Final = 18.0
"""Strong ink differs from paper by so many times what blotches do: clouds of dust, blocks of a
JPEG in the dark."""
BLOTCH_REDUCTION: Final = 8
EDGE_WIDTH: Final = 9
"""Working pixels within which an edge of ink rises, blurred or not; a shadow's takes longer."""
GRAINY_WIDTH: Final = 10.0
"""Working pixels; in a thinner stroke `SMOOTHING` has taken out the paper's grain."""
GRAIN_SHARE, MOST_SMOOTHING = 0.1, 2.0
"""Standard deviation of the filter against the grain in widths of a stroke, and in pixels."""
MASK_SHARE: Final = 0.4
"""What has this share of the strong ink's absorbance, or more, is ink."""
LEAST_FAINT, FAINT_NOISE, FAINT_SHARE = 0.055, 3.0, 0.15
"""A pencil is not pressed alike everywhere: what is joined to its strokes is ink from such a share
of the light on, from so many standard deviations of the noise, and from such a share of the strong
ink's absorbance."""
DARKEST_PENCIL: Final = 150
"""Of 255; what absorbs more is ink, and as dark everywhere."""
GAP: Final = 0.6
"""In widths of a stroke: gaps in a pencil's strokes are no longer."""
PAPER_SHARE, INK_SHARE = 0.4, 0.7
"""Shares of the strong ink's absorbance, or of a pencil's nearby, that become 0 and 255."""

_COLOURS, _OPAQUE = 3, 255


@dataclass(frozen=True, eq=False)
class PictureInk:
    """The ink in a picture.

    ``ink`` uint8 (height, width), paper 0, the strongest ink 255. That of a photograph, or of a
    very large drawing, is reduced: one of its pixels is ``scale`` pixels of the picture wide and
    high. Otherwise ``scale`` is 1.
    """

    ink: Image
    scale: float
    is_photograph: bool


def find_ink(image: object) -> PictureInk:
    """Return the ink in a drawing or photograph; only this function decides which of them it is.

    ``image`` is as for `ink_extraction.to_ink`, which reads the drawings. Raises
    `InvalidImageError` for any other type, dtype, rank or size.
    """
    pixels = ink_extraction.check_image(image)
    if not is_photograph(pixels):
        height, width = pixels.shape[:2]
        factor = (MOST_DRAWING_PIXELS / (height * width)) ** 0.5
        small, scale = _reduced(pixels, min(factor, MOST_DRAWING_SIDE / max(height, width)))
        return PictureInk(ink_extraction.to_ink(small), scale, False)
    ink, scale = clean(pixels)
    return PictureInk(ink, scale, True)


def clean(pixels: Image) -> tuple[Image, float]:
    """Return the ink of a photograph, reduced, and how many of its pixels one of the ink's is.

    ``pixels`` uint8 (height, width) or (height, width, 3 or 4); transparency is ignored.
    """
    found = _clean(pixels, WORKING_SIDE)
    for side in FARTHER_SIDES:
        if not found[0].any() and side < max(pixels.shape[:2]):
            farther = _clean(pixels, side)
            found = farther if farther[0].any() else found
    return found


def _clean(pixels: Image, side: int) -> tuple[Image, float]:
    """Do the same at ``side`` pixels of the longer side."""
    small, scale = _reduced(pixels, side / max(pixels.shape[:2]))
    if small.ndim > 2:  # noqa: PLR2004
        small = np.ascontiguousarray(small[..., :_COLOURS])
    smooth = np.asarray(cv2.GaussianBlur(small, (0, 0), SMOOTHING), np.uint8)
    colours = None if smooth.ndim == 2 else smooth  # noqa: PLR2004
    grey = smooth if colours is None else cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)
    grey = np.asarray(grey, np.uint8)
    sheet = find_sheet(grey, colours)
    levels = _levels(grey, sheet)
    light_on_dark = is_light_on_dark(levels)
    if not light_on_dark:
        objects = find_foreign_objects(grey, colours, sheet)
        bare = ~objects if sheet is None else sheet & ~objects
        if objects.any() and bare.any():
            bare_levels = _levels(grey, bare)
            ink = _ink_on_sheet(smooth, bare_levels, bare, is_light_on_dark(bare_levels))
            if ink.any():
                return ink, scale
    return _ink_on_sheet(smooth, levels, sheet, light_on_dark), scale


def _ink_on_sheet(
    smooth: Image, levels: Image, sheet: npt.NDArray[np.bool_] | None, light_on_dark: bool
) -> Image:
    """Return the strokes in a picture, of which there are none where ``sheet`` is False.

    ``levels`` are the grey levels that `_levels` returns for the picture and the ``sheet``.
    """
    if sheet is None:
        return _upright_ink(smooth, levels, light_on_dark)
    part = _part(sheet)
    ink = np.zeros(sheet.shape, np.uint8)
    bare = np.ascontiguousarray(smooth[part])
    ink[part] = _upright_ink(bare, levels, light_on_dark, sheet[part])
    return ink


def _part(sheet: npt.NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the smallest part of a picture that has all of the ``sheet`` in it."""
    x, y, wide, high = cv2.boundingRect(sheet.view(np.uint8))
    return np.s_[y : y + high, x : x + wide]


def _levels(grey: Image, sheet: npt.NDArray[np.bool_] | None) -> Image:
    """Return the part of ``grey`` with the ``sheet``, all of it if None.

    Beside the sheet the levels are the sheet's median.
    """
    if sheet is None:
        return grey
    part = _part(sheet)
    return np.where(sheet[part], grey[part], np.median(grey[sheet])).astype(np.uint8)


def _reduced(pixels: Image, factor: float) -> tuple[Image, float]:
    """Return ``pixels`` made smaller by ``factor``, never larger, and how much smaller they are."""
    if factor >= 1:
        return pixels, 1.0
    height, width = pixels.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    down, across = (-(-side // MOST_RESIZED_SIDE) for side in (height, width))
    pixels = np.ascontiguousarray(pixels[::down, ::across])
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), 1 / factor


def _upright_ink(
    picture: Image,
    grey: Image,
    light_on_dark: bool,
    sheet: npt.NDArray[np.bool_] | None = None,
) -> Image:
    """Return the strokes in ``picture``, looked for with what is printed on it upright.

    ``grey`` uint8 (height, width) is its grey level. Where ``sheet`` is False there are none.
    """
    degrees = skew_degrees(grey)
    if not degrees:
        return _ink(picture, light_on_dark, sheet)
    upright, there = rotated(picture, degrees)
    mask = np.ones_like(grey) if sheet is None else sheet.view(np.uint8)
    inside = cv2.warpAffine(mask, there, upright.shape[1::-1], flags=cv2.INTER_NEAREST) > 0
    ink = _ink(upright, light_on_dark, inside)
    back = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(ink, there, grey.shape[::-1], flags=back), np.uint8)


def _ink(picture: Image, light_on_dark: bool, sheet: npt.NDArray[np.bool_] | None) -> Image:
    """Return the strokes in ``picture`` at full contrast, without lines, shadows, discs and dirt.

    Where ``sheet`` is False there are none.
    """
    absorbance = estimate_absorbance(picture, light_on_dark)
    lines = find_ruled_lines(absorbance, sheet)
    if sheet is not None:
        absorbance = np.where(sheet, absorbance, 0).astype(np.uint8)
    absorbance = remove_discs(absorbance, LEAST_ABSORBANCE * _OPAQUE)
    absorbance, width = remove_shadows(absorbance, lines, LEAST_ABSORBANCE * _OPAQUE)
    if not width:
        return np.zeros_like(absorbance)
    absorbance = _smooth(remove_ruled_lines(absorbance, lines), width)
    # What a small median takes away is noise, not a smear. Half of it is cut off at 0, and three
    # quarters lie below 0.67 standard deviations.
    grain = cv2.absdiff(absorbance, cv2.medianBlur(absorbance, 5))
    noise = float(np.percentile(grain[::2, ::2], 75)) / 0.6745
    floor = max(LEAST_ABSORBANCE * _OPAQUE, NOISE_FACTOR * noise)
    highest, rise, is_sharp = sharp_edges(absorbance, EDGE_WIDTH, 1.5 * floor)
    strong = _strong(highest[is_sharp], rise[is_sharp])
    least = (LEAST_STRONG_CHALK if light_on_dark else LEAST_STRONG_ABSORBANCE) * _OPAQUE
    if strong < max(least, BLOTCH_FACTOR * _blotches(absorbance)):
        return np.zeros_like(absorbance)
    mask = (absorbance > max(floor, MASK_SHARE * strong)).view(np.uint8)
    is_lined = bool(lines.across or lines.down)
    seen = (BRIGHT_SEEN if light_on_dark else DARK_SEEN)[np.atleast_3d(picture)]
    strokes = filter_components(
        mask, absorbance, rise, seen, stroke=width, is_lined=is_lined, sheet=sheet
    )
    reference: npt.NDArray[np.float32] | np.float32 = np.float32(strong)
    is_pencil = not light_on_dark and strong <= DARKEST_PENCIL
    if is_pencil:
        faint = max(LEAST_FAINT * _OPAQUE, FAINT_NOISE * noise, FAINT_SHARE * strong)
        joined = (absorbance > faint).view(np.uint8)
        strokes = add_faint_parts(strokes, joined, absorbance, seen, stroke=width)
        reference = _nearby(np.where(strokes > 0, absorbance, 0), round(2 * width) | 1)
    levels = (absorbance / reference - PAPER_SHARE) / (INK_SHARE - PAPER_SHARE)
    around = cv2.dilate(strokes, np.ones((3, 3), np.uint8))
    ink = np.asarray(np.floor(np.clip(levels, 0, 1) * _OPAQUE + 0.5) * around, np.uint8)
    return _closed(ink, GAP * width) if is_pencil else ink


def _nearby(absorbance: Image, side: int) -> npt.NDArray[np.float32]:
    """Return what the ink in a square around each pixel absorbs, at least 1.

    What is darker counts for more: the edges of strokes and the gaps in them hardly do.
    """
    own = absorbance.astype(np.float32)
    mean = np.maximum(cv2.blur(own, (side, side)), 1)
    return np.maximum(cv2.blur(own * own, (side, side)) / mean, 1).astype(np.float32)


def _closed(ink: Image, width: float) -> Image:
    """Return ``ink`` without the gaps, of at most that width, that the paper's grain leaves."""
    side = round(width) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, disc), np.uint8)


def _smooth(absorbance: Image, width: float) -> Image:
    """Return ``absorbance`` without the grain of paper in strokes of that width in pixels."""
    if width < GRAINY_WIDTH:
        return absorbance
    sigma = min(GRAIN_SHARE * width, MOST_SMOOTHING)
    return np.asarray(cv2.GaussianBlur(absorbance, (0, 0), sigma), np.uint8)


def _strong(highest: Image, rise: Image) -> float:
    """Return what strong ink absorbs, from the sharp edges, uint8 (n,); 0 if there are none."""
    if not highest.size:
        return 0.0
    weights = np.bincount(highest, rise.astype(np.float64) ** 2).cumsum()
    return float(np.searchsorted(weights, STRONG_SHARE * weights[-1]))


def _blotches(absorbance: Image) -> float:
    """Return by how much paper differs from the paper around it, coarsely looked at."""
    size = [max(1, side // BLOTCH_REDUCTION) for side in absorbance.shape[::-1]]
    small = cv2.resize(absorbance, size, interpolation=cv2.INTER_AREA)
    return float(np.percentile(cv2.absdiff(small, cv2.medianBlur(small, 5)), 75))
