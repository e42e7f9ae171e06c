"""Options and errors that the benchmark commands share."""

import argparse
import os
import sys

import pytest

from benchmarks.benchmark_command import progress, reports_errors, writers
from mnist_app.console import CLOSED_PIPE
from mnist_app.errors import BundleError, DatasetError


def test_writers_are_named_by_their_first_and_last():
    assert writers("1-3") == (1, 2, 3)
    assert writers("7") == (7,)
    for wrong in ("", "0-3", "25-31", "5-4", "x", "-3"):
        with pytest.raises(argparse.ArgumentTypeError, match="1 to 30"):
            writers(wrong)


@pytest.mark.parametrize(("error", "status"), [(DatasetError, 2), (BundleError, 1)])
def test_an_error_is_one_line_and_an_exit_status(error, status, capsys):
    @reports_errors("measure")
    def main(arguments=None):
        raise error("It is not there.")

    assert main([]) == status
    assert capsys.readouterr().err == "measure: It is not there.\n"


def test_progress_changes_nothing():
    assert list(progress(iter("abc"), "letters", 3)) == ["a", "b", "c"]


def test_a_reader_that_leaves_ends_a_command_quietly(monkeypatch, capsys):
    @reports_errors("measure")
    def main(arguments=None):
        print("a figure")
        return 0

    receiving, sending = os.pipe()
    os.close(receiving)
    with os.fdopen(sending, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert main([]) == CLOSED_PIPE
    assert not capsys.readouterr().err
