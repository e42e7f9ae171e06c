"""A recipe: refused if it cannot be trained, and kept by JSON."""

import json

import pytest

from mnist_app.bundle import check_new_name
from mnist_app.errors import TrainingError
from mnist_app.training.recipe import Recipe
from mnist_app.training.recipes import BEST, CNN
from mnist_app.training.settings import bundle_name, changed


@pytest.mark.parametrize(
    "setting",
    [
        "epochs",
        "epochs=",
        "epochs=three",
        "epochs=3.5",
        "epochs=true",
        "epochs=0",
        "epochs=-1",
        "hidden=256",
        "hidden=[0]",
        "hidden=[2.5]",
        'hidden=["a"]',
        "hidden=[[1]]",
        "convolutions=[8]",
        "convolutions=[[]]",
        "dropout=1",
        "block_dropout=-0.1",
        "batch_normalisation=1",
        "batch_normalisation=yes",
        "turn_degrees=-5",
        "zoom=1",
        "slant=2",
        "shift_pixels=NaN",
        "validate_on=first",
        "learning_rate=0",
        "learning_rate=NaN",
        "learning_rate=null",
        "optimizer=adamw2",
        "schedule=cosin",
        "learning_rate=Infinity",
        "learning_rate=1" + 400 * "0",
        "hidden=" + 5000 * "[",
        "loss=mse",
        "output=digits",
        "validation=0",
        "validation=1",
        "seed=-1",
        "name=best",
        "title=x",
        "momentum=0.9",
        "=3",
    ],
)
def test_what_makes_no_sense_is_refused(setting):
    with pytest.raises(TrainingError):
        changed(CNN, [setting])


@pytest.mark.parametrize(
    "setting",
    [
        "pen_renderings=-1",
        "validation_writers=[]",
        "validation_writers=[20,21]",
        f"validation_writers={list(range(1, 21))}",
        "non_digits=1",
        "bend_pixels=-0.1",
        "pen_renderings=0",
    ],
)
def test_writers_that_cannot_be_trained_on_are_refused(setting):
    """Final figures have writers of their own; some of the others are held out, and not all."""
    with pytest.raises(TrainingError):
        changed(BEST, [setting])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["teachers=0"], "teacher and teachers need each other"),
        (["teacher="], "teacher and teachers need each other"),
        (["teachers=-1"], "teachers must be 0 or more"),
        (["teachers=true"], "teachers must be a whole number"),
        (["teacher=1"], "teacher must be text"),
        (["loss=sparse_categorical_crossentropy"], "a teacher needs .* the loss categorical_cross"),
        (["non_digits=0"], "a teacher needs non_digits"),
    ],
)
def test_a_teacher_that_cannot_teach_is_refused(settings, words):
    with pytest.raises(TrainingError, match=words):
        changed(BEST, settings)


def test_the_best_recipe_can_do_without_teachers():
    alone = changed(BEST, ["teacher=", "teachers=0", "loss=sparse_categorical_crossentropy"])
    assert (alone.teacher, alone.teachers) == ("", 0)
    assert check_new_name(bundle_name(BEST, alone, "mnist"))


@pytest.mark.parametrize("recipe", [CNN, BEST])
def test_a_recipe_survives_json(recipe):
    data = json.loads(json.dumps(recipe.as_data()))
    tuples = {
        "convolutions": tuple(map(tuple, data["convolutions"])),
        "hidden": tuple(data["hidden"]),
        "validation_writers": tuple(data["validation_writers"]),
    }
    assert Recipe(**{**data, **tuples}) == recipe
    assert recipe.as_data() == data
