"""From logits to honest probabilities, and the confidence below which the app is not sure.

Both numbers are fitted on validation images, which the network did not learn from, and never on
test images.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from mnist_app.arrays import Floats
from mnist_app.confidence import DIGITS

TEMPERATURE_BOUNDS: Final = (0.05, 20.0)
ACCEPTED: Final = 0.99
ACCEPTED_OF_STRANGERS: Final = 0.985
"""Share of the held-out digits that is accepted. Strangers' digits tell more of what a reader must
bear with; half a point above the 98 % that people are promised is left for those who write worse.
"""
THRESHOLD_BOUNDS: Final = (0.5, 0.95)


def fit_temperature(logits: Floats, labels: npt.NDArray[np.uint8]) -> float:
    """Return the temperature that makes the labels most likely.

    ``logits`` is float32 (n, 10) or (n, 11), of which the ten digits count; ``labels`` is (n,).
    Source: Guo et al. 2017, “On Calibration of Modern Neural Networks”: the temperature minimises
    the negative log-likelihood of held-out images. The logarithm of the temperature is searched,
    so that halving and doubling are alike.
    """
    digits = logits[:, :DIGITS]

    def negative_log_likelihood(log_temperature: float) -> float:
        log_probabilities = log_softmax(digits / np.exp(log_temperature), axis=1)
        return float(-log_probabilities[np.arange(len(labels)), labels].mean())

    found = minimize_scalar(
        negative_log_likelihood, bounds=np.log(TEMPERATURE_BOUNDS), method="bounded"
    )
    return float(np.exp(found.x))


def fit_threshold(scores: Floats, accepted: float) -> float:
    """Return the score from which on a reading is accepted.

    ``scores`` is what `mnist_app.confidence.digit_scores` gives, float32 (n,), of digits that the
    network did not learn from. The threshold accepts the share ``accepted`` of them: whoever writes
    clearly is not bothered, and what looks less like a digit than the worst of the digits is
    doubted. It stays within `THRESHOLD_BOUNDS`: below 0.5 something else could be
    likelier than all that is accepted, and above 0.95 a network that is sure of everything would
    doubt readings that are right in 19 of 20 cases.
    """
    wanted = np.quantile(scores.astype(np.float64), 1 - accepted, method="lower")
    return float(np.clip(wanted, *THRESHOLD_BOUNDS))


def negative_log_likelihood(probabilities: Floats, labels: npt.NDArray[np.uint8]) -> float:
    """Return the mean negative log-likelihood of ``labels`` (n,) under ``probabilities`` (n, 10).

    A probability that float32 rounds to 0 counts as its smallest number, to stay finite.
    """
    likelihood = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(likelihood, np.finfo(np.float32).tiny)).mean())
