"""Fool it gives points for wrong answers alone, as many as the network is sure."""

import random

import pytest

from mnist_app.ui.games.fool_it import FoolIt, Trick
from mnist_app.ui.truths import NO_DIGIT, TRUTHS
from tests.ui.made_readings import attempt, reading


@pytest.mark.parametrize("sure", [0.5, 0.83, 1.0])
@pytest.mark.parametrize("digit", [0, 8])
@pytest.mark.parametrize("meant", TRUTHS)
def test_an_accepted_digit_fools_unless_it_was_meant(digit, meant, sure):
    trick = Trick(attempt(reading(digit, sure)), meant)
    assert trick.is_fooled == (meant != digit)
    assert trick.points == (0 if meant == digit else round(100 * sure))


@pytest.mark.parametrize("meant", TRUTHS)
def test_a_refused_drawing_fools_only_if_a_digit_was_meant(meant):
    trick = Trick(attempt(reading(4, 0.2, accepted=False, no_digit=0.7)), meant)
    assert trick.is_fooled == (meant != NO_DIGIT)
    assert trick.points == (0 if meant == NO_DIGIT else 80)


def test_points_add_up_and_reading_alone_changes_nothing():
    chance = random.Random(1)
    game, points = FoolIt(), 0
    for number in range(1, 30):
        drawing = attempt(reading(chance.randrange(10), chance.random()))
        assert game.after(drawing) is game
        game = game.judged(drawing, chance.choice([NO_DIGIT, 3]))
        points += game.tricks[-1].points
        assert game.points == points
        assert len(game.tricks) == number
    assert 0 < len(game.fooled) <= len(game.tricks)
