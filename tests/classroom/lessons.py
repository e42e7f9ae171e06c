"""Classes that draw: what tests of the store do again and again."""

import uuid
from datetime import UTC, datetime, timedelta

import numpy as np

from mnist_app.preprocessing.strokes import Stroke

SIDE = 64
LINE = [Stroke(np.array([[20, 10], [40, 50]], np.float32), 5.0)]


def today():
    return datetime.now(UTC).date()


def new_class(store, per_digit=2, days=30):
    return store.create_class("Class 7b", per_digit, today() + timedelta(days=days))


def draw(store, pupil, label=None, strokes=LINE, *, client_id=None, side=SIDE):
    """Add a drawing of the digit that is asked for, or of ``label``."""
    if label is None:
        label = store.asked(pupil).digit
    client_id = client_id or str(uuid.uuid4())
    drawing, asked = store.add_drawing(pupil, client_id, label, strokes, height=side, width=side)
    assert asked == store.asked(pupil)
    return drawing
