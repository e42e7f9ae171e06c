"""The Draw page shows the reading of the library."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle
from mnist_app.preprocessing.strokes import draw
from mnist_app.ui.canvas.canvas_spec import DIGIT, SIDE
from mnist_app.ui.canvas.drawing_limits import MAXIMUM_STROKES
from mnist_app.ui.canvas.drawing_pad import FULL
from mnist_app.ui.canvas.fabric_adapter import as_reported
from tests.drawings import DIGITS, strokes_of
from tests.ui.page_runner import MAIN_SCRIPT, SCRIPT_SECONDS, fabric, texts_on

HINT = "Draw a digit from 0 to 9"


def page_with(objects=None):
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=SCRIPT_SECONDS)
    app.run()
    if objects is not None:
        report(app, as_reported(objects))
    assert not app.exception
    return app


def report(app, text):
    """Have the canvas report a drawing as this JSON text."""
    key = DIGIT.component_key(app.session_state[DIGIT.generation_key])
    app.session_state[key] = {"drawing": {"raw": text}}
    app.run()


def test_the_blank_page_shows_the_hint_and_no_reading():
    app = page_with()
    assert texts_on(app)[0] == HINT
    assert not app.error
    assert "What the network sees" not in [heading.value for heading in app.header]


@pytest.mark.parametrize("digit", DIGITS)
def test_the_page_shows_the_library_s_reading(digit):
    strokes = strokes_of(digit, left=70, top=60, size=200, brush=22)
    app = page_with(fabric(strokes))
    expected = Recognizer.load().read_digit_in_ink(draw(strokes, SIDE, SIDE)).prediction
    digit_text, sentence = texts_on(app)[:2]
    assert sentence == expected.sentence
    assert digit_text == (str(expected.digit) if expected.accepted else "?")


def test_several_digits_are_named_and_sent_to_the_numbers_page():
    strokes = [
        *strokes_of(2, left=20, top=60, size=160, brush=16),
        *strokes_of(7, left=165, top=60, size=160, brush=16),
    ]
    app = page_with(fabric(strokes))
    assert texts_on(app)[0] == "?"
    assert texts_on(app)[2] == "These look like 2 digits: 27. The page Numbers reads whole numbers."
    report(app, as_reported(fabric(strokes[:1])))
    assert texts_on(app)[0] == "2"
    assert not any("digits:" in text for text in texts_on(app))


def test_clear_brings_back_the_hint():
    app = page_with(fabric(strokes_of(7, left=70, top=60, size=200, brush=22)))
    assert texts_on(app)[0] != HINT
    app.button("clear").click().run()
    assert texts_on(app)[0] == HINT


SEVEN = fabric(strokes_of(7, left=70, top=60, size=200, brush=22))


def mounted(app):
    """Return the key of the canvas on the page and the text of the drawing it was mounted with."""
    (canvas,) = (
        element.proto
        for element in app.get("bidi_component")
        if "initialDrawing" in element.proto.json
    )
    return canvas.id.rpartition("None-")[2], json.loads(canvas.json)["initialDrawing"]["objects"]


def test_a_full_canvas_keeps_the_last_drawing_visible_and_read():
    app = page_with(SEVEN)
    before = texts_on(app)
    for _ in range(2):  # drawn on, it is full again
        report(app, as_reported(SEVEN * (MAXIMUM_STROKES + 1)))
        assert not app.exception
        assert texts_on(app) == [*before[:2], FULL, *before[2:]]
        assert mounted(app)[1] == as_reported(SEVEN)
    app.run()
    assert texts_on(app) == [*before[:2], FULL, *before[2:]]
    report(app, as_reported([*SEVEN, *SEVEN]))
    assert texts_on(app) == before
    report(app, as_reported(SEVEN * (MAXIMUM_STROKES + 1)))
    app.button("clear").click().run()
    assert texts_on(app)[0] == HINT
    assert mounted(app)[1] == ""


@pytest.mark.parametrize(
    "text",
    [
        as_reported([[[]]] * 9),
        '{"drawing":{"raw":{"objects":' + "[" * 5000 + "]" * 5000 + "}}}",
        "[" * 5000,
        '"' + "x" * 1_000_000 + '"',
        as_reported([{**SEVEN[0], "strokeWidth": 1e308}, {**SEVEN[0], "path": [["M", 1e308, 0]]}]),
        as_reported([{**SEVEN[0], "path": [["M", float("nan"), float("inf")]]}]),
    ],
)
def test_a_report_that_is_no_drawing_is_a_blank_canvas(text):
    app = page_with()
    report(app, text)
    assert not app.exception
    assert not app.error
    assert texts_on(app)[0] == HINT
    report(app, as_reported(SEVEN))
    assert texts_on(app)[0] == "7"


def test_show_others_goes_through_all_mistakes():
    app = page_with()
    total = len(load_bundle().misread().labels)
    seen = []
    for _ in range(total // 8 + 1):
        seen += [picture.captions[0] for picture in app.get("image")]
        app.button("others").click().run()
    assert len(seen) >= total
    assert "→ said" in seen[0]


def test_a_missing_model_is_reported_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr("mnist_app.bundle.shipped_folder", lambda: tmp_path)
    app = page_with()
    assert [error.value for error in app.error] == [
        "There is no trained model here. Train one with: python train_model.py fit cnn"
    ]
    assert texts_on(app)[0] == HINT
