"""Settings: every field can be changed to values of its type, and the bundle's name tells them."""

import dataclasses
import itertools
import json

import pytest

from mnist_app.bundle import check_new_name
from mnist_app.errors import TrainingError
from mnist_app.training.recipe import FIELD_TYPES
from mnist_app.training.recipes import BEST, CNN
from mnist_app.training.settings import bundle_name, changed


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
        ("validation_writers=[3,20]", "validation_writers", (3, 20)),
    ],
)
def test_any_field_can_be_changed(setting, field, value):
    recipe = changed(CNN, [setting])
    assert getattr(recipe, field) == value
    assert type(getattr(recipe, field)) is type(value)
    assert dataclasses.replace(recipe, **{field: getattr(CNN, field)}) == CNN


VALUES = [None, True, 1, 2.5, "a", [], ["a"], [1.5], [True], [3], [[8, "a"]], [[8]], [[[8]]], {}]
ACCEPTED = {
    "bool": [True],
    "str": ["a"],
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


def test_no_two_recipes_share_a_bundle_name():
    settings = [
        *["hidden=[]", "hidden=[8]", "hidden=[8,16]", "hidden=[816]"],
        *["convolutions=[]", "convolutions=[[8,16]]", "convolutions=[[8],[16]]"],
        *["convolutions=[[816]]", "convolutions=[[8],[1,6]]"],
        *["dropout=0.1", "dropout=0.01", "learning_rate=1e-05", "learning_rate=1e5"],
        *["batch_normalisation=true", "optimizer=sgd", "epochs=31", "epochs=13"],
    ]
    recipes = [changed(CNN, [one]) for one in settings]
    recipes += [changed(CNN, [*pair]) for pair in itertools.combinations(settings, 2)]
    names = {bundle_name(CNN, recipe, "mnist"): recipe for recipe in recipes}
    assert len(names) == len(set(recipes))
    assert all(check_new_name(name) for name in names)
