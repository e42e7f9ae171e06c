"""A study's trials: how many there are, who takes the next one, and when it is enough.

A study has a total. What counts is a trial that came to an end: trained to the last epoch, or
stopped early as hopeless. A sample whose network breaks a limit is drawn again and does not count,
nor does a trial whose worker was lost: it is repeated once, then another sample takes its place.
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
from mnist_app.training.search.journal_storage import Place, retry_once

Objective = Callable[[optuna.Trial], float]

STAMP: Final = "search"
_STARTUP: Final = 10
_BREACHES_IN_A_ROW: Final = 300
_POLL_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Tally:
    """How many trials of a study are finished, running, and over a limit."""

    trained: int
    pruned: int
    running: int
    over_limit: int
    over_limit_in_a_row: int

    @property
    def finished(self) -> int:
        """How many count for the total."""
        return self.trained + self.pruned


def tally(study: optuna.Study) -> Tally:
    """Count the trials of ``study``."""
    trials = study.get_trials(deepcopy=False)
    states = [trial.state for trial in trials if not over_limit(trial)]
    finished = [trial for trial in trials if trial.state.is_finished()]
    in_a_row = next(
        (place for place, trial in enumerate(reversed(finished)) if not over_limit(trial)),
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
    """Tell whether the network of ``trial`` broke a limit."""
    return any(excess > 0 for excess in trial.constraints.values())


def open_study(
    place: Place, name: str, stamp: str, pruner: optuna.pruners.BasePruner
) -> optuna.Study:
    """Return the study called ``name``, new or as it was left.

    ``stamp`` says what is searched. Raises `TrainingError` if the study there searches another
    thing.
    """
    with place.turn():
        study = optuna.create_study(
            study_name=name,
            storage=place.storage,
            direction="minimize",
            load_if_exists=True,
            pruner=pruner,
        )
        if not study.user_attrs and not study.get_trials(deepcopy=False):
            study.set_user_attr(STAMP, stamp)
    if study.user_attrs.get(STAMP) != stamp:
        raise TrainingError(
            f"The study “{name}” in {place.name} searches another space, other settings or other "
            "data. Give the same ones as before, or start another: --study NAME and --output FOLDER"
        )
    return study


def run(
    study: optuna.Study,
    place: Place,
    objective: Objective,
    *,
    total: int,
    seed: int,
    after_trial: Callable[[FrozenTrial, Tally], None],
) -> None:
    """Work on ``study`` until ``total`` of its trials are finished, whoever finished them.

    What a trial draws depends on ``seed``, its number and the trials before it, not on the worker.
    Raises `TrainingError` if no sample keeps within the limits, and what ``objective`` raises.
    """
    while True:
        number = None
        with ExitStack() as turn:
            turn.enter_context(place.turn())
            place.fail_lost(study)
            now = tally(study)
            if now.finished >= total:
                return
            _refuse_endless_search(now)
            if now.finished + now.running < total:
                study.sampler = _sampler(study, now, seed)
                number = _one(study, place, turn, objective)
        if number is None:
            time.sleep(_POLL_SECONDS)  # the last ones are being trained elsewhere
            continue
        trial = study.get_trials(deepcopy=False)[number]
        if trial.state in (TrialState.COMPLETE, TrialState.PRUNED):
            after_trial(trial, tally(study))


def _one(study: optuna.Study, place: Place, turn: ExitStack, objective: Objective) -> int:
    """Take a trial, end the ``turn``, run it, and return its number.

    One that cannot go on here is repeated by whoever works on the study next.
    """
    taken: list[int] = []
    own_errors: list[BaseException] = []

    def claimed(trial: optuna.Trial) -> float:
        taken.append(trial.number)
        place.claim(trial)
        turn.close()
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
            with suppress(Exception):  # what matters is the first error
                _repeat_if_failed(study, taken[0])
            raise
        # else Optuna could not write the result: others thought this worker lost, and failed it
        if study.trials[taken[0]].state != TrialState.FAIL:
            raise
    finally:
        if taken:
            place.release(taken[0])
    return taken[0]


def _repeat_if_failed(study: optuna.Study, number: int) -> None:
    trial = study.trials[number]
    if trial.state == TrialState.FAIL:
        retry_once(study, trial)


def _sampler(study: optuna.Study, now: Tally, seed: int) -> optuna.samplers.BaseSampler:
    """Return a sampler that draws what the next trial of ``study`` is to try.

    The first samples are random; those over a limit teach it little, so others come in their place.
    """
    number = len(study.get_trials(deepcopy=False))
    return optuna.samplers.TPESampler(
        seed=int(np.random.SeedSequence((seed, number)).generate_state(1)[0]),
        n_startup_trials=_STARTUP + now.over_limit,
    )


def _refuse_endless_search(now: Tally) -> None:
    if now.over_limit_in_a_row >= _BREACHES_IN_A_ROW:
        raise TrainingError(
            f"{now.over_limit_in_a_row} samples in a row broke a limit of the network's size. Give "
            "more room with --most-parameters and --most-multiply-adds, or narrow the space"
        )
