"""Doodles: strokes of a sensible size."""

import numpy as np
import pytest

from mnist_app.training.negatives import doodles


@pytest.mark.parametrize("draw", doodles.DOODLES, ids=lambda kind: kind.__name__.strip("_"))
def test_doodles_are_strokes(draw):
    random = np.random.default_rng(0)
    for _ in range(20):
        strokes = draw(random)
        points = np.concatenate(strokes)
        assert points.shape[1] == 2
        assert np.isfinite(points).all()
        assert 0.05 < np.ptp(points, axis=0).max() < 10
