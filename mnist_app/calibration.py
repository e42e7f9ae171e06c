"""Fits the temperature of the probabilities and the acceptance threshold of the scores.

Both are fitted on validation images, on which the network was not trained, and never on test
images.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import DIGITS, Floats
from mnist_app.confidence import softmax

TEMPERATURE_BOUNDS: Final = (0.05, 20.0)
"""Range of the temperatures to search; 1 leaves the probabilities as they are."""
BISECTIONS: Final = 40
"""Halvings of that range on a logarithmic scale: more than the digits of a float32."""
ACCEPTED_SHARE: Final = 0.99
"""Share of MNIST's validation images that the threshold accepts."""
ACCEPTED_SHARE_OF_HELD_OUT_WRITERS: Final = 0.99
"""Share of the held-out writers' digits that the threshold accepts, where there are some. They are
closer to the app's drawings than MNIST's images."""
THRESHOLD_BOUNDS: Final = (0.5, 0.95)
"""Range of the acceptance threshold. Below 0.5, "no digit" could be more probable than all digits
together in an accepted image; above 0.95, an overconfident network would reject predictions that
are right in 19 of 20 cases."""


def fit_temperature(logits: Floats, labels: npt.NDArray[np.uint8]) -> float:
    """Return the temperature that maximizes the likelihood of the labels.

    ``logits`` is float32 (n, 10) or (n, 11), of which the ten digits are used; ``labels`` is (n,).
    Source: Guo et al. 2017, “On Calibration of Modern Neural Networks”. The negative
    log-likelihood is convex in 1 / temperature, so that its slope is bisected, within
    `TEMPERATURE_BOUNDS`.
    """
    digits = logits[:, :DIGITS]
    right = digits[np.arange(len(labels)), labels].mean(dtype=np.float64)
    low, high = 1 / TEMPERATURE_BOUNDS[1], 1 / TEMPERATURE_BOUNDS[0]
    for _ in range(BISECTIONS):
        middle = (low * high) ** 0.5
        expected = (softmax(digits, 1 / middle) * digits).sum(axis=1, dtype=np.float64).mean()
        low, high = (middle, high) if expected <= right else (low, middle)
    return float(1 / (low * high) ** 0.5)


def fit_threshold(scores: Floats, accepted: float) -> float:
    """Return the minimum score of an accepted prediction, within `THRESHOLD_BOUNDS`.

    ``scores`` float32 (n,), from `mnist_app.confidence.digit_scores`, are those of digits on which
    the network was not trained. The threshold accepts the share ``accepted`` of them.
    """
    wanted = np.quantile(scores.astype(np.float64), 1 - accepted, method="lower")
    return float(np.clip(wanted, *THRESHOLD_BOUNDS))


def negative_log_likelihood(probabilities: Floats, labels: npt.NDArray[np.uint8]) -> float:
    """Return the mean negative log-likelihood of ``labels`` (n,) under ``probabilities`` (n, 10).

    A probability of 0 counts as the smallest positive float32, so that the result is finite.
    """
    likelihood = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(likelihood, np.finfo(np.float32).tiny)).mean())
