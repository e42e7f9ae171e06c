"""A tap below the reading marks it, and the score, its rows and its files follow."""

import base64
import csv
import io
import json

import pytest

from tests.drawings import strokes_of
from tests.ui.page_runner import draw_on, images_on, page_at, pixels_of, tables_on


def digit(number, left=70):
    return strokes_of(number, left=left, top=60, size=200, brush=22)


def tap(app, truth):
    app.pills("mark").set_value(truth).run()
    assert not app.exception


def score(app):
    return [fold.label for fold in app.expander if fold.label.startswith("Your score")]


def test_nothing_is_asked_before_there_is_a_reading():
    app = page_at("draw")
    assert not app.pills
    assert score(app) == []


def test_marks_are_counted_shown_and_saved():
    app = page_at("draw", digit(7))
    assert app.pills("mark").value is None
    tap(app, 7)
    assert score(app) == ["Your score: 1 right, 0 wrong, 0 not sure"]
    assert app.pills("mark").value == 7
    draw_on(app, digit(4))
    assert app.pills("mark").value is None
    tap(app, 9)
    assert score(app) == ["Your score: 1 right, 1 wrong, 0 not sure"]
    assert not tables_on(app)
    app.session_state["score"] = True
    app.run()
    assert tables_on(app) == [
        [
            ["You drew", "right", "wrong", "not sure"],
            ["7", "1", "0", "0"],
            ["9", "0", "1", "0"],
        ]
    ]
    assert [caption for caption, _ in images_on(app) if caption.startswith("9 → said 4")]
    (links,) = (
        json.loads(part.proto.json)["files"]
        for part in app.get("bidi_component")
        if part.proto.id.endswith("-score_download_links")
    )
    assert [file["name"] for file in links] == ["wrong.png", "score.csv"]
    assert pixels_of(f"data:image/png;base64,{links[0]['content']}").ndim == 3
    text = base64.b64decode(links[1]["content"]).decode("utf-8")
    assert [row["drawn"] for row in csv.DictReader(io.StringIO(text))] == ["7", "9"]
    app.button("score_forget").click().run()
    assert score(app) == []


@pytest.mark.parametrize("second", [None, 1])
def test_a_mark_is_taken_back_or_changed(second):
    app = page_at("draw", digit(7))
    tap(app, 7)
    tap(app, second)
    assert score(app) == ([] if second is None else ["Your score: 0 right, 1 wrong, 0 not sure"])
    assert app.pills("mark").value == second


def test_another_model_s_reading_of_the_same_drawing_is_marked_by_itself():
    app = page_at("draw", digit(7))
    tap(app, 7)
    app.session_state["model"] = "dense-128"
    app.run()
    assert app.pills("mark").value is None
    app.session_state["model"] = "best"
    app.run()
    assert app.pills("mark").value == 7


def test_a_game_has_the_page_for_itself():
    app = page_at("draw", digit(7), game="race")
    assert not app.pills
