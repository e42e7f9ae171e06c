"""The command line of training: what it does, what it refuses, and how it says so."""

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import train_model
from mnist_app import Recognizer
from mnist_app import bundle as bundle_module
from mnist_app.bundle import load_bundle, shipped_folder, shipped_names
from mnist_app.errors import BundleError
from mnist_app.training.data.class_split import load_class
from mnist_app.training.data.datasets import synthetic_dataset
from mnist_app.training.recipes import CNN
from tests.classroom.class_files import class_file
from tests.lazy_modules import LazyModule

keras = LazyModule("keras")

ROOT = Path(__file__).resolve().parent.parent
QUICK = ["--set", "convolutions=[]", "--set", "hidden=[16]", "--set", "batch_size=64"]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Checkpoints of this test go to a folder of its own."""
    monkeypatch.setattr(train_model, "RUNS", tmp_path / "runs")
    return tmp_path / "runs"


def fit(folder, *more, epochs=1):
    settings = ["--set", f"epochs={epochs}", "--output", str(folder)]
    return train_model.main(["fit", "cnn", "--data", "synthetic", *QUICK, *settings, *more])


def start(*arguments):
    """Start the real program in a process of its own, which Ctrl-C reaches.

    A shell that runs the tests in its background has them ignore Ctrl-C, and they hand that on.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "train_model.py"), *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
    finally:
        signal.signal(signal.SIGINT, before)


def test_help_and_wrong_usage_answer_without_tensorflow():
    code = (
        "import sys, train_model\n"
        "for line in ('--help', 'fit --help', 'fit', '--set x', 'fit cnn --epochs',\n"
        "             'compare --help', 'report --help', 'film', 'report',\n"
        "             'compare /no/such/bundle', 'search --help', 'search cnn',\n"
        "             'search dense-deep --trials 0',\n"
        "             'fit cnn --replace --validation-only'):\n"
        "    try:\n"
        "        print('status', train_model.main(line.split()))\n"
        "    except SystemExit as end:\n"
        "        print('status', end.code)\n"
        "assert not {'tensorflow', 'keras', 'optuna'} & sys.modules.keys()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    statuses = [line for line in done.stdout.splitlines() if line.startswith("status")]
    assert [int(line.split()[1]) for line in statuses] == [
        *[0, 0, 2, 2, 2, 0, 0, 2, 2, 1, 0, 2, 2, 2]
    ]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A bundle that the command line made."""
    place = tmp_path_factory.mktemp("published")
    settings = ["--seed", "3", "--runs", str(place / "runs")]
    assert fit(place / "mine", *settings, epochs=2) == 0
    return place / "mine"


def test_fit_publishes_what_was_asked_for(published):
    report = load_bundle(published).report().content
    assert report["data"]["name"] == "synthetic"
    assert report["seed"] == report["recipe"]["seed"] == 3
    assert report["recipe"]["hidden"] == [16]
    assert len(report["curves"]["loss"]) == 2
    assert len(report["test_looks"]) == 1


@pytest.mark.slow
def test_a_network_that_was_trained_can_be_taught_and_so_can_an_older_one(
    published, tmp_path, capsys
):
    content = load_bundle(published).teaching_bytes
    assert len(load_bundle(published).teaching().test.labels) == 200
    older = shutil.copytree(published, tmp_path / "older")
    (older / "teaching.npz").unlink()
    manifest = json.loads((older / "bundle.json").read_text())
    del manifest["sha256"]["teaching.npz"]
    (older / "bundle.json").write_text(json.dumps(manifest))
    assert load_bundle(older).teaching_bytes is None
    assert train_model.main(["teachable", str(older)]) == 0
    assert "can be taught" in capsys.readouterr().out
    assert load_bundle(older).teaching_bytes == content
    assert train_model.main(["teachable", "best"]) == 1


@pytest.mark.slow
def test_a_training_is_filmed_and_so_is_that_of_an_older_network(published, tmp_path, capsys):
    """The second training ends as the first did, on the same machine."""
    bundle = load_bundle(published)
    film = bundle.film()
    figures = bundle.report().validation
    assert film.ends_with_bundle
    assert film.images[-1] == 2 * bundle.report().data.train_images
    assert (film.validation, film.right[-1]) == (figures.images, figures.images - figures.errors)
    older = shutil.copytree(published, tmp_path / "older")
    (older / "film.npz").unlink()
    manifest = json.loads((older / "bundle.json").read_text())
    del manifest["sha256"]["film.npz"]
    (older / "bundle.json").write_text(json.dumps(manifest))
    assert load_bundle(older).film() is None
    assert train_model.main(["film", str(older), "--runs", str(tmp_path / "runs")]) == 0
    assert "It ends with the network of the bundle." in capsys.readouterr().out
    assert load_bundle(older).film_bytes == bundle.film_bytes
    assert train_model.main(["film", "cnn-tuned", "--runs", str(tmp_path / "runs")]) == 1


def test_a_published_bundle_is_kept_unless_replacing_is_asked_for(published, tmp_path, capsys):
    mine = shutil.copytree(published, tmp_path / "mine")
    first = load_bundle(mine)
    settings = ["--seed", "1", "--runs", str(tmp_path / "runs")]
    assert fit(mine, *settings) == 1
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1
    assert "--replace" in shown.err
    assert not (tmp_path / "runs").exists()
    assert load_bundle(mine).model == first.model
    assert fit(mine, *settings, "--replace") == 0
    second = load_bundle(mine)
    report = second.report().content
    assert second.model != first.model
    assert [look["seed"] for look in report["test_looks"]] == [3, 1]
    assert report["test_looks"][0] == first.report().test_looks[0]
    shown = capsys.readouterr()
    assert shown.err.count("Epoch") == 1
    assert f"Test: {report['test']['accuracy']:.2%} of 200 images" in shown.out
    assert "the app drew itself" in shown.out


@pytest.mark.slow
def test_validation_only_uses_no_test_image_and_publishes_nothing(
    tmp_path, runs, capsys, monkeypatch
):
    """Not even with a recipe that watches them while it trains; and it trains every seed."""
    dataset = synthetic_dataset()
    without = dataclasses.replace(
        dataset, test_images=dataset.test_images[:0], test_labels=dataset.test_labels[:0]
    )
    monkeypatch.setattr(train_model, "load_dataset", lambda *_, **__: without)
    settings = ["--validation-only", "--seeds", "2", "--set", "validate_on=test"]
    assert fit(tmp_path / "mine", *settings) == 0
    shown = capsys.readouterr().out
    found = [line.split("%")[0] for line in shown.splitlines() if line.startswith("Validation:")]
    assert len(found) == 2
    first, second = (one.removeprefix("Validation: ") for one in found)
    assert f"From the seeds 0 to 1: {first}%, {second}%" in shown
    assert "Test:" not in shown
    assert not (tmp_path / "mine").exists()
    assert sorted(path.name for path in runs.iterdir()) == ["mine", "mine-seed-1"]


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """An empty folder in the place of pretrained/, and synthetic data in that of MNIST."""
    folder = tmp_path / "pretrained"
    folder.mkdir()
    for module in (bundle_module, train_model):
        monkeypatch.setattr(module, "shipped_folder", lambda: folder)
    monkeypatch.setattr(train_model, "load_dataset", synthetic_dataset)
    quick = dataclasses.replace(CNN, convolutions=(), hidden=(16,), batch_size=64, epochs=1)
    monkeypatch.setattr(train_model, "CNN", quick)
    return folder


def test_without_a_command_cnn_is_trained_and_published_under_an_unused_name(
    shipped, runs, published, capsys
):
    shutil.copytree(published, shipped / "cnn")
    before = load_bundle(shipped / "cnn")
    assert train_model.main([]) == 0
    assert shipped_names() == ("cnn", "cnn-2")
    assert load_bundle("cnn").model == before.model
    made = load_bundle("cnn-2").report().content
    assert (made["recipe"]["name"], len(made["test_looks"])) == ("cnn", 1)
    shown = capsys.readouterr()
    assert "Epoch 1/1" in shown.err
    for word in ("fit RECIPE", "search RECIPE", "report NAME", "compare", "--help"):
        assert word in "\n".join(shown.out.splitlines()[:3])
    assert "“cnn-2”" in shown.out.splitlines()[-1]
    assert train_model.unused_name("cnn") == "cnn-3"
    assert train_model.unused_name("best") == "best"


def test_a_reader_that_leaves_ends_a_command_quietly(monkeypatch, capsys):
    receiving, sending = os.pipe()
    os.close(receiving)
    with os.fdopen(sending, "w", encoding="cp1252") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert train_model.main(["compare"]) == train_model.console.CLOSED_PIPE
    assert not capsys.readouterr().err


@pytest.mark.usefixtures("shipped")
def test_without_a_command_an_interrupted_run_goes_on(runs, monkeypatch, capsys):
    asked = []

    def interrupted(recipe, dataset, folder, checkpoints, *, resume):
        asked.append((folder.name, checkpoints, resume))
        raise KeyboardInterrupt

    monkeypatch.setattr("mnist_app.training.commands.fit", interrupted)
    for _ in range(2):
        assert train_model.main([]) == train_model.console.INTERRUPTED
    assert asked == [("cnn", runs, True)] * 2
    assert "to go on, give the same command again" in capsys.readouterr().err


@pytest.mark.slow
def test_several_seeds_are_reported_and_the_first_is_published(tmp_path, runs, capsys):
    assert fit(tmp_path / "mine", "--seeds", "2", "--set", "validate_on=test") == 0
    bundle = load_bundle(tmp_path / "mine")
    report = bundle.report().content
    assert report["seed"] == 0
    assert [row["seed"] for row in report["seeds"]] == [0, 1]
    assert report["seeds"][0]["accuracy"] == report["test"]["accuracy"]
    assert [look["seed"] for look in report["test_looks"]] == [0, 0, 1, 1]
    shown = capsys.readouterr().out
    assert "From the seeds 0 to 1: " in shown
    assert report["data"] | {"train_images": 600, "validation_images": 60} == report["data"]
    assert report["validation"]["images"] == 60


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "no recipe called “nothing”"),
        (["cnn", "--set", "epochs=none"], "epochs must be a whole number"),
        (["cnn", "--set", "colour=red"], "not a setting"),
        (["cnn", "--data", "not/there.npz"], "does not exist"),
        (["cnn", "--data", "synthetic", "--output", "pretrained/cnn", "--replace"], "MNIST"),
        (["cnn", "--data", "synthetic", "--output", "README.md/x"], "cannot be written"),
        (["cnn", "--data", "synthetic", "--set", "convolutions=[[4,4],[4,4],[4,4]]"], "to nothing"),
        pytest.param(
            ["cnn", "--data", "synthetic", "--set", "learning_rate=1e30"],
            "smaller learning rate",
            marks=pytest.mark.slow,
        ),
    ],
)
@pytest.mark.usefixtures("runs")
def test_expected_failures_are_one_line_and_status_1(
    arguments, words, capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").touch()
    (tmp_path / "pretrained").symlink_to(shipped_folder())
    if "--output" not in arguments:
        arguments = [*arguments, "--output", str(tmp_path / "out")]
    assert train_model.main(["fit", *arguments]) == 1
    message = capsys.readouterr().err.splitlines()[-1]
    assert message.startswith("Error: ")
    assert words in message
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_compare_and_report_show_what_was_trained(published, tmp_path, capsys):
    accuracy = load_bundle(published).report().test.accuracy
    assert train_model.main(["compare", str(published)]) == 0
    assert f"| {accuracy:.2%}" in capsys.readouterr().out
    arguments = ["report", str(published), "--output", str(tmp_path / "page")]
    assert train_model.main(arguments) == 0
    assert str(tmp_path / "page" / "index.html") in capsys.readouterr().out
    assert f"{accuracy:.2%}" in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_class_is_learned_from_and_pupils_held_out_are_told_beside_mnist(tmp_path, capsys):
    path = class_file(tmp_path, pupils=8)
    options = ["--class", str(path), "--runs", str(tmp_path / "runs")]
    assert fit(tmp_path / "ours", *options) == 0
    said = capsys.readouterr().out
    bundle = load_bundle(tmp_path / "ours")
    report = bundle.report()
    told, test = report.classroom, load_class(path).test
    assert (told.train_pupils, told.validation_pupils, told.test_pupils) == (5, 1, 2)
    assert report.data.train_images == 540 + told.train_drawings == 540 + 10
    read = Recognizer(bundle).predict(test.images).argmax(axis=1)
    assert told.test.accuracy == (read == test.labels).mean()
    assert f"Pupils it did not learn from: {told.test.accuracy:.2%} of 4 images" in said


def test_a_class_gets_a_bundle_of_its_own_and_no_other_network_takes_it(
    tmp_path, monkeypatch, capsys
):
    asked, path = [], str(class_file(tmp_path, pupils=3))
    monkeypatch.setattr("mnist_app.training.commands.fit", lambda *what, **how: asked.append(what))
    assert train_model.main(["fit", "cnn", "--data", "synthetic", "--class", path]) == 0
    assert asked[0][2] == shipped_folder() / "cnn-synthetic-class"
    assert train_model.main(["fit", "ink", "--class", path]) == 1
    assert "Leave out --class" in capsys.readouterr().err
    (tmp_path / "class.zip").write_bytes(b"PK")
    assert train_model.main(["fit", "cnn", "--class", path]) == 1
    assert "cannot be opened as a class" in capsys.readouterr().err


def test_settings_and_data_of_ones_own_get_a_name_of_their_own(monkeypatch):
    asked = []
    monkeypatch.setattr("mnist_app.training.commands.fit", lambda *what, **how: asked.append(what))
    assert train_model.main(["fit", "cnn", "--data", "synthetic", "--set", "epochs=1"]) == 0
    ((recipe, dataset, folder, runs),) = asked
    assert (recipe.name, recipe.epochs, dataset.name) == ("cnn", 1, "synthetic")
    assert folder == shipped_folder() / "cnn-epochs-1-synthetic"
    assert runs == train_model.RUNS


FOUR_EPOCHS = ["fit", "cnn", "--data", "synthetic", *QUICK, "--set", "epochs=4"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bundle of a run that was not interrupted."""
    folder = tmp_path_factory.mktemp("fit")
    keras.backend.clear_session()  # layers are numbered from 1 on, as in a process of its own
    places = ["--output", str(folder / "whole"), "--runs", str(folder / "runs")]
    assert train_model.main([*FOUR_EPOCHS, *places]) == 0
    return load_bundle(folder / "whole")


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_resumes_to_the_same_end(tmp_path, whole, capsys, ending):
    """The real program, interrupted by Ctrl-C or killed. This process goes on."""
    arguments = [*FOUR_EPOCHS, "--output", str(tmp_path / "cut"), "--runs", str(tmp_path / "runs")]
    cut = start(*arguments)
    for line in cut.stderr:
        if line.startswith("Epoch 2/4"):
            break
    cut.send_signal(ending)
    _, message = cut.communicate(timeout=60)
    assert "Epoch 4/4" not in message
    if ending == signal.SIGINT:
        assert cut.returncode == 130
        assert "--resume" in message
        assert "Traceback" not in message
    assert not (tmp_path / "cut").exists()
    keras.backend.clear_session()
    assert train_model.main([*arguments, "--resume"]) == 0
    assert "Epoch 1/4" not in capsys.readouterr().err
    resumed = load_bundle(tmp_path / "cut")
    assert resumed.model == whole.model
    assert resumed.report().curves == whole.report().curves


@pytest.mark.slow
def test_fit_killed_while_it_publishes_leaves_the_old_bundle_or_the_new_one(tmp_path, published):
    """The real program, killed some time after its training and before its end.

    tests/test_bundle_publishing.py kills many more in the middle of publishing.
    """
    mine = shutil.copytree(published, tmp_path / "mine")
    places = ["--replace", "--runs", str(tmp_path / "runs")]
    process = start(
        *["fit", "cnn", "--data", "synthetic", *QUICK, "--set", "epochs=1", "--seed", "1"],
        *["--output", mine, *places],
    )
    for line in process.stdout:
        if line.startswith("Test: "):
            break
    process.kill()
    process.communicate()
    bundle = load_bundle(mine)
    assert bundle.report().seed in {3, 1}
    bundle.misread()
    assert fit(mine, *places, "--seed", "99") == 0
    assert load_bundle(mine).report().seed == 99
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "runs"]


def test_a_missing_bundle_is_told_how_to_make_one(tmp_path):
    with pytest.raises(BundleError, match=r"train_model\.py"):
        load_bundle(tmp_path / "mine")
