"""The fit of the decoder's weights."""

import numpy as np
import pytest
from scipy.optimize import check_grad

from benchmarks import decoder_weights
from benchmarks.decoder_weights import (
    LabelledLine,
    fit,
    labelled_lines,
    loss,
    right_path,
    right_share,
)
from mnist_app import DatasetError, Recognizer
from mnist_app.reading_settings import DecoderWeights
from mnist_app.training.data.pen_digits import PenDigits
from tests.benchmarks.test_number_accuracy import hand
from tests.segmentation.test_decoder import ink_of, number

WEIGHTS = DecoderWeights()
NOTHING = DecoderWeights(*(0.0 for _ in WEIGHTS))


def row(text, *candidates):
    """Return a line whose candidates are given as (first, last, digit, terms by name)."""
    terms = [list(NOTHING._replace(bias=1.0, **more)) for *_, more in candidates]
    spans = [(first, last) for first, last, _, _ in candidates]
    return LabelledLine(
        spans, np.array(terms), "".join(digit for _, _, digit, _ in candidates), text
    )


WHOLE = row("4", (0, 1, "1", {"cut": 1}), (0, 2, "4", {"accepted": 1}), (1, 2, "1", {"cut": 1}))
PARTED = row("11", (0, 1, "1", {"accepted": 1}), (0, 2, "4", {}), (1, 2, "1", {"accepted": 1}))


def test_the_right_path_is_the_best_of_those_that_read_what_is_written():
    assert right_path(WHOLE, np.zeros(3)) == (1,)
    assert right_path(PARTED, np.zeros(3)) == (0, 2)
    assert right_path(row("7", (0, 1, "1", {})), np.zeros(1)) is None
    twice = row("1", (0, 1, "1", {}), (0, 1, "1", {}))
    assert right_path(twice, np.array([1.0, 2.0])) == (1,)


def test_the_fit_learns_what_speaks_for_the_right_paths():
    wrong = NOTHING._replace(bias=3.0)
    assert right_share([WHOLE, PARTED], wrong) == 0.5
    found = fit([WHOLE, PARTED] * 5, wrong)
    assert right_share([WHOLE, PARTED], found) == 1.0
    assert found.accepted > 0 > found.cut


def test_the_gradient_is_that_of_the_loss():
    random = np.random.default_rng(0)
    tables = [
        (random.normal(size=(5, 8)), np.array([True, False, False, True, False])),
        (random.normal(size=(2, 8)), np.array([False, True])),
    ]
    wrong = check_grad(
        lambda w: loss(w, tables)[0], lambda w: loss(w, tables)[1], random.normal(size=8)
    )
    assert wrong < 1e-5


def test_lines_are_read_as_the_recogniser_reads_them():
    ink = ink_of(number([2, 0, 7]))
    (line,) = labelled_lines(Recognizer.load(), ink, "207")
    assert right_share([line], WEIGHTS) == 1.0
    assert line.features.shape == (len(line.spans), len(WEIGHTS))
    assert labelled_lines(Recognizer.load(), ink, "20\n7") == []


def test_without_data_it_says_so(monkeypatch, capsys):
    def missing(wish):
        raise DatasetError(f"{wish} is not there")

    monkeypatch.setattr(decoder_weights, "load_pen_digits", missing)
    assert decoder_weights.main(["--data", "here"]) == 2
    assert capsys.readouterr().err == "decoder_weights: here is not there\n"


def test_the_weights_now_and_fitted_are_printed(monkeypatch, capsys):
    data = PenDigits("a test", "", tuple(hand(4)))
    monkeypatch.setattr(decoder_weights, "load_pen_digits", lambda wish: data)
    monkeypatch.setattr(decoder_weights, "FITTED_KINDS", ("4 digits with gaps",))
    assert decoder_weights.main(["--count", "2"]) == 0
    now, fitted = capsys.readouterr().out.splitlines()
    assert str(Recognizer.load().bundle.settings.decoder_weights) in now
    assert "of 2 lines right" in fitted


def test_wrong_usage():
    with pytest.raises(SystemExit):
        decoder_weights.main(["--count", "many"])
