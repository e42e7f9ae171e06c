"""Search spaces: what is drawn fits the recipe, within the bounds that are declared."""

import dataclasses

import optuna
import pytest

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.errors import TrainingError
from mnist_app.training.recipes import RECIPES
from mnist_app.training.search.spaces import (
    SPACES,
    Blocks,
    Layers,
    OneOf,
    Real,
    Space,
    Whole,
    space_of,
)


def draws(space, count=30):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [space.draw(study.ask()) for _ in range(count)]


@pytest.mark.parametrize("name", SPACES)
def test_every_declared_space_gives_recipes_that_can_be_trained(name):
    seen = set()
    for values in draws(space_of(name)):
        recipe = dataclasses.replace(RECIPES[name], **values)
        assert {field: getattr(recipe, field) for field in values} == values
        assert not {"seed", "validate_on", "validation", "epochs"} & values.keys()
        seen.add(recipe)
    assert len(seen) > 25, "it hardly searches"


def test_what_is_drawn_keeps_to_what_is_declared():
    space = Space(
        fields={
            "convolutions": Blocks(Whole(1, 2), depth=Whole(1, 3), filters=Whole(8, 24, step=8)),
            "hidden": Layers(Whole(0, 2), units=Whole(16, 48, step=16)),
            "learning_rate": Real(1e-4, 1e-2, log=True),
            "batch_normalisation": OneOf((False, True)),
        },
        epochs=2,
    )
    drawn = draws(space, 60)
    blocks = [values["convolutions"] for values in drawn]
    assert {len(found) for found in blocks} == {1, 2}
    assert {len(block) for found in blocks for block in found} == {1, 2, 3}
    assert {filters for found in blocks for block in found for filters in block} == {8, 16, 24}
    assert {len(values["hidden"]) for values in drawn} == {0, 1, 2}
    assert {units for values in drawn for units in values["hidden"]} == {16, 32, 48}
    assert {values["batch_normalisation"] for values in drawn} == {False, True}
    rates = [values["learning_rate"] for values in drawn]
    assert min(rates) >= 1e-4
    assert max(rates) <= 1e-2
    assert 15 < sum(rate < 1e-3 for rate in rates) < 45, "each power of ten is as likely"
    assert all(float(f"{rate:.3g}") == rate for rate in rates)


def test_a_field_that_is_fixed_is_not_searched():
    space = space_of("dense-deep").without({"hidden", "epochs"})
    assert "hidden" not in space.fields
    assert len(space.fields) == len(space_of("dense-deep").fields) - 1
    with pytest.raises(TrainingError, match="Nothing is left"):
        space.without(space.fields)


def test_a_recipe_without_a_space_is_refused_with_those_that_have_one():
    with pytest.raises(TrainingError, match=r"“dense-128”.*dense-deep"):
        space_of("dense-128")


@pytest.mark.parametrize("name", SPACES)
def test_a_shipped_network_keeps_within_the_limits_of_its_space(name):
    if name not in shipped_names():
        pytest.skip(f"no bundle “{name}” is shipped in this checkout")
    report, space = load_bundle(name).report(), SPACES[name]
    assert report.parameters <= (space.most_parameters or report.parameters)
    assert report.multiply_adds <= (space.most_multiply_adds or report.multiply_adds)
