"""Training runs: repeatable, resumable, and stopped with a clear message when they go wrong."""

import dataclasses
import json
import shutil
from contextlib import nullcontext

import numpy as np
import pytest

from mnist_app.errors import TrainingError
from tests.lazy_modules import LazyModule

fit = LazyModule("mnist_app.training.fit")
epochs = LazyModule("mnist_app.training.data.epochs")

ONE_EPOCH = {"epochs": 1, "convolutions": ()}


def train(recipe, data, folder, **options):
    return fit.train(recipe, epochs.split(recipe, data), folder, **options)


def same_weights(one, other):
    return all(
        np.array_equal(a, b)
        for a, b in zip(one.model.get_weights(), other.model.get_weights(), strict=True)
    )


def test_it_learns(drawn, tiny, tmp_path):
    recipe = dataclasses.replace(
        tiny, epochs=6, convolutions=(), learning_rate=0.01, dropout=0.0, turn_degrees=0.0
    )
    run = train(recipe, drawn, tmp_path / "run")
    assert run.epochs == 6
    assert run.curves["loss"][-1] < run.curves["loss"][0] / 4
    assert run.curves["validation_accuracy"][-1] > 0.8
    assert run.seconds > 0


@pytest.mark.slow
def test_the_seed_decides_everything(trained, drawn, tiny, tmp_path):
    run = trained[0]
    again = train(tiny, drawn, tmp_path / "again", resume=True)  # there is nothing to resume
    assert same_weights(run, again)
    assert again.curves == run.curves


@pytest.mark.slow
def test_another_seed_ends_elsewhere(one_epoch, drawn, tiny, tmp_path):
    other = dataclasses.replace(tiny, **ONE_EPOCH, seed=1)
    curves = train(other, drawn, tmp_path / "other").curves
    assert curves != json.loads((one_epoch / "state.json").read_text())["curves"]


def test_what_goes_wrong_while_an_epoch_is_drawn_ends_the_run(drawn, tiny, tmp_path, monkeypatch):
    def fail(*_):
        raise TrainingError("no more pens")

    monkeypatch.setattr(fit, "epoch", fail)
    with pytest.raises(TrainingError, match="no more pens"):
        train(dataclasses.replace(tiny, **ONE_EPOCH), drawn, tmp_path / "run")


@pytest.mark.slow
def test_a_resumed_run_ends_as_an_uninterrupted_one(trained, drawn, tiny, tmp_path, monkeypatch):
    whole = trained[0]
    keep = fit._save_checkpoint

    def stop_after_the_first_epoch(*arguments):
        keep(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(fit, "_save_checkpoint", stop_after_the_first_epoch)
    with pytest.raises(KeyboardInterrupt):
        train(tiny, drawn, tmp_path / "run")
    monkeypatch.undo()
    resumed = train(tiny, drawn, tmp_path / "run", resume=True)
    assert resumed.epochs == 2
    assert resumed.curves == whole.curves
    assert same_weights(whole, resumed)
    assert same_weights(whole, train(tiny, drawn, tmp_path / "run", resume=True))


@pytest.fixture(scope="module")
def one_epoch(drawn, tiny, tmp_path_factory):
    """The folder of a finished run of one epoch."""
    folder = tmp_path_factory.mktemp("runs") / "one-epoch"
    train(dataclasses.replace(tiny, **ONE_EPOCH), drawn, folder)
    return folder


@pytest.fixture
def checkpoint(one_epoch, tmp_path):
    """A copy of it, to be changed."""
    return shutil.copytree(one_epoch, tmp_path / "run")


@pytest.mark.slow
def test_a_fresh_start_clears_older_checkpoints_away_and_nothing_else(drawn, tiny, checkpoint):
    damage_state(checkpoint)
    (checkpoint / "epoch-9.keras").touch()
    (checkpoint / "holiday.jpg").touch()
    train(dataclasses.replace(tiny, **ONE_EPOCH), drawn, checkpoint)
    assert sorted(path.name for path in checkpoint.iterdir()) == [
        *["epoch-1.keras", "holiday.jpg", "state.json"]
    ]


def test_a_checkpoint_of_another_run_is_refused(drawn, tiny, checkpoint):
    other = dataclasses.replace(tiny, **ONE_EPOCH, learning_rate=0.1)
    with pytest.raises(TrainingError, match="another recipe, other settings or other data"):
        train(other, drawn, checkpoint, resume=True)
    same = dataclasses.replace(tiny, **ONE_EPOCH)
    with pytest.raises(TrainingError, match="other data"):
        train(same, dataclasses.replace(drawn, md5={"test": "x"}), checkpoint, resume=True)


def damage_state(folder):
    (folder / "state.json").write_text("{")


def lose_model(folder):
    (folder / "epoch-1.keras").unlink()


def truncate_model(folder):
    path = folder / "epoch-1.keras"
    path.write_bytes(path.read_bytes()[:1000])


def lose_curves(folder):
    state = json.loads((folder / "state.json").read_text())
    del state["curves"]["loss"]
    (folder / "state.json").write_text(json.dumps(state))


@pytest.mark.parametrize("damage", [damage_state, lose_model, truncate_model, lose_curves])
def test_a_damaged_checkpoint_is_refused(drawn, tiny, checkpoint, damage):
    damage(checkpoint)
    recipe = dataclasses.replace(tiny, **ONE_EPOCH)
    with pytest.raises(TrainingError, match="cannot be read"):
        train(recipe, drawn, checkpoint, resume=True)


@pytest.mark.slow
def test_a_loss_that_is_no_number_ends_the_run(drawn, tiny, tmp_path):
    recipe = dataclasses.replace(tiny, **ONE_EPOCH, learning_rate=1e30, schedule="constant")
    with pytest.raises(TrainingError, match=r"loss became .* smaller learning rate"):
        train(recipe, drawn, tmp_path / "run")


@pytest.mark.slow
def test_one_hot_and_softmax_train_as_sparse_and_logits(trained, drawn, tiny, tmp_path):
    """Both ways to write the loss are the same mathematics."""
    recipe = dataclasses.replace(tiny, output="softmax", loss="categorical_crossentropy")
    run = train(recipe, drawn, tmp_path / "run")
    assert np.allclose(run.curves["loss"], trained[0].curves["loss"], rtol=1e-4)


def test_a_place_that_cannot_be_written_is_told(drawn, tiny, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match=r"No checkpoint can be written.*--runs"):
        train(tiny, drawn, tmp_path / "file" / "run")


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_run_goes_on_from_its_checkpoint(
    trained, drawn, tmp_path, full_disk, monkeypatch
):
    whole, recipe, _ = trained
    keep = fit._save_checkpoint

    def full_in_the_second_epoch(run, *others):
        with full_disk() if run.epochs == 2 else nullcontext():
            keep(run, *others)

    monkeypatch.setattr(fit, "_save_checkpoint", full_in_the_second_epoch)
    with pytest.raises(TrainingError, match=r"No checkpoint can be written.*--resume"):
        train(recipe, drawn, tmp_path / "run")
    monkeypatch.undo()
    assert same_weights(train(recipe, drawn, tmp_path / "run", resume=True), whole)
