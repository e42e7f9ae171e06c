"""The line per epoch that a person watches."""

import io
import re

import pytest

from mnist_app.training import progress

FIGURES = {"loss": 0.25, "accuracy": 0.91, "validation_accuracy": 0.93, "validation_loss": 0.2}


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when a test says so."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])

    def later(seconds):
        now[0] += seconds

    return later


def run(stream, later, *, epochs, batches, done=0, seconds=2):
    """Train: every batch takes so many seconds."""
    shown = progress.EpochProgress(epochs, batches, done=done, stream=stream)
    for epoch in range(done, epochs):
        for batch in range(batches):
            later(seconds)
            shown.batch(batch + 1, 0.5)
        shown.epoch(epoch + 1, FIGURES)
    shown.close()


def test_a_log_file_gets_one_line_per_epoch_with_the_time_left(clock):
    log = io.StringIO()
    run(log, clock, epochs=3, batches=10)
    lines = log.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Epoch 1/3  loss 0.2500")
    assert "training 91.00%  validation 93.00%" in lines[0]
    assert [line.rpartition("  ")[2] for line in lines] == ["40 s left", "20 s left", "0 s left"]
    assert "\r" not in log.getvalue()


def test_a_terminal_shows_a_bar_that_fills_and_keeps_the_lines_alone(clock, monkeypatch):
    monkeypatch.setattr(progress, "REDRAW_SECONDS", 0)
    terminal = Terminal()
    run(terminal, clock, epochs=2, batches=4)
    drawn = re.split(r"[\r\n]", terminal.getvalue())
    filled = [line.count("#") for line in drawn if line.startswith("Epoch 1/2") and "|" in line]
    assert len(filled) >= 4
    assert filled == sorted(filled)
    kept = [line.rsplit("\r", 1)[-1] for line in terminal.getvalue().split("\n")]
    assert [line[:9] for line in kept] == ["Epoch 1/2", "Epoch 2/2", ""]
    assert all("|" not in line for line in kept)


def test_a_resumed_run_counts_on_and_estimates_from_its_own_epochs(clock):
    log = io.StringIO()
    run(log, clock, epochs=12, batches=10, done=9, seconds=3)
    first = log.getvalue().splitlines()[0]
    assert first.startswith("Epoch 10/12")
    assert first.endswith("1 min 0 s left")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s")]
)
def test_durations_in_words(seconds, words):
    assert progress.duration(seconds) == words
