"""A lesson as a page orders it, and its outcome as the store keeps it beside the taught model."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from mnist_app.bundle import load_bundle
from mnist_app.checked_json import decode, encode
from mnist_app.classroom.class_drawings import ClassDrawings, Indices
from mnist_app.classroom.class_limits import MAXIMUM_TITLE
from mnist_app.classroom.judging import Judgement, Score
from mnist_app.classroom.lesson import LessonResult, leave_one_out, teach
from mnist_app.classroom.records import Drawing
from mnist_app.classroom.taught_layer import TeachingOptions
from mnist_app.errors import BundleError, TeachingError

MAXIMUM_CHANGES: Final = 4_000
"""Drawings that an outcome names, in each direction: some 20 bytes each."""


@dataclass(frozen=True, eq=False)
class LessonPlan:
    """``teachers`` teach the shipped bundle ``model``, all other pupils test.

    Without ``teachers`` each pupil is left out in turn, and all teach the model that is kept.
    ``ids`` are the numbers in the store of the n ``drawings``.
    """

    model: str
    drawings: ClassDrawings
    ids: tuple[int, ...]
    teachers: tuple[int, ...] | None
    options: TeachingOptions

    @classmethod
    def of(
        cls,
        model: str,
        drawings: Collection[Drawing],
        teachers: tuple[int, ...] | None,
        options: TeachingOptions,
    ) -> Self:
        """Return the plan for drawings of the store, at least one."""
        arrays = ClassDrawings(
            np.stack([one.image for one in drawings]),
            np.array([one.label for one in drawings], np.uint8),
            np.array([one.pupil_number for one in drawings], np.int64),
        )
        return cls(model, arrays, tuple(one.id for one in drawings), teachers, options)


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
            return decode(cls, value, "outcome")
        except BundleError as error:
            raise TeachingError(
                "The figures of this taught model are damaged. Delete it."
            ) from error


def hold(plan: LessonPlan, progress_file: str) -> tuple[bytes, LessonOutcome]:
    """Return the taught model as bytes and the outcome; write the share done into a file.

    Raises `TeachingError` and `BundleError` as `mnist_app.classroom.lesson` does.
    """
    bundle, file = load_bundle(plan.model), Path(progress_file)

    def progress(share: float) -> None:
        file.write_text(f"{share:.3f}", encoding="ascii")

    result = (
        leave_one_out(bundle, plan.drawings, options=plan.options, progress=progress)
        if plan.teachers is None
        else teach(bundle, plan.drawings, plan.teachers, options=plan.options, progress=progress)
    )
    return result.taught.to_bytes(), outcome(plan, result)


def outcome(plan: LessonPlan, result: LessonResult) -> LessonOutcome:
    """Return what is kept of a lesson's result."""
    before, after, teachers = result.before, result.after, result.taught.teachers
    return LessonOutcome(
        base=plan.model,
        teachers=teachers,
        testers=tuple(np.unique(after.pupils).tolist()),
        each_in_turn=plan.teachers is None,
        lessons=int(plan.drawings.by(teachers).sum()),
        options=plan.options,
        before=before.score,
        after=after.score,
        mnist_before=result.mnist_before,
        mnist_after=result.mnist_after,
        gained=_named(plan, result.gained, before),
        lost=_named(plan, result.lost, after),
    )


def _named(plan: LessonPlan, index: Indices, judged: Judgement) -> tuple[tuple[int, ...], ...]:
    """Return the numbers in the store of drawings, each with what is read in it."""
    read = dict(zip(judged.index.tolist(), judged.read.tolist(), strict=True))
    return tuple((plan.ids[one], read[one]) for one in index.tolist()[:MAXIMUM_CHANGES])


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return ``wanted`` as the name of a taught model, with a number if it is ``taken``."""
    name = " ".join(wanted.split())[: MAXIMUM_TITLE - 5]
    names = [name, *(f"{name} ({number})" for number in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)
