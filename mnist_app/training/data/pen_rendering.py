"""Training images from pen strokes, with random distortion, brush width and blur.

Strokes are processed like a drawing in the browser: `mnist_app.preprocessing.strokes` draws them
and `mnist_app.preprocessing.normalize` makes the image. Sizes are fractions of the longer side of
a digit unless a unit is given.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image, Points
from mnist_app.preprocessing.normalize import minimum_crop_side, normalize_digit
from mnist_app.preprocessing.strokes import OVERSAMPLING, Stroke, draw
from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.negatives import outline_file

Strokes = Sequence[Points]

SIDES: Final = (40, 100)
"""Range of the longer side of a drawn digit, in pixels: large enough for smooth edges."""
BRUSHES: Final = (0.045, 0.3)
"""Range of the brush width. 12 to 26 px on digits of 98 to 224 px are 0.05-0.27; in MNIST, where
the longer side is 20 px, most are 0.1-0.15."""
SPECK_SIDES: Final = (0.0, 0.07)
SPECK_BRUSHES: Final = (0.03, 0.1)
"""Ranges of the longer side and of the brush width of a speck, as fractions of the canvas."""
BLURRED_SHARE: Final = 0.2
"""Share of the images that are blurred, as by a camera or a scanner."""
BLUR: Final = (0.008, 0.04)
"""Range of the standard deviation of the blur."""
COARSE_SHARE: Final = 0.12
"""Share of the images whose ink has few pixels, as in a small scan or a paint program."""
COARSE_SIDES: Final = (9, 32)
"""Range of the longer side of such ink in pixels, evenly in the logarithm."""
FLOURISH_SHARE: Final = 0.15
"""Share of the digits that get a foot, an upstroke or a bar, see `with_flourish`."""
MAXIMUM_THINNING: Final = 0.75
"""Maximum share of the line width removed when a filled shape is made thinner."""
DIGIT_BRUSHES, MAXIMUM_DIGIT_THINNING = (0.045, 0.2), 0.5
"""The same and `BRUSHES` for MNIST's digits, whose lines are less even and would break, and whose
loops would close."""
STRETCH, SLANT, ROTATION = 0.15, 0.25, np.deg2rad(8.0)
"""Standard deviations of the logarithm of the aspect ratio, of the slant (x over y) and of the
rotation in radians."""
WAVES: Final = 3
"""Number of sine waves by which the plane of a drawing is bent."""
WAVE_HEIGHT: Final = 0.03
WAVE_COUNT: Final = 0.4
"""Standard deviations of the height of a wave, and of the number of its periods along a side."""
SHIFT: Final = 0.025
"""Standard deviation of the displacement of each stroke, in drawings of several strokes."""
STROKE_ROTATION, STROKE_SIZE = np.deg2rad(5.0), 0.07
"""Standard deviations of the rotation of each such stroke in radians, and of the logarithm of its
size: other people join their strokes elsewhere, at other angles."""
TRIM: Final = 0.07
"""Maximum share of a stroke's points that is cut off at either end."""


def render(
    strokes: Strokes,
    random: np.random.Generator,
    *,
    brushes: tuple[float, float] = BRUSHES,
    looseness: float = 1.0,
) -> Image:
    """Return an MNIST-style image, uint8 (28, 28), of ``strokes`` distorted at random.

    Strokes are float32 (n, 2), x to the right and y down, in any unit. ``brushes`` is the range of
    the brush width, ``looseness`` the strength of the distortion (see `distorted`).
    """
    return render_distorted(distorted(strokes, random, looseness), random, brushes=brushes)


def render_distorted(
    strokes: Strokes, random: np.random.Generator, *, brushes: tuple[float, float] = BRUSHES
) -> Image:
    """Return the image of `render` of ``strokes`` as `distorted` returns them."""
    side = random.uniform(*SIDES)
    brush = side * float(np.exp(random.uniform(*np.log(brushes))))
    return _drawn([stroke * side for stroke in strokes], brush, 0.0, random)


def render_unchanged(strokes: Strokes, random: np.random.Generator) -> Image:
    """Return an MNIST-style image of ``strokes`` without distortion; the brush width is random."""
    points = np.concatenate(strokes)
    size = max(float(np.ptp(points, axis=0).max()), 1e-6)
    side = random.uniform(*SIDES)
    brush = side * float(np.exp(random.uniform(*np.log(BRUSHES))))
    return _drawn([stroke / size * side for stroke in strokes], brush, 0.0, None)


def render_outlines(
    outlines: Strokes,
    random: np.random.Generator,
    looseness: float = 1.0,
    *,
    brushes: tuple[float, float] = BRUSHES,
    maximum_thinning: float = MAXIMUM_THINNING,
) -> Image:
    """Return an MNIST-style image of a filled shape, distorted at random.

    Outlines are closed, float32 (n, 2); points inside an odd number of them are ink. Lines are made
    thicker or thinner, to the width of a random brush in the range ``brushes``, but at most by the
    share ``maximum_thinning`` thinner. ``looseness`` is the strength of the distortion (see
    `distorted`).
    """
    side = random.uniform(*SIDES)
    brush = side * float(np.exp(random.uniform(*np.log(brushes))))
    points = _distorted_points(np.concatenate(outlines), random, looseness) * side * OVERSAMPLING
    margin = round((brush + 2) * OVERSAMPLING)
    low = points.min(axis=0) - margin
    width, height = (np.ceil((points.max(axis=0) - low + margin) / OVERSAMPLING)).astype(int)
    polygons = _divided(points - low, outlines)
    fine = np.zeros((height * OVERSAMPLING, width * OVERSAMPLING), np.uint8)
    cv2.fillPoly(fine, [np.rint(polygon).astype(np.int32) for polygon in polygons], 255)
    fine = _with_line_width(fine, polygons, brush * OVERSAMPLING, maximum_thinning)
    ink = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    return as_seen(np.asarray(ink, np.uint8), side, 0.0, random)


def redrawn(image: Image, random: np.random.Generator) -> Image:
    """Return the digit in ``image``, uint8 (28, 28), as if its writer had drawn it in the app.

    Its ink becomes a shape that is distorted and drawn with a random brush (`render_outlines`).
    Without ink that is at least half white, ``image`` is returned.
    """
    outlines = [outline_file.closed(one / outline_file.GRID) for one in outline_file.traced(image)]
    if not outlines:
        return image
    return render_outlines(
        outlines, random, brushes=DIGIT_BRUSHES, maximum_thinning=MAXIMUM_DIGIT_THINNING
    )


def _with_line_width(
    fine: Image, polygons: list[Points], target: float, maximum_thinning: float
) -> Image:
    """Return the filled ``polygons`` with lines about ``target`` pixels wide."""
    outline = sum(cv2.arcLength(polygon.astype(np.float32), closed=True) for polygon in polygons)
    # The ink of a line is its length times its width, and its outline runs along both sides.
    present = 2 * cv2.countNonZero(fine) / outline
    growth = (target - present) / 2
    if growth > 0:
        outside = cv2.distanceTransform(255 - fine, cv2.DIST_L2, cv2.DIST_MASK_5)
        return np.where(outside <= growth, 255, 0).astype(np.uint8)
    inside = cv2.distanceTransform(fine, cv2.DIST_L2, cv2.DIST_MASK_5)
    maximum = maximum_thinning * present / 2
    return np.where(inside > min(-growth, maximum), 255, 0).astype(np.uint8)


def render_speck(strokes: Strokes, random: np.random.Generator) -> Image:
    """Return an MNIST-style image of ``strokes`` drawn as a speck on a large canvas."""
    canvas = random.uniform(*SIDES)
    side = canvas * random.uniform(*SPECK_SIDES)
    brush = canvas * random.uniform(*SPECK_BRUSHES)
    written = [stroke * side for stroke in distorted(strokes, random)]
    return _drawn(written, brush, minimum_crop_side((canvas, canvas)), random)


def _drawn(
    written: list[Points],
    brush: float,
    minimum_side: float,
    random: np.random.Generator | None,
) -> Image:
    """Return the MNIST-style image of strokes, in pixels, drawn with a brush ``brush`` pixels wide.

    With ``random``, strokes get a random offset below one pixel, and some images are blurred.
    """
    low = np.min([stroke.min(axis=0) for stroke in written], axis=0)
    high = np.max([stroke.max(axis=0) for stroke in written], axis=0)
    margin = np.full(2, brush / 2 + 1) + (0.0 if random is None else random.uniform(0, 1, 2))
    width, height = np.ceil(high - low + 2 * margin).astype(int).tolist()
    placed = [Stroke((stroke - low + margin).astype(np.float32), brush) for stroke in written]
    ink = draw(placed, height, width)
    return as_seen(ink, float((high - low).max() + brush), minimum_side, random)


def as_seen(
    ink: Image, side: float, minimum_side: float, random: np.random.Generator | None
) -> Image:
    """Return the MNIST-style image, uint8 (28, 28), of ``ink``, uint8 (height, width).

    With ``random``, some images are blurred, and some have few pixels. ``side`` is the longer side
    of the ink in pixels, ``minimum_side`` the minimum side of the crop around it. Raises ValueError
    if there is no ink.
    """
    if random is not None and random.random() < BLURRED_SHARE:
        blur = random.uniform(*BLUR) * side
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), blur), np.uint8)
    if random is not None and random.random() < COARSE_SHARE:
        reduction = float(np.exp(random.uniform(*np.log(COARSE_SIDES)))) / side
        if reduction < 1:
            ink = _coarse(ink, reduction, random)
            minimum_side *= reduction
    image = normalize_digit(ink, minimum_side)
    if image is None:
        raise ValueError("the image has no ink")
    return image


def _coarse(ink: Image, reduction: float, random: np.random.Generator) -> Image:
    """Return ``ink`` with fewer pixels; half of such images are black and white."""
    small = cv2.resize(ink, None, fx=reduction, fy=reduction, interpolation=cv2.INTER_AREA)
    if random.integers(2):
        peak = float(small.max())
        small = np.where(small >= random.uniform(0.3, 0.6) * peak, 255, 0)
    return np.asarray(small, np.uint8)


def with_flourish(digit: PenDigit, random: np.random.Generator) -> Strokes:
    """Return the strokes of ``digit``, some with what only some people write.

    That is a foot or an upstroke of a 1, a bar through a 7, a foot of a 4.
    """
    if digit.label not in (1, 4, 7) or random.random() >= FLOURISH_SHARE:
        return digit.strokes
    points = np.concatenate(digit.strokes)
    top, bottom = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    size = max(float(np.ptp(points, axis=0).max()), 1e-6)
    if digit.label == 7:  # noqa: PLR2004
        middle = points[np.abs(points[:, 1] - (top + bottom)[1] / 2).argmin()]
        added = _dash(middle, random.uniform(0.15, 0.3), size, random)
    elif digit.label == 1 and random.integers(2):
        reach = np.array([-random.uniform(0.1, 0.35), random.uniform(0.1, 0.35)])
        added = np.stack([top + reach * size, top])
    else:
        added = _dash(bottom, random.uniform(0.1, 0.3), size, random)
    return (*digit.strokes, added.astype(np.float32))


def _dash(
    middle: Points, reach: float, size: float, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return a nearly horizontal line through ``middle``."""
    half = np.array([reach, random.normal(0, 0.05)]) * size
    return np.stack([middle - half, middle + half])


def distorted(
    strokes: Strokes, random: np.random.Generator, looseness: float = 1.0
) -> list[Points]:
    """Return ``strokes`` distorted as in another person's handwriting, the longer side about 1.

    The drawing is stretched, slanted, rotated and bent in waves. Of several strokes, each is
    shifted, rotated and scaled on its own. Ends of strokes are trimmed. ``looseness`` multiplies
    waves, shifts and what is done to single strokes.
    """
    shortened = [_trimmed(stroke, random) for stroke in strokes]
    points = _distorted_points(np.concatenate(shortened), random, looseness)
    parts = _divided(points, shortened)
    if len(parts) > 1:
        return [_displaced(part, random, looseness) for part in parts]
    return parts


def _displaced(stroke: Points, random: np.random.Generator, looseness: float) -> Points:
    """Return ``stroke`` rotated and scaled about its middle, and shifted."""
    middle = (stroke.min(axis=0) + stroke.max(axis=0)) / 2
    angle = random.normal(0, looseness * STROKE_ROTATION)
    size = np.exp(random.normal(0, looseness * STROKE_SIZE))
    cosine, sine = size * np.cos(angle), size * np.sin(angle)
    turned = (stroke - middle) @ np.array([[cosine, sine], [-sine, cosine]])
    return np.asarray(turned + middle + random.normal(0, looseness * SHIFT, 2), np.float32)


def _distorted_points(
    points: Points, random: np.random.Generator, looseness: float
) -> npt.NDArray[np.float64]:
    """Return ``points`` stretched, slanted, rotated and bent in waves, the longer side about 1."""
    low, high = points.min(axis=0), points.max(axis=0)
    points = (points - (low + high) / 2) / max(float((high - low).max()), 1e-6)
    angle, slant = random.normal(0, ROTATION), random.normal(0, SLANT)
    stretch = np.exp(random.normal(0, STRETCH) / 2)
    cosine, sine = np.cos(angle), np.sin(angle)
    matrix = np.array(
        [
            [cosine * stretch, (-cosine * slant - sine) / stretch],
            [sine * stretch, (-sine * slant + cosine) / stretch],
        ]
    )
    points = points @ matrix.T
    directions = random.normal(0, 2 * np.pi * WAVE_COUNT, (2, WAVES))
    phases = random.uniform(0, 2 * np.pi, WAVES)
    heights = random.normal(0, looseness * WAVE_HEIGHT, (WAVES, 2))
    return points + np.sin(points @ directions + phases) @ heights


def _divided(points: npt.NDArray[np.float64], strokes: Strokes) -> list[Points]:
    """Divide ``points``, the concatenated points of ``strokes``, into strokes again."""
    return np.split(points, np.cumsum([len(stroke) for stroke in strokes])[:-1])


def _trimmed(stroke: Points, random: np.random.Generator) -> Points:
    spare = int(TRIM * len(stroke))
    if not spare:
        return stroke
    start, end = random.integers(0, spare + 1, 2)
    return stroke[start : len(stroke) - end]
