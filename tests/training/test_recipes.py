"""The declared recipes."""

import dataclasses

import pytest

from mnist_app.errors import TrainingError
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, WRITERS
from mnist_app.training.recipe import TRAINING_WRITERS
from mnist_app.training.recipes import BEST, CNN, RECIPES, TEACHER, recipe_named, teachers_of


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


def test_the_best_recipe_has_four_teachers_that_differ_in_their_seed_alone():
    teachers = teachers_of(BEST)
    assert [teacher.seed for teacher in teachers] == [0, 1, 2, 3]
    assert {dataclasses.replace(teacher, seed=0) for teacher in teachers} == {TEACHER}
    assert teachers_of(dataclasses.replace(BEST, seed=9)) == teachers


def test_teachers_learn_from_the_same_images_as_the_best_recipe_does():
    for field in ("validation", "validate_on", "validation_writers", "pen_renderings"):
        assert getattr(TEACHER, field) == getattr(BEST, field)


@pytest.mark.parametrize("recipe", [CNN, TEACHER])
def test_without_a_teacher_there_are_none(recipe):
    assert teachers_of(recipe) == []


@pytest.mark.parametrize(
    ("teacher", "words"),
    [("techer", "no recipe called “techer”.*teacher"), ("cnn", "“cnn” cannot be a teacher")],
)
def test_an_unknown_teacher_and_one_that_knows_only_digits_are_refused(teacher, words):
    with pytest.raises(TrainingError, match=words):
        teachers_of(dataclasses.replace(BEST, teacher=teacher))
