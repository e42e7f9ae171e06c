"""Fits the weights of `mnist_app.segmentation.decoder`, which divides a number into digits.

    MNIST_APP_DATA=FOLDER python -m benchmarks.decoder_weights

Numbers are composed of the pen digits of writers 1-20, on a canvas (`benchmarks.number_accuracy`)
and in photographs of homework (`benchmarks.photo_accuracy`), and read with the shipped `best`. The
weights are those of a linear-chain conditional random field: under them, the ways to divide each
line whose digits are right are most likely among all ways that come near (Lafferty et al. 2001).
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

from benchmarks import photo_accuracy, progress
from benchmarks.number_accuracy import KINDS, numbers_of
from mnist_app import MnistAppError, Recognizer
from mnist_app.arrays import Image
from mnist_app.photo.cleaning import find_ink
from mnist_app.segmentation.candidates import segment
from mnist_app.segmentation.decoder import (
    WEIGHTS,
    Weights,
    best_path,
    classify_candidates,
    features,
)
from mnist_app.training.data.pen_digits import PenDigit, load_pen_digits
from mnist_app.training.recipe import TRAINING_WRITERS
from mnist_app.training.search.options import positive_integer

Floats = npt.NDArray[np.float64]
Way = tuple[int, ...]

FITTED_KINDS: Final = (
    "4 digits with gaps",
    "4 digits, tight",
    "4 digits, one touching pair",
    "3 lines of 4 digits with gaps",
    "4 digits with gaps, as tall as written",
    "4 digits, tight, as tall as written",
)
SEED: Final = 600
STIFFNESS: Final = 0.002
"""Price of a weight's square: what the numbers say nothing about stays small."""
ROUNDS: Final = 4
TRIED: Final = 6
"""Ways that come near are the best ones under so many weights beside the present ones, ..."""
STRAYED: Final = 0.4
"""... whose logarithms stray so far, as a standard deviation."""


@dataclass(frozen=True, eq=False)
class Row:
    """One line of a number: ``spans`` and ``terms`` (n, weights) of its candidates, in order.

    ``said`` are the digits that the candidates are read as, ``text`` those that are written there.
    """

    spans: list[tuple[int, int]]
    terms: Floats
    said: str
    text: str


def rows_of(recognizer: Recognizer, ink: Image, text: str) -> list[Row]:
    """Return the lines in ``ink``; none if there are more or fewer than those of ``text``."""
    found = segment(ink)
    lines = text.split("\n")
    if len(lines) != len(found.lines):
        return []
    rows = []
    for row, line in zip(found.lines, lines, strict=True):
        candidates = sorted(row.candidates, key=lambda candidate: candidate.first)
        readings = classify_candidates(
            candidates, found.stroke_width, recognizer.read_normalized_batch
        )
        rows.append(
            Row(
                [(c.first, c.last) for c in candidates],
                np.array([features(c, r) for c, r in zip(candidates, readings, strict=True)]),
                "".join(str(reading.digit) for reading in readings),
                line,
            )
        )
    return rows


def right_way(row: Row, points: Floats) -> Way | None:
    """Return the way with most points whose digits are those that are written, None without one."""
    best: dict[tuple[int, int], tuple[float, Way]] = {(0, 0): (0.0, ())}
    for place, (first, last) in enumerate(row.spans):
        for done, digit in enumerate(row.text):
            if row.said[place] != digit or (first, done) not in best:
                continue
            score, way = best[first, done]
            score += float(points[place])
            if score > best.get((last, done + 1), (-np.inf, ()))[0]:
                best[last, done + 1] = (score, (*way, place))
    end = (max(last for _, last in row.spans), len(row.text))
    return best[end][1] if end in best else None


def fit(rows: Sequence[Row], start: Weights, seed: int = SEED) -> Weights:
    """Return the weights under which the right ways are most likely."""
    random = np.random.default_rng(seed)
    weights = np.array(start)
    rights = [right_way(row, row.terms @ weights) for row in rows]
    known = [(row, {way}) for row, way in zip(rows, rights, strict=True) if way is not None]
    for _ in range(ROUNDS):
        strayed = np.exp(random.normal(0, STRAYED, (TRIED, len(weights))))
        for row, ways in known:
            for tried in (weights, *(weights * strayed)):
                ways.add(tuple(best_path(row.spans, (row.terms @ tried).tolist())))
        tables = [_table(row, ways) for row, ways in known if len(ways) > 1]
        if tables:
            weights = minimize(loss, weights, (tables,), jac=True, method="L-BFGS-B").x
    return Weights(*(round(float(weight), 2) for weight in weights))


def _table(row: Row, ways: set[Way]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the sums of the terms of each way, and which ways are right."""
    ordered = sorted(ways)
    sums = np.array([row.terms[list(way)].sum(axis=0) for way in ordered])
    texts = ["".join(row.said[place] for place in way) for way in ordered]
    return sums, np.array([text == row.text for text in texts])


def loss(
    weights: Floats, tables: Sequence[tuple[Floats, npt.NDArray[np.bool_]]]
) -> tuple[float, Floats]:
    """Return the mean negative log-likelihood of what is right, and its gradient."""
    total, gradient = 0.0, np.zeros_like(weights)
    for sums, is_right in tables:
        points = sums @ weights
        everything, right = logsumexp(points), logsumexp(points[is_right])
        total += float(everything - right)
        gradient += np.exp(points - everything) @ sums
        gradient -= np.exp(points[is_right] - right) @ sums[is_right]
    stiff = STIFFNESS * float(weights @ weights)
    return total / len(tables) + stiff, gradient / len(tables) + 2 * STIFFNESS * weights


def right_share(rows: Sequence[Row], weights: Weights) -> float:
    """Return the share of lines that are divided and read right."""
    right = 0
    for row in rows:
        way = best_path(row.spans, (row.terms @ np.array(weights)).tolist())
        right += "".join(row.said[place] for place in way) == row.text
    return right / len(rows)


def written(digits: Sequence[PenDigit], count: int) -> Iterator[tuple[Image, str]]:
    """Yield ``count`` numbers of each kind, and as many photographs, with what is written there."""
    for place, kind in enumerate(KINDS):
        if kind.name in FITTED_KINDS:
            for number in numbers_of(kind, digits, count, np.random.default_rng([SEED, place])):
                yield number.ink, number.text
    for photo, text in photo_accuracy.cases(
        digits, count, photo_accuracy.LENGTH, SEED, scenes="homework"
    ):
        yield find_ink(photo.picture).ink, text


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the fitted weights; return the exit status."""
    parser = argparse.ArgumentParser(
        description="Fit the weights by which a number is divided into digits.",
    )
    parser.add_argument("--data", metavar="FILE_OR_FOLDER", help="where the pen digits are")
    parser.add_argument("--count", type=positive_integer, default=80, help="numbers of each kind")
    options = parser.parse_args(arguments)
    try:
        recognizer = Recognizer.load()
        digits = load_pen_digits(options.data).by_writers(TRAINING_WRITERS)
    except MnistAppError as error:
        print(f"decoder_weights: {error}", file=sys.stderr)
        return 1
    total = options.count * (len(FITTED_KINDS) + 1)
    rows: list[Row] = []
    for done, (ink, text) in enumerate(written(digits, options.count), start=1):
        rows += rows_of(recognizer, ink, text)
        progress.show(done, total, "numbers")
    fitted = fit(rows, WEIGHTS)
    for label, weights in (("now", WEIGHTS), ("fitted", fitted)):
        print(f"{label:7} {right_share(rows, weights):.2%} of {len(rows):,} lines right  {weights}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
