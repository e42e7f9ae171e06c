"""Decodes whole numbers: chooses the candidates in each line of text that are its digits.

A line can be divided into digits in many ways. The score of a division is the sum of the scores of
its candidates, and the division with the highest score is found by dynamic programming (Viterbi)
over the line's segmentation lattice. A candidate's score is a weighted sum of features: how the
network classifies it, its size, stroke length and gaps, and the ink that its cuts cross. The
weights are in the model's bundle. They are those of a linear-chain conditional random field
(Lafferty et al. 2001), fitted by `benchmarks.decoder_weights` on numbers by pen writers 1-20, on a
canvas and in photographs.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import numpy as np

from mnist_app.arrays import Image, Images
from mnist_app.preprocessing.normalize import normalize_digit
from mnist_app.reading_settings import DecoderWeights
from mnist_app.segmentation.candidates import Candidate, Lattice, segment

MINIMUM_SIDE_STROKES: Final = 2.0
"""Minimum side of a digit's crop in stroke widths; the size of the picture gives no minimum."""

STROKE_LENGTHS: Final = (
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
"""Mean and standard deviation of the stroke length of each digit, 0 to 9, in heights of its own.

The standard deviation of a 0 is a third larger than measured, because some writers draw it round.
"""
HEIGHT_DEVIATION: Final = 0.2
"""Standard deviation of the logarithm of a digit's height over that of its writer's others."""
CERTAIN_SCORE: Final = 0.0
"""Minimum score of a single whole component that is taken for one digit and not cut."""
MAXIMUM_LENGTH_DEVIATION: Final = 3.3
"""Maximum deviation of the stroke length, in standard deviations; larger ones are clipped."""
MAXIMUM_HEIGHT_DEVIATION: Final = 2.0
"""Maximum deviation of the height, in standard deviations; larger ones are clipped."""
MINIMUM_CONFIDENCE: Final = 1e-3
"""Minimum confidence of which the logarithm is taken; smaller ones are clipped."""


class Classification(Protocol):
    """A network's classification of the image of one candidate."""

    @property
    def digit(self) -> int:
        """The most probable digit, 0 to 9."""

    @property
    def confidence(self) -> float:
        """The probability of that digit, 0 to 1."""

    @property
    def accepted(self) -> bool:
        """Whether the image counts as a digit at all."""


R = TypeVar("R", bound=Classification)
Classify = Callable[[Images], Sequence[R]]
"""Classifies MNIST-style images, uint8 (n, 28, 28), into n results."""


@dataclass(frozen=True, eq=False)
class DecodedDigit(Generic[R]):
    """One digit of a number: a candidate and its classification."""

    candidate: Candidate
    reading: R


def decode_lines(
    ink: Image, classify: Classify[R], weights: DecoderWeights
) -> list[list[DecodedDigit[R]]]:
    """Return the digits in ``ink``, uint8 (height, width), line by line in reading order."""
    segmentation = segment(ink)
    width = segmentation.stroke_width
    return [_decode_line(line, width, classify, weights) for line in segmentation.lines]


def _decode_line(
    line: Lattice, stroke: float, classify: Classify[R], weights: DecoderWeights
) -> list[DecodedDigit[R]]:
    """Return the digits of one line; cuts through components that are certain are not tried."""
    scored = _score_all([c for c in line.candidates if not c.cut], stroke, classify, weights)
    settled = {
        bound
        for digit, value in scored
        if digit.candidate.components == 1 and value >= CERTAIN_SCORE
        for bound in range(digit.candidate.first + 1, digit.candidate.last)
    }
    cut = [c for c in line.candidates if c.cut and not settled & {c.first, c.last}]
    scored += _score_all(cut, stroke, classify, weights)
    scored.sort(key=lambda one: one[0].candidate.first)
    spans = [(digit.candidate.first, digit.candidate.last) for digit, _ in scored]
    return [scored[index][0] for index in best_path(spans, [value for _, value in scored])]


def _score_all(
    candidates: Sequence[Candidate],
    stroke: float,
    classify: Classify[R],
    weights: DecoderWeights,
) -> list[tuple[DecodedDigit[R], float]]:
    """Return each candidate with its classification, and its score."""
    readings = classify_candidates(candidates, stroke, classify)
    return [
        (DecodedDigit(candidate, reading), score(candidate, reading, weights))
        for candidate, reading in zip(candidates, readings, strict=True)
    ]


def classify_candidates(
    candidates: Sequence[Candidate], stroke: float, classify: Classify[R]
) -> Sequence[R]:
    """Return the classification of each candidate; ``stroke`` is the stroke width in pixels."""
    if not candidates:
        return ()
    images = [normalize_digit(c.ink, MINIMUM_SIDE_STROKES * stroke) for c in candidates]
    return classify(np.stack([image for image in images if image is not None]))


def score(candidate: Candidate, reading: Classification, weights: DecoderWeights) -> float:
    """Return the score of a candidate; above 0 it is more likely one digit than not."""
    values = features(candidate, reading)
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def features(candidate: Candidate, reading: Classification) -> DecoderWeights:
    """Return the features of a candidate, in the order of their weights.

    ``cut`` and ``gap`` are the candidate's own. ``length`` and ``height`` are squared deviations,
    in standard deviations, from the mean stroke length of the digit and from the height of the
    line's digits. ``components`` counts whole components after the first one, if it is accepted.
    """
    mean, deviation = STROKE_LENGTHS[reading.digit]
    length = (candidate.relative_length - mean) / deviation
    height = math.log(candidate.height) / HEIGHT_DEVIATION
    return DecoderWeights(
        bias=1.0,
        log_confidence=math.log(max(reading.confidence, MINIMUM_CONFIDENCE)),
        accepted=float(reading.accepted),
        cut=candidate.cut,
        gap=candidate.gap,
        length=min(abs(length), MAXIMUM_LENGTH_DEVIATION) ** 2,
        height=min(abs(height), MAXIMUM_HEIGHT_DEVIATION) ** 2,
        components=reading.accepted * (0.0 if candidate.cut else candidate.components - 1.0),
    )


def best_path(spans: Sequence[tuple[int, int]], scores: Sequence[float]) -> list[int]:
    """Return the indices of the spans, end to end, with the highest sum of scores (Viterbi).

    A span leads from one bound to a later one. The spans are sorted by their first bound, and at
    least one sequence of them leads from bound 0 to the last one of all.
    """
    bounds = max(last for _, last in spans)
    best = [-math.inf] * (bounds + 1)
    newest = [-1] * (bounds + 1)
    best[0] = 0.0
    for index, ((first, last), value) in enumerate(zip(spans, scores, strict=True)):
        # No later span ends at the first bound, so the best path to it is known.
        if best[first] + value > best[last]:
            best[last], newest[last] = best[first] + value, index
    path: list[int] = []
    while bounds:
        path.append(newest[bounds])
        bounds = spans[newest[bounds]][0]
    return path[::-1]
