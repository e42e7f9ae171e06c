"""A lesson as a page orders it, and how it is held."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from mnist_app.bundle import load_bundle
from mnist_app.classroom.class_drawings import ClassDrawings, Indices
from mnist_app.classroom.judging import Judgement
from mnist_app.classroom.lesson import LessonResult, leave_one_out, teach
from mnist_app.classroom.lesson_outcome import MAXIMUM_CHANGES, LessonOutcome
from mnist_app.classroom.records import Drawing
from mnist_app.classroom.taught_layer import TeachingOptions


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
