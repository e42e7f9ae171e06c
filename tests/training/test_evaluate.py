"""Figures and reports: against formulas written out by hand and against scikit-learn."""

import json
import math

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score

from mnist_app.training import evaluate, networks
from mnist_app.training.calibration import calibrated

RANDOM = np.random.default_rng(1)
LABELS = RANDOM.integers(0, 10, 3000).astype(np.uint8)
LOGITS = (RANDOM.normal(0, 2, (3000, 10)) + 4 * np.eye(10)[LABELS]).astype(np.float32)
PROBABILITIES = calibrated(LOGITS, 1.0)
READ = PROBABILITIES.argmax(axis=1)


@pytest.fixture(scope="module")
def figures():
    return evaluate.figures(PROBABILITIES, LABELS, 0.7)


def test_accuracy_and_its_wilson_interval(figures):
    share, n, z = accuracy_score(LABELS, READ), len(LABELS), 1.959963984540054
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert figures["accuracy"] == pytest.approx(share)
    assert figures["accuracy_interval"] == pytest.approx([middle - half, middle + half])
    assert figures["errors"] == sum(READ != LABELS)


def test_confusion_matrix_and_figures_per_digit_by_counting(figures):
    matrix = np.zeros((10, 10), int)
    for truth, read in zip(LABELS, READ, strict=True):
        matrix[truth, read] += 1
    assert figures["confusion_matrix"] == matrix.tolist()
    for digit, row in enumerate(figures["digits"]):
        right = matrix[digit, digit]
        precision, recall = right / matrix[:, digit].sum(), right / matrix[digit].sum()
        assert row["digit"] == digit
        assert row["images"] == matrix[digit].sum()
        assert row["precision"] == pytest.approx(precision)
        assert row["recall"] == pytest.approx(recall)
        assert row["f1"] == pytest.approx(2 * precision * recall / (precision + recall))


def test_reliability_is_scikit_learns_calibration_curve(figures):
    confidence = PROBABILITIES.max(axis=1).astype(float)
    truth, mean = calibration_curve(READ == LABELS, confidence, n_bins=15)
    filled = [row for row in figures["reliability"] if row["images"]]
    assert [row["accuracy"] for row in filled] == pytest.approx(truth.tolist())
    assert [row["confidence"] for row in filled] == pytest.approx(mean.tolist())
    assert len(figures["reliability"]) == 15
    assert sum(row["images"] for row in filled) == len(LABELS)


def test_calibration_error_by_hand(figures):
    confidence, gap = PROBABILITIES.max(axis=1).astype(float), 0.0
    for low in np.arange(15) / 15:
        inside = (confidence > low) & (confidence <= low + 1 / 15)
        if inside.any():
            accuracy = (READ == LABELS)[inside].mean()
            gap += inside.sum() / len(LABELS) * abs(accuracy - confidence[inside].mean())
    assert figures["expected_calibration_error"] == pytest.approx(gap, abs=1e-9)


def test_acceptance(figures):
    accepted = PROBABILITIES.max(axis=1) >= 0.7
    assert figures["accepted"] == pytest.approx(accepted.mean())
    assert figures["accuracy_accepted"] == pytest.approx((READ == LABELS)[accepted].mean())


@pytest.mark.parametrize("digit", [0, 9])
def test_a_perfect_reader_of_one_digit(digit):
    sure = np.zeros((5, 10), np.float32)
    sure[:, digit] = 1
    figures = evaluate.figures(sure, np.full(5, digit, np.uint8), 0.95)
    assert figures["accuracy"] == figures["accuracy_interval"][1] == 1
    assert figures["errors"] == figures["expected_calibration_error"] == 0
    json.dumps(figures, allow_nan=False)


def test_nothing_accepted_is_said_without_nan():
    flat = np.full((4, 10), 0.1, np.float32)
    figures = evaluate.figures(flat, np.arange(4, dtype=np.uint8), 0.5)
    assert figures["accepted"] == 0
    assert figures["accuracy_accepted"] is None
    json.dumps(figures, allow_nan=False)


def test_the_report_is_complete_plain_json(evaluation, trained):
    run, recipe, _ = trained
    report = json.loads(json.dumps(evaluation.report, allow_nan=False))
    assert report == evaluation.report
    schema = evaluate.__doc__.partition("Schema of the report")[2]
    for key in [*report, *report["test"], *report["data"], *report["calibration"]]:
        assert key in schema
    assert report["recipe"] == recipe.as_data()
    assert report["curves"] == run.curves
    assert report["data"]["name"] == "synthetic"
    assert [report["data"][f"{part}_images"] for part in ("train", "validation", "test")] == [
        *[540, 60, 200]
    ]
    assert report["parameters"] == run.model.count_params()


def test_the_misread_images_are_those_of_the_matrix(evaluation, trained, drawn):
    misread = evaluation.misread
    assert len(misread.index) == evaluation.report["test"]["errors"] > 0
    assert np.array_equal(misread.images, drawn.test_images[misread.index])
    assert np.array_equal(misread.labels, drawn.test_labels[misread.index])
    read = misread.probabilities.argmax(axis=1)
    assert (read != misread.labels).all()
    matrix = np.array(evaluation.report["test"]["confusion_matrix"])
    np.subtract.at(matrix, (misread.labels, read), 1)
    assert np.array_equal(matrix, np.diag(matrix.diagonal()))
    assert np.allclose(misread.probabilities.sum(axis=1), 1, atol=1e-6)


def test_temperature_and_threshold_come_from_validation_images(evaluation, trained):
    run, _, split = trained
    temperature, threshold, figures = evaluate.validate(networks.logits_model(run.model), split)
    assert (temperature, threshold) == (evaluation.temperature, evaluation.threshold)
    assert figures == evaluation.report["validation"]
    assert figures["accuracy"] == pytest.approx(run.curves["validation_accuracy"][-1])


def test_every_look_at_the_test_set_is_kept(evaluation, trained, drawn):
    run, recipe, split = trained
    again = evaluate.evaluate(
        run,
        recipe,
        split,
        drawn,
        purpose="another look",
        earlier_looks=evaluation.report["test_looks"],
    ).report
    assert [look["purpose"] for look in again["test_looks"]] == ["a test", "another look"]
    assert again["test_looks"][0] == evaluation.report["test_looks"][0]
    assert again["test_looks"][1]["accuracy"] == again["test"]["accuracy"]
