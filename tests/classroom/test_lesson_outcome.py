"""What a lesson has changed, in and out of JSON."""

import json

import pytest

from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.errors import TeachingError
from tests.classroom.taught import OUTCOME


def test_an_outcome_survives_the_store():
    assert LessonOutcome.from_json(json.loads(json.dumps(OUTCOME.to_json()))) == OUTCOME


@pytest.mark.parametrize(
    "change",
    [
        {"before": None},
        {"teachers": "all"},
        {"options": {"rehearse": 3}},
        {"after": {"right": 13, "total": 12}},
        {"gained": [[1, 12]]},
        {"base": "[x](y)"},
    ],
)
def test_a_damaged_outcome_is_refused(change):
    with pytest.raises(TeachingError, match="figures of this taught model are damaged"):
        LessonOutcome.from_json({**OUTCOME.to_json(), **change})


def test_drawings_get_other_numbers_or_are_left_out():
    found = LessonOutcome.from_json(
        {**OUTCOME.to_json(), "gained": [[4, 1], [5, 2], [6, 3]], "lost": [[7, 4]]}
    ).renumbered({4: 40, 6: 60, 7: 70})
    assert (found.gained, found.lost) == (((40, 1), (60, 3)), ((70, 4),))
    assert found.after == OUTCOME.after
