"""The uncertainty of a proportion, such as the share of right readings."""

import math
from typing import Final

CONFIDENCE_LEVEL: Final = 0.95
"""Confidence level of all intervals, 0 to 1."""
_Z: Final = 1.959963984540054
"""Quantile of the normal distribution at 1 - (1 - `CONFIDENCE_LEVEL`) / 2."""


def interval(right: int, total: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval, (low, high), of ``right`` among ``total``, at least 1.

    Source: Wilson 1927, “Probable Inference, the Law of Succession, and Statistical Inference”.
    """
    share, excess = right / total, _Z**2 / total
    middle = (share + excess / 2) / (1 + excess)
    half = math.sqrt(share * (1 - share) * excess + excess**2 / 4) / (1 + excess)
    return max(middle - half, 0.0), min(middle + half, 1.0)
