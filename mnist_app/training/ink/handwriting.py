"""What people write on paper: digits alone and in rows, with letters and punctuation among them.

Lengths are pixels of the composed picture unless a docstring says otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Image, Points
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.data.pen_rendering import distorted, with_flourish
from mnist_app.training.negatives.doodles import doodle
from mnist_app.training.negatives.hershey import glyphs

Random = np.random.Generator

SINGLE_HEIGHTS: Final = (30, 150)
ROW_HEIGHTS: Final = (13, 70)
"""Ranges of the height of a digit alone and in rows, evenly in the logarithm. Pictures are read at
a scale at which digits are 40 to 90 pixels high; a first look sees them at other sizes too."""
BRUSHES: Final = (0.018, 0.2)
"""Range of the width of the pen as a fraction of the height of a digit, from a fine pen to a
marker."""
STRAIGHT_SHARE: Final = 0.3
"""Share of the digits written in straight strokes, as on forms and in puzzles."""
STRAIGHTNESS: Final = (0.02, 0.08)
"""Range of the distance, in sizes of the digit, by which straight strokes miss the curved ones."""
LINE_SHARE: Final = 0.5
"""Share of ones that are a mere line."""
UPRIGHT_SHARE, UPRIGHT_LEAN = 0.1, 0.04
"""Share of upright lines, ones all, among the digits, and the standard deviation of their slant:
rulings look like them and are far more frequent."""
BLANK_SHARE, SINGLE_SHARE, CROSSED_OUT_SHARE = 0.1, 0.4, 0.03
"""Shares of the pictures that show nothing written, and a digit alone; of digits crossed out."""
NIB_SHARE: Final = 0.2
"""Share of the pictures written with a broad nib, whose strokes are thick and thin."""
LETTER_SHARE, PUNCTUATION_SHARE, NEIGHBOUR_SHARE, SECOND_PEN_SHARE = 0.12, 0.4, 0.4, 0.12
"""Shares of rows with letters and with punctuation, of single digits with a neighbour that may be
cut off by the edge, and of pictures with two pens."""


@dataclass(frozen=True, eq=False)
class Writing:
    """What is written: digits and letters, which are wanted, and marks, which are not.

    Each is a list for each pen; ``height`` is that of a digit, ``box`` (left, top, right, bottom)
    that of the digit which a frame may surround, None for rows.
    """

    wanted: list[list[Stroke]] = field(default_factory=lambda: [[], []])
    unwanted: list[list[Stroke]] = field(default_factory=lambda: [[], []])
    height: float = 40.0
    box: tuple[float, float, float, float] | None = None

    def covers(self, side: int, random: Random) -> list[tuple[Image, Image]]:
        """Return for each pen what its wanted and unwanted strokes cover, uint8 (side, side)."""
        nib = _nib(random) if random.random() < NIB_SHARE else np.zeros((1, 2), np.float32)
        return [
            (_drawn(wanted, side, nib), _drawn(unwanted, side, nib))
            for wanted, unwanted in zip(self.wanted, self.unwanted, strict=True)
            if wanted or unwanted
        ]


def _nib(random: Random) -> npt.NDArray[np.float32]:
    """Return the ends of a broad nib, in widths of the pen: strokes across it are the thickest."""
    angle = random.uniform(0, np.pi)
    reach = np.linspace(-0.5, 0.5, 4)[:, None] * random.uniform(0.5, 1.6)
    return (reach * (np.cos(angle), np.sin(angle))).astype(np.float32)


def _drawn(strokes: Sequence[Stroke], side: int, nib: npt.NDArray[np.float32]) -> Image:
    """Return what ``strokes`` cover, drawn with each point of the ``nib``."""
    thin = 1.0 if len(nib) == 1 else 0.5
    return draw(
        [
            Stroke(stroke.points + place * stroke.width, max(1.0, stroke.width * thin))
            for stroke in strokes
            for place in nib
        ],
        side,
        side,
    )


def write(hands: Sequence[Sequence[PenDigit]], side: int, random: Random) -> Writing:
    """Return what one of ``hands``, the digits of a writer each, wrote on ``side`` pixels."""
    hand = hands[int(random.integers(len(hands)))]
    kind = random.random()
    if kind < BLANK_SHARE:
        return Writing(height=_log_uniform(ROW_HEIGHTS, random))
    if kind < BLANK_SHARE + SINGLE_SHARE:
        return _single(hand, side, random)
    return _rows(hand, side, random)


def _log_uniform(limits: tuple[float, float], random: Random) -> float:
    return float(np.exp(random.uniform(*np.log(limits))))


def _brush(height: float, random: Random) -> float:
    return max(1.0, height * _log_uniform(BRUSHES, random))


def _one_digit(hand: Sequence[PenDigit], random: Random) -> list[Points]:
    """Return a digit's strokes, its top left corner at 0 and its longer side about 1."""
    digit = hand[int(random.integers(len(hand)))]
    if random.random() < UPRIGHT_SHARE:
        strokes: list[Points] = [np.array([[random.normal(0, UPRIGHT_LEAN), 0], [0, 1]])]
    elif digit.label == 1 and random.random() < LINE_SHARE:
        strokes = [np.array([[random.normal(0, 0.15), 0], [0, 1]])]
    else:
        strokes = distorted(with_flourish(digit, random), random)
    if random.random() < STRAIGHT_SHARE:
        error = random.uniform(*STRAIGHTNESS)
        strokes = [_straightened(stroke, error) for stroke in strokes]
    return _at_origin(strokes)


def _straightened(stroke: Points, error: float) -> Points:
    """Return the polyline of few points that is nowhere farther than ``error`` from ``stroke``."""
    points = cv2.approxPolyDP(stroke.astype(np.float32).reshape(-1, 1, 2), error, False)
    return np.asarray(points.reshape(-1, 2), np.float32)


def _one_letter(random: Random) -> list[Points]:
    every = glyphs()
    return _at_origin(distorted(every[int(random.integers(len(every)))], random))


def _at_origin(strokes: Sequence[Points]) -> list[Points]:
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0)
    return [np.asarray(stroke - low, np.float32) for stroke in strokes]


def _extent(strokes: Sequence[Points]) -> npt.NDArray[np.float64]:
    return np.asarray(np.max([stroke.max(axis=0) for stroke in strokes], axis=0), np.float64)


def _single(hand: Sequence[PenDigit], side: int, random: Random) -> Writing:
    """Return a large digit, alone or with neighbours that the edge may cut off."""
    writing = Writing(height=_log_uniform(SINGLE_HEIGHTS, random))
    height = writing.height
    brush = _brush(height, random)
    digit = _one_digit(hand, random)
    room = side - _extent(digit) * height
    corner = room / 2 + random.uniform(-0.6, 0.6, 2) * np.maximum(np.abs(room) / 2, 4)
    writing.wanted[0] += _placed(digit, height, corner, brush)
    wide, high = _extent(digit) * height
    box = (corner[0], corner[1], corner[0] + wide, corner[1] + high)
    if random.random() < CROSSED_OUT_SHARE:
        writing.unwanted[0] += writing.wanted[0] + _crossing(corner, (wide, high), brush, random)
        writing.wanted[0].clear()
    elif random.random() < NEIGHBOUR_SHARE:
        for direction in random.choice((-1, 1), size=random.integers(1, 3), replace=False):
            other = _one_digit(hand, random)
            gap = random.uniform(0.1, 0.8) * height
            left = box[2] + gap if direction > 0 else box[0] - gap - _extent(other)[0] * height
            place = np.array([left, corner[1] + random.uniform(-0.2, 0.2) * height])
            writing.wanted[0] += _placed(other, height * random.uniform(0.8, 1.1), place, brush)
    if random.random() < PUNCTUATION_SHARE / 2:
        place = np.array([box[2] + random.uniform(0.1, 0.4) * height, box[3]])
        writing.unwanted[0] += _mark(place, height, brush, random)
    return Writing(writing.wanted, writing.unwanted, height, box)


def _rows(hand: Sequence[PenDigit], side: int, random: Random) -> Writing:
    """Return rows of digits, from one line to a page, cut off by the edges or not."""
    height = _log_uniform(ROW_HEIGHTS, random)
    writing = Writing(height=height)
    brush = _brush(height, random)
    slope, spacing = random.normal(0, 0.04), random.uniform(1.15, 2.6) * height
    letters = random.random() < LETTER_SHARE
    marks = random.random() < PUNCTUATION_SHARE
    second = random.random() < SECOND_PEN_SHARE
    lines = int(random.integers(1, 2 + int(side / spacing)))
    top = random.uniform(-0.5 * height, max(1.0, side - (lines - 0.5) * spacing))
    for line in range(lines):
        left = random.uniform(-0.6, 0.6) * side if random.random() < 0.5 else random.uniform(0, 20)
        right = side * random.uniform(0.4, 1.3)
        pen = int(second and random.random() < 0.5)
        gap = random.uniform(-0.1, 0.6)
        while left < right:
            symbol = (
                _one_letter(random)
                if letters and random.random() < 0.3
                else _one_digit(hand, random)
            )
            size = height * random.uniform(0.82, 1.08)
            base = top + line * spacing + slope * left + random.normal(0, 0.05) * height
            place = np.array([left, base + height - _extent(symbol)[1] * size])
            writing.wanted[pen] += _placed(symbol, size, place, brush)
            left += _extent(symbol)[0] * size + (gap + random.normal(0, 0.05)) * height
            if marks and random.random() < 0.35:
                place = np.array([left, base + height])
                mark = _mark(place, height, brush, random)
                writing.unwanted[pen] += mark
                left = max(float(stroke.points[:, 0].max()) for stroke in mark) + 0.25 * height
    return writing


def _placed(
    strokes: Sequence[Points], scale: float, corner: npt.NDArray[np.float64], brush: float
) -> list[Stroke]:
    return [Stroke((stroke * scale + corner).astype(np.float32), brush) for stroke in strokes]


def _mark(
    foot: npt.NDArray[np.float64], height: float, brush: float, random: Random
) -> list[Stroke]:
    """Return a dot, a comma, a dash, an equals or a currency sign, on the line at ``foot``."""
    kind = int(random.choice(6, p=(0.34, 0.26, 0.22, 0.06, 0.06, 0.06)))
    if kind == 0:
        return [Stroke((foot + random.normal(0, 0.03, (2, 2)) * height).astype(np.float32), brush)]
    if kind == 1:
        shape = np.array([[0.06, -0.04], [0.08, 0.04], [0.0, 0.2]]) * random.uniform(0.7, 1.3)
        return [Stroke((foot + shape * height).astype(np.float32), brush)]
    bar = np.array([[0, 0.0], [random.uniform(0.3, 0.8), random.normal(0, 0.06)]])
    high = bar + np.array([0, -random.uniform(0.35, 0.6)])
    if kind == 2:
        bars = [high]
    elif kind == 3:
        bars = [high, high + np.array([0, 0.2])]
    elif kind == 4:  # €
        turn = np.linspace(0.6, 5.6, 20)
        curve = np.stack([0.35 + 0.3 * np.cos(turn), 0.48 * np.sin(turn) - 0.5], axis=1)
        bars = [curve, *(bar * 0.8 + np.array([-0.05, y]) for y in (-0.57, -0.42))]
    else:  # $
        along = np.linspace(-1, 1, 24)
        curve = np.stack([0.25 - 0.22 * np.sin(np.pi * along), 0.42 * along - 0.5], axis=1)
        bars = [curve, np.array([[0.25, -1.08], [0.25, 0.08]])]
    return [Stroke((foot + points * height).astype(np.float32), brush) for points in bars]


def _crossing(
    corner: npt.NDArray[np.float64], size: tuple[float, float], brush: float, random: Random
) -> list[Stroke]:
    """Return strokes over a digit that strike it out."""
    if random.random() < 0.5:
        turns = int(random.integers(4, 9))
        x = np.linspace(-0.1, 1.1, turns)
        y = (np.arange(turns) % 2) * random.uniform(0.6, 1.1) + random.normal(0.1, 0.08, turns)
        shapes = [np.stack([x, y], axis=1).astype(np.float32)]
    else:
        shapes = [np.asarray(stroke, np.float32) + np.float32(0.5) for stroke in doodle(random)]
    return [Stroke((corner + shape * size).astype(np.float32), brush) for shape in shapes]


def stuck_ink(cover: Image, coarseness: float, random: Random) -> Floats:
    """Return how much of the ink in ``cover`` stuck to the grain, float32 0 to 1.

    ``coarseness`` is 0 for ink that covers evenly and 1 for chalk on a rough board.
    """
    share = cover.astype(np.float32) / np.float32(255)
    if coarseness <= 0:
        return share
    grain = random.standard_normal(cover.shape, np.float32)
    noise = np.asarray(cv2.GaussianBlur(grain, (0, 0), random.uniform(0.5, 1.3)), np.float32)
    noise *= np.float32(coarseness / max(float(noise.std()), 1e-6))
    pressure = cv2.resize(
        random.standard_normal((5, 5), np.float32), cover.shape[::-1], interpolation=cv2.INTER_CUBIC
    )
    return np.asarray(share * np.clip(0.9 + 0.4 * noise + 0.15 * pressure, 0.1, 1), np.float32)
