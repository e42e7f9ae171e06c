"""Whole numbers: which of the candidates in each line are its digits. The recogniser judges.

What is written in a line can be divided in many ways. Each way gets points, the sum of those of
its digits, and the one with most points is taken (dynamic programming over the bounds between
digits). A candidate's points say how much more likely such an image, size, length of stroke and
cut are for a digit than for a part of one or for two at once. The weights are fitted as those of a
linear-chain conditional random field, by ``benchmarks.decoder_weights``: under them the right
ways of numbers by pen writers 1-20 are most likely, on a canvas and in photographs.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import normalize_digit
from mnist_app.segmentation.candidates import Candidate, Lattice, segment
from mnist_app.segmentation.text_lines import LOW

MINIMUM_SIDE_STROKES: Final = 2.0
"""Least side of a crop in stroke widths; a picture of a number has no side that could say it."""

LENGTHS: Final = (
    (3.07, 0.65),
    (1.72, 0.42),
    (2.50, 0.45),
    (2.19, 0.38),
    (1.89, 0.34),
    (2.34, 0.34),
    (2.05, 0.35),
    (2.06, 0.35),
    (2.67, 0.38),
    (2.31, 0.46),
)
"""Of each digit, 0 to 9: length of its strokes in its own heights, mean and standard deviation.

That of a 0 is taken a third wider than measured: some people write it very round.
"""
HEIGHT_SPREAD: Final = 0.2
"""Standard deviation of the logarithm of a digit's height over that of its writer's others."""
SURE: Final = 0.0
"""Points with which a piece is one digit, and is not cut."""
FARTHEST_LENGTH, FARTHEST_HEIGHT = 3.3, 2.0
"""Standard deviations; what is farther off is no less likely."""


class Weights(NamedTuple):
    """Points of a candidate, each for one unit of what is named: see `terms`."""

    each: float = -0.72
    log_confidence: float = 1.44
    accepted: float = 3.0
    cut: float = -1.46
    gap: float = -0.42
    length: float = -0.55
    height: float = -0.57
    together: float = 0.84


WEIGHTS: Final = Weights()


class Classification(Protocol):
    """What a recogniser makes of one image."""

    @property
    def digit(self) -> int:
        """0 to 9."""

    @property
    def confidence(self) -> float:
        """0 to 1."""

    @property
    def accepted(self) -> bool:
        """False where it is not sure that this is a digit."""


R = TypeVar("R", bound=Classification)
Classify = Callable[[npt.NDArray[np.uint8]], Sequence[R]]


@dataclass(frozen=True, eq=False)
class DecodedDigit(Generic[R]):
    """One digit of a number, and whether its size too is one of a digit."""

    candidate: Candidate
    reading: R
    is_tall_enough: bool


def decode_lines(ink: Image, read: Classify[R]) -> list[list[DecodedDigit[R]]]:
    """Return the digits in ``ink``, uint8 (height, width), line by line in reading order.

    ``read`` takes MNIST-style images, uint8 (n, 28, 28).
    """
    found = segment(ink)
    return [_read_row(row, found.stroke_width, read) for row in found.lines]


def _read_row(row: Lattice, stroke: float, read: Classify[R]) -> list[DecodedDigit[R]]:
    judged = _judged([c for c in row.candidates if not c.cut], stroke, read)
    settled = {
        bound
        for candidate, _, score in judged
        if candidate.components == 1 and score >= SURE
        for bound in range(candidate.first + 1, candidate.last)
    }
    cut = [c for c in row.candidates if c.cut and not settled & {c.first, c.last}]
    judged += _judged(cut, stroke, read)
    judged.sort(key=lambda one: one[0].first)
    way = best_path([(c.first, c.last) for c, _, _ in judged], [score for _, _, score in judged])
    return [
        DecodedDigit(candidate, reading, candidate.height >= LOW)
        for candidate, reading, _ in (judged[place] for place in way)
    ]


def _judged(
    candidates: Sequence[Candidate], stroke: float, read: Classify[R]
) -> list[tuple[Candidate, R, float]]:
    """Return each candidate with its reading and its points."""
    readings = classify_candidates(candidates, stroke, read)
    return [(c, r, score(c, r)) for c, r in zip(candidates, readings, strict=True)]


def classify_candidates(
    candidates: Sequence[Candidate], stroke: float, read: Classify[R]
) -> Sequence[R]:
    """Return what ``read`` makes of each candidate; ``stroke`` is their stroke width in pixels."""
    if not candidates:
        return ()
    images = [normalize_digit(c.ink, MINIMUM_SIDE_STROKES * stroke) for c in candidates]
    return read(np.stack([image for image in images if image is not None]))


def score(candidate: Candidate, reading: Classification, weights: Weights = WEIGHTS) -> float:
    """Return how much speaks for a candidate: above 0 it is rather one digit than not."""
    found = features(candidate, reading)
    return sum(weight * term for weight, term in zip(weights, found, strict=True))


def features(candidate: Candidate, reading: Classification) -> Weights:
    """Return what a candidate's points are made of: `Weights` times these.

    ``length`` and ``height`` are squares of how many standard deviations it is off; ``together``
    counts whole pieces beyond the first one, of what is accepted.
    """
    mean, spread = LENGTHS[reading.digit]
    length = (candidate.length / max(candidate.height, LOW) - mean) / spread
    height = math.log(candidate.height) / HEIGHT_SPREAD
    return Weights(
        each=1.0,
        log_confidence=math.log(max(reading.confidence, 1e-3)),
        accepted=float(reading.accepted),
        cut=candidate.cut,
        gap=candidate.gap,
        length=min(abs(length), FARTHEST_LENGTH) ** 2,
        height=min(abs(height), FARTHEST_HEIGHT) ** 2,
        together=reading.accepted * (0.0 if candidate.cut else candidate.components - 1.0),
    )


def best_path(spans: Sequence[tuple[int, int]], scores: Sequence[float]) -> list[int]:
    """Return which spans, end to end, have most points together.

    Each goes from one bound to a later one. They are in the order of their first bounds, and some
    lead, end to end, from bound 0 to the last of all.
    """
    bounds = max(last for _, last in spans)
    best = [-math.inf] * (bounds + 1)
    newest = [-1] * (bounds + 1)
    best[0] = 0.0
    for place, ((first, last), score) in enumerate(zip(spans, scores, strict=True)):
        # Nothing that comes later ends at the first bound: the best way to it is known.
        if best[first] + score > best[last]:
            best[last], newest[last] = best[first] + score, place
    way: list[int] = []
    while bounds:
        way.append(newest[bounds])
        bounds = spans[newest[bounds]][0]
    return way[::-1]
