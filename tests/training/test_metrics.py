"""Figures of a set of images: against formulas written out by hand and against scikit-learn."""

import json
import math

import numpy as np
import pytest

from mnist_app.bundle import KNOWN_LABEL_ERRORS
from mnist_app.checked_json import encode
from mnist_app.confidence import calibrated
from tests.lazy_modules import LazyModule

sklearn_calibration = LazyModule("sklearn.calibration")
sklearn_metrics = LazyModule("sklearn.metrics")
metrics = LazyModule("mnist_app.training.metrics")

RANDOM = np.random.default_rng(1)
LABELS = RANDOM.integers(0, 10, 3000).astype(np.uint8)
LOGITS = (RANDOM.normal(0, 2, (3000, 10)) + 4 * np.eye(10)[LABELS]).astype(np.float32)
PROBABILITIES = calibrated(LOGITS, 1.0)
READ = PROBABILITIES.argmax(axis=1)


@pytest.fixture(scope="module")
def figures():
    return metrics.figures(PROBABILITIES, LABELS, PROBABILITIES.max(axis=1) >= 0.7)


def test_accuracy_and_its_wilson_interval(figures):
    share, n, z = sklearn_metrics.accuracy_score(LABELS, READ), len(LABELS), 1.959963984540054
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert figures.accuracy == pytest.approx(share)
    assert figures.accuracy_interval == pytest.approx((middle - half, middle + half))
    assert figures.errors == sum(READ != LABELS)


def test_confusion_matrix_and_figures_per_digit_by_counting(figures):
    matrix = np.zeros((10, 10), int)
    for truth, read in zip(LABELS, READ, strict=True):
        matrix[truth, read] += 1
    assert figures.confusion_matrix == tuple(map(tuple, matrix.tolist()))
    for digit, row in enumerate(figures.digits):
        right = matrix[digit, digit]
        precision, recall = right / matrix[:, digit].sum(), right / matrix[digit].sum()
        assert row.digit == digit
        assert row.images == matrix[digit].sum()
        assert row.precision == pytest.approx(precision)
        assert row.recall == pytest.approx(recall)
        assert row.f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_reliability_is_scikit_learns_calibration_curve(figures):
    confidence = PROBABILITIES.max(axis=1).astype(float)
    truth, mean = sklearn_calibration.calibration_curve(READ == LABELS, confidence, n_bins=15)
    filled = [row for row in figures.reliability if row.images]
    assert [row.accuracy for row in filled] == pytest.approx(truth.tolist())
    assert [row.confidence for row in filled] == pytest.approx(mean.tolist())
    assert len(figures.reliability) == 15
    assert sum(row.images for row in filled) == len(LABELS)


def test_calibration_error_by_hand(figures):
    confidence, gap = PROBABILITIES.max(axis=1).astype(float), 0.0
    for low in np.arange(15) / 15:
        inside = (confidence > low) & (confidence <= low + 1 / 15)
        if inside.any():
            accuracy = (READ == LABELS)[inside].mean()
            gap += inside.sum() / len(LABELS) * abs(accuracy - confidence[inside].mean())
    assert figures.expected_calibration_error == pytest.approx(gap, abs=1e-9)


def test_acceptance(figures):
    accepted = PROBABILITIES.max(axis=1) >= 0.7
    assert figures.accepted == pytest.approx(accepted.mean())
    assert figures.accuracy_accepted == pytest.approx((READ == LABELS)[accepted].mean())


@pytest.mark.parametrize("digit", [0, 9])
def test_a_perfect_reader_of_one_digit(digit):
    sure = np.zeros((5, 10), np.float32)
    sure[:, digit] = 1
    figures = metrics.figures(sure, np.full(5, digit, np.uint8), np.ones(5, bool))
    assert figures.accuracy == figures.accuracy_interval[1] == 1
    assert figures.errors == figures.expected_calibration_error == 0
    json.dumps(encode(figures), allow_nan=False)


def test_nothing_accepted_is_said_without_nan():
    flat = np.full((4, 10), 0.1, np.float32)
    figures = metrics.figures(flat, np.arange(4, dtype=np.uint8), np.zeros(4, bool))
    assert figures.accepted == 0
    assert figures.accuracy_accepted is None
    json.dumps(encode(figures), allow_nan=False)


def test_images_with_known_wrong_labels_are_left_out():
    known = sorted(KNOWN_LABEL_ERRORS)
    assert len(known) == 15
    misread = np.array([*known[:6], 3, 5000])
    right = [index not in misread for index in range(10000) if index not in known]
    found = metrics.accuracy_without_known_label_errors(misread, 10000)
    assert found == pytest.approx(np.mean(right))
