"""A tap below the reading marks it, and the score, its rows and its files follow."""

import base64
import csv
import io
import json

import pytest

from mnist_app.ui.marks import truth_row
from tests.drawings import strokes_of
from tests.ui.page_runner import (
    component_data,
    draw_on,
    fire,
    images_on,
    page_at,
    pixels_of,
    tables_on,
)


def digit(number, left=70):
    return strokes_of(number, left=left, top=60, size=200, brush=22)


def tap(app, truth):
    """Have the row report a tap, as the browser does."""
    fire(app, truth_row.KEY, "truth", truth)
    assert not app.exception


def chosen(app):
    return component_data(app, truth_row.KEY)["chosen"]


def is_asked(app):
    return any(part.proto.id.endswith(f"-{truth_row.KEY}") for part in app.get("bidi_component"))


def score(app):
    return [fold.label for fold in app.expander if fold.label.startswith("Your score")]


def test_nothing_is_asked_before_there_is_a_reading():
    app = page_at("draw")
    assert not is_asked(app)
    assert score(app) == []


def test_marks_are_counted_shown_and_saved():
    app = page_at("draw", digit(7))
    assert chosen(app) is None
    tap(app, 7)
    assert score(app) == ["Your score: 1 right, 0 wrong, 0 not sure"]
    assert chosen(app) == 7
    draw_on(app, digit(4))
    assert chosen(app) is None
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


@pytest.mark.parametrize(
    ("second", "marked", "counted"),
    [(7, None, []), (1, 1, ["Your score: 0 right, 1 wrong, 0 not sure"])],
)
def test_a_mark_is_taken_back_or_changed(second, marked, counted):
    app = page_at("draw", digit(7))
    tap(app, 7)
    tap(app, second)
    assert score(app) == counted
    assert chosen(app) == marked


def test_another_model_s_reading_of_the_same_drawing_is_marked_by_itself():
    app = page_at("draw", digit(7))
    tap(app, 7)
    app.session_state["model"] = "dense-128"
    app.run()
    assert chosen(app) is None
    app.session_state["model"] = "best"
    app.run()
    assert chosen(app) == 7


def test_a_game_has_the_page_for_itself():
    app = page_at("draw", digit(7), game="race")
    assert not is_asked(app)
