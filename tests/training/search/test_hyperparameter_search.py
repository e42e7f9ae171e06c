"""The search: what it trains, what it never looks at, what it leaves behind."""

import csv
import dataclasses
import json

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

import train_model
from mnist_app.errors import DivergenceError, TrainingError
from mnist_app.training import recipe_files
from mnist_app.training.search.journal_storage import JournalStudyStorage
from mnist_app.training.search.spaces import Blocks, Real, Space, Whole
from tests.lazy_modules import LazyModule

fit = LazyModule("mnist_app.training.fit")
hyperparameter_search = LazyModule("mnist_app.training.search.hyperparameter_search")
results = LazyModule("mnist_app.training.search.results")
trials = LazyModule("mnist_app.training.search.trials")

SPACE = Space(
    fields={
        "convolutions": Blocks(Whole(1, 3), depth=Whole(1, 3), filters=Whole(4, 12, step=4)),
        "learning_rate": Real(1e-3, 1e-2, log=True),
    },
    epochs=6,
    images=200,
    validation=0.3,
    most_parameters=9000,
    most_multiply_adds=400_000,
)


class Trained:
    """Stands in for training: it is quick, and remembers what it was asked to train."""

    def __init__(self, loss):
        self.loss = loss
        self.asked = []

    def __call__(self, recipe, images, folder, *, after_epoch):
        self.asked.append((recipe, images))
        run = fit.Run(None)
        for epoch in range(1, recipe.epochs + 1):
            loss = self.loss(recipe, epoch)
            run.curves["validation_loss"].append(loss)
            after_epoch(epoch, {"validation_loss": loss, "validation_accuracy": 1 - loss / 10})
        return run


def by_learning_rate(recipe, epoch):
    return recipe.learning_rate * 100 + 1 / epoch


@pytest.fixture(scope="module")
def what(tiny, drawn):
    recipe = dataclasses.replace(tiny, hidden=(), batch_normalisation=False, epochs=40)
    return hyperparameter_search.Search(recipe, SPACE, drawn)


@pytest.fixture(scope="module")
def simple(what):
    """A search of the learning rate alone."""
    recipe = dataclasses.replace(what.recipe, convolutions=())
    return hyperparameter_search.Search(recipe, SPACE.without({"convolutions"}), what.dataset)


def work(what, folder, loss=by_learning_rate, total=4):
    """Search with a stand-in for training; return the recipe, the study and what was asked."""
    trained = Trained(loss)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hyperparameter_search, "train", trained)
        patch.setattr(hyperparameter_search.keras.backend, "clear_session", lambda: None)
        store = JournalStudyStorage(folder)
        found = hyperparameter_search.search(what, store, "tiny", folder, total=total, seed=0)
    pruner = optuna.pruners.NopPruner()
    return found, trials.open_study(store, "tiny", what.stamp(), pruner), trained


@pytest.fixture(scope="module")
def worked(what, tmp_path_factory):
    """A finished search: where, and what `work` returns."""
    folder = tmp_path_factory.mktemp("search")
    return folder, *work(what, folder)


def table(folder):
    with (folder / results.TRIALS_FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_networks_above_the_limits_are_measured_and_not_trained(worked):
    _, _, study, trained = worked
    over = [trial for trial in study.trials if trials.over_limit(trial)]
    within = [trial for trial in study.trials if not trials.over_limit(trial)]
    assert len(within) == len(trained.asked) == 4
    assert over
    for trial in within:
        assert trial.user_attrs["parameters"] <= 9000
        assert trial.user_attrs["multiply_adds"] <= 400_000
    for trial in over:
        assert trial.state == TrialState.PRUNED
        assert trial.last_step is None
        sizes = trial.user_attrs
        assert (
            "image" in trial.constraints
            or sizes["parameters"] > 9000
            or sizes["multiply_adds"] > 400_000
        )


def test_no_trial_is_given_a_test_image(worked, drawn):
    *_, trained = worked
    known = {image.tobytes() for image in drawn.train_images}
    for recipe, images in trained.asked:
        assert (len(images.train_labels), len(images.validation_labels)) == (140, 60)
        labels = np.concatenate([images.train_labels, images.validation_labels])
        assert np.bincount(labels).tolist() == [20] * 10
        both = np.concatenate([images.train_images, images.validation_images])
        assert {image.tobytes() for image in both} <= known
        assert (recipe.epochs, recipe.validation) == (6, 0.3)
        assert recipe.validate_on != "test"


def test_a_recipe_that_watches_the_test_images_is_refused(what):
    recipe = dataclasses.replace(what.recipe, validate_on="test")
    with pytest.raises(TrainingError, match="validate_on=random"):
        dataclasses.replace(what, recipe=recipe)


@pytest.mark.slow
def test_hopeless_trials_are_stopped_and_the_best_is_what_was_found(simple, tmp_path):
    found, study, trained = work(simple, tmp_path, total=12)
    done = [trial for trial in study.trials if not trials.over_limit(trial)]
    stopped = [trial for trial in done if trial.state == TrialState.PRUNED]
    whole = [trial for trial in done if trial.state == TrialState.COMPLETE]
    assert {trial.last_step for trial in whole} == {6}
    assert stopped
    assert {trial.last_step for trial in stopped} <= {2, 4}
    best = min(whole, key=lambda trial: trial.value)
    assert best.value == min(trial.value for trial in whole)
    assert found.learning_rate == min(
        recipe.learning_rate
        for (recipe, _), trial in zip(trained.asked, done, strict=True)
        if trial in whole
    )


def test_the_result_is_a_recipe_file_with_a_table_and_plots(worked):
    folder, found, study, trained = worked
    assert recipe_files.read(folder / "recipe.json") == found
    assert found.name == "tiny-found"
    assert (found.epochs, found.validation) == (40, 0.1)
    assert found.convolutions in [recipe.convolutions for recipe, _ in trained.asked]
    notes = json.loads((folder / "recipe.json").read_text())["found"]
    rows = table(folder)
    assert len(rows) == notes["trained"] + notes["pruned"] == 4
    assert notes["over_limit"] == len(study.trials) - 4
    best = next(row for row in rows if int(row["trial"]) == notes["trial"])
    assert float(best["validation_loss"]) == notes["validation_loss"]
    assert float(best["parameters"]) == notes["parameters"] <= 9000
    for name in ("history.png", "history.svg", "importance.png", "importance.svg"):
        assert (folder / name).stat().st_size > 1000


def test_a_line_per_trial_says_the_best_so_far(simple, tmp_path, capsys):
    work(simple, tmp_path, total=3)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("1/3  trial 0 trained")
    assert lines[-1].startswith("3/3  trial 2 ")
    notes = json.loads((tmp_path / "recipe.json").read_text())["found"]
    assert f"best so far: trial {notes['trial']}," in lines[-1]
    assert lines[-1].endswith("0 s left")


@pytest.mark.slow
def test_a_loss_that_is_no_number_stops_its_trial_alone(simple, tmp_path):
    def loss(recipe, epoch):
        if recipe.learning_rate > 0.003:
            raise DivergenceError("The loss became nan")
        return float("inf") if recipe.learning_rate > 0.002 else by_learning_rate(recipe, epoch)

    found, study, _ = work(simple, tmp_path, loss, total=8)
    now = trials.tally(study)
    assert found.learning_rate <= 0.002
    assert (now.trained + now.pruned, now.running) == (8, 0)
    assert now.pruned > 0
    assert TrialState.FAIL not in [trial.state for trial in study.trials]


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_found_so_far(simple, tmp_path):
    calls = []

    def loss(recipe, epoch):
        calls.append(epoch)
        if len(calls) > 8:
            raise KeyboardInterrupt
        return by_learning_rate(recipe, epoch)

    with pytest.raises(KeyboardInterrupt):
        work(simple, tmp_path, loss)
    assert recipe_files.read(tmp_path / "recipe.json").name == "tiny-found"
    _, study, _ = work(simple, tmp_path)
    assert trials.tally(study).finished == 4


def test_other_data_or_another_space_is_another_search(what, drawn):
    others = [
        dataclasses.replace(what, space=dataclasses.replace(SPACE, epochs=7)),
        dataclasses.replace(what, space=SPACE.without({"learning_rate"})),
        dataclasses.replace(what, recipe=dataclasses.replace(what.recipe, optimizer="sgd")),
        dataclasses.replace(what, dataset=dataclasses.replace(drawn, md5={"train_images": "x"})),
    ]
    assert len({one.stamp() for one in (what, *others)}) == 5
    same = dataclasses.replace(what.recipe, learning_rate=0.5, epochs=3, title="x")
    assert dataclasses.replace(what, recipe=same).stamp() == what.stamp()


@pytest.mark.slow
def test_the_command_searches_and_fit_takes_what_it_found(tmp_path, capsys, monkeypatch):
    command = ["search", "dense-deep", "--data", "synthetic", "--set", "hidden=[8]"]
    command += ["--epochs", "1", "--output", str(tmp_path / "out")]
    assert train_model.main([*command, "--trials", "2"]) == 0
    shown = capsys.readouterr()
    assert "2 trials of 1 epochs" in shown.out
    assert str(tmp_path / "out" / "journal.log") in shown.out
    assert f"train_model.py fit {tmp_path / 'out' / 'recipe.json'}" in shown.out
    assert shown.err.count("\n") == 2
    rows = table(tmp_path / "out")
    assert train_model.main([*command, "--trials", "3"]) == 0
    assert capsys.readouterr().err.startswith("3/3  trial 2 ")
    assert table(tmp_path / "out")[:2] == rows
    asked = []
    monkeypatch.setattr("mnist_app.training.commands.fit", lambda *what, **how: asked.append(what))
    recipe = str(tmp_path / "out" / "recipe.json")
    assert train_model.main(["fit", recipe, "--data", "synthetic"]) == 0
    assert asked[0][0].hidden == (8,)
    assert asked[0][0].epochs == 10


def test_a_field_that_is_fixed_stays_and_the_limits_can_be_changed(monkeypatch):
    asked = []
    monkeypatch.setattr(
        hyperparameter_search, "command", lambda what, *more, **how: asked.append((what, how))
    )
    command = ["search", "dense-deep", "--trials", "5", "--data", "synthetic"]
    settings = ["--set", "hidden=[32]", "--epochs", "2", "--most-parameters", "30000"]
    assert train_model.main([*command, *settings, "--seed", "3"]) == 0
    ((what, how),) = asked
    assert what.recipe.hidden == (32,)
    assert "hidden" not in what.space.fields
    assert (what.space.epochs, what.space.most_parameters) == (2, 30000)
    assert (how["total"], how["seed"], how["storage"]) == (5, 3, None)


def test_expected_failures_are_one_line(tmp_path, capsys):
    data = ["--trials", "1", "--data", "synthetic", "--output", str(tmp_path / "out")]
    (tmp_path / "file").touch()
    for arguments, words in (
        (["dense-128", *data], "has no search space"),
        (["dense-deep", *data, "--set", "validate_on=test"], "validate_on=random"),
        (["dense-deep", *data, "--output", str(tmp_path / "file" / "x")], "Not a directory"),
    ):
        assert train_model.main(["search", *arguments]) == 1
        message = capsys.readouterr().err
        assert message.startswith("Error: ")
        assert message.count("\n") == 1
        assert words in message


def test_ctrl_c_says_how_to_go_on(monkeypatch, capsys):
    def stopped(*what, **how):
        raise KeyboardInterrupt

    monkeypatch.setattr(hyperparameter_search, "command", stopped)
    command = ["search", "dense-deep", "--trials", "5", "--data", "synthetic"]
    assert train_model.main(command) == train_model.console.INTERRUPTED
    assert "finished trials are kept. To go on, give the same command" in capsys.readouterr().err
