"""Decodes whole numbers: chooses the candidates in each line of text that are its digits.

A line can be divided into digits in many ways. The score of a division is the sum of the scores of
its candidates, and the division with the highest score is found by dynamic programming (Viterbi)
over the line's segmentation lattice. A candidate's score is a weighted sum of features: how the
network classifies it, its size, stroke length and gaps, and the ink that its cuts cross. The
weights are in the model's bundle. They are those of a linear-chain conditional random field
(Lafferty et al. 2001), fitted by `benchmarks.decoder_weights` on numbers by pen writers 1-20.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from mnist_app.arrays import Image, Images
from mnist_app.preprocessing.normalize import normalize_digit
from mnist_app.preprocessing.strokes import Stroke
from mnist_app.reading_settings import DecoderWeights
from mnist_app.segmentation.candidates import Candidate
from mnist_app.segmentation.lattice import Lattice, segment
from mnist_app.segmentation.pen_strokes import segment_strokes

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
CROSSING_COST: Final = 0.5
"""Cost of the ink that a candidate shares with strokes outside it, as a share of that of cut ink.

Digits of pen writers 17-20 that overlap by 12 % of their height are read best from 0.35 to 0.5.
"""
MARGIN: Final = 1e-6
"""Minimum difference of scores that decides; smaller ones may come from rounding."""
MAXIMUM_COMBINED: Final = 200
"""Maximum number of joined and cut candidates of a picture that are classified; limits time.

Each takes about 2 ms. Numbers of pen writers 17-20 in three lines have up to 180. Whole components
are classified always.
"""
MAXIMUM_LENGTH_DEVIATION: Final = 5.0
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


class _Outcome(NamedTuple):
    """A classification that a candidate may have."""

    digit: int
    confidence: float
    accepted: bool


@dataclass(frozen=True, eq=False)
class DecodedDigit(Generic[R]):
    """One digit of a number: a candidate and its classification."""

    candidate: Candidate
    reading: R


def decode_lines(
    ink: Image, classify: Classify[R], weights: DecoderWeights
) -> list[list[DecodedDigit[R]]]:
    """Return the digits in ``ink``, uint8 (height, width), line by line in reading order.

    Beyond `MAXIMUM_COMBINED`, whole components alone are taken for digits.
    """
    segmentation = segment(ink)
    decoder = _Decoder(classify, segmentation.stroke_width, weights)
    return [decoder.decode(line)[1] for line in segmentation.lines]


def decode_strokes(
    strokes: Sequence[Stroke], ink: Image, classify: Classify[R], weights: DecoderWeights
) -> list[list[DecodedDigit[R]]]:
    """Return the digits that ``strokes`` form, line by line in reading order.

    ``strokes`` are in the order in which they were drawn, and ``ink``, uint8 (height, width), is
    that of all of them. Strokes that are too many or too large to be told apart are decoded from
    ``ink`` alone.
    """
    found = segment_strokes(strokes, ink)
    if found is None:
        return decode_lines(ink, classify, weights)
    decoder = _Decoder(_classify_once(classify), found.stroke_width, weights)
    return [_best_order(decoder, orders) for orders in found.lines]


def _best_order(decoder: "_Decoder[R]", orders: Sequence[Lattice]) -> list[DecodedDigit[R]]:
    """Return the digits of a line from left to right, by the order of strokes that scores best."""
    _, digits = max((decoder.decode(order) for order in orders), key=lambda decoded: decoded[0])
    slant = orders[0].scale.slant

    def middle(digit: DecodedDigit[R]) -> float:
        x, y, width, height = digit.candidate.box
        return x + width / 2 + slant * (y + height / 2)

    return sorted(digits, key=middle)


def _classify_once(classify: Classify[R]) -> Classify[R]:
    """Return ``classify`` with a memory: equal images are classified once."""
    known: dict[bytes, R] = {}

    def recall(images: Images) -> Sequence[R]:
        keys = [image.tobytes() for image in images]
        unknown = [index for index, key in enumerate(keys) if key not in known]
        if unknown:
            known.update(
                (keys[index], reading)
                for index, reading in zip(unknown, classify(images[unknown]), strict=True)
            )
        return [known[key] for key in keys]

    return recall


class _Decoder(Generic[R]):
    """Decodes the lines of a picture with the stroke width ``stroke`` in pixels, from the top."""

    def __init__(self, classify: Classify[R], stroke: float, weights: DecoderWeights) -> None:
        self._classify = classify
        self._stroke = stroke
        self._weights = weights
        self._remaining = MAXIMUM_COMBINED

    def decode(self, line: Lattice) -> tuple[float, list[DecodedDigit[R]]]:
        """Return the score of one line and its digits.

        Components that are certainly one digit are not cut.
        """
        scored = self._score_all(line.singles)
        certain = {index for index, (_, value) in enumerate(scored) if value >= CERTAIN_SCORE}
        sums = [0.0, *accumulate(value for _, value in scored)]
        apart = {
            digit.candidate.first: (index, sums[index]) for index, (digit, _) in enumerate(scored)
        }

        def may_win(candidate: Candidate) -> bool:
            """Return whether ``candidate`` may score more than its components one by one."""
            index, before = apart[candidate.first]
            least = sums[index + candidate.components] - before - MARGIN
            return maximum_score(candidate, self._weights) >= least

        scored += self._score_all(self._limited(filter(may_win, line.joined())))
        scored += self._score_all(self._limited(line.cut(certain)))
        scored.sort(key=lambda one: one[0].candidate.first)
        spans = [(digit.candidate.first, digit.candidate.last) for digit, _ in scored]
        path = [scored[index] for index in best_path(spans, [value for _, value in scored])]
        return sum(value for _, value in path), [digit for digit, _ in path]

    def _limited(self, candidates: Iterator[Candidate]) -> list[Candidate]:
        """Return as many of the joined or cut ``candidates`` as may still be classified."""
        kept = list(islice(candidates, self._remaining))
        self._remaining -= len(kept)
        return kept

    def _score_all(self, candidates: Sequence[Candidate]) -> list[tuple[DecodedDigit[R], float]]:
        """Return each candidate with its classification, and its score."""
        readings = classify_candidates(candidates, self._stroke, self._classify)
        return [
            (DecodedDigit(candidate, reading), score(candidate, reading, self._weights))
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


def maximum_score(candidate: Candidate, weights: DecoderWeights) -> float:
    """Return the highest score that ``candidate`` can have, however it is classified."""
    outcomes = (
        _Outcome(digit, confidence, accepted)
        for digit in range(len(STROKE_LENGTHS))
        for confidence in (1.0, MINIMUM_CONFIDENCE)
        for accepted in (True, False)
    )
    # The features are monotonic in the confidence, so its ends bound the score.
    return max(score(candidate, outcome, weights) for outcome in outcomes)


def features(candidate: Candidate, reading: Classification) -> DecoderWeights:
    """Return the features of a candidate, in the order of their weights.

    ``cut`` counts the ink that it shares with other strokes, too. ``gap`` is the candidate's own.
    ``length`` and ``height`` are squared deviations, in standard deviations, from the mean stroke
    length of the digit and from the height of the line's digits. ``components`` counts whole
    components or strokes after the first one, if it is accepted.
    """
    mean, deviation = STROKE_LENGTHS[reading.digit]
    length = (candidate.relative_length - mean) / deviation
    height = math.log(candidate.height) / HEIGHT_DEVIATION
    return DecoderWeights(
        bias=1.0,
        log_confidence=math.log(max(reading.confidence, MINIMUM_CONFIDENCE)),
        accepted=float(reading.accepted),
        cut=candidate.cut + CROSSING_COST * candidate.crossing,
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
