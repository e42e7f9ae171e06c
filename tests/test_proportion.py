"""The interval of a share, against SciPy's."""

import pytest

from mnist_app.proportion import CONFIDENCE_LEVEL, interval
from tests.lazy_modules import LazyModule

stats = LazyModule("scipy.stats")


@pytest.mark.parametrize(
    ("right", "total"), [(0, 1), (1, 1), (0, 50), (50, 50), (19, 20), (575, 600), (9947, 10000)]
)
def test_is_scipys_wilson_interval(right, total):
    found = stats.binomtest(right, total).proportion_ci(CONFIDENCE_LEVEL, method="wilson")
    assert interval(right, total) == pytest.approx((found.low, found.high), abs=1e-12)
