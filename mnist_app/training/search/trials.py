"""Trials of a study: counting them, taking the next one, and ending at the total.

A trial counts towards the total if it was trained to the last epoch or stopped early by pruning. A
sample whose network exceeds a limit does not count and is replaced, nor does a trial whose worker
was lost: it is repeated once, and replaced by another sample if its second worker is lost too.

Optuna's `MaxTrialsCallback` cannot do this: it counts when a trial ends, so that each further
worker may exceed the total by one, and it cannot tell a pruned trial from one over a limit.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from mnist_app.errors import TrainingError
from mnist_app.training.search.journal_storage import StudyStorage, retry_once

Objective = Callable[[optuna.Trial], float]

STAMP: Final = "search"
"""Attribute of a study that holds the stamp of its search."""
_STARTUP: Final = 10
"""Number of random samples before the TPE sampler learns from the trials."""
_MAXIMUM_REJECTED_IN_A_ROW: Final = 300
"""Number of consecutive samples over a limit after which a search is given up."""
_POLL_SECONDS: Final = 1.0
"""Interval at which a worker without a trial checks whether the last trials have ended."""


@dataclass(frozen=True)
class Tally:
    """Numbers of trials of a study by state; those over a limit are counted separately."""

    trained: int
    pruned: int
    running: int
    over_limit: int
    over_limit_in_a_row: int

    @property
    def finished(self) -> int:
        """Number of trials that count towards the total."""
        return self.trained + self.pruned


def tally(study: optuna.Study) -> Tally:
    """Count the trials of ``study``."""
    trials = study.get_trials(deepcopy=False)
    states = [trial.state for trial in trials if not over_limit(trial)]
    finished = [trial for trial in trials if trial.state.is_finished()]
    in_a_row = next(
        (index for index, trial in enumerate(reversed(finished)) if not over_limit(trial)),
        len(finished),
    )
    return Tally(
        trained=states.count(TrialState.COMPLETE),
        pruned=states.count(TrialState.PRUNED),
        running=states.count(TrialState.RUNNING),
        over_limit=sum(over_limit(trial) for trial in trials),
        over_limit_in_a_row=in_a_row,
    )


def over_limit(trial: FrozenTrial) -> bool:
    """Return whether the network of ``trial`` exceeds a limit."""
    return any(excess > 0 for excess in trial.constraints.values())


def open_study(
    store: StudyStorage, name: str, stamp: str, pruner: optuna.pruners.BasePruner
) -> optuna.Study:
    """Return the study ``name`` in ``store``, created if it does not exist.

    Raises `TrainingError` if the study has another ``stamp``: another space, settings or data.
    """
    with store.lock():
        study = optuna.create_study(
            study_name=name,
            storage=store.optuna_storage,
            direction="minimize",
            load_if_exists=True,
            pruner=pruner,
        )
        if not study.user_attrs and not study.get_trials(deepcopy=False):
            study.set_user_attr(STAMP, stamp)
    if study.user_attrs.get(STAMP) != stamp:
        raise TrainingError(
            f"The study “{name}” in {store.name} searches another space, other settings or other "
            "data. Use the same ones as before, or start a new study with --study NAME and "
            "--output FOLDER"
        )
    return study


def run(
    study: optuna.Study,
    store: StudyStorage,
    objective: Objective,
    *,
    total: int,
    seed: int,
    after_trial: Callable[[FrozenTrial, Tally], None],
) -> None:
    """Work on ``study`` until ``total`` of its trials are finished by all workers together.

    The sample of a trial depends on ``seed``, its number and the trials before it, not on the
    worker. Raises `TrainingError` if too many samples in a row exceed a limit, and any exception of
    ``objective``.
    """
    while True:
        number = None
        with ExitStack() as lock:
            lock.enter_context(store.lock())
            store.fail_lost_trials(study)
            now = tally(study)
            if now.finished >= total:
                return
            _refuse_endless_search(now)
            if now.finished + now.running < total:
                study.sampler = _sampler(study, now, seed)
                number = _run_trial(study, store, lock, objective)
        if number is None:
            time.sleep(_POLL_SECONDS)  # other workers are training the last trials
            continue
        trial = study.get_trials(deepcopy=False)[number]
        if trial.state in (TrialState.COMPLETE, TrialState.PRUNED):
            after_trial(trial, tally(study))


def _run_trial(
    study: optuna.Study, store: StudyStorage, lock: ExitStack, objective: Objective
) -> int:
    """Take a trial, release ``lock``, run the trial, and return its number.

    If ``objective`` raises an error, the trial is queued once more for the next worker.
    """
    taken: list[int] = []
    own_errors: list[BaseException] = []

    def claimed(trial: optuna.Trial) -> float:
        taken.append(trial.number)
        store.claim(trial)
        lock.close()
        try:
            return objective(trial)
        except BaseException as error:
            own_errors.append(error)
            raise

    try:
        study.optimize(claimed, n_trials=1)
    except BaseException as error:
        if not taken:
            raise
        if any(error is own for own in own_errors):
            with suppress(Exception):  # the first error is raised
                _repeat_if_failed(study, taken[0])
            raise
        # else Optuna could not write the result: another worker failed the trial as lost
        if study.trials[taken[0]].state != TrialState.FAIL:
            raise
    finally:
        if taken:
            store.release(taken[0])
    return taken[0]


def _repeat_if_failed(study: optuna.Study, number: int) -> None:
    trial = study.trials[number]
    if trial.state == TrialState.FAIL:
        retry_once(study, trial)


def _sampler(study: optuna.Study, now: Tally, seed: int) -> optuna.samplers.BaseSampler:
    """Return the sampler of the next trial of ``study``.

    The first samples are random. Samples over a limit carry little information, so each is replaced
    by another random one.
    """
    number = len(study.get_trials(deepcopy=False))
    return optuna.samplers.TPESampler(
        seed=int(np.random.SeedSequence((seed, number)).generate_state(1)[0]),
        n_startup_trials=_STARTUP + now.over_limit,
    )


def _refuse_endless_search(now: Tally) -> None:
    if now.over_limit_in_a_row >= _MAXIMUM_REJECTED_IN_A_ROW:
        raise TrainingError(
            f"{now.over_limit_in_a_row} samples in a row exceed a limit of the network's size. "
            "Raise --most-parameters or --most-multiply-adds, or narrow the space"
        )
