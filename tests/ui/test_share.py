"""Downloads hold the drawing and its reading, and stay out of the shared media store."""

import csv
import datetime as dt
import io
import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from mnist_app import Recognizer
from mnist_app.ui.canvas.canvas_spec import SIDE
from mnist_app.ui.result_card import ACCENT, DRAWING, SEEN, SIZE, draw_card
from mnist_app.ui.share import drawing_file, table
from tests.drawings import drawn, strokes_of
from tests.ui.page_runner import page_at, pixels_of

DAY = dt.date(2026, 3, 9)
INK = drawn(7)
READING = Recognizer.load().read_digit(INK)


def test_the_drawing_comes_back_pixel_for_pixel():
    again = cv2.imdecode(np.frombuffer(drawing_file(INK), np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(again, INK)


def test_the_table_holds_every_model_and_probability():
    text = table(DAY, ["cnn", "other"], [READING, READING])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["model"] for row in rows] == ["cnn", "other"]
    for row in rows:
        assert row["day"] == "2026-03-09"
        assert row["digit"] == str(READING.digit)
        assert row["accepted"] == str(READING.accepted).lower()
        shares = [float(row[f"probability_{digit}"]) for digit in range(10)]
        np.testing.assert_allclose(shares, READING.probabilities, atol=1e-6)
        assert float(row["digit_probability"]) == pytest.approx(READING.digit_probability, abs=1e-6)


def test_a_model_s_name_is_no_formula_in_the_table():
    (row,) = csv.DictReader(io.StringIO(table(DAY, ["=1+1"], [READING])))
    assert row["model"] == "'=1+1"
    assert row["digit"] == str(READING.digit)


def test_the_card_shows_drawing_digit_image_and_bars():
    picture = draw_card(INK, READING, "cnn", DAY)
    assert picture.size == SIZE
    pixels = np.asarray(picture)
    accent = np.array([int(ACCENT[i : i + 2], 16) for i in (1, 3, 5)])
    bars = (pixels == accent).all(axis=2)[SEEN[1] : SEEN[3], SEEN[2] :]
    assert bars.sum() > 2000, "the bar of the digit is no bar of almost 100 %"
    other = draw_card(INK, Recognizer.load().read_digit(drawn(1)), "cnn", DAY)
    assert not np.array_equal(pixels, np.asarray(other))
    refused = np.asarray(draw_card(INK, replace(READING, accepted=False), "cnn", DAY))
    above_the_foot = refused[: SIZE[1] - 80]
    assert not (above_the_foot == accent).all(axis=2).any()
    height, width = INK.shape
    corner = np.asarray(picture.crop(DRAWING).convert("L").resize((width, height)))
    assert np.abs(corner.astype(int) - INK).mean() < 4
    seen = np.asarray(picture.crop(SEEN).convert("L"))[2::4, 2::4]
    np.testing.assert_array_equal(seen, READING.image)


def test_the_page_offers_files_only_when_unfolded_and_outside_the_shared_store(monkeypatch):
    stored = []
    monkeypatch.setattr(MemoryMediaFileStorage, "load_and_get_id", lambda *a, **k: stored.append(a))
    app = page_at("compare", strokes_of(7, left=70, top=60, size=200, brush=22))
    assert [part.key for part in app.get("bidi_component")] == ["canvas-1", "announced"]
    app.session_state["save"] = True
    app.run()
    assert not app.exception
    (links,) = (part for part in app.get("bidi_component") if part.key == "download_links")
    files = json.loads(links.proto.json)["files"]
    assert [file["name"] for file in files] == ["drawing.png", "reading.csv"]
    assert pixels_of(f"data:image/png;base64,{files[0]['content']}").shape == (SIDE, SIDE)
    assert stored == []
