"""What the games say fits how they stand."""

import pytest

from mnist_app.server.static_files import ICONS
from mnist_app.ui.games.fool_it import FoolIt
from mnist_app.ui.games.game_views import view_of
from mnist_app.ui.games.least_ink import LeastInk
from mnist_app.ui.games.race import Race
from mnist_app.ui.games.rounds import GAMES
from mnist_app.ui.picture_strip import WRONG
from tests.ui.made_readings import attempt, reading, with_ink


@pytest.mark.parametrize("kind", GAMES.values())
def test_a_game_without_a_drawing_is_no_success_and_has_no_picture(kind):
    view = view_of(kind())
    assert not view.is_success()
    assert list(view.tiles()) == []
    assert view.score(60.0)
    assert view.lesson()
    names = ICONS.with_name("icons.txt").read_text(encoding="utf-8").split()
    assert view.icon.removeprefix(":material/").removesuffix(":") in names


def test_a_race_names_its_slowest_digit_and_its_time():
    race = Race()
    for digit, seconds in enumerate([2, 3, 9.5, 11]):
        race = race.after(attempt(reading(digit), seconds))
    view = view_of(race)
    assert view.task() == "Draw a :primary[**4**]"
    assert view.score(60.0) == "4 of 10 digits in 60 seconds"
    assert "Your 2 took longest: 6.5 seconds" in view.lesson()
    assert [tile.caption for tile in view.tiles() if tile.colour == WRONG] == ["2"]
    for digit in range(4, 10):
        race = race.after(attempt(reading(digit), 30.0 + digit))
    assert view_of(race).is_success()
    assert view_of(race).score(39.0) == "All ten digits in 39.0 seconds!"


def test_least_ink_tells_the_best_and_what_is_on_the_canvas():
    game = LeastInk().after(attempt(reading(5, image=with_ink(61))))
    view = view_of(game)
    assert "61 pixels" in view.progress(None)
    unsure = attempt(reading(5, 0.71, accepted=False, image=with_ink(33)))
    assert "33 pixels, 71 % sure of a 5" in view.progress(unsure)
    assert "It must be 90 %" in view_of(LeastInk()).progress(unsure)
    assert view.score(60.0) == "A 5 from 61 pixels of ink!"


def test_fool_it_tells_the_answer_and_the_points():
    game = FoolIt().judged(attempt(reading(3, 0.97)), 10)
    assert view_of(game).progress(None) == "Fooled! It said 3, 97 % sure. :primary[**97 points**]"
    assert view_of(game).score(60.0) == "Fooled once: 97 points!"
    game = game.judged(attempt(reading(3, 0.9)), 3)
    assert view_of(game).progress(None).startswith("Not fooled: it said 3")
    assert [tile.caption for tile in view_of(game).tiles()] == ["no digit, said 3", "3, said 3"]
    game = game.judged(attempt(reading(4, 0.3, accepted=False)), 4)
    assert view_of(game).score(60.0) == "Fooled 2 times: 167 points!"
