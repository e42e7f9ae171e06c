"""The marks of a session as CSV."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import Final

from mnist_app.ui import share
from mnist_app.ui.marks.scorebook import ReadingMark
from mnist_app.ui.truths import NO_DIGIT

COLUMNS: Final = ("drawn", "outcome", *share.COLUMNS)
NO_DIGIT_CELL: Final = "no digit"


def marks_table(day: dt.date, marks: Iterable[ReadingMark]) -> str:
    """Return ``marks`` as CSV, a row for each, the reading as in `share.table`.

    ``drawn`` is the digit that the person drew, or `NO_DIGIT_CELL`.
    """
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for mark in marks:
        drawn = NO_DIGIT_CELL if mark.truth == NO_DIGIT else mark.truth
        reading = share.cells(day, mark.model, mark.attempt.prediction)
        rows.writerow([drawn, mark.outcome.value, *reading])
    return written.getvalue()
