"""Teaches a model and tests it: on pupils who did not teach, and on MNIST's test images."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from mnist_app.arrays import Floats
from mnist_app.bundle import Bundle
from mnist_app.classroom.class_drawings import ClassDrawings, Indices
from mnist_app.classroom.judging import Judgement, Score, judgement
from mnist_app.classroom.taught_layer import TaughtLayer, TeachingOptions
from mnist_app.classroom.teaching import FEATURES_SHARE, Progress, Teacher
from mnist_app.errors import TeachingError
from mnist_app.feature_network import with_bias

DEFAULT: Final = TeachingOptions()


@dataclass(frozen=True, eq=False)
class LessonResult:
    """A taught model, and what pupils who tested and MNIST say of it.

    ``before`` and ``after`` are judgements on drawings by pupils who tested. Where each pupil was
    left out in turn, they are on all drawings, each read by a model that was taught by the others,
    and ``taught`` is what all taught together. The scores on MNIST are of its test images, with the
    bundle and with ``taught``.
    """

    taught: TaughtLayer
    before: Judgement
    after: Judgement
    mnist_before: Score
    mnist_after: Score

    @property
    def gained(self) -> Indices:
        """Drawings of the class that were read wrong before, and are read right now."""
        return self.after.index[~self.before.right & self.after.right]

    @property
    def lost(self) -> Indices:
        """Drawings of the class that were read right before, and are read wrong now."""
        return self.after.index[self.before.right & ~self.after.right]


def teach(
    bundle: Bundle,
    drawings: ClassDrawings,
    teachers: Collection[int],
    *,
    testers: Collection[int] | None = None,
    options: TeachingOptions = DEFAULT,
    progress: Progress | None = None,
) -> LessonResult:
    """Return what ``bundle`` becomes when ``teachers`` teach it, tested on ``testers``.

    Both are numbers of pupils; by default all others test. The result depends on the arguments
    alone. Raises `TeachingError` if nobody has drawn anything on one of the sides or if a pupil is
    on both, `BundleError` if the bundle cannot be taught.
    """
    if testers is None:
        testers = set(drawings.pupil_numbers) - set(teachers)
    if set(testers) & set(teachers):
        raise TeachingError("A pupil cannot both teach and test. Choose one for each pupil.")
    index = np.flatnonzero(drawings.by(testers))
    _check_testers(index)
    teacher = Teacher(bundle, drawings, teachers, options, _part(progress, 0, FEATURES_SHARE))
    taught = teacher.teach(teachers, _part(progress, FEATURES_SHARE, 1))
    after = _logits(teacher, index, taught.weights)
    return _result(teacher, taught, index, after)


def leave_one_out(
    bundle: Bundle,
    drawings: ClassDrawings,
    *,
    options: TeachingOptions = DEFAULT,
    progress: Progress | None = None,
) -> LessonResult:
    """Return what ``bundle`` becomes when all pupils teach it, tested on each pupil in turn.

    A pupil's drawings are read by a model that was taught by all others. Raises `TeachingError` if
    there are not two pupils, `BundleError` if the bundle cannot be taught.
    """
    pupils = drawings.pupil_numbers
    _check_testers(np.array(pupils[1:]))
    every = np.arange(len(drawings))
    teacher = Teacher(bundle, drawings, pupils, options, _part(progress, 0, 0.5))
    after = np.empty((len(drawings), teacher.present_weights.shape[1]), np.float32)
    step = 0.5 / (len(pupils) + 1)
    for number, pupil in enumerate(pupils):
        part = _part(progress, 0.5 + number * step, 0.5 + (number + 1) * step)
        others = teacher.teach(set(pupils) - {pupil}, part)
        own = np.flatnonzero(drawings.pupils == pupil)
        after[own] = _logits(teacher, own, others.weights)
    taught = teacher.teach(pupils, _part(progress, 1 - step, 1))
    return _result(teacher, taught, every, after)


def _check_testers(index: Indices) -> None:
    if not len(index):
        raise TeachingError(
            "Nobody is left to test what the model has learned. Let at least one pupil who has "
            "drawn something test instead of teach."
        )


def _result(teacher: Teacher, taught: TaughtLayer, index: Indices, after: Floats) -> LessonResult:
    """Return the result for drawings at ``index`` with the logits ``after``, (n, 10)."""
    bundle, test = teacher.bundle, teacher.mnist.test
    before = _logits(teacher, index, teacher.present_weights)
    name, settings = f"{bundle.name}, taught", taught.settings(bundle)
    features = with_bias(test.features)

    def mnist(weights: Floats) -> Score:
        read = (features @ weights).argmax(axis=1)
        return Score(int((read == test.labels).sum()), len(read))

    return LessonResult(
        taught=taught,
        before=judgement(before, teacher.drawings, index, bundle.settings, bundle.name),
        after=judgement(after, teacher.drawings, index, settings, name),
        mnist_before=mnist(teacher.present_weights),
        mnist_after=mnist(taught.weights),
    )


def _logits(teacher: Teacher, index: Indices, weights: Floats) -> Floats:
    return np.asarray(teacher.features[index, 0] @ weights, np.float32)


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """Return the progress of a part of the work, from ``start`` to ``end`` of the whole."""
    if progress is None:
        return None
    return lambda share: progress(start + share * (end - start))
