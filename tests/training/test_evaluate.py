"""Reports: complete, plain JSON, with every use of the test images on record."""

import dataclasses
import json

import numpy as np
import pytest

from mnist_app.confidence import digit_scores
from mnist_app.model_report import ModelReport
from tests.lazy_modules import LazyModule

calibrating = LazyModule("mnist_app.calibration")
epochs = LazyModule("mnist_app.training.data.epochs")
evaluate = LazyModule("mnist_app.training.evaluate")
fit = LazyModule("mnist_app.training.fit")
inference = LazyModule("mnist_app.training.inference")
networks = LazyModule("mnist_app.training.networks")


def test_the_report_is_complete_plain_json(evaluation, trained):
    run, recipe, _ = trained
    report = json.loads(evaluation.report.as_text())
    assert report == evaluation.report.content
    assert ModelReport.of(report) == evaluation.report
    assert report["recipe"] == recipe.as_data()
    assert report["curves"] == run.curves
    assert report["data"]["name"] == "synthetic"
    assert [report["data"][f"{part}_images"] for part in ("train", "validation", "test")] == [
        *[540, 60, 200]
    ]
    assert report["parameters"] == run.model.count_params()


def test_the_misread_images_are_those_of_the_matrix(evaluation, trained, drawn):
    misread = evaluation.misread
    assert len(misread.index) == evaluation.report.test.errors > 0
    assert np.array_equal(misread.images, drawn.test_images[misread.index])
    assert np.array_equal(misread.labels, drawn.test_labels[misread.index])
    read = misread.probabilities.argmax(axis=1)
    assert (read != misread.labels).all()
    matrix = np.array(evaluation.report.test.confusion_matrix)
    np.subtract.at(matrix, (misread.labels, read), 1)
    assert np.array_equal(matrix, np.diag(matrix.diagonal()))
    assert np.allclose(misread.probabilities.sum(axis=1), 1, atol=1e-6)


def test_temperature_and_threshold_come_from_validation_images(evaluation, trained):
    run, _, split = trained
    calibration = evaluate.calibrate(run.model, split)
    found = evaluation.report.calibration
    assert found.temperature == calibration.temperature
    assert found.acceptance_threshold == calibration.threshold
    assert evaluation.report.validation == calibration.validation
    accuracy = calibration.validation.accuracy
    assert accuracy == pytest.approx(run.curves["validation_accuracy"][-1])


def test_every_look_at_the_test_set_is_kept(evaluation, trained, drawn):
    run, recipe, _ = trained
    again = evaluate.evaluate(
        run,
        recipe,
        drawn,
        trained[2],
        evaluation.calibration,
        purpose="another look",
        earlier_uses=evaluation.report.test_looks,
    ).report
    assert [look["purpose"] for look in again.test_looks] == ["a test", "another look"]
    assert again.test_looks[0] == evaluation.report.test_looks[0]
    assert again.test_looks[1]["accuracy"] == again.test.accuracy


def test_another_seed_is_reported_and_is_a_look(evaluation, trained, drawn):
    run, recipe, _ = trained
    report = evaluate.with_seed(
        evaluation.report, run, dataclasses.replace(recipe, seed=9), drawn
    ).content
    assert [row["seed"] for row in report["seeds"]] == [0, 9]
    assert report["seeds"][1]["accuracy"] == report["test"]["accuracy"]
    assert [look["seed"] for look in report["test_looks"]] == [0, 9]


def test_watching_the_test_images_while_training_is_on_record(evaluation, trained, drawn):
    run, recipe, _ = trained
    watching = dataclasses.replace(recipe, validate_on="test")
    report = evaluate.evaluate(
        run,
        watching,
        drawn,
        epochs.split(watching, drawn),
        evaluation.calibration,
        purpose="a test",
        earlier_uses=[],
    ).report
    assert "watched after every epoch" in report.test_looks[0]["purpose"]
    assert len(report.test_looks) == 2
    assert report.data.train_images == 600


def test_with_pens_the_writers_held_out_calibrate(with_pen_digits, written):
    """Temperature and threshold are theirs, and the report says whose digits were learned from."""
    run = fit.Run(networks.build(written, 1), {name: [1.0] for name in fit.CURVES})
    split = epochs.split(written, with_pen_digits)
    calibration = evaluate.calibrate(run.model, split)
    assert calibration.held_out_writers.images == len(split.validation_pen_labels)
    assert calibration.validation.images == len(split.validation_labels)
    assert inference.logits(run.model, split.validation_pen_images).shape[1] == 11
    raw = inference.logits(run.model, split.validation_pen_images)
    temperature, threshold = calibration.temperature, calibration.threshold
    assert temperature == calibrating.fit_temperature(raw, split.validation_pen_labels)
    scores = digit_scores(raw, temperature)
    assert threshold == calibrating.fit_threshold(scores, 0.99)
    assert calibration.held_out_writers.accepted == (scores >= threshold).mean()
    result = evaluate.evaluate(
        run, written, with_pen_digits, split, calibration, purpose="a test", earlier_uses=[]
    )
    assert result.report.validation_strangers == calibration.held_out_writers
    assert result.report.content["data"]["train_pens"] == len(split.train_pen_digits)
    assert result.report.test.images == len(with_pen_digits.test_labels)
    raw = inference.logits(run.model, with_pen_digits.test_images)
    assert result.report.test.accepted == (digit_scores(raw, temperature) >= threshold).mean()
