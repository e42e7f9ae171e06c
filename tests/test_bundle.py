"""Bundles on disk: read as a whole or refused, and published as a whole or not at all."""

import io
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mnist_app import bundle as bundle_module
from mnist_app.errors import BundleError

ROOT = Path(__file__).resolve().parent.parent
REPORT = bundle_module.load_bundle("dense-128").report()
FILES = ["bundle.json", "errors.npz", "model.keras", "model.tflite", "report.json"]


def stage(staged, mark):
    """Write content in which every file carries ``mark``."""
    (staged / "model.keras").write_bytes(b"keras " + mark.encode())
    (staged / "model.tflite").write_bytes(b"litert " + mark.encode())
    (staged / "report.json").write_text(json.dumps({"mark": mark}))
    np.savez(
        staged / "errors.npz",
        index=np.array([5]),
        images=np.zeros((1, 28, 28), np.uint8),
        labels=np.array([7]),
        probabilities=np.full((1, 10), 0.1, np.float32),
    )


def publish(folder, mark="old"):
    with bundle_module.staging_folder(folder) as staged:
        stage(staged, mark)
        bundle_module.publish(staged, folder, recipe="tiny", temperature=1.5, threshold=0.8)
    return folder


def mark_of(folder):
    """The mark of a bundle, once it is certain that all its files carry the same."""
    bundle = bundle_module.load_bundle(folder)
    mark = json.loads(bundle.report_bytes)["mark"]
    assert bundle.model == b"litert " + mark.encode()
    return mark


@pytest.fixture
def folder(tmp_path):
    return publish(tmp_path / "models" / "mine")


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A place for shipped bundles of this test's own."""
    place = tmp_path / "shipped"
    place.mkdir()
    monkeypatch.setattr(bundle_module, "shipped_folder", lambda: place)
    return place


def test_what_was_published_is_read(folder):
    bundle = bundle_module.load_bundle(folder)
    assert (bundle.name, bundle.folder, bundle.recipe) == ("mine", folder, "tiny")
    assert (bundle.temperature, bundle.acceptance_threshold) == (1.5, 0.8)
    assert bundle.model == b"litert old"
    assert json.loads(bundle.report_bytes) == {"mark": "old"}
    misread = bundle.misread()
    assert misread.index.tolist() == [5]
    assert misread.labels.tolist() == [7]
    assert misread.images.shape == (1, 28, 28)
    assert misread.probabilities.dtype == np.float32
    assert sorted(path.name for path in folder.iterdir()) == FILES


def test_nothing_is_left_beside_a_published_bundle(folder):
    publish(folder, "new")
    assert mark_of(folder) == "new"
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


@pytest.mark.parametrize("cut_off", [False, True], ids=["whole", "after a publication cut off"])
def test_an_amended_report_leaves_the_rest_as_it_was(folder, cut_off):
    before = bundle_module.load_bundle(folder)
    if cut_off:
        folder.rename(folder.with_name(".mine.previous"))
    amended = REPORT.amended(mark="new", reading={"speed": 0.5})
    bundle_module.amend_report(before, amended)
    after = bundle_module.load_bundle(folder)
    assert after.report() == amended
    assert after.report().content == {**REPORT.content, "mark": "new", "reading": {"speed": 0.5}}
    for field in ("recipe", "temperature", "acceptance_threshold", "model", "errors_bytes"):
        assert getattr(after, field) == getattr(before, field)
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_refused_by_name(folder, file):
    (folder / file).unlink()
    with pytest.raises(BundleError, match=f"“mine” has no readable {file}"):
        bundle_module.load_bundle(folder)


@pytest.mark.parametrize("file", FILES[1:])
@pytest.mark.parametrize(
    "damage",
    [lambda content: content[:-1], lambda content: content + b" ", lambda content: b""],
    ids=["truncated", "longer", "empty"],
)
def test_an_altered_file_is_refused_by_name(folder, file, damage):
    path = folder / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError, match=rf"{file} .*damaged or was altered"):
        bundle_module.load_bundle(folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"3", b"\xff\xfe", b"{}", b'{"format_version": "1"}'],
)
def test_a_foreign_manifest_is_refused(folder, content):
    (folder / "bundle.json").write_bytes(content)
    with pytest.raises(BundleError, match="mine"):
        bundle_module.load_bundle(folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format_version", 0),
        ("format_version", True),
        ("recipe", None),
        ("temperature", 0),
        ("temperature", "1"),
        ("temperature", float("nan")),
        ("temperature", float("inf")),
        ("acceptance_threshold", -0.1),
        ("acceptance_threshold", 1.1),
        ("acceptance_threshold", False),
        ("views", 2),
        ("views", True),
        ("views", "5"),
        ("views", None),
        ("views", [1]),
        ("second_look", 1),
        ("second_look", None),
        ("second_look", "true"),
        ("sha256", None),
        ("sha256", {}),
    ],
)
def test_a_manifest_with_impossible_values_is_refused(folder, field, value):
    manifest = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(json.dumps({**manifest, field: value}))
    with pytest.raises(BundleError, match="mine"):
        bundle_module.load_bundle(folder)


def test_a_bundle_of_the_first_version_has_one_view(folder):
    manifest = json.loads((folder / "bundle.json").read_text())
    del manifest["views"], manifest["second_look"]
    (folder / "bundle.json").write_text(json.dumps({**manifest, "format_version": 1}))
    assert bundle_module.load_bundle(folder).views == 1
    assert bundle_module.load_bundle(folder).second_look is False


def test_before_the_third_version_whoever_runs_the_model_takes_the_views(folder):
    manifest = json.loads((folder / "bundle.json").read_text())
    assert bundle_module.load_bundle(folder).views_within
    old = {**manifest, "format_version": 2, "views": 5}
    (folder / "bundle.json").write_text(json.dumps(old))
    bundle = bundle_module.load_bundle(folder)
    assert (bundle.views, bundle.views_within) == (5, False)
    bundle_module.amend_report(bundle, REPORT)
    again = bundle_module.load_bundle(folder)
    assert (again.views, again.views_within) == (5, False)


def publish_with_one_view(folder):
    with bundle_module.staging_folder(folder) as staged:
        stage(staged, "old")
        (staged / "one-view.tflite").write_bytes(b"one view")
        bundle_module.publish(staged, folder, recipe="tiny", temperature=1, threshold=0.5, views=5)
    return folder


def test_the_network_in_one_view_is_kept_where_it_is_apart(folder, tmp_path):
    plain, several = bundle_module.load_bundle(folder), tmp_path / "several"
    assert plain.one_view == plain.model
    publish_with_one_view(several)
    bundle_module.amend_report(bundle_module.load_bundle(several), REPORT)
    bundle = bundle_module.load_bundle(several)
    assert (bundle.model, bundle.one_view) == (b"litert old", b"one view")


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_bytes(b"another")])
def test_a_network_in_one_view_that_is_lost_or_altered_is_told(tmp_path, change):
    folder = publish_with_one_view(tmp_path / "several")
    change(folder / "one-view.tflite")
    with pytest.raises(BundleError, match=r"one-view\.tflite"):
        bundle_module.load_bundle(folder)


def test_a_file_that_was_slipped_into_a_bundle_is_refused(folder):
    (folder / "one-view.tflite").write_bytes(b"not ours")
    with pytest.raises(BundleError, match=r"one-view\.tflite"):
        bundle_module.load_bundle(folder)


def test_views_and_second_look_are_kept_when_the_report_changes(tmp_path):
    folder = tmp_path / "several"
    with bundle_module.staging_folder(folder) as staged:
        stage(staged, "old")
        bundle_module.publish(
            *(staged, folder),
            recipe="tiny",
            temperature=1,
            threshold=0.5,
            views=5,
            second_look=True,
        )
    bundle_module.amend_report(bundle_module.load_bundle(folder), REPORT)
    bundle = bundle_module.load_bundle(folder)
    assert (bundle.views, bundle.second_look) == (5, True)


def test_a_bundle_of_a_newer_version_says_update(folder):
    manifest = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(
        json.dumps({**manifest, "format_version": bundle_module.FORMAT_VERSION + 1})
    )
    with pytest.raises(BundleError, match=r"newer version .*Update the app"):
        bundle_module.load_bundle(folder)


def test_a_misread_list_that_is_none_is_refused(tmp_path):
    for number, content in enumerate((b"", b"no zip", b"PK\x03\x04 cut")):
        folder = tmp_path / f"model-{number}"
        with bundle_module.staging_folder(folder) as staged:
            stage(staged, "x")
            (staged / "errors.npz").write_bytes(content)
            bundle_module.publish(staged, folder, recipe="tiny", temperature=1, threshold=0.5)
        with pytest.raises(BundleError, match=f"misread images in the bundle “model-{number}”"):
            bundle_module.load_bundle(folder).misread()


def test_pickled_objects_are_never_unpacked(tmp_path):
    """A pickle can run code; the file is refused before that."""
    folder, ran = tmp_path / "model", tmp_path / "ran"

    class Runs:
        def __reduce__(self):
            return (os.mkdir, (str(ran),))

    content = io.BytesIO()
    np.savez(content, index=np.array([Runs()], dtype=object))
    with bundle_module.staging_folder(folder) as staged:
        stage(staged, "x")
        (staged / "errors.npz").write_bytes(content.getvalue())
        bundle_module.publish(staged, folder, recipe="tiny", temperature=1, threshold=0.5)
    with pytest.raises(BundleError):
        bundle_module.load_bundle(folder).misread()
    assert not ran.exists()


def test_names_and_folders_are_told_apart(shipped, monkeypatch, tmp_path):
    publish(shipped / "cnn", "shipped")
    publish(tmp_path / "elsewhere" / "cnn", "own")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert mark_of("cnn") == "shipped"
    assert mark_of("./cnn") == "own"
    assert mark_of(tmp_path / "elsewhere" / "cnn") == "own"
    assert mark_of(None) == "shipped"


def test_the_default_is_best_then_cnn(shipped):
    with pytest.raises(BundleError, match=r"no trained model here.*train_model\.py fit cnn"):
        bundle_module.load_bundle()
    publish(shipped / "a-dense-one")
    publish(shipped / "cnn", "cnn")
    assert bundle_module.shipped_names() == ("cnn", "a-dense-one")
    assert mark_of(None) == "cnn"
    publish(shipped / "best", "best")
    assert bundle_module.shipped_names() == ("best", "cnn", "a-dense-one")
    assert mark_of(None) == "best"


@pytest.mark.parametrize("name", ["cnm", "", ".", "..", "cnn\0"])
def test_an_unknown_name_is_refused_with_the_known_ones(shipped, name):
    publish(shipped / "cnn")
    with pytest.raises(BundleError, match=r"no trained model called .*cnn"):
        bundle_module.load_bundle(name)


def test_a_name_cannot_lead_out_of_the_shipped_folder(shipped, monkeypatch, tmp_path):
    """With a separator it is a folder of the caller's, seen from where the caller is."""
    publish(tmp_path / "secret")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert mark_of("../secret") == "old"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BundleError):
        bundle_module.load_bundle("../secret")


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "", "-x", "a b", "a\n", "ü"])
def test_names_of_new_bundles_are_plain(name):
    with pytest.raises(BundleError, match="cannot be the name"):
        bundle_module.check_new_name(name)


def test_plain_names_of_new_bundles_pass():
    for name in ("cnn", "dense-128", "a.b_c-1", "7"):
        assert bundle_module.check_new_name(name) == name


def test_an_incomplete_staging_folder_is_not_published(folder):
    with (
        pytest.raises(OSError, match=r"model\.keras"),
        bundle_module.staging_folder(folder) as staged,
    ):
        bundle_module.publish(staged, folder, recipe="tiny", temperature=1, threshold=0.5)
    assert mark_of(folder) == "old"


@pytest.mark.parametrize(("temperature", "threshold"), [(0, 0.5), (1, 2)])
def test_impossible_values_are_not_published(folder, temperature, threshold):
    with bundle_module.staging_folder(folder) as staged:
        stage(staged, "new")
        with pytest.raises(BundleError):
            bundle_module.publish(
                staged, folder, recipe="tiny", temperature=temperature, threshold=threshold
            )
    assert mark_of(folder) == "old"


def test_a_publication_cut_between_its_renames_leaves_the_old_bundle(shipped):
    folder = publish(shipped / "cnn")
    folder.rename(folder.with_name(".cnn.previous"))
    assert mark_of("cnn") == "old"
    assert mark_of(folder) == "old"
    assert bundle_module.shipped_names() == ("cnn",)
    publish(folder, "new")
    assert mark_of("cnn") == "new"
    assert [path.name for path in shipped.iterdir()] == ["cnn"]


def test_a_publication_cut_after_its_renames_leaves_the_new_bundle(shipped):
    folder = publish(shipped / "cnn", "new")
    shutil.copytree(publish(shipped / "x", "old"), shipped / ".cnn.previous")
    shutil.rmtree(shipped / "x")
    assert mark_of("cnn") == "new"
    publish(folder, "newer")
    assert mark_of("cnn") == "newer"
    assert [path.name for path in shipped.iterdir()] == ["cnn"]


def test_what_killed_processes_staged_is_cleared_away_and_nothing_else(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    stale = tmp_path / f".cnn.staging-{dead.pid}"
    busy = tmp_path / f".cnn.staging-{os.getppid()}"
    other = tmp_path / f".other.staging-{dead.pid}"
    for path in (stale, busy, other):
        path.mkdir()
        (path / "model.keras").touch()
    publish(tmp_path / "cnn")
    assert not stale.exists()
    assert busy.exists()
    assert other.exists()


def test_an_unfinished_staging_folder_is_removed(tmp_path):
    def interrupted():
        with bundle_module.staging_folder(tmp_path / "cnn") as staged:
            stage(staged, "new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def publish_until_orphaned(folder):
    """What the other process of the tests below does: each bundle bears another mark."""
    parent = os.getppid()
    for number in itertools.count(1):
        if os.getppid() != parent:
            return
        publish(folder, f"{os.getpid()}-{number}")


@pytest.fixture
def publisher(tmp_path):
    """Start a process that publishes at ``folder`` without end; yields how to start one."""
    running = []

    def start(folder):
        process = subprocess.Popen(
            [sys.executable, __file__, str(folder)], env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def wait_for_another_mark(folder, mark):
    end = time.monotonic() + 30
    while mark_of(folder) == mark:
        assert time.monotonic() < end, "the other process publishes nothing"


def test_a_reader_sees_whole_bundles_while_another_process_publishes(tmp_path, publisher):
    """Hundreds of reads meet hundreds of swaps, in the middle of them too."""
    folder = publish(tmp_path / "cnn", "old")
    publisher(folder)
    wait_for_another_mark(folder, "old")
    seen, end = set(), time.monotonic() + 30
    while len(seen) < 20 and time.monotonic() < end:
        seen.add(mark_of(folder))
    assert len(seen) == 20


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_a_publisher_killed_at_any_moment_leaves_a_whole_bundle(tmp_path, publisher, kills):
    folder = publish(tmp_path / "cnn", "old")
    random = np.random.default_rng(0)
    cut = 0
    for _ in range(kills):
        before = mark_of(folder)
        process = publisher(folder)
        wait_for_another_mark(folder, before)
        time.sleep(random.uniform(0, 0.1))
        process.kill()
        process.wait()
        mark_of(folder)
        cut += len(list(tmp_path.iterdir())) > 1
    assert cut > kills / 4, "too few kills fell into a publication to show anything"
    publish(folder, "last")
    assert mark_of(folder) == "last"
    assert [path.name for path in tmp_path.iterdir()] == ["cnn"]


if __name__ == "__main__":
    publish_until_orphaned(Path(sys.argv[1]))
