"""A study's total, when workers race for its trials, are killed, or are stopped."""

import os
import subprocess
import sys
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from mnist_app.errors import TrainingError
from mnist_app.training.search import journal_storage, trials
from mnist_app.training.search.journal_storage import JournalStudyStorage

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import sys, time
from pathlib import Path
import optuna
from mnist_app.training.search import trials
from mnist_app.training.search.journal_storage import JournalStudyStorage

optuna.logging.set_verbosity(optuna.logging.ERROR)
store = JournalStudyStorage(Path(sys.argv[1]))
study = trials.open_study(store, "race", "stamp", optuna.pruners.NopPruner())

def objective(trial):
    value = trial.suggest_float("x", 0, 1)
    print("took", trial.number, flush=True)
    time.sleep(float(sys.argv[3]))
    return value

trials.run(
    study, store, objective,
    total=int(sys.argv[2]), seed=0, after_trial=lambda trial, now: None,
)
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    monkeypatch.setattr(trials, "_POLL_SECONDS", 0.05)


def worker(folder, total, seconds):
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), str(total), str(seconds)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_in_its_trial(folder, total):
    """Start a worker and kill it in the middle of a trial; return the trial's number."""
    process = worker(folder, total, 60)
    try:
        number = int(process.stdout.readline().split()[1])
    finally:
        process.kill()
        process.communicate()
    return number


def opened(folder, stamp="stamp", pruner=None):
    store = JournalStudyStorage(folder)
    return store, trials.open_study(store, "race", stamp, pruner or optuna.pruners.NopPruner())


def simple(trial):
    return trial.suggest_float("x", 0, 1)


def finish(folder, total, objective=simple, seed=0):
    """Work on the study in this process and return its trials."""
    store, study = opened(folder)
    told = []
    trials.run(
        study,
        store,
        objective,
        total=total,
        seed=seed,
        after_trial=lambda trial, now: told.append((trial.number, now.finished)),
    )
    return study.trials, told


def states(found):
    return [trial.state for trial in found]


@pytest.mark.slow
def test_racing_workers_end_with_exactly_the_total(tmp_path):
    racing = [worker(tmp_path, 12, 0.01) for _ in range(3)]
    took = [
        int(line.split()[1])
        for one in racing
        for line in one.communicate(timeout=60)[0].splitlines()
    ]
    assert [one.returncode for one in racing] == [0, 0, 0]
    assert sorted(took) == list(range(12))
    _, study = opened(tmp_path)
    assert states(study.trials) == [TrialState.COMPLETE] * 12
    assert len({trial.params["x"] for trial in study.trials}) == 12, "each draws its own samples"


def test_a_trial_that_ends_while_another_worker_looks_is_not_lost(tmp_path, monkeypatch):
    store, study = opened(tmp_path)
    trial = study.ask()
    lock = journal_storage._lock

    def lock_after_its_end(file, offset):
        study.tell(trial, 0.5)
        return lock(file, offset)

    monkeypatch.setattr(journal_storage, "_lock", lock_after_its_end)
    store.fail_lost_trials(study)
    assert states(study.trials) == [TrialState.COMPLETE]


def test_the_trial_of_a_killed_worker_is_repeated_once(tmp_path):
    assert kill_in_its_trial(tmp_path, 3) == 0
    found, told = finish(tmp_path, 3)
    assert states(found) == [TrialState.FAIL, *[TrialState.COMPLETE] * 3]
    assert found[1].params == found[0].params
    assert found[1].system_attrs["retry_history"] == [0]
    assert told == [(1, 1), (2, 2), (3, 3)]


def test_a_trial_that_kills_two_workers_gives_its_place_to_another(tmp_path):
    assert [kill_in_its_trial(tmp_path, 2) for _ in range(2)] == [0, 1]
    found, _ = finish(tmp_path, 2)
    assert states(found) == [TrialState.FAIL] * 2 + [TrialState.COMPLETE] * 2
    assert found[0].params == found[1].params
    assert found[0].params not in [trial.params for trial in found[2:]]


def test_a_living_worker_keeps_its_trial_and_the_others_wait_for_it(tmp_path):
    slow = worker(tmp_path, 2, 1.0)
    assert slow.stdout.readline() == "took 0\n"
    found, told = finish(tmp_path, 2)
    slow.communicate(timeout=60)
    assert states(found) == [TrialState.COMPLETE] * 2
    assert [number for number, _ in told] == [1]


def test_ctrl_c_has_the_trial_repeated_when_the_study_goes_on(tmp_path):
    def stopped(trial):
        simple(trial)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish(tmp_path, 2, stopped)
    found, _ = finish(tmp_path, 2)
    assert states(found) == [TrialState.FAIL, TrialState.COMPLETE, TrialState.COMPLETE]
    assert found[1].params == found[0].params


def test_a_study_goes_on_to_a_larger_total_and_repeats_nothing(tmp_path):
    first, _ = finish(tmp_path, 3)
    again, told = finish(tmp_path, 3)
    assert told == []
    assert again == first
    more, told = finish(tmp_path, 5)
    assert more[:3] == first
    assert [number for number, _ in told] == [3, 4]


def test_the_seed_and_the_number_of_a_trial_decide_what_it_draws(tmp_path):
    whole = [trial.params for trial in finish(tmp_path / "whole", 14)[0]]
    finish(tmp_path / "parts", 6)
    assert [trial.params for trial in finish(tmp_path / "parts", 14)[0]] == whole
    other = [trial.params for trial in finish(tmp_path / "other", 3, seed=1)[0]]
    assert other != whole[:3]


def test_pruned_trials_count_and_those_over_a_limit_do_not(tmp_path):
    def objective(trial):
        value = simple(trial)
        trial.set_constraint("size", value - 0.5)
        if value > 0.5 or trial.number % 2:
            raise optuna.TrialPruned
        return value

    found, _ = finish(tmp_path, 6, objective)
    over = [trial for trial in found if trials.over_limit(trial)]
    assert over
    assert all(trial.params["x"] > 0.5 for trial in over)
    counted = [trial for trial in found if not trials.over_limit(trial)]
    assert len(counted) == 6
    assert {trial.state for trial in counted} == {TrialState.COMPLETE, TrialState.PRUNED}


def test_limits_that_nothing_keeps_end_the_search(tmp_path, monkeypatch):
    monkeypatch.setattr(trials, "_MAXIMUM_REJECTED_IN_A_ROW", 5)

    def objective(trial):
        trial.set_constraint("size", 1.0)
        raise optuna.TrialPruned

    with pytest.raises(TrainingError, match=r"5 samples in a row .* --most-parameters"):
        finish(tmp_path, 3, objective)


def test_another_search_in_the_same_place_is_refused(tmp_path):
    opened(tmp_path)
    with pytest.raises(TrainingError, match=r"searches another space.*--study"):
        opened(tmp_path, stamp="another")


def test_half_a_line_of_a_killed_worker_does_no_harm(tmp_path):
    finish(tmp_path, 2)
    with (tmp_path / "journal.log").open("ab") as journal:
        journal.write(b'{"op_code": 4, "wor')
    assert len(finish(tmp_path, 3)[0]) == 3
    assert len(finish(tmp_path, 4)[0]) == 4


def test_a_damaged_journal_is_refused(tmp_path):
    finish(tmp_path, 1)
    journal = tmp_path / "journal.log"
    journal.write_bytes(b"no journal\n" + journal.read_bytes())
    with pytest.raises(TrainingError, match=r"journal\.log is damaged.*--output"):
        opened(tmp_path)


def test_a_worker_that_was_thought_lost_leaves_its_trial_to_the_other(tmp_path):
    """As a laptop does that slept too long."""
    store, study = opened(tmp_path)

    def objective(trial):
        value = simple(trial)
        if trial.number == 0:
            study.tell(0, state=TrialState.FAIL)  # what another worker does
        return value

    trials.run(study, store, objective, total=2, seed=0, after_trial=lambda trial, now: None)
    assert states(study.trials) == [TrialState.FAIL, TrialState.COMPLETE, TrialState.COMPLETE]
