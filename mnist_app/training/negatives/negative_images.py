"""Images that show no digit: letters, symbols, doodles, groups of digits, rotated digits.

A network trained on digits alone classifies every image as a digit. Trained on these images too
(“outlier exposure”, Hendrycks et al. 2019), it also rejects kinds that it was not trained on.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image, Points
from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.data.pen_rendering import (
    distorted,
    render,
    render_distorted,
    render_outlines,
    render_speck,
)
from mnist_app.training.negatives import dejavu, drawn_letters, noto
from mnist_app.training.negatives.doodles import Drawing, Random, doodle, rotation
from mnist_app.training.negatives.hershey import glyphs

LOOSENESS: Final = (1.0, 2.5)
"""Range of the distortion of glyphs and DejaVu letters: handwriting is less even than fonts."""
NOTO_LOOSENESS: Final = (1.0, 4.5)
"""Range of the distortion of Noto letters: as uneven as drawings made with a mouse."""
SEGMENT_COUNTS: Final = (3, 4, 5, 6)
SEGMENT_COUNT_SHARES: Final = (0.15, 0.35, 0.3, 0.2)
"""Numbers of segments of an invented character, and their shares. With fewer segments, many
characters would be digits."""
STRAIGHT_SHARE: Final = 0.6
"""Share of the segments that are straight; the others are arcs."""
DETACHED_SHARE: Final = 0.35
"""Share of the strokes that begin beside the strokes before, not on them."""
MINIMUM_ASPECT: Final = 0.25
"""Minimum width over length, along the principal axes: a narrower character could be a 1."""
ROW_SHARE: Final = 0.7
"""Share of the groups that form a row; the others form a column."""
BLOT_BRUSHES: Final = (0.35, 1.2)
"""Range of the brush width of a blot, as a fraction of the longer side of its shape."""
QUARTER_TURNS: Final = (1, 2, 3, 4, 5, 7, 8, 9)
HALF_TURNS: Final = (3, 4, 7)
MIRRORED: Final = (3, 4, 7)
"""Digits that are no digit after a quarter turn, a half turn, or mirrored from left to right."""
EXTENDABLE_DIGITS: Final = (2, 3, 4, 5, 6, 8, 9)
"""Digits that are no digit with segments added: 0 and 1 become other digits, 7 may have a bar."""
MINIMUM_GAP: Final = 0.2
"""Minimum of the median distance of added points from the digit, as a fraction of its side:
closer segments could be a flourish."""
MAXIMUM_TILT: Final = np.deg2rad(30)
"""Maximum angle between a lying 1 and the horizontal, in radians: a steeper line is a 1."""
SYMMETRICAL_SHARE: Final = 0.2
"""Share of the invented characters that are symmetrical, as letters of most alphabets often are."""


def image(pens: Sequence[PenDigit], random: Random) -> Image:
    """Return one MNIST-style image, uint8 (28, 28), that shows no digit.

    ``pens`` are the digits to combine and to turn over.
    """
    return KINDS[int(random.choice(len(KINDS), p=SHARES))](pens, random)


def _font_symbol(_: Sequence[PenDigit], random: Random) -> Image:
    return render(_any_glyph(random), random, looseness=random.uniform(*LOOSENESS))


def _dejavu_letter(_: Sequence[PenDigit], random: Random) -> Image:
    return render_outlines(_any_of(dejavu.letters(), random), random, random.uniform(*LOOSENESS))


def _noto_letter(_: Sequence[PenDigit], random: Random) -> Image:
    return render_outlines(_any_of(noto.letters(), random), random, random.uniform(*NOTO_LOOSENESS))


def _drawn_letter(_: Sequence[PenDigit], random: Random) -> Image:
    return render_outlines(_any_of(drawn_letters.letters(), random), random)


def _invented_character(_: Sequence[PenDigit], random: Random) -> Image:
    return render(invented_strokes(random), random)


def _doodle(_: Sequence[PenDigit], random: Random) -> Image:
    return render(doodle(random), random)


def _blot(_: Sequence[PenDigit], random: Random) -> Image:
    shape = doodle(random) if random.integers(2) else _any_glyph(random)
    return render(shape, random, brushes=BLOT_BRUSHES)


def _speck(_: Sequence[PenDigit], random: Random) -> Image:
    return render_speck(
        [random.normal(0, 1, (1 + int(random.integers(3)), 2)).astype(np.float32)], random
    )


def _digit_group(pens: Sequence[PenDigit], random: Random) -> Image:
    """Return two or three digits or glyphs in a row or a column, apart or overlapping."""
    strokes: list[Points] = []
    along = np.array([1.0, 0.0] if random.random() < ROW_SHARE else [0.0, 1.0])
    spacing = random.uniform(0.25, 1.25)
    for index in range(int(random.choice([2, 2, 2, 3]))):
        drawn = distorted(
            _any_glyph(random) if random.integers(2) else _one_of(pens, random), random
        )
        size = random.uniform(0.7, 1.1)
        centre = index * spacing * along + random.normal(0, 0.08, 2)
        strokes.extend((stroke * size + centre).astype(np.float32) for stroke in drawn)
    return render(strokes, random)


def _rotated_digit(pens: Sequence[PenDigit], random: Random) -> Image:
    turns: tuple[tuple[tuple[int, ...], list[list[float]]], ...] = (
        (QUARTER_TURNS, [[0, 1], [-1, 0]]),
        (QUARTER_TURNS, [[0, -1], [1, 0]]),
        (HALF_TURNS, [[-1, 0], [0, -1]]),
        (MIRRORED, [[-1, 0], [0, 1]]),
    )
    labels, matrix = turns[int(random.integers(len(turns)))]
    digit = _one_of(pens, random, labels)
    return render([stroke @ np.array(matrix, np.float32) for stroke in digit], random)


def _lying_one(pens: Sequence[PenDigit], random: Random) -> Image:
    """Return a 1 without serifs, rotated until it is nearly horizontal."""
    while True:
        one = distorted(_one_of(pens, random, (1,)), random)
        points = np.concatenate(one)
        _, (length, width), axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
        if width < MINIMUM_ASPECT * length:
            break
    matrix = rotation(
        random.uniform(-MAXIMUM_TILT, MAXIMUM_TILT) - np.arctan2(axes[0, 1], axes[0, 0])
    )
    return render_distorted([(stroke @ matrix).astype(np.float32) for stroke in one], random)


def _extended_digit(pens: Sequence[PenDigit], random: Random) -> Image:
    """Return a digit with segments added, like letters that contain the shape of a digit."""
    while True:
        digit = distorted(_one_of(pens, random, EXTENDABLE_DIGITS), random)
        strokes = _with_segments(digit, int(random.integers(2, 4)), random)
        added = np.concatenate(strokes[len(digit) :])
        apart = np.linalg.norm(added[:, None] - np.concatenate(digit), axis=2).min(axis=1)
        if np.median(apart) >= MINIMUM_GAP:
            return render(strokes, random)


KINDS: Final[tuple[Callable[[Sequence[PenDigit], Random], Image], ...]] = (
    _font_symbol,
    _invented_character,
    _doodle,
    _digit_group,
    _rotated_digit,
    _lying_one,
    _extended_digit,
    _blot,
    _speck,
    _dejavu_letter,
    _noto_letter,
    _drawn_letter,
)
SHARES: Final = (0.1, 0.13, 0.06, 0.08, 0.05, 0.03, 0.04, 0.02, 0.02, 0.07, 0.13, 0.27)
"""Share of each of `KINDS`."""


def _any_glyph(random: Random) -> Sequence[Points]:
    return _any_of(glyphs(), random)


def _any_of(shapes: Sequence[Sequence[Points]], random: Random) -> Sequence[Points]:
    return shapes[int(random.integers(len(shapes)))]


def _one_of(
    pens: Sequence[PenDigit], random: Random, labels: Sequence[int] = range(10)
) -> Sequence[Points]:
    while True:
        digit = pens[int(random.integers(len(pens)))]
        if digit.label in labels:
            return digit.strokes


def invented_strokes(random: Random) -> Drawing:
    """Return the strokes of a character of no alphabet, about 1 in size.

    It consists of straight and curved segments, one or two in a stroke, that begin on or near the
    strokes before, like the characters of most scripts (Lake et al. 2015, “Human-level concept
    learning through probabilistic program induction”). About three in a hundred are digits by
    chance.
    """
    while True:
        count = int(random.choice(SEGMENT_COUNTS, p=SEGMENT_COUNT_SHARES))
        strokes = _with_segments([], count, random)
        if random.random() < SYMMETRICAL_SHARE:
            strokes = _with_reflection(strokes, random)
        if not is_narrow(np.concatenate(strokes)):
            return strokes


def is_narrow(points: npt.NDArray[Any]) -> bool:
    """Tell whether ``points`` (n, 2) are so narrow, along their principal axes, as a 1 is."""
    across, along = np.linalg.eigvalsh(np.cov(points.T, bias=True))  # variances
    return bool(across < MINIMUM_ASPECT**2 * along)


def _with_segments(strokes: Drawing, count: int, random: Random) -> Drawing:
    """Return ``strokes`` followed by strokes of ``count`` segments in all."""
    strokes = list(strokes)
    while count:
        joined = 1 if not strokes else min(count, int(random.integers(1, 3)))
        start = np.zeros(2) if not strokes else _starting_point(strokes, random)
        parts = [start[None]]
        for _ in range(joined):
            parts.append(_segment(parts[-1][-1], random))
        strokes.append(np.concatenate(parts).astype(np.float32))
        count -= joined
    return strokes


def _with_reflection(strokes: Drawing, random: Random) -> Drawing:
    """Return the first half of ``strokes`` and its mirror image, left to right or top to bottom."""
    half = strokes[: (len(strokes) + 1) // 2]
    axis = int(random.integers(2))
    values = np.concatenate(half)[:, axis]
    mirror = random.choice([values.min(), values.max(), random.uniform(values.min(), values.max())])
    image = [stroke.copy() for stroke in half]
    for stroke in image:
        stroke[:, axis] = 2 * mirror - stroke[:, axis]
    return [*half, *image]


def _starting_point(strokes: Drawing, random: Random) -> npt.NDArray[np.float64]:
    """Return a point on a stroke, in two of three cases an end of it, or a point beside it."""
    stroke = strokes[int(random.integers(len(strokes)))]
    index = int(random.choice([0, len(stroke) - 1, int(random.integers(len(stroke)))]))
    detached = random.random() < DETACHED_SHARE
    offset = random.normal(0, 0.4 if detached else 0.04, 2)
    return np.asarray(stroke[index] + offset, np.float64)


def _segment(start: npt.NDArray[np.float64], random: Random) -> npt.NDArray[np.float64]:
    """Return a segment from ``start``: straight in one of about eight directions, or an arc."""
    heading = int(random.integers(8)) * np.pi / 4 + random.normal(0, 0.15)
    length = random.uniform(0.3, 1.1)
    curvature = 0.0 if random.random() < STRAIGHT_SHARE else random.uniform(-1.6, 1.6) * np.pi
    t = np.linspace(0, 1, 25)[1:]
    headings = heading + curvature * (t - 0.5)
    steps = np.stack([np.cos(headings), np.sin(headings)], axis=1) * length / len(t)
    return np.asarray(start + np.cumsum(steps, axis=0), np.float64)
