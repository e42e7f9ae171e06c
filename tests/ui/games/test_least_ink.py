"""Least ink keeps valid fives alone, each of less ink than the one before."""

import random

import numpy as np
import pytest

from mnist_app.prediction import percentage
from mnist_app.ui.games.least_ink import LeastInk, ink_used, is_valid
from tests.ui.made_readings import attempt, reading, with_ink


def test_the_ink_of_white_pixels_is_their_number_and_grey_counts_in_part():
    assert [ink_used(with_ink(number)) for number in (0, 1, 40, 784)] == [0, 1, 40, 784]
    grey = np.full((28, 28), 51, np.uint8)  # a fifth of white
    assert ink_used(grey) == 157  # 156.8
    assert ink_used(grey) <= ink_used(grey + np.uint8(1))


@pytest.mark.parametrize(
    ("made", "valid"),
    [
        (reading(5, 0.95), True),
        (reading(5, 0.895), True),
        (reading(5, 0.88), False),
        (reading(5, 0.99, accepted=False), False),
        (reading(6, 0.99), False),
        (reading(5, 0.8, no_digit=0.19), False),
    ],
)
def test_a_sure_five_is_valid(made, valid):
    assert is_valid(attempt(made)) is valid


def test_what_the_page_calls_90_per_cent_counts():
    for certainty in np.linspace(0.8, 0.99, 191):
        shown = int(percentage(float(certainty)).removesuffix(" %"))
        # Python rounds a half to even: 0.895 may be shown as either.
        if abs(certainty - 0.895) > 1e-6:
            assert is_valid(attempt(reading(5, float(certainty)))) == (shown >= 90)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_of_any_drawings_is_that_of_the_least_ink(seed):
    chance = random.Random(seed)
    game, valid = LeastInk(), []
    for _ in range(50):
        pixels, digit, sure = chance.randint(1, 200), chance.choice([3, 5, 5]), chance.random()
        game = game.after(attempt(reading(digit, sure, image=with_ink(pixels))))
        if digit == 5 and sure >= 0.895:
            valid.append(pixels)
        assert game.least == min(valid, default=None)
        assert not game.is_complete
    used = [ink_used(one.prediction.image) for one in game.attempts]
    assert used == sorted(set(used), reverse=True)
