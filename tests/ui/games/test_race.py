"""A race goes from digit to digit, each once it is accepted, and ends at the tenth."""

import random

import pytest

from mnist_app.ui.games.race import Race
from tests.ui.made_readings import attempt, reading


def test_only_the_accepted_wanted_digit_counts():
    race = Race()
    for digit in range(10):
        for other in range(10):
            refused = race.after(attempt(reading(other, accepted=False)))
            assert refused is race
            if other != digit:
                assert race.after(attempt(reading(other))) is race
        assert race.wanted == digit
        assert not race.is_complete
        race = race.after(attempt(reading(digit), 2.5 * (digit + 1)))
    assert race.is_complete
    assert race.wanted is None
    assert race.durations == pytest.approx([2.5] * 10)
    assert [one.prediction.digit for one in race.attempts] == list(range(10))


@pytest.mark.parametrize("seed", range(5))
def test_any_course_of_readings_accepts_the_digits_in_order(seed):
    chance = random.Random(seed)
    race, time, wanted = Race(), 0.0, 0
    for _ in range(400):
        time += chance.random()
        digit, accepted = chance.randrange(10), chance.random() < 0.8
        race = race.after(attempt(reading(digit, accepted=accepted), time))
        wanted += accepted and digit == wanted
        assert len(race.attempts) == wanted
        assert sum(race.durations) == pytest.approx(
            max([one.seconds for one in race.attempts] + [0])
        )
    assert race.is_complete
