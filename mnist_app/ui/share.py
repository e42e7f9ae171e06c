"""Downloads of a result: a card, the drawing and a table."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import Final

import cv2
import streamlit as st

from mnist_app.arrays import Image
from mnist_app.csv_cells import text_cell
from mnist_app.prediction import Prediction
from mnist_app.ui.downloads import Download, show_links
from mnist_app.ui.result_card import draw_card
from mnist_app.words import _

COLUMNS: Final = (
    "day",
    "model",
    "digit",
    "accepted",
    "confidence",
    *(f"probability_{digit}" for digit in range(10)),
    "digit_probability",
)


def show_share(drawing: Image, names: Sequence[str], readings: Sequence[Prediction]) -> None:
    """Show, folded, links that save ``drawing``, uint8 (height, width), and its ``readings``.

    ``names`` are the models' names. A single reading can be saved as a card, too. The files are
    made only while the fold is open.
    """
    fold = st.expander(_("Save"), icon=":material/download:", key="save", on_change="rerun")
    if not fold.open:
        return
    day = dt.datetime.now().astimezone().date()
    text = table(day, names, readings)
    files = [
        Download(_("Drawing (PNG)"), "drawing.png", "image/png", drawing_file(drawing)),
        Download(_("Table (CSV)"), "reading.csv", "text/csv", text.encode("utf-8")),
    ]
    if len(readings) == 1:
        card = io.BytesIO()
        draw_card(drawing, readings[0], names[0], day).save(card, "PNG")
        label = _("Result card (PNG)")
        files.insert(0, Download(label, "result.png", "image/png", card.getvalue()))
    with fold:
        show_links(files)
        st.caption(_("The files go to your device and nowhere else."))


def drawing_file(drawing: Image) -> bytes:
    """Return ``drawing`` as a PNG: white on black, as it is on the canvas."""
    return bytes(cv2.imencode(".png", drawing)[1])


def table(day: dt.date, names: Sequence[str], readings: Sequence[Prediction]) -> str:
    """Return ``readings`` as CSV, a row for each model.

    Numbers have a decimal point and booleans are ``true`` or ``false``, whatever the locale.
    No name is a formula (`mnist_app.csv_cells`).
    """
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for name, reading in zip(names, readings, strict=True):
        rows.writerow(cells(day, name, reading))
    return written.getvalue()


def cells(day: dt.date, name: str, reading: Prediction) -> list[str]:
    """Return the cells of a reading by the model called ``name``, in the order of `COLUMNS`."""
    return [
        day.isoformat(),
        text_cell(name),
        str(reading.digit),
        str(reading.accepted).lower(),
        f"{reading.confidence:.6f}",
        *(f"{share:.6f}" for share in reading.probabilities.tolist()),
        f"{reading.digit_probability:.6f}",
    ]
