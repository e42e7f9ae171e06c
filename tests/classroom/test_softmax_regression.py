"""The regression against scikit-learn's, its gradient against differences of its loss."""

import numpy as np
import pytest

from mnist_app.classroom import softmax_regression
from mnist_app.classroom.lbfgs import minimize
from tests.lazy_modules import LazyModule

linear_model = LazyModule("sklearn.linear_model")

RANDOM = np.random.default_rng(0)
FEATURES = np.hstack([RANDOM.normal(0, 1, (300, 6)), np.ones((300, 1))])
LABELS = (FEATURES @ RANDOM.normal(0, 1, (7, 4)) + RANDOM.gumbel(0, 1, (300, 4))).argmax(axis=1)
IMPORTANCE = RANDOM.uniform(0.2, 2, 300)
START = RANDOM.normal(0, 1, (7, 4))


def fit(start, labels=LABELS, **options):
    options = {"ridge": 0.7, "tolerance": 1e-13, **options}
    return softmax_regression.fit(start, FEATURES, labels, IMPORTANCE, **options)


@pytest.mark.slow
def test_is_scikit_learns_logistic_regression():
    oracle = linear_model.LogisticRegression(C=1 / 0.7, fit_intercept=False, tol=1e-9, max_iter=999)
    oracle.fit(FEATURES, LABELS, IMPORTANCE)
    assert fit(np.zeros((7, 4))) == pytest.approx(oracle.coef_.T, abs=1e-4)


def test_the_gradient_is_that_of_the_loss():
    _, gradient = softmax_regression.loss(START, FEATURES, LABELS, IMPORTANCE)
    for row, column in np.ndindex(START.shape):
        step = np.zeros_like(START)
        step[row, column] = 1e-6
        above, below = (
            softmax_regression.loss(START + sign * step, FEATURES, LABELS, IMPORTANCE)[0]
            for sign in (1, -1)
        )
        assert gradient[row, column] == pytest.approx((above - below) / 2e-6, abs=1e-5)


def test_a_strong_ridge_stays_at_the_start_and_a_weak_one_leaves_it():
    assert np.abs(fit(START, ridge=1e7) - START).max() < 1e-4
    assert np.abs(fit(START, ridge=1e-3) - START).max() > 0.1


def test_renaming_the_classes_renames_the_weights():
    order = np.array([2, 0, 3, 1])
    assert fit(START[:, order], np.argsort(order)[LABELS]) == pytest.approx(
        fit(START)[:, order], abs=1e-5
    )


def test_steps_are_counted_and_can_be_ended():
    steps = []
    fit(START, after_step=steps.append)
    assert steps == list(range(1, len(steps) + 1))

    def end(step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(START, after_step=end)


def test_finds_the_lowest_point_of_a_long_narrow_valley():
    scales = np.logspace(0, 4, 12)

    def valley(point):
        return float(scales @ (point - 1) ** 2), 2 * scales * (point - 1)

    assert minimize(valley, np.zeros(12), tolerance=1e-15) == pytest.approx(np.ones(12), abs=1e-5)
