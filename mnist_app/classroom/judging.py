"""How well a model reads a class: of all, of each pupil, and digit by digit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_app import words
from mnist_app.arrays import DIGITS, Floats, Labels, Mask
from mnist_app.bundle import Bundle
from mnist_app.classroom.class_drawings import ClassDrawings, Indices
from mnist_app.confidence import digit_scores
from mnist_app.proportion import interval
from mnist_app.reading_settings import ReadingSettings
from mnist_app.recognizer import Recognizer
from mnist_app.words import _


@dataclass(frozen=True)
class Score:
    """``right`` readings among ``total``, at least 1."""

    right: int
    total: int

    @property
    def share(self) -> float:
        """Share of right readings, 0 to 1."""
        return self.right / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson score interval of the share, (low, high).

        It takes drawings for independent of each other. A pupil's are not, so it is a little too
        narrow for another class.
        """
        return interval(self.right, self.total)

    @property
    def in_words(self) -> str:
        """The interval for a hundred others: "between 88 and 97 of 100".

        Bounds less than two apart have a decimal.
        """
        low, high = (100 * bound for bound in self.interval)
        places = 0 if high - low >= 2 else 1  # noqa: PLR2004
        return _("between {low} and {high} of 100").format(
            low=words.number(low, places), high=words.number(high, places)
        )


@dataclass(frozen=True)
class PupilScore:
    """The score of one pupil's drawings."""

    pupil: int
    score: Score


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a model reads in the drawings of a class, or of some of its pupils.

    ``index`` int64 (n,) are the positions of these n drawings among the class's; ``labels`` and
    ``pupils`` are theirs. ``read`` uint8 (n,) is the digit read, accepted or not; ``accepted``
    (n,) is False where the model is not sure that it is a digit.
    """

    model: str
    index: Indices
    labels: Labels
    pupils: Indices
    read: Labels
    accepted: Mask

    @property
    def right(self) -> Mask:
        """Which drawings are read right, (n,)."""
        return np.asarray(self.read == self.labels)

    @property
    def score(self) -> Score:
        """Right of how many."""
        return Score(int(self.right.sum()), len(self.labels))

    def by_pupil(self) -> tuple[PupilScore, ...]:
        """Return the score of each pupil, the one who is read worst first."""
        scores = [
            PupilScore(pupil, Score(int(own.sum()), len(own)))
            for pupil in np.unique(self.pupils).tolist()
            for own in [self.right[self.pupils == pupil]]
        ]
        return tuple(sorted(scores, key=lambda one: (one.score.share, one.pupil)))

    def confusion_matrix(self) -> npt.NDArray[np.int64]:
        """Return the number of drawings, (10, 10): a row per digit asked for, a column per read."""
        matrix = np.zeros((DIGITS, DIGITS), np.int64)
        np.add.at(matrix, (self.labels, self.read), 1)
        return matrix

    def behind(self, label: int, read: int) -> Indices:
        """Return the drawings of the class behind one cell of the confusion matrix."""
        return np.asarray(self.index[(self.labels == label) & (self.read == read)])


def judge(recognizer: Recognizer, drawings: ClassDrawings, name: str | None = None) -> Judgement:
    """Return what ``recognizer`` reads in ``drawings``, at least one.

    ``name`` is that of the model, by default its bundle's.
    """
    logits = recognizer.logits(drawings.images)
    index = np.arange(len(drawings))
    return judgement(
        logits, drawings, index, recognizer.bundle.settings, name or recognizer.bundle.name
    )


def judgement(
    logits: Floats, drawings: ClassDrawings, index: Indices, settings: ReadingSettings, name: str
) -> Judgement:
    """Return the judgement of ``logits`` (n, 10 or 11) for the n drawings at ``index``."""
    return Judgement(
        model=name,
        index=index,
        labels=drawings.labels[index],
        pupils=drawings.pupils[index],
        read=logits[:, :DIGITS].argmax(axis=1).astype(np.uint8),
        accepted=digit_scores(logits, settings.temperature) >= settings.acceptance_threshold,
    )


def mnist_score(bundle: Bundle) -> Score:
    """Return the score of a bundle on MNIST's test images, from its report.

    The confusion matrix is beside it, ``bundle.report().test.confusion_matrix``. Raises
    `BundleError`.
    """
    test = bundle.report().test
    return Score(test.images - test.errors, test.images)
