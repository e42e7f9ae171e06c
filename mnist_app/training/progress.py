"""Progress of a training run: a tqdm bar on a terminal, and a line per epoch there and in a log."""

import sys
import time
from typing import Any, Final, TextIO

from tqdm import tqdm

REDRAW_SECONDS: Final = 0.2
"""Minimum time between two redraws of a bar."""


class ProgressBar:
    """A tqdm bar on ``stream``, standard error by default, with lines of text above it.

    ``total`` is the number of units, such as trials, of which ``done`` were done before this run.
    There is no bar unless the stream is a terminal: a log file gets the lines alone.
    """

    def __init__(self, total: int, done: int, *, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._total, self._first = total, done
        self._started = time.monotonic()
        self._bar: Any = tqdm(
            total=total,
            initial=done,
            file=self._stream,
            disable=not self._stream.isatty(),
            leave=False,
            dynamic_ncols=True,
            mininterval=REDRAW_SECONDS,
            miniters=0,
            bar_format="{desc}|{bar}| {remaining} left",
        )

    def advance(self, done: float, text: str) -> None:
        """Display ``text`` and ``done`` units, parts of a unit included, on the bar."""
        self._bar.set_description_str(text, refresh=False)
        self._bar.update(done - self._bar.n)

    def write(self, line: str, done: int) -> None:
        """Write ``line`` with the time left after ``done`` units; the bar goes on below it."""
        elapsed = time.monotonic() - self._started
        left = elapsed / max(1, done - self._first) * max(0, self._total - done)
        tqdm.write(f"{line}  {duration(left)} left", file=self._stream)
        self._stream.flush()

    def close(self) -> None:
        """Remove the bar."""
        self._bar.close()


class EpochProgress:
    """Progress of a run of ``epochs`` with ``batches`` each, ``done`` of them trained before."""

    def __init__(
        self, epochs: int, batches: int, *, done: int = 0, stream: TextIO | None = None
    ) -> None:
        self._bar = ProgressBar(epochs, done, stream=stream)
        self._epochs, self._batches, self._done = epochs, batches, done

    def batch(self, number: int, loss: float) -> None:
        """Display that ``number`` batches of the present epoch are done."""
        done = self._done + number / self._batches
        self._bar.advance(done, f"{self._name(self._done + 1)}  loss {loss:.4f}  ")

    def epoch(self, done: int, figures: dict[str, float]) -> None:
        """Write the line of the epoch that ended, with ``done`` epochs in all."""
        self._done = done
        line = (
            f"{self._name(done)}  loss {figures['loss']:.4f}  "
            f"training {figures['accuracy']:.2%}  validation {figures['validation_accuracy']:.2%}"
        )
        self._bar.write(line, done)

    def close(self) -> None:
        """Remove the bar."""
        self._bar.close()

    def _name(self, epoch: int) -> str:
        return f"Epoch {epoch:{len(str(self._epochs))}}/{self._epochs}"


def duration(seconds: float) -> str:
    """Return a duration such as "45 s" or "3 min 20 s"."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"  # noqa: PLR2004
