"""One line per epoch on the terminal: a bar that fills, then the figures and the time left."""

import sys
import time
from typing import Final, TextIO

BAR_WIDTH: Final = 24
_REDRAW_SECONDS: Final = 0.2


class RedrawnLine:
    """A line on ``stream``, standard error by default, that is written over until it is closed."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._length = 0

    @property
    def is_redrawn(self) -> bool:
        """False in a log file, where only closed lines should be."""
        return self._stream.isatty()

    def write(self, line: str, end: str) -> None:
        """Write ``line`` over the present one; an ``end`` of a line break closes it."""
        self._stream.write(f"\r{line:<{self._length}}{end}" if self._length else line + end)
        self._length = len(line) if end == "\r" else 0
        self._stream.flush()


class Progress:
    """Shows how far a training run is.

    On a terminal the line of the present epoch is redrawn as it goes; in a log file every epoch
    leaves one finished line. ``done`` epochs of a resumed run lie behind it already.
    """

    def __init__(
        self, epochs: int, batches: int, *, done: int = 0, stream: TextIO | None = None
    ) -> None:
        self._line = RedrawnLine(stream)
        self._epochs, self._batches = epochs, batches
        self._first = self._epoch = done
        self._started = self._drawn = time.monotonic()

    def batch(self, number: int, loss: float) -> None:
        """Show that ``number`` batches of the present epoch are done."""
        now = time.monotonic()
        if self._line.is_redrawn and now - self._drawn >= _REDRAW_SECONDS:
            self._drawn = now
            bar = "█" * round(BAR_WIDTH * number / self._batches)
            self._write(f"{bar:░<{BAR_WIDTH}}  loss {loss:.4f}", number / self._batches, "\r")

    def epoch(self, figures: dict[str, float]) -> None:
        """Close the line of the present epoch with its figures and go on to the next."""
        text = (
            f"{'█' * BAR_WIDTH}  loss {figures['loss']:.4f}  "
            f"training {figures['accuracy']:.2%}  validation {figures['validation_accuracy']:.2%}"
        )
        self._write(text, 1.0, "\n")
        self._epoch += 1

    def _write(self, text: str, fraction: float, end: str) -> None:
        done = self._epoch - self._first + fraction
        left = (time.monotonic() - self._started) / done * (self._epochs - self._first - done)
        width = len(str(self._epochs))
        line = f"Epoch {self._epoch + 1:{width}}/{self._epochs}  {text}  {in_words(left)} left"
        self._line.write(line, end)


def in_words(seconds: float) -> str:
    """Return a duration such as "45 s" or "3 min 20 s"."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"  # noqa: PLR2004
