"""Recipe files: what a search writes is what `fit` trains."""

import dataclasses
import json

import pytest

import train_model
from mnist_app.bundle import shipped_folder
from mnist_app.errors import TrainingError
from mnist_app.training import recipe_files
from mnist_app.training.recipes import CNN, CNN_REGULARISED, RECIPES

MINE = dataclasses.replace(
    CNN_REGULARISED,
    name="mine",
    title="My own",
    convolutions=((8,), (16, 16)),
    hidden=(),
    learning_rate=0.00123,
    optimizer="nadam",
)


@pytest.mark.parametrize("recipe", [MINE, *RECIPES.values()], ids=lambda recipe: recipe.name)
def test_a_recipe_comes_back_as_it_was_written(recipe, tmp_path):
    recipe_files.write(recipe, {"trials": 3}, tmp_path / "recipe.json")
    assert recipe_files.read(tmp_path / "recipe.json") == recipe
    assert [path.name for path in tmp_path.iterdir()] == ["recipe.json"]


def test_names_and_files_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    recipe_files.write(MINE, {}, tmp_path / "recipe.json")
    assert recipe_files.recipe_from("cnn") is CNN
    assert recipe_files.recipe_from("recipe.json") == MINE
    assert recipe_files.recipe_from(str(tmp_path / "recipe.json")) == MINE
    with pytest.raises(TrainingError, match="no recipe called"):
        recipe_files.recipe_from("recipe")
    with pytest.raises(TrainingError, match="cannot be read"):
        recipe_files.recipe_from("not/there")


def edited(path, **changes):
    content = json.loads(path.read_text())
    for name, value in changes.items():
        place = content if name == "format" else content["recipe"]
        if value is None:
            del place[name]
        else:
            place[name] = value
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "another version"),
        ({"format": None}, "not a recipe file"),
        ({"name": None}, "not a recipe file"),
        ({"name": "../cnn"}, "needs a name"),
        ({"name": 3}, "needs a name"),
        ({"name": "cnn"}, "name “cnn” of another recipe"),
        ({"colour": "red"}, "fields that no recipe has: colour"),
        ({"epochs": 2.5}, "epochs must be a whole number"),
        ({"epochs": "3"}, "epochs must be a whole number"),
        ({"hidden": ["a"]}, "hidden must be a list of whole numbers"),
        ({"dropout": 3.0}, "cannot be trained"),
    ],
)
def test_what_is_no_recipe_is_refused(changes, words, tmp_path):
    path = tmp_path / "recipe.json"
    recipe_files.write(MINE, {}, path)
    edited(path, **changes)
    with pytest.raises(TrainingError, match=words):
        recipe_files.read(path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "3"])
def test_a_damaged_file_is_refused(text, tmp_path):
    (tmp_path / "recipe.json").write_text(text)
    with pytest.raises(TrainingError, match="not a recipe file"):
        recipe_files.read(tmp_path / "recipe.json")


def test_fields_that_are_left_out_are_as_in_any_recipe(tmp_path):
    path = tmp_path / "recipe.json"
    path.write_text('{"format": 1, "recipe": {"name": "mine", "title": "Mine", "hidden": [9]}}')
    assert recipe_files.read(path) == dataclasses.replace(type(MINE)("mine", "Mine"), hidden=(9,))


def test_fit_trains_a_recipe_file(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("mnist_app.training.commands.fit", lambda *what, **how: asked.append(what))
    path = tmp_path / "recipe.json"
    recipe_files.write(MINE, {}, path)
    for settings in ([], ["--set", "epochs=3"]):
        assert train_model.main(["fit", str(path), "--data", "synthetic", *settings]) == 0
    (first, second) = asked
    assert first[0] == MINE
    assert first[2] == shipped_folder() / "mine-synthetic"
    assert second[0] == dataclasses.replace(MINE, epochs=3)
    assert second[2] == shipped_folder() / "mine-epochs-3-synthetic"
