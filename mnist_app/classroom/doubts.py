"""Drawings whose label no model agrees with: slips of the pupils, or hard handwriting."""

import threading
from collections.abc import Sequence

import numpy as np

from mnist_app.classroom.records import Drawing
from mnist_app.recognizer import Recognizer


class Doubts:
    """Reads each drawing once with every model and keeps the digits. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[int, tuple[int, ...]] = {}
        """Digits that the models read, by the number of the drawing."""

    def read(
        self, recognizers: Sequence[Recognizer], drawings: Sequence[Drawing], most: int
    ) -> None:
        """Read up to ``most`` of those ``drawings`` that were not read yet."""
        with self._lock:
            new = [drawing for drawing in drawings if drawing.id not in self._read][:most]
            if not new or not recognizers:
                return
            images = np.stack([drawing.image for drawing in new])
            columns = [
                [reading.digit for reading in recognizer.read_normalized_batch(images)]
                for recognizer in recognizers
            ]
            for drawing, digits in zip(new, zip(*columns, strict=True), strict=True):
                self._read[drawing.id] = digits

    def among(self, drawings: Sequence[Drawing]) -> list[tuple[Drawing, tuple[int, ...]]]:
        """Return the ``drawings`` that all models read as another digit, with what they read."""
        with self._lock:
            return [
                (drawing, self._read[drawing.id])
                for drawing in drawings
                if drawing.id in self._read and drawing.label not in self._read[drawing.id]
            ]
