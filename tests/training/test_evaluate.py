"""Reports: complete, plain JSON, with every use of the test images on record."""

import dataclasses
import json

import numpy as np
import pytest

from mnist_app.augmented_copies import rotated_copies
from mnist_app.confidence import digit_scores
from mnist_app.model_report import ModelReport
from tests.lazy_modules import LazyModule

averaged_model = LazyModule("mnist_app.training.averaged_model")
calibrating = LazyModule("mnist_app.training.calibration")
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
    calibration = evaluate.calibrate(inference.InferenceModel(run.model), split)
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


def test_several_views_are_averaged_wherever_the_network_reads(trained, drawn):
    run, recipe, split = trained
    network, several = (
        averaged_model.AveragedModel(run.model, 5),
        dataclasses.replace(recipe, views=5),
    )
    raw = inference.logits(network, drawn.test_images)
    calibration = evaluate.calibrate(inference.InferenceModel(run.model, 5), split)
    of_validation = inference.logits(network, split.validation_images)
    assert calibration.temperature == calibrating.fit_temperature(
        of_validation, split.validation_labels
    )
    result = evaluate.evaluate(
        run, several, drawn, split, calibration, purpose="a test", earlier_uses=[]
    ).report
    assert result.test.accuracy == (raw.argmax(axis=1) == drawn.test_labels).mean()
    assert result.multiply_adds == network.multiply_adds()
    assert result.parameters == run.model.count_params()
    result = evaluate.with_seed(result, run, several, drawn)
    assert result.seeds[1].accuracy == result.test.accuracy


def test_with_pens_the_writers_held_out_calibrate(with_pen_digits, written):
    """Temperature and threshold are theirs, and the report says whose digits were learned from."""
    run = fit.Run(networks.build(written, 1), {name: [1.0] for name in fit.CURVES})
    split = epochs.split(written, with_pen_digits)
    calibration = evaluate.calibrate(inference.InferenceModel(run.model), split)
    assert calibration.held_out_writers.images == len(split.validation_pen_labels)
    assert calibration.validation.images == len(split.validation_labels)
    assert inference.logits(run.model, split.validation_pen_images).shape[1] == 11
    raw = inference.logits(run.model, split.validation_pen_images)
    assert calibration.temperature == calibrating.fit_temperature(raw, split.validation_pen_labels)
    result = evaluate.evaluate(
        run, written, with_pen_digits, split, calibration, purpose="a test", earlier_uses=[]
    )
    assert result.report.validation_strangers == calibration.held_out_writers
    assert result.report.content["data"]["train_pens"] == len(split.train_pen_digits)
    assert result.report.test.images == len(with_pen_digits.test_labels)


@pytest.mark.parametrize("views", [1, pytest.param(5, marks=pytest.mark.slow)])
def test_with_a_second_look_the_threshold_is_that_of_both_looks(with_pen_digits, written, views):
    """It is taken in one view; temperature, digits and probabilities are those of the first."""
    run = fit.Run(networks.build(written, 1), {name: [1.0] for name in fit.CURVES})
    split = epochs.split(written, with_pen_digits)
    recipe = dataclasses.replace(written, views=views, second_look=True)
    once = evaluate.calibrate(inference.InferenceModel(run.model, views), split)
    model = inference.InferenceModel(run.model, views, second_look=True)
    twice = evaluate.calibrate(model, split)
    seen = model.outputs(split.validation_pen_images)
    again = np.stack(
        [
            inference.logits(run.model, one)
            for one in rotated_copies(split.validation_pen_images, 25.0)
        ]
    )
    np.testing.assert_array_equal(seen.rotated, again)
    scores = digit_scores(seen.logits, twice.temperature, again, inference.ROTATED_COPIES)
    assert twice.threshold == calibrating.fit_threshold(
        scores, calibrating.ACCEPTED_SHARE_OF_HELD_OUT_WRITERS
    )
    assert twice.temperature == once.temperature
    assert twice.held_out_writers.confusion_matrix == once.held_out_writers.confusion_matrix
    assert twice.held_out_writers.accepted == (scores >= twice.threshold).mean()
    result = evaluate.evaluate(
        run, recipe, with_pen_digits, split, twice, purpose="a test", earlier_uses=[]
    )
    seen = model.outputs(with_pen_digits.test_images)
    accepted = seen.scores(twice.temperature) >= twice.threshold
    assert result.report.test.accepted == accepted.mean()
