"""One line per trial of a search: what came of it, the best so far, the time left."""

import time
from typing import TextIO

from optuna.trial import FrozenTrial, TrialState

from mnist_app.training.progress import RedrawnLine, in_words


class SearchProgress:
    """Shows how far a study of ``total`` trials is, of which ``done`` lie behind it already.

    On a terminal the line of the present trial is redrawn after every epoch; in a log file every
    trial leaves one line.
    """

    def __init__(self, total: int, done: int, *, stream: TextIO | None = None) -> None:
        self._line = RedrawnLine(stream)
        self._total, self._first = total, done
        self._started = time.monotonic()

    def epoch(self, number: int, done: int, epochs: int, figures: dict[str, float]) -> None:
        """Show that trial ``number`` has trained ``done`` of its epochs."""
        if self._line.is_redrawn:
            self._line.write(f"trial {number}: epoch {done}/{epochs}, {_in_words(figures)}", "\r")

    def trial(self, trial: FrozenTrial, finished: int, best: FrozenTrial | None) -> None:
        """Close the line of a trial, the last of so many that are ``finished``."""
        last = trial.last_step or 0
        ended = "trained" if trial.state == TrialState.COMPLETE else f"stopped after epoch {last}"
        said = f"{finished:{len(str(self._total))}}/{self._total}  trial {trial.number} {ended}"
        said += _figures(trial)
        if best is not None:
            said += f"  best so far: trial {best.number}{_figures(best)}"
        mine = max(1, finished - self._first)
        left = (time.monotonic() - self._started) / mine * max(0, self._total - finished)
        self._line.write(f"{said}  {in_words(left)} left", "\n")


def _figures(trial: FrozenTrial) -> str:
    if trial.last_step is None:
        return ""
    return ", " + _in_words(
        {
            "validation_loss": trial.intermediate_values[trial.last_step],
            "validation_accuracy": trial.user_attrs["validation_accuracy"],
        }
    )


def _in_words(figures: dict[str, float]) -> str:
    return f"loss {figures['validation_loss']:.4f}, {figures['validation_accuracy']:.2%}"
