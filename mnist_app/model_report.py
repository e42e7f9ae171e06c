"""The report of a trained model, ``report.json``: how it was trained and how well it reads.

Shares and probabilities are from 0 to 1. `ModelReport` has a field for each figure that this
package reads. `ModelReport.content` is the whole file, with what benchmarks add under keys of their
own: it is what is written, so that no key is lost.
"""

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, Final, Self

from mnist_app.arrays import DIGITS
from mnist_app.checked_json import REMEDY, decode, encode, parse_object
from mnist_app.errors import BundleError

REPORT_FORMAT: Final = 1
"""Version of the keys of ``report.json``, its ``format``."""


@dataclass(frozen=True)
class RecipeSummary:
    """The fields of the recipe that this package reads; the file holds all of them."""

    name: str
    title: str
    validate_on: str = "random"
    non_digits: float = 0.0

    @property
    def watched_test_images(self) -> bool:
        """Whether the test images were evaluated after every epoch of the training."""
        return self.validate_on == "test"


@dataclass(frozen=True)
class DataSummary:
    """The images that the model was trained and tested on.

    ``name`` is "mnist" or "synthetic", ``md5`` the MD5 of each array as an IDX file. Recipes that
    learn from pen digits add ``pens``, the SHA-256 of their file, and ``train_pens``, their number.
    """

    name: str
    source: str
    md5: dict[str, str]
    train_images: int
    validation_images: int
    test_images: int
    train_pens: int = 0


@dataclass(frozen=True)
class TrainingCurves:
    """One figure per epoch; ``loss`` and ``accuracy`` are means over the epoch while it ran."""

    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    validation_loss: tuple[float, ...]
    validation_accuracy: tuple[float, ...]


@dataclass(frozen=True)
class FittedCalibration:
    """Temperature and acceptance threshold, fitted on images that were not trained on."""

    temperature: float
    acceptance_threshold: float


@dataclass(frozen=True)
class DigitFigures:
    """Figures of the ``images`` of one digit."""

    digit: int
    images: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class ReliabilityBin:
    """Images with a confidence above ``low`` and up to ``high``.

    ``confidence`` and ``accuracy`` are means over the bin, None if it is empty.
    """

    low: float
    high: float
    images: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Figures:
    """Figures of one set of images; probabilities are calibrated.

    ``accuracy_interval`` is the 95 % Wilson score interval; ``accepted`` the share of images whose
    score reaches the acceptance threshold, see `mnist_app.confidence`; ``accuracy_accepted`` the
    accuracy over these, None without any. ``confusion_matrix`` has a row per true digit and
    a column per digit read.
    """

    images: int
    errors: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    negative_log_likelihood: float
    expected_calibration_error: float
    accepted: float
    accuracy_accepted: float | None
    confusion_matrix: tuple[tuple[int, ...], ...]
    digits: tuple[DigitFigures, ...]
    reliability: tuple[ReliabilityBin, ...]


@dataclass(frozen=True)
class ClassSummary:
    """A class from whose pupils the model learned; no pupil is in two of the three parts.

    ``sha256`` is that of the class's file; ``test`` are the figures of the pupils who test.
    """

    sha256: str
    train_pupils: int
    validation_pupils: int
    test_pupils: int
    train_drawings: int
    test: Figures


@dataclass(frozen=True)
class SeedResult:
    """Accuracy on the test images of the same recipe trained from one seed."""

    accuracy: float


@dataclass(frozen=True)
class PenDigitFigures:
    """Share of the held-out writers' pen digits that are read right."""

    accuracy: float


@dataclass(frozen=True)
class LetterFigures:
    """Share of drawn letters that are accepted as digits."""

    accepted: float


@dataclass(frozen=True)
class BenchmarkFigures:
    """Figures that ``benchmarks.digits_accuracy --record`` adds."""

    strangers: PenDigitFigures | None = None
    letters: LetterFigures | None = None


@dataclass(frozen=True)
class ModelReport:
    """A report whose figures are all there.

    ``trained`` is the time of the evaluation, ISO 8601, UTC; ``training_seconds`` the time spent
    in epochs, validation included. ``multiply_adds`` counts the multiplications, each with an
    addition, by which one image is read.
    ``validation_strangers`` are the figures of held-out writers, None without any; ``classroom``
    is None if no class was learned from.
    ``seeds`` are the results of the same recipe from several seeds, the published one first.
    ``test_looks`` are all uses of the test images, oldest first: {"date", "purpose", "accuracy",
    "seed", "epochs"}; those by benchmarks have no seed and no epochs.
    """

    recipe: RecipeSummary
    seed: int
    trained: str
    training_seconds: float
    parameters: int
    multiply_adds: int
    versions: dict[str, str]
    data: DataSummary
    curves: TrainingCurves
    calibration: FittedCalibration
    validation: Figures
    test: Figures
    test_looks: tuple[dict[str, Any], ...]
    validation_strangers: Figures | None = None
    classroom: ClassSummary | None = None
    seeds: tuple[SeedResult, ...] = ()
    reading: BenchmarkFigures = BenchmarkFigures()
    content: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, content: bytes, name: str) -> Self:
        """Return the report in ``content``, the bytes of the file that messages call ``name``.

        Raises `BundleError` if it is no JSON object or if a figure is missing or of a wrong type.
        """
        return cls.of(parse_object(content, name), name)

    @classmethod
    def of(cls, values: dict[str, Any], name: str = "report.json") -> Self:
        """Return the report whose JSON object is ``values``, dataclasses among them allowed.

        Raises `BundleError` as `parse` does.
        """
        values = encode(values)
        report = decode(cls, {**values, "content": {}}, name)
        if not report.has_whole_tables:
            raise BundleError(
                "The tables or curves of {name} are incomplete. {remedy}",
                name=name,
                remedy=REMEDY,
            )
        return dataclasses.replace(report, content=values)

    @property
    def has_whole_tables(self) -> bool:
        """Whether tables have a row per digit and curves a figure per epoch, or none at all."""
        pupils = None if self.classroom is None else self.classroom.test
        tables = (self.validation, self.test, self.validation_strangers, pupils)
        epochs = {len(curve) for curve in dataclasses.astuple(self.curves)}
        return len(epochs) == 1 and all(
            [row.digit for row in figures.digits] == list(range(DIGITS))
            and [len(row) for row in figures.confusion_matrix] == [DIGITS] * DIGITS
            for figures in tables
            if figures is not None
        )

    def amended(self, **values: Any) -> Self:
        """Return the report with other ``values`` of its JSON object; the other keys stay."""
        return self.of({**self.content, **values})

    def with_test_use(self, **use: Any) -> Self:
        """Return the report with one more use of the test images on record, as the last one."""
        return self.amended(test_looks=[*self.content["test_looks"], use])

    @property
    def strangers_accuracy(self) -> float | None:
        """Share of the held-out writers' digits that are read right, None if not measured."""
        return None if self.reading.strangers is None else self.reading.strangers.accuracy

    @property
    def letters_accepted(self) -> float | None:
        """Share of letters accepted as digits, None if not measured."""
        return None if self.reading.letters is None else self.reading.letters.accepted

    def as_text(self) -> str:
        """Return the text of ``report.json``."""
        return json.dumps(self.content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
