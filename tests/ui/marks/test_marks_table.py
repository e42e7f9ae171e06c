"""The table of marks holds what was drawn beside the whole reading."""

import csv
import datetime as dt
import io

import numpy as np

from mnist_app.ui import share
from mnist_app.ui.marks.marks_table import marks_table
from mnist_app.ui.marks.scorebook import ReadingMark
from mnist_app.ui.truths import NO_DIGIT
from tests.ui.made_readings import reading

DAY = dt.date(2026, 3, 9)


def test_every_mark_is_a_row_with_its_reading():
    ink = np.zeros((340, 340), np.uint8)
    readings = [reading(4), reading(7, 0.4, accepted=False, no_digit=0.5)]
    marks = [
        ReadingMark.of(ink, readings[0], "=cnn", 9),
        ReadingMark.of(ink, readings[1], "best", NO_DIGIT),
    ]
    rows = list(csv.DictReader(io.StringIO(marks_table(DAY, marks))))
    assert [(row["drawn"], row["outcome"]) for row in rows] == [
        ("9", "wrong"),
        ("no digit", "right"),
    ]
    alone = list(csv.DictReader(io.StringIO(share.table(DAY, ["=cnn", "best"], readings))))
    for row, expected in zip(rows, alone, strict=True):
        assert expected.items() <= row.items()
    assert rows[0]["model"] == "'=cnn"
