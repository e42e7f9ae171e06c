"""Two workers of the real program share a study in a real PostgreSQL server."""

import os
import subprocess
import sys
import time
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from mnist_app.errors import TrainingError
from mnist_app.training import recipe_files
from mnist_app.training.search import postgres_storage
from tests import postgres

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "Tr0ub4dor"
TOTAL = 2
EPOCHS = 12
LOST_AFTER = 12  # seconds
PATIENCE_SECONDS = 500


@pytest.fixture(scope="module")
def address():
    if postgres.programs() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed; .ci/run installs it")
        pytest.skip("PostgreSQL is not installed")
    with postgres.server(PASSWORD) as running:
        yield running


class Worker:
    """The real program, with its screen kept in a file."""

    def __init__(self, address, folder):
        arguments = ["search", "dense-deep", "--data", "synthetic", "--trials", str(TOTAL)]
        arguments += ["--set", "hidden=[8]", "--set", "batch_size=128", "--epochs", str(EPOCHS)]
        arguments += ["--storage", address, "--lost-after", str(LOST_AFTER), "--study", "shared"]
        folder.mkdir()
        self.folder = folder
        with (folder / "screen").open("w") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "train_model.py", *arguments, "--output", str(folder)],
                cwd=ROOT,
                stdout=screen,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            )

    def screen(self):
        return (self.folder / "screen").read_text(encoding="utf-8")


def until(condition, *workers):
    """Wait until ``condition`` holds while all workers run."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "".join(worker.screen() for worker in workers)
        assert all(worker.process.poll() is None for worker in workers), workers[0].screen()
        time.sleep(0.1)


@pytest.mark.slow
def test_a_killed_worker_costs_the_study_no_trial(address, tmp_path):
    store = postgres_storage.PostgresStudyStorage(address, "shared", lost_after=LOST_AFTER)
    one, other = Worker(address, tmp_path / "one"), Worker(address, tmp_path / "other")
    try:
        until(lambda: "shared" in optuna.get_all_study_names(store.optuna_storage), one, other)
        study = optuna.load_study(study_name="shared", storage=store.optuna_storage)

        def both_in_the_middle():
            running = study.get_trials(states=(TrialState.RUNNING,))
            return len(running) == 2 and all(1 <= (one.last_step or 0) < 8 for one in running)

        until(both_in_the_middle, one, other)
        one.process.kill()
        assert other.process.wait(PATIENCE_SECONDS) == 0, other.screen()
        found = study.trials
    finally:
        store.close()
        for worker in (one, other):
            worker.process.kill()
            worker.process.wait()

    lost = [trial for trial in found if trial.state == TrialState.FAIL]
    done = [trial for trial in found if trial.state in (TrialState.COMPLETE, TrialState.PRUNED)]
    assert len(done) == TOTAL
    assert len(found) == TOTAL + 1
    assert len(lost) == 1
    assert 1 <= lost[0].last_step < EPOCHS, "it was killed in the middle"
    (again,) = [trial for trial in done if trial.system_attrs.get("retry_history")]
    assert again.system_attrs["retry_history"] == [lost[0].number]
    assert again.params == lost[0].params

    assert f"{TOTAL}/{TOTAL}  trial " in other.screen()
    best = min(
        (trial for trial in done if trial.state == TrialState.COMPLETE),
        key=lambda trial: trial.value,
    )
    recipe = recipe_files.read(other.folder / "recipe.json")
    assert recipe.hidden == (8,)
    assert recipe.learning_rate == float(f"{best.params['learning_rate']:.3g}")

    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path


@pytest.mark.slow
def test_a_wrong_password_is_said_and_not_shown(address):
    wrong = address.replace(PASSWORD, "Sesame0pen")
    with pytest.raises(TrainingError, match="password authentication failed") as caught:
        postgres_storage.PostgresStudyStorage(wrong, "study", lost_after=60)
    assert "Sesame0pen" not in str(caught.value)


@pytest.mark.slow
def test_a_database_that_goes_away_ends_the_search_with_a_message(tmp_path):
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server(PASSWORD) as address:
        worker = Worker(address, tmp_path / "worker")
        store = postgres_storage.PostgresStudyStorage(address, "shared", lost_after=LOST_AFTER)
        until(lambda: "shared" in optuna.get_all_study_names(store.optuna_storage), worker)
        study = optuna.load_study(study_name="shared", storage=store.optuna_storage)
        until(lambda: any(trial.last_step for trial in study.trials), worker)
        store.close()
    try:
        assert worker.process.wait(PATIENCE_SECONDS) == 1
    finally:
        worker.process.kill()
    last = worker.screen().splitlines()[-1]
    assert last.startswith("Error: The database at 127.0.0.1")
    assert "Traceback" not in worker.screen()
    assert PASSWORD not in worker.screen()
