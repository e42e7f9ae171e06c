"""Training runs: repeatable, resumable, and stopped with a clear message when they go wrong."""

import dataclasses
import json
import shutil
from contextlib import nullcontext

import numpy as np
import pytest

from mnist_app.errors import TrainingError
from mnist_app.training import filming
from mnist_app.training.recipes import RECIPES
from tests.lazy_modules import LazyModule

distillation = LazyModule("mnist_app.training.distillation")
fit = LazyModule("mnist_app.training.fit")
epochs = LazyModule("mnist_app.training.data.epochs")
keras = LazyModule("keras")

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


def test_a_film_keeps_the_weights_from_the_first_to_the_last(trained, tiny):
    run, _, split = trained
    epoch = len(split.train_labels)
    batches = -(-epoch // tiny.batch_size)
    assert list(run.moments) == [
        batch // batches * epoch + min(batch % batches * tiny.batch_size, epoch)
        for batch in sorted(filming.moments(2 * batches))
    ]
    *_, before, last = run.moments.values()
    assert all(map(np.array_equal, last, filming.weights_of(run.model)))
    assert not any(map(np.array_equal, before, last))


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
        train(tiny, drawn, tmp_path / "run", film=True)
    monkeypatch.undo()
    resumed = train(tiny, drawn, tmp_path / "run", resume=True, film=True)
    assert resumed.epochs == 2
    assert resumed.curves == whole.curves
    assert same_weights(whole, resumed)
    assert list(resumed.moments) == list(whole.moments)
    for weights, others in zip(resumed.moments.values(), whole.moments.values(), strict=True):
        assert all(map(np.array_equal, weights, others))
    assert same_weights(whole, train(tiny, drawn, tmp_path / "run", resume=True))


@pytest.fixture(scope="module")
def one_epoch(drawn, tiny, tmp_path_factory):
    """The folder of a finished run of one epoch."""
    folder = tmp_path_factory.mktemp("runs") / "one-epoch"
    train(dataclasses.replace(tiny, **ONE_EPOCH), drawn, folder, film=True)
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


def lose_moments(folder):
    (folder / "epoch-1.npz").unlink()


def lose_curves(folder):
    state = json.loads((folder / "state.json").read_text())
    del state["curves"]["loss"]
    (folder / "state.json").write_text(json.dumps(state))


@pytest.mark.parametrize(
    "damage", [damage_state, lose_model, truncate_model, lose_moments, lose_curves]
)
def test_a_damaged_checkpoint_is_refused(drawn, tiny, checkpoint, damage):
    damage(checkpoint)
    recipe = dataclasses.replace(tiny, **ONE_EPOCH)
    with pytest.raises(TrainingError, match="cannot be read"):
        train(recipe, drawn, checkpoint, resume=True, film=True)


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


class Lesson:
    """A student with two teachers: its recipe, and the epochs of all that were trained."""

    def __init__(self, written, monkeypatch):
        small = dataclasses.replace(written, convolutions=(), hidden=(8,), epochs=1)
        self.teacher = dataclasses.replace(small, name="tiny-teacher", dropout=0.0)
        self.student = dataclasses.replace(
            small,
            epochs=2,
            seed=7,
            loss="categorical_crossentropy",
            teacher=self.teacher.name,
            teachers=2,
        )
        self.trained, self.targets = [], []
        self.one_epoch = fit._one_epoch
        monkeypatch.setitem(RECIPES, self.teacher.name, self.teacher)
        monkeypatch.setattr(fit, "_one_epoch", self._record)

    def _record(self, run, recipe, images, drawn, progress):
        self.trained.append((recipe.name, recipe.seed))
        if recipe == self.student:
            self.targets.append(drawn)
        return self.one_epoch(run, recipe, images, drawn, progress)


TEACHERS = [("tiny-teacher", 0), ("tiny-teacher", 1)]
STUDENT = ("tiny", 7)


@pytest.fixture
def lesson(written, monkeypatch):
    return Lesson(written, monkeypatch)


@pytest.fixture(scope="module")
def taught(written, with_pen_digits, tmp_path_factory):
    """A lesson, its uninterrupted run, and the folder of that."""
    folder = tmp_path_factory.mktemp("runs") / "student"
    with pytest.MonkeyPatch.context() as patch:
        whole = Lesson(written, patch)
        return whole, train(whole.student, with_pen_digits, folder), folder


def test_a_student_learns_what_its_teachers_make_of_each_image(
    lesson, with_pen_digits, tmp_path, monkeypatch
):
    """Without training: only the order, and what is handed on."""
    asked, drawn = [], (np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8))
    monkeypatch.setattr(fit, "epoch", lambda *_: drawn)
    monkeypatch.setattr(lesson, "one_epoch", lambda *_: dict.fromkeys(fit.CURVES, 1.0))
    monkeypatch.setattr(fit, "_save_checkpoint", lambda *_: None)
    monkeypatch.setattr(fit, "soft_labels", lambda *given: asked.append(given) or len(asked))
    train(lesson.student, with_pen_digits, tmp_path / "run")
    assert lesson.trained == [*TEACHERS, STUDENT, STUDENT]
    assert [len(teachers) for teachers, _ in asked] == [2, 2]
    assert all(images is drawn[0] for _, images in asked)
    assert lesson.targets == [(drawn[0], 1), (drawn[0], 2)]
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["teacher-0", "teacher-1"]


@pytest.mark.slow
def test_teachers_are_trained_first_and_the_student_on_their_soft_labels(taught, with_pen_digits):
    lesson, run, folder = taught
    assert lesson.trained == [*TEACHERS, STUDENT, STUDENT]
    assert run.epochs == 2
    teachers = [
        keras.saving.load_model(folder / f"teacher-{seed}" / "epoch-1.keras") for seed in (0, 1)
    ]
    split = epochs.split(lesson.student, with_pen_digits)
    for number, (images, targets) in enumerate(lesson.targets):
        np.testing.assert_array_equal(images, epochs.epoch(lesson.student, split, number)[0])
        expected = distillation.soft_labels(teachers, images)
        np.testing.assert_allclose(targets, expected, atol=1e-5)


@pytest.mark.slow
def test_a_teacher_is_trained_as_its_recipe_alone_is(taught, with_pen_digits, tmp_path):
    """The student's seed and its other fields change nothing about it."""
    lesson, _, folder = taught
    alone = train(dataclasses.replace(lesson.teacher, seed=1), with_pen_digits, tmp_path / "run")
    stored = keras.saving.load_model(folder / "teacher-1" / "epoch-1.keras")
    assert same_weights(alone, fit.Run(stored))


@pytest.mark.slow
def test_a_resumed_lesson_ends_as_an_uninterrupted_one(taught, lesson, with_pen_digits, tmp_path):
    """Teachers that are trained already are not trained again."""
    keep = fit._save_checkpoint

    def stop(*arguments):
        keep(*arguments)
        if len(lesson.trained) == 3:  # two teachers, and the student's first epoch
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "_save_checkpoint", stop)
        with pytest.raises(KeyboardInterrupt):
            train(lesson.student, with_pen_digits, tmp_path / "run")
    resumed = train(lesson.student, with_pen_digits, tmp_path / "run", resume=True)
    assert lesson.trained == taught[0].trained
    assert resumed.curves == taught[1].curves
    assert same_weights(resumed, taught[1])


@pytest.mark.slow
def test_a_finished_lesson_is_not_taught_again(taught, lesson, with_pen_digits, tmp_path):
    folder = shutil.copytree(taught[2], tmp_path / "run")
    again = train(lesson.student, with_pen_digits, folder, resume=True)
    assert lesson.trained == []
    assert same_weights(again, taught[1])


@pytest.mark.slow
def test_a_checkpoint_of_another_teacher_is_refused(
    taught, lesson, with_pen_digits, tmp_path, monkeypatch
):
    folder = shutil.copytree(taught[2], tmp_path / "run")
    other = dataclasses.replace(lesson.teacher, learning_rate=0.1)
    monkeypatch.setitem(RECIPES, other.name, other)
    with pytest.raises(TrainingError, match=r"teacher-0 is of another recipe"):
        train(lesson.student, with_pen_digits, folder, resume=True)


def test_an_unknown_teacher_is_told_before_anything_is_trained(
    lesson, with_pen_digits, tmp_path, monkeypatch
):
    monkeypatch.delitem(RECIPES, lesson.teacher.name)
    with pytest.raises(TrainingError, match="no recipe called “tiny-teacher”"):
        train(lesson.student, with_pen_digits, tmp_path / "run")
    assert not (tmp_path / "run").exists()
