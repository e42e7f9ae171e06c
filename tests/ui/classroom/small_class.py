"""A small class in the store: pupils draw some digits, and the last one draws a 7 for a 1."""

from datetime import UTC, datetime, timedelta

from tests.classroom.lessons import draw
from tests.drawings import DIGITS, strokes_of

SLIP = 1
"""The digit for which the last pupil draws a 7."""


def make(store, pupils):
    """Return a new class with this number of pupils, and its teacher's secret."""
    classroom, secret = store.create_class("7b", 1, datetime.now(UTC).date() + timedelta(days=1))
    for number in range(1, pupils + 1):
        pupil, _ = store.join(classroom)
        for label in DIGITS:
            drawn = 7 if number == pupils > 1 and label == SLIP else label
            strokes = strokes_of(drawn, left=60 + 3 * number, top=50, size=180, brush=14 + number)
            draw(store, pupil, label, strokes, side=320)
    return classroom, secret
