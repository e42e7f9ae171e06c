"""The line per trial that a person watches."""

import io

import optuna
import pytest
from optuna.trial import TrialState

from mnist_app.training import progress
from mnist_app.training.search import trial_progress
from tests.training.test_progress import Terminal


def trial(number, loss, state=TrialState.COMPLETE, epochs=4):
    made = optuna.trial.create_trial(
        state=state,
        value=loss,
        intermediate_values={epochs: loss},
        user_attrs={"validation_accuracy": 0.98},
    )
    made.number = number
    return made


@pytest.fixture
def later(monkeypatch):
    """Time that passes only when a test says so."""
    now = [50.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])

    def pass_by(seconds):
        now[0] += seconds

    return pass_by


def test_a_log_file_gets_one_line_per_trial_with_the_best_and_the_time_left(later):
    log = io.StringIO()
    shown = trial_progress.TrialProgress(10, 4, stream=log)
    shown.epoch(7, 1, 4, {"validation_loss": 0.3, "validation_accuracy": 0.9})
    later(60)
    shown.trial(trial(7, 0.05), 5, trial(7, 0.05))
    later(60)
    shown.trial(trial(9, 0.4, TrialState.PRUNED, epochs=1), 6, trial(7, 0.05))
    best = "best so far: trial 7, loss 0.0500, 98.00%"
    first, second = log.getvalue().splitlines()
    assert first == f" 5/10  trial 7 trained, loss 0.0500, 98.00%  {best}  5 min 0 s left"
    stopped = "trial 9 stopped after epoch 1, loss 0.4000, 98.00%"
    assert second == f" 6/10  {stopped}  {best}  4 min 0 s left"


def test_trials_of_other_workers_shorten_the_time_left(later):
    log = io.StringIO()
    shown = trial_progress.TrialProgress(10, 0, stream=log)
    later(60)
    shown.trial(trial(3, 0.05), 4, None)
    assert log.getvalue() == " 4/10  trial 3 trained, loss 0.0500, 98.00%  1 min 30 s left\n"


def test_a_terminal_shows_every_epoch_on_the_same_line(later, monkeypatch):
    monkeypatch.setattr(progress, "REDRAW_SECONDS", 0)
    screen = Terminal()
    shown = trial_progress.TrialProgress(3, 0, stream=screen)
    for epoch in (1, 2):
        shown.epoch(0, epoch, 2, {"validation_loss": 0.3, "validation_accuracy": 0.9})
    shown.trial(trial(0, 0.3), 1, trial(0, 0.3))
    shown.close()
    text = screen.getvalue()
    assert text.count("\n") == 1
    assert text.index("epoch 1/2, loss 0.3000, 90.00%") < text.index("epoch 2/2")
    assert text.index("epoch 2/2") < text.index("1/3  trial 0 trained")
