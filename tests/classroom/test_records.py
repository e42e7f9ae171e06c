import itertools
from datetime import UTC, datetime

from mnist_app.classroom.records import COLOURS, SHAPES, Pupil


def test_neighbours_differ_in_colour_and_shape_and_56_pupils_have_different_pairs():
    pupils = [Pupil(n, 1, n, datetime.now(UTC), False) for n in range(1, 57)]
    assert len({(pupil.colour, pupil.shape) for pupil in pupils}) == 56
    for one, other in itertools.pairwise(pupils):
        assert one.colour != other.colour
        assert one.shape != other.shape
    assert {pupil.colour for pupil in pupils} == set(COLOURS)
    assert {pupil.shape for pupil in pupils} == set(SHAPES)
