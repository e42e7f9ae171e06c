"""A taught model for tests that do not teach: any weights, and any figures."""

import json

import numpy as np

from mnist_app.classroom.judging import Score
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.classroom.taught_layer import TaughtLayer, TeachingOptions

OPTIONS = TeachingOptions(bend=False, seed=4)
LAYER = TaughtLayer(
    base="cnn",
    base_sha256="0" * 64,
    weights=np.random.default_rng(0).normal(0, 1, (129, 10)).astype(np.float32),
    temperature=1.5,
    acceptance_threshold=0.7,
    teachers=(3, 7),
    options=OPTIONS,
)
OUTCOME = LessonOutcome(
    base="cnn",
    teachers=(3, 7),
    testers=(1, 2),
    each_in_turn=False,
    lessons=12,
    options=OPTIONS,
    before=Score(9, 12),
    after=Score(12, 12),
    mnist_before=Score(9947, 10_000),
    mnist_after=Score(9915, 10_000),
    gained=((1, 7),),
    lost=(),
)
LINE = {
    "name": "ours",
    "taught_at": "2026-05-04T11:12:13.000014+00:00",
    "layer": json.loads(LAYER.to_bytes()),
    "outcome": OUTCOME.to_json(),
}
"""The model as a line in the file of a class."""
