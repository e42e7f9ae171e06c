"""What the models read in the drawings of a class: no model reads a drawing twice."""

import threading
from collections.abc import Sequence

import numpy as np

from mnist_app.classroom.judging import Judgement
from mnist_app.classroom.records import Drawing
from mnist_app.recognizer import Recognizer

Reading = tuple[int, bool]
"""The digit that a model reads, and whether it accepts the drawing as a digit."""


class ClassReadings:
    """Readings of drawings by several models, always the same ones. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[int, tuple[Reading, ...]] = {}
        """Readings of the first models, or of all, by the number of the drawing."""

    def read(
        self,
        recognizers: Sequence[Recognizer],
        drawings: Sequence[Drawing],
        most: int,
        *,
        until_right: bool = False,
    ) -> int:
        """Read up to ``most`` of those ``drawings`` that were not read yet; return how many.

        ``until_right`` leaves out the models after the first one that reads the label: that is
        enough for `doubted`, and with the best model first nearly all of the work.
        """
        with self._lock:

            def is_wanted(drawing: Drawing, models: int) -> bool:
                readings = self._read.get(drawing.id, ())
                is_right = any(digit == drawing.label for digit, _ in readings)
                return len(readings) < models and not (until_right and is_right)

            new = [drawing for drawing in drawings if is_wanted(drawing, len(recognizers))][:most]
            for count, recognizer in enumerate(recognizers, 1):
                wanted = [drawing for drawing in new if is_wanted(drawing, count)]
                if not wanted:
                    continue
                images = np.stack([drawing.image for drawing in wanted])
                readings = recognizer.read_normalized_batch(images)
                for drawing, reading in zip(wanted, readings, strict=True):
                    before = self._read.get(drawing.id, ())
                    self._read[drawing.id] = (*before, (reading.digit, reading.accepted))
            return len(new)

    def doubted(self, drawings: Sequence[Drawing]) -> list[tuple[Drawing, tuple[int, ...]]]:
        """Return the ``drawings`` that all models read as another digit, with what they read.

        They are slips of the pupils, or hard handwriting.
        """
        with self._lock:
            digits = {
                drawing.id: tuple(digit for digit, _ in self._read[drawing.id])
                for drawing in drawings
                if drawing.id in self._read
            }
        return [
            (drawing, digits[drawing.id])
            for drawing in drawings
            if drawing.id in digits and drawing.label not in digits[drawing.id]
        ]

    def judgements(self, names: Sequence[str], drawings: Sequence[Drawing]) -> list[Judgement]:
        """Return a judgement for each model, in the order of `read`; ``names`` are the models'.

        They are on ``drawings``, at least one, all of which all models have read;
        `Judgement.index` is the position among them.
        """
        with self._lock:
            rows = [self._read[drawing.id] for drawing in drawings]
        index = np.arange(len(drawings))
        labels = np.array([drawing.label for drawing in drawings], np.uint8)
        pupils = np.array([drawing.pupil_number for drawing in drawings], np.int64)
        return [
            Judgement(
                model=name,
                index=index,
                labels=labels,
                pupils=pupils,
                read=np.array([digit for digit, _ in column], np.uint8),
                accepted=np.array([accepted for _, accepted in column], np.bool_),
            )
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
        ]
