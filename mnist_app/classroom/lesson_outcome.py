"""What a lesson has changed, as the store and the file of a class keep it beside the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, Self

from mnist_app.arrays import DIGITS
from mnist_app.bundle import check_new_name
from mnist_app.checked_json import decode, encode
from mnist_app.classroom.class_limits import MAXIMUM_PUPIL_NUMBER, MAXIMUM_TITLE
from mnist_app.classroom.judging import Score
from mnist_app.classroom.taught_layer import TeachingOptions
from mnist_app.errors import BundleError, TeachingError
from mnist_app.words import mark

MAXIMUM_CHANGES: Final = 4_000
"""Drawings that an outcome names, in each direction: some 20 bytes each."""
MAXIMUM_IMAGES: Final = 1_000_000
"""Images that a score is of, and drawings that teach; a class has at most 40,000."""
_DAMAGED: Final = mark("The figures of this taught model are damaged. Delete it.")


@dataclass(frozen=True)
class LessonOutcome:
    """What a lesson has changed. All scores are of images that did not teach.

    ``before`` and ``after`` are of the drawings by ``testers``; if ``each_in_turn``, each pupil was
    read by a model that all others had taught. ``gained`` are drawings that are read right now,
    each as its number in the store and the digit that was read before; ``lost`` are drawings that
    were read right, each with the digit that is read now.
    """

    base: str
    teachers: tuple[int, ...]
    testers: tuple[int, ...]
    each_in_turn: bool
    lessons: int
    """Number of drawings that have taught."""
    options: TeachingOptions
    before: Score
    after: Score
    mnist_before: Score
    mnist_after: Score
    gained: tuple[tuple[int, ...], ...]
    lost: tuple[tuple[int, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON object."""
        return dict(encode(self))

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Return the outcome in a JSON object. Raises `TeachingError` if it is not whole."""
        try:
            found = decode(cls, value, "outcome")
            check_new_name(found.base)
        except BundleError as error:
            raise TeachingError(_DAMAGED) from error
        if not _is_possible(found):
            raise TeachingError(_DAMAGED)
        return found

    def renumbered(self, numbers: Mapping[int, int]) -> Self:
        """Return the outcome with other numbers for the drawings; those without one are left out.

        ``numbers`` has the new number of a drawing for the old one.
        """
        gained, lost = (
            tuple((numbers[one], digit) for one, digit in changed if one in numbers)
            for changed in (self.gained, self.lost)
        )
        return replace(self, gained=gained, lost=lost)


def _is_possible(outcome: LessonOutcome) -> bool:
    """Return whether all numbers are in their ranges."""
    scores = (outcome.before, outcome.after, outcome.mnist_before, outcome.mnist_after)
    return (
        len(outcome.base) <= MAXIMUM_TITLE
        and all(map(_are_pupils, (outcome.teachers, outcome.testers)))
        and 1 <= outcome.lessons <= MAXIMUM_IMAGES
        and all(0 <= one.right <= one.total for one in scores)
        and all(1 <= one.total <= MAXIMUM_IMAGES for one in scores)
        and all(map(_are_changes, (outcome.gained, outcome.lost)))
    )


def _are_pupils(numbers: Sequence[int]) -> bool:
    """Return whether these are numbers of pupils, at least one, in ascending order."""
    in_order = all(one < other for one, other in pairwise(numbers))
    return bool(numbers) and in_order and numbers[0] >= 1 and numbers[-1] <= MAXIMUM_PUPIL_NUMBER


def _are_changes(changed: Sequence[tuple[int, ...]]) -> bool:
    """Return whether these are pairs of a drawing's number and a digit."""
    return len(changed) <= MAXIMUM_CHANGES and all(
        len(pair) == 2 and pair[1] in range(DIGITS)  # noqa: PLR2004 (a pair)
        for pair in changed
    )
