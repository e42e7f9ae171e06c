"""Progress of a search: a line per trial with its result, the best so far and the time left."""

from typing import TextIO

from optuna.trial import FrozenTrial, TrialState

from mnist_app.training.progress import ProgressBar


class TrialProgress:
    """Displays the progress of a study of ``total`` trials, ``done`` of them before this run.

    On a terminal a bar moves after every epoch of the present trial; every finished trial leaves
    one line, there and in a log file.
    """

    def __init__(self, total: int, done: int, *, stream: TextIO | None = None) -> None:
        self._bar = ProgressBar(total, done, stream=stream)
        self._total, self._finished = total, done

    def epoch(self, number: int, done: int, epochs: int, figures: dict[str, float]) -> None:
        """Display that trial ``number`` has trained ``done`` of its epochs."""
        text = f"trial {number}: epoch {done}/{epochs}, {_figures_text(figures)}  "
        self._bar.advance(self._finished + done / epochs, text)

    def trial(self, trial: FrozenTrial, finished: int, best: FrozenTrial | None) -> None:
        """Write the line of ``trial``, with ``finished`` trials in all and the best of them."""
        self._finished = finished
        last = trial.last_step or 0
        ended = "trained" if trial.state == TrialState.COMPLETE else f"stopped after epoch {last}"
        line = f"{finished:{len(str(self._total))}}/{self._total}  trial {trial.number} {ended}"
        line += _figures(trial)
        if best is not None:
            line += f"  best so far: trial {best.number}{_figures(best)}"
        self._bar.write(line, finished)

    def close(self) -> None:
        """Remove the bar."""
        self._bar.close()


def _figures(trial: FrozenTrial) -> str:
    if trial.last_step is None:
        return ""
    return ", " + _figures_text(
        {
            "validation_loss": trial.intermediate_values[trial.last_step],
            "validation_accuracy": trial.user_attrs["validation_accuracy"],
        }
    )


def _figures_text(figures: dict[str, float]) -> str:
    return f"loss {figures['validation_loss']:.4f}, {figures['validation_accuracy']:.2%}"
