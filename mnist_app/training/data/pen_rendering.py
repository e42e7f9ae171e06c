"""Pen strokes to training images: every time written by another hand, with another brush.

Strokes take the same path as a drawing in the browser: `mnist_app.preprocessing.strokes` draws
them and `mnist_app.preprocessing.normalize` makes the image.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image, Points
from mnist_app.preprocessing.normalize import minimum_crop_side, normalize_digit
from mnist_app.preprocessing.strokes import OVERSAMPLING, Stroke, draw

Strokes = Sequence[Points]

SIDES: Final = (40, 100)
"""Pixels of the longer side of a drawn digit: so many that its edges are smooth, and few."""
BRUSHES: Final = (0.045, 0.3)
"""Width of the brush over the longer side. 12 to 26 px on digits of 98 to 224 px are 0.05-0.27;
in MNIST, where 20 px is the longer side, most are 0.1-0.15."""
SPECK_SIDES: Final = (0.0, 0.07)
SPECK_BRUSHES: Final = (0.03, 0.1)
"""Longer side and brush of what a slip of the pen leaves, over the side of the canvas."""
SOFT_SHARE: Final = 0.2
"""So many are blurred a little, as what a camera or a scanner sees is."""
SOFTNESS: Final = (0.008, 0.04)
"""Standard deviation of the blur over the longer side."""
THINNED: Final = 0.75
"""At most so much of a line's width is taken off where a filled shape becomes thinner."""
STRETCH, SLANT, TURN = 0.15, 0.25, np.deg2rad(8.0)
"""Standard deviations of log aspect, of slant (x over y) and of the turn."""
WAVES: Final = 3
WAVE_HEIGHT: Final = 0.03
WAVE_COUNT: Final = 0.4
"""A hand is bent by so many waves: standard deviations of their height over the side, and of how
many fit along either side."""
SLIP: Final = 0.025
"""Standard deviation of what each stroke of several is misplaced by, over the side."""
TRIM: Final = 0.07
"""At most so much of the points is left out at either end of a stroke."""


def render(
    strokes: Strokes,
    random: np.random.Generator,
    *,
    brushes: tuple[float, float] = BRUSHES,
    looseness: float = 1.0,
) -> Image:
    """Return the MNIST-style image, uint8 (28, 28), of ``strokes`` written by a random hand.

    Strokes are float32 (n, 2), x to the right and y down, in any unit; ``brushes`` are the least
    and the greatest width of the brush over the longer side, ``looseness`` as in `distorted`.
    """
    side = random.uniform(*SIDES)
    brush = side * float(np.exp(random.uniform(*np.log(brushes))))
    written = [stroke * side for stroke in distorted(strokes, random, looseness)]
    return _seen(written, brush, 0.0, random)


def render_unchanged(strokes: Strokes, random: np.random.Generator) -> Image:
    """Return the same of ``strokes`` as they are, drawn with a brush of any width."""
    points = np.concatenate(strokes)
    size = max(float(np.ptp(points, axis=0).max()), 1e-6)
    side = random.uniform(*SIDES)
    brush = side * float(np.exp(random.uniform(*np.log(BRUSHES))))
    return _seen([stroke / size * side for stroke in strokes], brush, 0.0, None)


def render_outlines(
    outlines: Strokes, random: np.random.Generator, looseness: float = 1.0
) -> Image:
    """Return the same of a shape given by its outlines, its lines as wide as a brush makes them.

    Outlines are float32 (n, 2), closed. What lies inside an odd number of them is ink; it is made
    wider or narrower, yet so that lines as wide as most do not vanish. ``looseness`` as in
    `distorted`.
    """
    side = random.uniform(*SIDES)
    brush = side * float(np.exp(random.uniform(*np.log(BRUSHES))))
    points = _hand(np.concatenate(outlines), random, looseness) * side * OVERSAMPLING
    margin = round((brush + 2) * OVERSAMPLING)
    low = points.min(axis=0) - margin
    width, height = (np.ceil((points.max(axis=0) - low + margin) / OVERSAMPLING)).astype(int)
    parts = _parted(points - low, outlines)
    fine = np.zeros((height * OVERSAMPLING, width * OVERSAMPLING), np.uint8)
    cv2.fillPoly(fine, [np.rint(part).astype(np.int32) for part in parts], 255)
    around = sum(cv2.arcLength(part.astype(np.float32), closed=True) for part in parts)
    # A line's ink is its length times its width, and its outline runs along both of its sides.
    present = 2 * cv2.countNonZero(fine) / around
    wider = (brush * OVERSAMPLING - present) / 2
    if wider > 0:
        outside = cv2.distanceTransform(255 - fine, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        fine = np.where(outside <= wider, 255, 0).astype(np.uint8)
    else:
        inside = cv2.distanceTransform(fine, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        most = THINNED * present / 2
        fine = np.where(inside > min(-wider, most), 255, 0).astype(np.uint8)
    ink = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    return _prepared(np.asarray(ink, np.uint8), side, 0.0, random)


def render_speck(strokes: Strokes, random: np.random.Generator) -> Image:
    """Return the same of ``strokes`` drawn so small on a canvas that the brush decides."""
    canvas = random.uniform(*SIDES)
    side = canvas * random.uniform(*SPECK_SIDES)
    brush = canvas * random.uniform(*SPECK_BRUSHES)
    written = [stroke * side for stroke in distorted(strokes, random)]
    return _seen(written, brush, minimum_crop_side((canvas, canvas)), random)


def _seen(
    written: list[Points],
    brush: float,
    minimum_side: float,
    random: np.random.Generator | None,
) -> Image:
    """Return the MNIST-style image of strokes in pixels, drawn with ``brush``.

    With ``random`` they lie between the pixels at random, and some are blurred.
    """
    low = np.min([stroke.min(axis=0) for stroke in written], axis=0)
    high = np.max([stroke.max(axis=0) for stroke in written], axis=0)
    margin = np.full(2, brush / 2 + 1) + (0.0 if random is None else random.uniform(0, 1, 2))
    width, height = np.ceil(high - low + 2 * margin).astype(int).tolist()
    placed = [Stroke((stroke - low + margin).astype(np.float32), brush) for stroke in written]
    ink = draw(placed, height, width)
    return _prepared(ink, float((high - low).max() + brush), minimum_side, random)


def _prepared(
    ink: Image, side: float, minimum_side: float, random: np.random.Generator | None
) -> Image:
    """Return the MNIST-style image of ``ink``, ``side`` pixels large; with ``random`` some blur."""
    if random is not None and random.random() < SOFT_SHARE:
        blur = random.uniform(*SOFTNESS) * side
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), blur), np.uint8)
    image = normalize_digit(ink, minimum_side)
    if image is None:
        raise ValueError("there is no ink in this picture")
    return image


def distorted(
    strokes: Strokes, random: np.random.Generator, looseness: float = 1.0
) -> list[Points]:
    """Return ``strokes`` as another hand might have written them, the longer side about 1.

    They are stretched, slanted, turned and bent in waves as a whole; strokes of several slip a
    little, and their ends are cut or not. ``looseness`` multiplies waves and slips.
    """
    shortened = [_trimmed(stroke, random) for stroke in strokes]
    points = _hand(np.concatenate(shortened), random, looseness)
    parts = _parted(points, shortened)
    if len(parts) > 1:
        for part in parts:
            part += random.normal(0, looseness * SLIP, 2)  # noqa: PLW2901 - in place
    return parts


def _hand(points: Points, random: np.random.Generator, looseness: float) -> npt.NDArray[np.float64]:
    """Return ``points`` stretched, slanted, turned and bent in waves, the longer side about 1."""
    low, high = points.min(axis=0), points.max(axis=0)
    points = (points - (low + high) / 2) / max(float((high - low).max()), 1e-6)
    turn, slant = random.normal(0, TURN), random.normal(0, SLANT)
    stretch = np.exp(random.normal(0, STRETCH) / 2)
    cosine, sine = np.cos(turn), np.sin(turn)
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


def _parted(points: npt.NDArray[np.float64], strokes: Strokes) -> list[Points]:
    """Return ``points``, those of all ``strokes`` one after the other, stroke by stroke again."""
    return np.split(points, np.cumsum([len(stroke) for stroke in strokes])[:-1])


def _trimmed(stroke: Points, random: np.random.Generator) -> Points:
    spare = int(TRIM * len(stroke))
    if not spare:
        return stroke
    start, end = random.integers(0, spare + 1, 2)
    return stroke[start : len(stroke) - end]
