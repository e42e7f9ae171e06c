"""The line per epoch that a person watches."""

import io

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


def test_a_log_file_gets_one_line_per_epoch_with_the_time_left(clock):
    log = io.StringIO()
    shown = progress.Progress(3, 10, stream=log)
    for _ in range(3):
        for batch in range(10):
            clock(2)
            shown.batch(batch + 1, 0.5)
        shown.epoch(FIGURES)
    lines = log.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Epoch 1/3")
    assert "training 91.00%  validation 93.00%" in lines[0]
    assert [line.rpartition("  ")[2] for line in lines] == ["40 s left", "20 s left", "0 s left"]
    assert "\r" not in log.getvalue()


def test_a_terminal_sees_the_bar_fill_and_no_remains_of_longer_lines(clock):
    terminal = Terminal()
    shown = progress.Progress(2, 4, stream=terminal)
    for batch in range(4):
        clock(60)
        shown.batch(batch + 1, 0.5)
    shown.epoch(FIGURES)
    drawn = terminal.getvalue().split("\r")
    assert [line.count("█") for line in drawn if "█" in line] == [6, 12, 18, 24, 24]
    assert "7 min 0 s left" in drawn[0]
    longest = 0
    for line in drawn:
        assert len(line) >= longest or not line
        longest = max(longest, len(line.rstrip()))


def test_a_resumed_run_counts_on_and_estimates_from_its_own_epochs(clock):
    log = io.StringIO()
    shown = progress.Progress(12, 10, done=9, stream=log)
    clock(30)
    shown.epoch(FIGURES)
    assert log.getvalue().startswith("Epoch 10/12")
    assert log.getvalue().endswith("1 min 0 s left\n")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s")]
)
def test_durations_in_words(seconds, words):
    assert progress.in_words(seconds) == words
