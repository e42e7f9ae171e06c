"""The games on the page Draw, from their choice to their end."""

import json

import pytest

from mnist_app.ui.canvas.canvas_spec import DIGIT
from mnist_app.ui.games import game_session
from mnist_app.ui.games.rounds import GAMES, SECONDS
from tests.drawings import strokes_of
from tests.ui.page_runner import draw_on, page_at, reading_on

BUTTONS = [f"play_{name}" for name in GAMES]


@pytest.fixture
def clock(monkeypatch):
    """The clock of the rounds; ``clock.time`` can be set."""

    class Clock:
        time = 1000.0

    monkeypatch.setattr(game_session, "now", lambda: Clock.time)
    return Clock


def digit(number):
    return strokes_of(number, left=70, top=60, size=200, brush=22)


def keys(app):
    return [button.key for button in app.button]


def texts(app):
    return " ".join(element.value for element in app.markdown)


def clock_on(app):
    (data,) = (
        json.loads(part.proto.json)
        for part in app.get("bidi_component")
        if part.proto.id.endswith("-game_clock")
    )
    return data


def begun(name, **query):
    app = page_at("draw", game=name, **query)
    app.button("game_begin").click().run()
    assert not app.exception
    return app


def test_a_game_is_chosen_and_left_through_the_address():
    app = page_at("draw")
    assert set(BUTTONS) <= set(keys(app))
    app.button("play_race").click().run()
    assert app.query_params["game"] == "race"
    assert "game_begin" in keys(app)
    app.button("game_leave").click().run()
    assert "game" not in app.query_params
    assert "game_begin" not in keys(app)


def test_an_unknown_game_is_reported_and_the_page_works():
    app = page_at("draw", digit(7), game="chess")
    (warning,) = app.warning
    assert "the game “chess”, which is not known here" in warning.value
    assert reading_on(app)["reading"]["digit"] == "7"
    app.button("play_race").click().run()
    assert not app.warning


@pytest.mark.parametrize("model", ["best", "dense-128"])
def test_a_race_goes_on_with_each_accepted_digit_and_ends_with_the_minute(clock, model):
    app = begun("race", model=model)
    for number in (0, 1, 2):
        clock.time += 5
        assert f"Draw a :primary[**{number}**]" in texts(app)
        draw_on(app, digit(7))  # another digit waits
        assert f"Draw a :primary[**{number}**]" in texts(app)
        assert reading_on(app)["reading"] is not None
        draw_on(app, digit(number))
        assert reading_on(app)["reading"] is None  # the canvas is empty for the next one
    assert clock_on(app)["isRunning"]
    assert clock_on(app)["left"] == SECONDS - 15
    clock.time += SECONDS
    draw_on(app, digit(4))
    assert "3 of 10 digits in 60 seconds" in texts(app)
    assert not clock_on(app)["isRunning"]
    assert reading_on(app)["reading"]["digit"] == "4"  # what is drawn after the end stays
    (picture,) = (
        image for image in app.get("image") if image.proto.imgs[0].alt.startswith("The dr")
    )
    assert "3 of 10 digits" in picture.proto.imgs[0].alt
    app.button("game_begin").click().run()
    assert "Draw a :primary[**0**]" in texts(app)


def test_least_ink_tells_what_is_missing_and_ends_when_stopped(clock):
    app = begun("least-ink")
    draw_on(app, digit(7))
    assert "% sure of a 5" in texts(app)
    clock.time += 20
    app.button("game_stop").click().run()
    assert "No 5 this time" in texts(app)
    assert clock_on(app)["left"] == SECONDS - 20
    assert not [image for image in app.get("image") if "of this round" in image.proto.imgs[0].alt]


def test_fool_it_judges_what_the_player_says(clock):
    app = begun("fool-it")
    app.button("game_judge").click().run()  # nothing is drawn yet: nothing happens
    assert "then press Judge" in texts(app)
    draw_on(app, digit(7))
    assert "then press Judge" in texts(app)
    app.button("game_judge").click().run()  # said to be no digit
    assert "Fooled! It said 7, " in texts(app)
    assert reading_on(app)["reading"] is None
    draw_on(app, digit(4))
    app.selectbox("game_meant").select(4).run()
    app.button("game_judge").click().run()
    assert "Not fooled: it said 4" in texts(app)
    app.button("game_stop").click().run()
    assert "Fooled once" in texts(app)
    assert len(app.session_state["game_round"].game.tricks) == 2


def test_a_start_and_another_model_empty_and_end_a_round(clock):
    app = page_at("draw", digit(7), game="race")
    assert reading_on(app)["reading"]["digit"] == "7"
    app.button("game_begin").click().run()
    assert reading_on(app)["reading"] is None
    assert app.session_state[DIGIT.drawing_key].strokes == ()
    app.session_state["model"] = "cnn"
    app.run()
    assert "game_begin" in keys(app)
    assert "Draw a :primary[**0**]" not in texts(app)
