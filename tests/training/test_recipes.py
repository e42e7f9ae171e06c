"""The declared recipes."""

import pytest

from mnist_app.errors import TrainingError
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, WRITERS
from mnist_app.training.recipe import TRAINING_WRITERS
from mnist_app.training.recipes import BEST, CNN, RECIPES, recipe_named


def test_every_recipe_is_found_by_its_name():
    for name, recipe in RECIPES.items():
        assert recipe_named(name) is recipe
        assert recipe.name == name
        assert recipe.seed == 0


def test_an_unknown_recipe_is_refused_with_the_known_ones():
    with pytest.raises(TrainingError, match=r"“cnm”.*cnn"):
        recipe_named("cnm")


def test_the_best_recipe_holds_out_writers_and_knows_what_is_no_digit():
    assert BEST.classes == 11
    assert CNN.classes == 10
    assert set(BEST.validation_writers) < set(TRAINING_WRITERS)
    assert not set(TRAINING_WRITERS) & set(HELD_OUT_WRITERS)
    assert sorted({*TRAINING_WRITERS, *HELD_OUT_WRITERS}) == list(range(1, WRITERS + 1))
