"""Fits the weights of `mnist_app.segmentation.decoder`, which divides a number into digits.

    MNIST_APP_DATA=FOLDER python -m benchmarks.decoder_weights

Numbers are composed of the pen digits of writers 1-20 (`benchmarks.number_accuracy`) and read with
the shipped `best`, into whose ``bundle.json`` ``--record`` writes the result. The weights are those
of a linear-chain conditional random field (Lafferty et al. 2001): they maximise the likelihood of
the paths with the right digits among all paths of a high score.
"""

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

from benchmarks import benchmark_command
from benchmarks.number_accuracy import KINDS, numbers_of
from mnist_app import Recognizer
from mnist_app.arrays import Image, Mask
from mnist_app.bundle_publishing import amend
from mnist_app.reading_settings import DecoderWeights
from mnist_app.segmentation.decoder import (
    best_path,
    classify_candidates,
    features,
)
from mnist_app.segmentation.lattice import segment
from mnist_app.training.data.pen_digits import PenDigit, load_pen_digits
from mnist_app.training.recipe import TRAINING_WRITERS
from mnist_app.training.search.options import positive_integer

Doubles = npt.NDArray[np.float64]
CandidatePath = tuple[int, ...]
"""One division of a line: the indices of its candidates from left to right."""

COMMAND: Final = "decoder_weights"
FITTED_KINDS: Final = (
    "4 digits with gaps",
    "4 digits, tight",
    "4 digits, one touching pair",
    "3 lines of 4 digits with gaps",
    "4 digits with gaps, as tall as written",
    "4 digits, tight, as tall as written",
    "4 digits, one overlapping pair",
)
SEED: Final = 600
REGULARIZATION: Final = 0.002
"""Factor of the squared weights in the loss."""
ROUNDS: Final = 4
"""Number of fits, each with more competing paths."""
PERTURBATIONS: Final = 6
"""Number of perturbed weights a round; the best path under each competes with the right one."""
PERTURBATION: Final = 0.4
"""Standard deviation of the logarithm of a perturbed weight."""


@dataclass(frozen=True, eq=False)
class LabelledLine:
    """One line of a number: ``spans`` and ``features`` (n, weights) of its candidates, in order.

    ``read`` are the digits that the recogniser makes of the candidates, ``text`` the true digits.
    """

    spans: list[tuple[int, int]]
    features: Doubles
    read: str
    text: str

    def best_path(self, weights: Doubles) -> CandidatePath:
        """Return the path with the highest score under ``weights``."""
        return tuple(best_path(self.spans, (self.features @ weights).tolist()))

    def is_right(self, path: CandidatePath) -> bool:
        """Whether the digits of ``path`` are the true ones."""
        return "".join(self.read[index] for index in path) == self.text


def labelled_lines(recognizer: Recognizer, ink: Image, text: str) -> list[LabelledLine]:
    """Return the lines in ``ink``; none if their number differs from that of ``text``."""
    found = segment(ink)
    texts = text.split("\n")
    if len(texts) != len(found.lines):
        return []
    labelled = []
    for line, label in zip(found.lines, texts, strict=True):
        candidates = sorted(line.candidates, key=lambda candidate: candidate.first)
        readings = classify_candidates(
            candidates, found.stroke_width, recognizer.read_normalized_batch
        )
        labelled.append(
            LabelledLine(
                [(c.first, c.last) for c in candidates],
                np.array([features(c, r) for c, r in zip(candidates, readings, strict=True)]),
                "".join(str(reading.digit) for reading in readings),
                label,
            )
        )
    return labelled


def right_path(line: LabelledLine, scores: Doubles) -> CandidatePath | None:
    """Return the path of the highest score with the true digits, None if there is none."""
    best: dict[tuple[int, int], tuple[float, CandidatePath]] = {(0, 0): (0.0, ())}
    for index, (first, last) in enumerate(line.spans):
        for done, digit in enumerate(line.text):
            if line.read[index] != digit or (first, done) not in best:
                continue
            score, path = best[first, done]
            score += float(scores[index])
            if score > best.get((last, done + 1), (-np.inf, ()))[0]:
                best[last, done + 1] = (score, (*path, index))
    end = (max(last for _, last in line.spans), len(line.text))
    return best[end][1] if end in best else None


def fit(lines: Sequence[LabelledLine], start: DecoderWeights, seed: int = SEED) -> DecoderWeights:
    """Return the weights under which the right paths are most likely."""
    random = np.random.default_rng(seed)
    weights = np.array(start)
    rights = [right_path(line, line.features @ weights) for line in lines]
    known = [(line, {path}) for line, path in zip(lines, rights, strict=True) if path is not None]
    for _ in range(ROUNDS):
        factors = np.exp(random.normal(0, PERTURBATION, (PERTURBATIONS, len(weights))))
        for line, paths in known:
            paths |= {line.best_path(tried) for tried in (weights, *(weights * factors))}
        tables = [_table(line, paths) for line, paths in known if len(paths) > 1]
        if tables:
            weights = minimize(loss, weights, (tables,), jac=True, method="L-BFGS-B").x
    return DecoderWeights(*(round(float(weight), 2) for weight in weights))


def _table(line: LabelledLine, paths: set[CandidatePath]) -> tuple[Doubles, Mask]:
    """Return the summed features of each path, and which paths are right."""
    ordered = sorted(paths)
    sums = np.array([line.features[list(path)].sum(axis=0) for path in ordered])
    return sums, np.array([line.is_right(path) for path in ordered])


def loss(weights: Doubles, tables: Sequence[tuple[Doubles, Mask]]) -> tuple[float, Doubles]:
    """Return the regularised mean negative log-likelihood of the right paths, and its gradient."""
    total, gradient = 0.0, np.zeros_like(weights)
    for sums, is_right in tables:
        scores = sums @ weights
        everything, right = logsumexp(scores), logsumexp(scores[is_right])
        total += float(everything - right)
        gradient += np.exp(scores - everything) @ sums
        gradient -= np.exp(scores[is_right] - right) @ sums[is_right]
    penalty = REGULARIZATION * float(weights @ weights)
    return total / len(tables) + penalty, gradient / len(tables) + 2 * REGULARIZATION * weights


def right_share(lines: Sequence[LabelledLine], weights: DecoderWeights) -> float:
    """Return the share of lines that are divided and read right."""
    right = sum(line.is_right(line.best_path(np.array(weights))) for line in lines)
    return right / len(lines)


def written(digits: Sequence[PenDigit], count: int) -> Iterator[tuple[Image, str]]:
    """Yield ``count`` numbers of each kind as ink and true digits."""
    for index, kind in enumerate(KINDS):
        if kind.name in FITTED_KINDS:
            for number in numbers_of(kind, digits, count, np.random.default_rng([SEED, index])):
                yield number.ink, number.text


@benchmark_command.reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the present and the fitted weights; return the exit status."""
    parser = benchmark_command.parser(
        COMMAND, "Fit the weights by which a number is divided into digits."
    )
    parser.add_argument("--record", action="store_true", help="write the weights into the bundle")
    parser.add_argument(
        "--count", type=positive_integer, default=150, help="numbers of each kind; default: 150"
    )
    options = parser.parse_args(arguments)
    recognizer = Recognizer.load()
    digits = load_pen_digits(options.data).by_writers(TRAINING_WRITERS)
    total = options.count * len(FITTED_KINDS)
    numbers = benchmark_command.progress(written(digits, options.count), "numbers", total)
    lines = [line for ink, text in numbers for line in labelled_lines(recognizer, ink, text)]
    now = recognizer.bundle.settings.decoder_weights
    fitted = fit(lines, now)
    for label, weights in (("now", now), ("fitted", fitted)):
        share = right_share(lines, weights)
        print(f"{label:7} {share:.2%} of {len(lines):,} lines right  {weights}")
    if options.record:
        settings = dataclasses.replace(recognizer.bundle.settings, decoder_weights=fitted)
        amend(recognizer.bundle, settings=settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
