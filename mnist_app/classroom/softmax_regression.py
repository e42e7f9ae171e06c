"""Softmax regression (multinomial logistic regression) that starts from given weights."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Labels
from mnist_app.classroom.lbfgs import TOLERANCE, minimize


def fit(
    start: Floats,
    features: Floats,
    labels: Labels,
    importance: Floats,
    *,
    ridge: float,
    tolerance: float = TOLERANCE,
    after_step: Callable[[int], None] | None = None,
) -> Floats:
    """Return the weights (d, k) of the smallest loss.

    ``features`` is float32 (n, d), ``labels`` (n,) are classes from 0 to k - 1. The loss is the sum
    of the cross-entropies, each times its ``importance`` (n,), and ``ridge`` / 2 times the squared
    distance of the weights from ``start`` (d, k). ``after_step`` is called with the number of
    optimisation steps done; what it raises ends the fit.
    """

    def value_and_gradient(
        change: npt.NDArray[np.float64],
    ) -> tuple[float, npt.NDArray[np.float64]]:
        moved = start + change.reshape(start.shape).astype(start.dtype)
        value, gradient = loss(moved, features, labels, importance)
        return value + ridge / 2 * float(change @ change), gradient.ravel() + ridge * change

    found = minimize(
        value_and_gradient, np.zeros(start.size), tolerance=tolerance, after_step=after_step
    )
    return start + found.reshape(start.shape).astype(start.dtype)


def loss(
    weights: Floats, features: Floats, labels: Labels, importance: Floats
) -> tuple[float, npt.NDArray[np.float64]]:
    """Return the sum of the weighted cross-entropies, and its gradient (d, k)."""
    every = np.arange(len(labels))
    shares = features @ weights
    shares -= shares.max(axis=1, keepdims=True)
    right = shares[every, labels]
    np.exp(shares, out=shares)
    total = shares.sum(axis=1)
    value = float((importance * (np.log(total) - right)).sum(dtype=np.float64))
    shares *= (importance / total)[:, np.newaxis]
    shares[every, labels] -= importance
    return value, np.asarray(features.T @ shares, np.float64)
