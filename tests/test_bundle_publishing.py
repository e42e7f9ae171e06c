"""Bundles are published as a whole or not at all, whatever happens in between."""

import dataclasses
import itertools
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mnist_app import bundle as bundle_module
from mnist_app import bundle_publishing
from mnist_app.bundle import load_bundle
from mnist_app.bundle_publishing import amend, staging_folder
from mnist_app.errors import BundleError
from mnist_app.reading_settings import DecoderWeights, ReadingSettings
from tests.bundles import SETTINGS, mark_of, publish_marked, stage

ROOT = Path(__file__).resolve().parent.parent
REPORT = load_bundle("dense-128").report()


@pytest.fixture
def folder(tmp_path):
    return publish_marked(tmp_path / "models" / "mine")


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A place for shipped bundles of this test's own."""
    place = tmp_path / "shipped"
    place.mkdir()
    monkeypatch.setattr(bundle_module, "shipped_folder", lambda: place)
    return place


def test_nothing_is_left_beside_a_published_bundle(folder):
    publish_marked(folder, "new")
    assert mark_of(folder) == "new"
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


@pytest.mark.parametrize("cut_off", [False, True], ids=["whole", "after a publication cut off"])
def test_an_amended_report_leaves_the_rest_as_it_was(folder, cut_off):
    before = load_bundle(folder)
    if cut_off:
        folder.rename(folder.with_name(".mine.previous"))
    amended = REPORT.amended(mark="new", reading={"speed": 0.5})
    amend(before, report=amended)
    after = load_bundle(folder)
    assert after.report() == amended
    assert after.report().content == {**REPORT.content, "mark": "new", "reading": {"speed": 0.5}}
    for field in ("recipe", "settings", "model", "errors_bytes"):
        assert getattr(after, field) == getattr(before, field)
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def test_an_incomplete_staging_folder_is_not_published(folder):
    with (
        pytest.raises(OSError, match=r"model\.keras"),
        staging_folder(folder) as staged,
    ):
        bundle_publishing.publish(staged, folder, recipe="tiny", settings=SETTINGS)
    assert mark_of(folder) == "old"


@pytest.mark.parametrize("impossible", [{"temperature": 0.0}, {"acceptance_threshold": 2.0}])
def test_impossible_settings_are_not_published(folder, impossible):
    settings = dataclasses.replace(SETTINGS, **impossible)
    with pytest.raises(BundleError, match="impossible"):
        publish_marked(folder, "new", settings)
    assert mark_of(folder) == "old"


def test_all_settings_are_recorded_and_kept_when_the_report_changes(tmp_path):
    weights = DecoderWeights(*(float(index) for index in range(8)))
    settings = ReadingSettings(2.0, 0.25, weights)
    folder = publish_marked(tmp_path / "mine", settings=settings)
    assert load_bundle(folder).settings == settings
    amend(load_bundle(folder), report=REPORT)
    assert load_bundle(folder).settings == settings
    amend(load_bundle(folder), settings=SETTINGS)
    assert load_bundle(folder).settings == SETTINGS
    assert load_bundle(folder).report() == REPORT


def test_a_publication_cut_between_its_renames_leaves_the_old_bundle(shipped):
    folder = publish_marked(shipped / "cnn")
    folder.rename(folder.with_name(".cnn.previous"))
    assert mark_of("cnn") == "old"
    assert mark_of(folder) == "old"
    assert bundle_module.shipped_names() == ("cnn",)
    publish_marked(folder, "new")
    assert mark_of("cnn") == "new"
    assert [path.name for path in shipped.iterdir()] == ["cnn"]


def test_a_publication_cut_after_its_renames_leaves_the_new_bundle(shipped):
    folder = publish_marked(shipped / "cnn", "new")
    shutil.copytree(publish_marked(shipped / "x", "old"), shipped / ".cnn.previous")
    shutil.rmtree(shipped / "x")
    assert mark_of("cnn") == "new"
    publish_marked(folder, "newer")
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
    publish_marked(tmp_path / "cnn")
    assert not stale.exists()
    assert busy.exists()
    assert other.exists()


def test_an_unfinished_staging_folder_is_removed(tmp_path):
    def interrupted():
        with staging_folder(tmp_path / "cnn") as staged:
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
        publish_marked(folder, f"{os.getpid()}-{number}")


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
    folder = publish_marked(tmp_path / "cnn", "old")
    publisher(folder)
    wait_for_another_mark(folder, "old")
    seen, end = set(), time.monotonic() + 30
    while len(seen) < 20 and time.monotonic() < end:
        seen.add(mark_of(folder))
    assert len(seen) == 20


@pytest.mark.slow
def test_a_publisher_killed_at_any_moment_leaves_a_whole_bundle(tmp_path, publisher):
    folder = publish_marked(tmp_path / "cnn", "old")
    random = np.random.default_rng(0)
    kills, cut = 10, 0
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
    publish_marked(folder, "last")
    assert mark_of(folder) == "last"
    assert [path.name for path in tmp_path.iterdir()] == ["cnn"]


@pytest.mark.slow
def test_processes_that_publish_at_once_take_turns(tmp_path, publisher):
    """Three publish without end: none of them fails, and every bundle read is whole."""
    folder = publish_marked(tmp_path / "cnn")
    processes = [publisher(folder) for _ in range(3)]
    publishers, end = set(), time.monotonic() + 60
    while len(publishers) < 3 and time.monotonic() < end:
        publishers.add(mark_of(folder).partition("-")[0])
        publishers.discard("old")
    assert publishers == {str(process.pid) for process in processes}
    assert [process.poll() for process in processes] == [None] * 3


def test_a_publication_that_takes_too_long_is_one_clear_error(folder, monkeypatch):
    monkeypatch.setattr(bundle_publishing, "LOCK_SECONDS", 0.05)
    with (
        bundle_publishing._lock(folder),
        pytest.raises(BundleError, match=r"Another process is publishing .*“mine” is unchanged"),
    ):
        publish_marked(folder, "new")
    assert mark_of(folder) == "old"
    publish_marked(folder, "new")
    assert mark_of(folder) == "new"


if __name__ == "__main__":
    publish_until_orphaned(Path(sys.argv[1]))
