"""Temperature and acceptance threshold, against known truths and scikit-learn."""

import numpy as np
import pytest

from mnist_app.confidence import calibrated
from tests.lazy_modules import LazyModule

calibration = LazyModule("mnist_app.calibration")
special = LazyModule("scipy.special")
sklearn_metrics = LazyModule("sklearn.metrics")

RANDOM = np.random.default_rng(0)
TRUE_LOGITS = RANDOM.normal(0, 3, (20000, 10)).astype(np.float32)
SHARES = np.exp(TRUE_LOGITS.astype(float)).cumsum(axis=1)
LABELS = (SHARES[:, -1:] * RANDOM.random((20000, 1)) < SHARES).argmax(axis=1).astype(np.uint8)
"""Labels drawn from the true probabilities: those logits are calibrated at temperature 1."""


@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_finds_by_how_much_logits_are_too_large(factor):
    found = calibration.fit_temperature(factor * TRUE_LOGITS, LABELS)
    assert found == pytest.approx(factor, rel=0.05)


def test_no_other_temperature_does_better():
    found = calibration.fit_temperature(2 * TRUE_LOGITS, LABELS)

    def loss(temperature):
        return sklearn_metrics.log_loss(
            LABELS, special.softmax(2 * TRUE_LOGITS.astype(float) / temperature, axis=1)
        )

    assert loss(found) <= min(loss(found * 1.01), loss(found / 1.01), loss(1.0))


def test_a_network_that_is_always_right_stays_finite():
    perfect = np.full((50, 10), -20, np.float32)
    labels = np.arange(50, dtype=np.uint8) % 10
    perfect[np.arange(50), labels] = 20
    temperature = calibration.fit_temperature(perfect, labels)
    assert 0 < temperature < 1
    probabilities = calibrated(perfect, temperature)
    assert np.isfinite(probabilities).all()
    assert calibration.negative_log_likelihood(probabilities, labels) < 1e-6


def test_calibrated_is_softmax_over_temperature():
    found = calibrated(TRUE_LOGITS, 2.5)
    exponentials = np.exp(TRUE_LOGITS.astype(float) / 2.5)
    assert found.dtype == np.float32
    assert np.allclose(found, exponentials / exponentials.sum(axis=1, keepdims=True), atol=1e-7)


def test_likelihood_is_scikit_learns_log_loss():
    probabilities = calibrated(TRUE_LOGITS, 1.0)
    expected = sklearn_metrics.log_loss(LABELS, special.softmax(TRUE_LOGITS.astype(float), axis=1))
    found = calibration.negative_log_likelihood(probabilities, LABELS)
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "accepted",
    [calibration.ACCEPTED_SHARE, calibration.ACCEPTED_SHARE_OF_HELD_OUT_WRITERS],
)
def test_the_threshold_accepts_so_many_of_the_digits(accepted):
    scores = RANDOM.uniform(0.6, 1, 5000).astype(np.float32)
    threshold = calibration.fit_threshold(scores, accepted)
    assert accepted <= (scores >= threshold).mean() <= accepted + 0.0003


@pytest.mark.parametrize(
    ("score", "bound"), [(0.9999, 0.95), (0.501, 0.501), (0.5, 0.5), (0.1, 0.5)]
)
def test_the_threshold_stays_within_its_bounds(score, bound):
    scores = np.full(100, score, np.float32)
    assert calibration.fit_threshold(scores, 0.99) == pytest.approx(bound)
