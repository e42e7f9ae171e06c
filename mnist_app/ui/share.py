"""What a person can take along: the result as a picture and as a table, and the drawing itself."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import Final

import cv2
import streamlit as st
from PIL import Image as PillowImage

from mnist_app.arrays import Image
from mnist_app.recognizer import Prediction
from mnist_app.ui.downloads import File, offer
from mnist_app.ui.result_card import card

COLUMNS: Final = (
    "day",
    "model",
    "digit",
    "accepted",
    "confidence",
    *(f"probability_{digit}" for digit in range(10)),
)


def show_share(drawing: Image, names: Sequence[str], readings: Sequence[Prediction]) -> None:
    """Show, folded, links that save ``drawing``, uint8 (height, width), and its ``readings``.

    ``names`` are the models' names. A single reading can be saved as a card, too. The files are
    made only while the fold is open.
    """
    fold = st.expander("Save", icon=":material/download:", key="save", on_change="rerun")
    if not fold.open:
        return
    day = dt.datetime.now().astimezone().date()
    files = [
        File("Drawing (PNG)", "drawing.png", "image/png", drawing_file(drawing)),
        File("Table (CSV)", "reading.csv", "text/csv", table(day, names, readings).encode("utf-8")),
    ]
    if len(readings) == 1:
        picture = card(drawing, readings[0], names[0], day)
        files.insert(0, File("Result card (PNG)", "result.png", "image/png", _png(picture)))
    with fold:
        offer(files)
        st.caption("The files go to your device and nowhere else.")


def drawing_file(drawing: Image) -> bytes:
    """Return ``drawing`` as a PNG: white on black, as it is on the canvas."""
    return bytes(cv2.imencode(".png", drawing)[1])


def table(day: dt.date, names: Sequence[str], readings: Sequence[Prediction]) -> str:
    """Return ``readings`` as CSV, a row a model; numbers with a point, booleans true and false."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for name, reading in zip(names, readings, strict=True):
        rows.writerow(
            [
                day.isoformat(),
                name,
                reading.digit,
                str(reading.accepted).lower(),
                f"{reading.confidence:.6f}",
                *(f"{share:.6f}" for share in reading.probabilities.tolist()),
            ]
        )
    return written.getvalue()


def _png(picture: PillowImage.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
