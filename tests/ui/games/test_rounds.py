"""A round lasts a minute at most, and nothing counts after its end."""

import pytest

from mnist_app.ui.games.rounds import GAMES, SECONDS, Round
from tests.ui.made_readings import attempt, reading, with_ink

FIVE = reading(5, image=with_ink(30))


@pytest.mark.parametrize("name", GAMES)
def test_it_ends_when_its_time_is_up(name):
    begun = Round.begin(name, "best", 100.0)
    assert isinstance(begun.game, GAMES[name])
    assert begun.at(100.0) is begun
    assert begun.at(99.0).seconds(99.0) == 0
    assert begun.at(100 + SECONDS - 0.01) is begun
    over = begun.at(100 + SECONDS)
    assert over.is_over
    assert over.seconds(1000.0) == SECONDS
    assert over.at(2000.0) is over
    assert over.stopped(2000.0) is over


@pytest.mark.parametrize("name", GAMES)
def test_a_stopped_round_keeps_its_time_and_takes_nothing_more(name):
    over = Round.begin(name, "best", 100.0).stopped(107.5)
    assert over.seconds(150.0) == 7.5
    for digit in (0, 5):
        assert over.after(attempt(reading(digit, image=with_ink(30)))) is over
    assert over.judged(attempt(FIVE), 10) is over


def test_a_race_ends_with_its_last_digit():
    race = Round.begin("race", "best", 0.0)
    for digit in range(10):
        assert not race.is_over
        assert race.clears_canvas
        assert race.rest > 0
        race = race.after(attempt(reading(digit), 3.0 * digit + 3))
    assert race.is_over
    assert race.rest == 0
    assert race.seconds(50.0) == 30
    assert race.at(1000.0) is race


def test_the_other_games_go_on_and_judging_is_for_one_of_them():
    ink = Round.begin("least-ink", "best", 0.0)
    assert ink.judged(attempt(FIVE), 3) is ink
    after = ink.after(attempt(FIVE))
    assert after.game.least == 30
    assert not after.is_over
    assert not after.clears_canvas
    assert after.rest == 0
    fooled = Round.begin("fool-it", "best", 0.0).judged(attempt(FIVE), 3)
    assert fooled.game.points == 97
    assert not fooled.is_over
