"""Results of a search: the best recipe, a table of all trials, plots."""

import csv
import dataclasses
import warnings
from pathlib import Path
from typing import Any, Final

import optuna
from optuna.trial import FrozenTrial, TrialState

from mnist_app.training import plots, recipe_files
from mnist_app.training.figure_files import save_figure
from mnist_app.training.recipe import Recipe
from mnist_app.training.search import trials
from mnist_app.training.search.spaces import Space

RECIPE_FILE: Final = "recipe.json"
TRIALS_FILE: Final = "trials.csv"
ACCURACY: Final = "validation_accuracy"
PARAMETERS: Final = "parameters"
MULTIPLY_ADDS: Final = "multiply_adds"


def best(study: optuna.Study) -> FrozenTrial | None:
    """Return the trial with the least loss that was trained to the end, or None."""
    complete = [
        trial
        for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if trial.value is not None
    ]
    return min(complete, key=lambda trial: (trial.value or 0.0, trial.number), default=None)


def write_results(
    study: optuna.Study, searched: Recipe, space: Space, folder: Path, *, seed: int
) -> Recipe | None:
    """Write the best recipe, the table of trials and the plots to ``folder``; return the recipe.

    ``searched`` is the recipe before the search. Without a complete trial nothing is written, and
    None is returned. Raises `OSError`.
    """
    done = [
        trial
        for trial in study.get_trials(deepcopy=False)
        if trial.state.is_finished() and not trials.over_limit(trial)
    ]
    winner = best(study)
    if winner is None or winner.value is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    recipe = dataclasses.replace(
        searched,
        name=f"{searched.name}-found",
        title=f"{searched.title}, as a search found it",
        **space.draw(optuna.trial.FixedTrial(winner.params)),
    )
    now = trials.tally(study)
    found = {
        "study": study.study_name,
        "trial": winner.number,
        "validation_loss": winner.value,
        **{name: winner.user_attrs[name] for name in (ACCURACY, PARAMETERS, MULTIPLY_ADDS)},
        "epochs": space.epochs,
        "seed": seed,
        "trained": now.trained,
        "pruned": now.pruned,
        "over_limit": now.over_limit,
    }
    recipe_files.write(recipe, found, folder / RECIPE_FILE)
    _write_table(done, folder / TRIALS_FILE)
    save_figure(plots.history(_points(done)), folder / "history")
    with_values = [trial for trial in done if trial.state == TrialState.COMPLETE]
    if len(with_values) > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a small number of trials is inexact
            importance = optuna.importance.get_param_importances(study)
        save_figure(plots.importance(importance), folder / "importance")
    return recipe


def _points(done: list[FrozenTrial]) -> list[tuple[float, bool]]:
    """Return the last validation loss of each trial with one, and whether it is complete."""
    return [
        (trial.intermediate_values[trial.last_step], trial.state == TrialState.COMPLETE)
        for trial in done
        if trial.last_step is not None and trial.state != TrialState.FAIL
    ]


def _write_table(done: list[FrozenTrial], path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {
            "trial": trial.number,
            "state": trial.state.name.lower(),
            "epochs": trial.last_step or 0,
            "validation_loss": trial.intermediate_values.get(trial.last_step or 0),
            **{name: trial.user_attrs.get(name) for name in (ACCURACY, PARAMETERS, MULTIPLY_ADDS)},
            **trial.params,
        }
        for trial in done
    ]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
