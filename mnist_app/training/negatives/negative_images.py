"""What people draw that is no digit: letters, signs, doodles, crowds, digits turned over.

A network that was shown nothing but digits takes whatever it sees for one. So it is shown these
as well (“outlier exposure”, Hendrycks et al. 2019), of as many kinds as possible, and in the end
says no to kinds that it was never shown.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image, Points
from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.data.pen_rendering import distorted, render, render_outlines, render_speck
from mnist_app.training.negatives import dejavu, noto
from mnist_app.training.negatives.doodles import Drawing, Random, doodle, rotation
from mnist_app.training.negatives.hershey import glyphs

LOOSENESS: Final = (1.0, 2.5)
"""Signs come from fonts, and no hand draws as evenly as a font."""
LOOSER: Final = (1.0, 4.5)
"""That of letters of scripts: some are drawn with a mouse."""
SEGMENT_COUNTS: Final = (3, 4, 5, 6)
SEGMENT_COUNT_SHARES: Final = (0.15, 0.35, 0.3, 0.2)
"""An invented letter has so many pieces: of fewer, many would be digits."""
STRAIGHT: Final = 0.6
BESIDE: Final = 0.35
"""Share of its pieces that are straight, and of those that begin beside the others."""
SLIM: Final = 0.25
"""A letter narrower than this, in whatever direction, over its length could be a one."""
IN_A_ROW: Final = 0.7
"""Share of the crowds that stand in a row; the others stand in a column."""
BLOT_BRUSHES: Final = (0.35, 1.2)
"""A brush so wide that little is left of the shape, over the longer side."""
QUARTER_TURNS: Final = (1, 2, 3, 4, 5, 7, 8, 9)
HALF_TURNS: Final = (3, 4, 7)
MIRRORED: Final = (3, 4, 7)
"""Digits that are none when they are turned over: the others look like themselves or another."""
EXTENDABLE_DIGITS: Final = (2, 3, 4, 5, 6, 8, 9)
"""Digits that are none with pieces added: 0 and 1 become others, a seven may have a bar."""
MINIMUM_GAP: Final = 0.2
"""Half of what is added lies so far from the digit at least, over its side: else it could be a
flourish."""
LYING: Final = np.deg2rad(22)
"""So far at most does a one that has fallen lie from the horizontal, before it is bent."""
REFLECTED: Final = 0.2
"""Share of the invented letters that are symmetrical, as many letters of most alphabets are."""


def image(pens: Sequence[PenDigit], random: Random, restarts: int) -> Image:
    """Return one MNIST-style image, uint8 (28, 28), of something that is no digit.

    ``pens`` are the digits to combine and to turn over. The kinds depend on the number of
    ``restarts`` of the learning rate so far: letters of `dejavu` are drawn from the first restart
    on, letters of `noto` from the second on.
    """
    kind = int(random.choice(len(KINDS), p=SHARES[min(restarts, len(SHARES) - 1)]))
    return KINDS[kind](pens, random)


def _font_symbol(_: Sequence[PenDigit], random: Random) -> Image:
    return render(_any_glyph(random), random, looseness=random.uniform(*LOOSENESS))


def _dejavu_letter(_: Sequence[PenDigit], random: Random) -> Image:
    return render_outlines(_any_of(dejavu.letters(), random), random, random.uniform(*LOOSENESS))


def _noto_letter(_: Sequence[PenDigit], random: Random) -> Image:
    return render_outlines(_any_of(noto.letters(), random), random, random.uniform(*LOOSER))


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
    """Return two or three pieces in a row, in a column, or over each other."""
    pieces: list[Points] = []
    along = np.array([1.0, 0.0] if random.random() < IN_A_ROW else [0.0, 1.0])
    step = random.uniform(0.25, 1.25)
    for place in range(int(random.choice([2, 2, 2, 3]))):
        drawn = distorted(
            _any_glyph(random) if random.integers(2) else _one_of(pens, random), random
        )
        size = random.uniform(0.7, 1.1)
        middle = place * step * along + random.normal(0, 0.08, 2)
        pieces.extend((stroke * size + middle).astype(np.float32) for stroke in drawn)
    return render(pieces, random)


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
    """Return a plain one that lies down, whichever way it leant as it stood."""
    while True:
        one = _one_of(pens, random, (1,))
        points = np.concatenate(one)
        _, (length, width), axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
        if width < SLIM * length:
            break
    turn = rotation(random.uniform(-LYING, LYING) - np.arctan2(axes[0, 1], axes[0, 0]))
    return render([(stroke @ turn).astype(np.float32) for stroke in one], random)


def _extended_digit(pens: Sequence[PenDigit], random: Random) -> Image:
    """Return a digit with pieces added, as many letters are in which a digit can be seen."""
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
)
SHARES: Final = (
    (0.32, 0.28, 0.1, 0.1, 0.06, 0.03, 0.06, 0.03, 0.02, 0.0, 0.0),
    (0.2, 0.22, 0.08, 0.1, 0.05, 0.03, 0.05, 0.02, 0.02, 0.23, 0.0),
    (0.14, 0.2, 0.06, 0.08, 0.05, 0.03, 0.05, 0.02, 0.02, 0.13, 0.22),
)
"""Of the kinds, after no restart, after one, and after more."""


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
    """Return the strokes of a letter of no alphabet, about 1 in size.

    Straight and curved pieces, some of them in one stroke, begin where others lie, or near: what
    the characters of most scripts are made of (Lake et al. 2015, “Human-level concept learning
    through probabilistic program induction”). There are so many ways to join them that few are
    digits by chance: some three in a hundred.
    """
    while True:
        pieces = int(random.choice(SEGMENT_COUNTS, p=SEGMENT_COUNT_SHARES))
        strokes = _with_segments([], pieces, random)
        if random.random() < REFLECTED:
            strokes = _with_reflection(strokes, random)
        points = np.concatenate(strokes)
        length, width = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
        if width >= SLIM * length:
            return strokes


def _with_segments(strokes: Drawing, pieces: int, random: Random) -> Drawing:
    strokes = list(strokes)
    while pieces:
        joined = 1 if not strokes else min(pieces, int(random.integers(1, 3)))
        start = np.zeros(2) if not strokes else _somewhere_on(strokes, random)
        parts = [start[None]]
        for _ in range(joined):
            parts.append(_segment(parts[-1][-1], random))
        strokes.append(np.concatenate(parts).astype(np.float32))
        pieces -= joined
    return strokes


def _with_reflection(strokes: Drawing, random: Random) -> Drawing:
    """Return the first half of ``strokes`` and its mirror image, left to right or top to bottom."""
    half = strokes[: (len(strokes) + 1) // 2]
    axis = int(random.integers(2))
    places = np.concatenate(half)[:, axis]
    mirror = random.choice([places.min(), places.max(), random.uniform(places.min(), places.max())])
    image = [stroke.copy() for stroke in half]
    for stroke in image:
        stroke[:, axis] = 2 * mirror - stroke[:, axis]
    return [*half, *image]


def _somewhere_on(strokes: Drawing, random: Random) -> npt.NDArray[np.float64]:
    """Return a point of a stroke, an end more often than chance has it, or one beside it."""
    stroke = strokes[int(random.integers(len(strokes)))]
    place = int(random.choice([0, len(stroke) - 1, int(random.integers(len(stroke)))]))
    beside = random.random() < BESIDE
    away = random.normal(0, 0.4 if beside else 0.04, 2)
    return np.asarray(stroke[place] + away, np.float64)


def _segment(start: npt.NDArray[np.float64], random: Random) -> npt.NDArray[np.float64]:
    """Return a piece that begins at ``start``: straight along one of eight ways, or an arc."""
    heading = int(random.integers(8)) * np.pi / 4 + random.normal(0, 0.15)
    length = random.uniform(0.3, 1.1)
    bow = 0.0 if random.random() < STRAIGHT else random.uniform(-1.6, 1.6) * np.pi
    t = np.linspace(0, 1, 25)[1:]
    headings = heading + bow * (t - 0.5)
    steps = np.stack([np.cos(headings), np.sin(headings)], axis=1) * length / len(t)
    return np.asarray(start + np.cumsum(steps, axis=0), np.float64)
