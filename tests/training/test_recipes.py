"""Recipes: declared as data, changed from the command line, refused when they make no sense."""

import dataclasses
import itertools
import json

import pytest

from mnist_app.bundle import check_new_name
from mnist_app.errors import TrainingError
from mnist_app.training.data.pen_digits import HELD_OUT_WRITERS, WRITERS
from mnist_app.training.recipe import FIELD_TYPES, TRAINING_WRITERS, Recipe
from mnist_app.training.recipes import BEST, CNN, RECIPES, recipe_named
from mnist_app.training.settings import bundle_name, changed


def test_every_recipe_is_found_by_its_name():
    for name, recipe in RECIPES.items():
        assert recipe_named(name) is recipe
        assert recipe.name == name
        assert recipe.seed == 0


def test_an_unknown_recipe_is_refused_with_the_known_ones():
    with pytest.raises(TrainingError, match=r"“cnm”.*cnn"):
        recipe_named("cnm")


@pytest.mark.parametrize(
    ("setting", "field", "value"),
    [
        ("epochs=3", "epochs", 3),
        ("hidden=[256,64]", "hidden", (256, 64)),
        ("hidden=[]", "hidden", ()),
        ("convolutions=[[8],[16,16]]", "convolutions", ((8,), (16, 16))),
        ("learning_rate=0.01", "learning_rate", 0.01),
        ("learning_rate=1", "learning_rate", 1.0),
        ("dropout=0", "dropout", 0.0),
        ("optimizer=sgd", "optimizer", "sgd"),
        ("batch_normalisation=true", "batch_normalisation", True),
        ("turn_degrees=15", "turn_degrees", 15.0),
        ("validate_on=last", "validate_on", "last"),
        ("schedule=constant", "schedule", "constant"),
    ],
)
def test_any_field_can_be_changed(setting, field, value):
    recipe = changed(CNN, [setting])
    assert getattr(recipe, field) == value
    assert type(getattr(recipe, field)) is type(value)
    assert dataclasses.replace(recipe, **{field: getattr(CNN, field)}) == CNN


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
        "restarts=[0]",
        "restarts=[20]",
        "restarts=[8,8]",
        "restarts=[8,4]",
        "restarts=8",
        'restarts=["a"]',
        "restarts=[1.5]",
        "restarts=[true]",
        "learning_rate=Infinity",
        "learning_rate=1" + 400 * "0",
        "hidden=" + 5000 * "[",
        "loss=mse",
        "output=digits",
        "second_look=true",
        "second_look=1",
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


VALUES = [None, True, 1, 2.5, "a", [], ["a"], [1.5], [True], [3], [[8, "a"]], [[8]], [[[8]]], {}]
ACCEPTED = {
    "bool": [True],
    "int": [1],
    "float": [1, 2.5],
    "tuple[int, ...]": [[], [3]],
    "tuple[tuple[int, ...], ...]": [[], [[8]]],
}


@pytest.mark.parametrize("field", sorted(FIELD_TYPES.keys() - {"name", "title"}))
def test_every_field_takes_values_of_its_declared_type_only(field):
    """A value of the right type may still be out of range; one of another type never passes."""
    kind = FIELD_TYPES[field]
    accepted = ACCEPTED.get(kind.__name__ if isinstance(kind, type) else str(kind), [])
    for value in VALUES:
        try:
            changed(BEST, [f"{field}={json.dumps(value)}"])
        except TrainingError:
            continue
        assert any(value == one and type(value) is type(one) for one in accepted), value


def test_no_two_recipes_share_a_bundle_name():
    settings = [
        *["hidden=[]", "hidden=[8]", "hidden=[8,16]", "hidden=[816]"],
        *["convolutions=[]", "convolutions=[[8,16]]", "convolutions=[[8],[16]]"],
        *["convolutions=[[816]]", "convolutions=[[8],[1,6]]", "restarts=[1]", "restarts=[1,6]"],
        *["dropout=0.1", "dropout=0.01", "learning_rate=1e-05", "learning_rate=1e5"],
        *["batch_normalisation=true", "optimizer=sgd", "epochs=31", "epochs=13"],
    ]
    recipes = [changed(CNN, [one]) for one in settings]
    recipes += [changed(CNN, [*pair]) for pair in itertools.combinations(settings, 2)]
    names = {bundle_name(CNN, recipe, "mnist"): recipe for recipe in recipes}
    assert len(names) == len(set(recipes))
    assert all(check_new_name(name) for name in names)


def test_only_a_schedule_that_falls_can_begin_anew():
    with pytest.raises(TrainingError, match="restarts need the schedule cosine"):
        changed(CNN, ["schedule=constant", "restarts=[5]"])


def test_a_recipe_survives_json():
    data = json.loads(json.dumps(CNN.as_data()))
    tuples = {
        "convolutions": tuple(map(tuple, data["convolutions"])),
        "hidden": tuple(data["hidden"]),
        "validation_writers": tuple(data["validation_writers"]),
        "restarts": tuple(data["restarts"]),
    }
    assert Recipe(**{**data, **tuples}) == CNN
    assert CNN.as_data() == data


@pytest.mark.parametrize(
    ("settings", "data", "name"),
    [
        ([], "mnist", "cnn"),
        ([f"epochs={CNN.epochs}", "seed=0"], "mnist", "cnn"),
        (["epochs=3"], "mnist", "cnn-epochs-3"),
        (["hidden=[256,64]", "seed=1"], "mnist", "cnn-hidden-256-64-seed-1"),
        (["seed=1", "hidden=[256,64]"], "mnist", "cnn-hidden-256-64-seed-1"),
        (["dropout=0.1"], "mnist", "cnn-dropout-0.1"),
        (["epochs=3", "epochs=4"], "mnist", "cnn-epochs-4"),
        (["epochs=3", f"epochs={CNN.epochs}"], "mnist", "cnn"),
        (["hidden=[]"], "mnist", "cnn-hidden-none"),
        (["convolutions=[[8,16],[32]]"], "mnist", "cnn-convolutions-8.16-32"),
        ([], "synthetic", "cnn-synthetic"),
    ],
)
def test_only_the_recipe_as_it_is_gets_its_name(settings, data, name):
    assert bundle_name(CNN, changed(CNN, settings), data) == name


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
def test_pens_that_cannot_be_learned_from_are_refused(setting):
    """Strangers are never learned from, some writers are held out, and not all of them."""
    with pytest.raises(TrainingError):
        changed(BEST, [setting])


def test_the_best_recipe_holds_out_writers_and_knows_what_is_no_digit():
    assert BEST.classes == 11
    assert CNN.classes == 10
    assert set(BEST.validation_writers) < set(TRAINING_WRITERS)
    assert not set(TRAINING_WRITERS) & set(HELD_OUT_WRITERS)
    assert sorted({*TRAINING_WRITERS, *HELD_OUT_WRITERS}) == list(range(1, WRITERS + 1))
