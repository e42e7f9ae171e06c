"""Digits cut out of numbers, and what a wrong division of a number leaves.

To divide a number into digits, the app asks the network about many candidates. A network that has
seen whole digits alone takes pieces and pairs of digits for digits. So numbers of one writer are
divided here as in the app, and the network learns from right and wrong candidates alike (LeCun et
al. 1998, “Gradient-Based Learning Applied to Document Recognition”, section V).
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from mnist_app.arrays import Image, Mask, Points
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.segmentation.candidates import Candidate
from mnist_app.segmentation.connected_components import SOLID_LEVEL
from mnist_app.segmentation.decoder import MINIMUM_SIDE_STROKES
from mnist_app.segmentation.lattice import segment
from mnist_app.training.data.pen_digits import PenDigit, by_hand
from mnist_app.training.data.pen_rendering import as_seen, distorted, with_flourish
from mnist_app.training.negatives.negative_images import is_narrow

NO_DIGIT: Final = 10
"""Label of images that show no digit."""
DIGITS: Final = (2, 3)
"""Minimum and maximum number of digits in a number."""
HEIGHTS: Final = (40, 100)
"""Range of the height of a number's digits in pixels."""
SIZES: Final = (0.8, 1.15)
"""Range of the height of each digit, in heights of the number's digits."""
BRUSHES: Final = (0.06, 0.2)
"""Range of the width of the pen, in the same unit."""
GAPS: Final = (-0.3, 0.15)
"""Range of the distance between the boxes of two digits, in the same unit; below 0 they overlap."""
BASELINE: Final = 0.05
"""Standard deviation of a digit's distance from the line, in the same unit."""
RIGHT, WRONG = 0.8, 0.5
"""Ink that a candidate shares with a digit, over the ink of both together: from `RIGHT` on, it is
that digit, and below `WRONG` for all digits it is none. What is between is not learned from."""
OF_EACH: Final = 6
"""Maximum number of right and of wrong candidates taken from one number."""


def cut_digits(
    pen_digits: Sequence[PenDigit], random: np.random.Generator
) -> Iterator[tuple[Image, int]]:
    """Yield, without end, MNIST-style images uint8 (28, 28) of candidates, and their labels.

    A label is a digit, or `NO_DIGIT`. Each number is written by one
    of the writers of ``pen_digits``. Right candidates are cut from a digit that touches or overlaps
    them; others look like digits alone.
    """
    hands = by_hand(pen_digits)
    while True:
        hand = hands[int(random.integers(len(hands)))]
        count = int(random.integers(DIGITS[0], DIGITS[1] + 1))
        digits = [hand[int(index)] for index in random.integers(len(hand), size=count)]
        masks, ink = _written(digits, random)
        found = segment(ink)
        right: list[tuple[Candidate, int]] = []
        wrong: list[tuple[Candidate, int]] = []
        for candidate in (one for line in found.lines for one in line.candidates):
            shared = [_shared(candidate, mask) for mask in masks]
            best = int(np.argmax(shared))
            if shared[best] >= RIGHT and candidate.cut:
                right.append((candidate, digits[best].label))
            elif shared[best] < WRONG and not is_narrow(np.argwhere(candidate.ink >= SOLID_LEVEL)):
                wrong.append((candidate, NO_DIGIT))
        for group in (right, wrong):
            for index in random.permutation(len(group))[:OF_EACH]:
                candidate, label = group[int(index)]
                side = float(max(candidate.box[2:]))
                minimum = MINIMUM_SIDE_STROKES * found.stroke_width
                yield as_seen(np.pad(candidate.ink, 2), side, minimum, random), label


def _written(digits: Sequence[PenDigit], random: np.random.Generator) -> tuple[list[Mask], Image]:
    """Return where the ink of each of ``digits`` is, and the ink of the number that they form."""
    height = random.uniform(*HEIGHTS)
    pen = height * float(np.exp(random.uniform(*np.log(BRUSHES))))
    written: list[list[Points]] = []
    reach = 0.0
    for digit in digits:
        strokes = distorted(with_flourish(digit, random), random)
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = height * random.uniform(*SIZES) / max(float(high[1] - low[1]), 0.3)
        left = reach + random.uniform(*GAPS) * height if written else 0.0
        corner = (left, height * random.normal(0, BASELINE) - float(high[1] - low[1]) * scale)
        written.append([((s - low) * scale + corner).astype(np.float32) for s in strokes])
        reach = left + float(high[0] - low[0]) * scale + pen
    points = np.concatenate([np.concatenate(strokes) for strokes in written])
    low = points.min(axis=0) - np.float32(pen + 2)
    wide, high = (int(side) for side in np.ceil(points.max(axis=0) + pen + 2 - low))
    inks = [
        draw([Stroke(stroke - low, pen) for stroke in strokes], high, wide) for strokes in written
    ]
    return [ink >= SOLID_LEVEL for ink in inks], np.maximum.reduce(inks)


def _shared(candidate: Candidate, digit: Mask) -> float:
    """Return the ink that a candidate shares with a digit, over the ink of both together."""
    x, y, width, height = candidate.box
    own = candidate.ink >= SOLID_LEVEL
    shared = np.count_nonzero(own & digit[y : y + height, x : x + width])
    return shared / (np.count_nonzero(own) + np.count_nonzero(digit) - shared)
