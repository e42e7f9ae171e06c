"""Cases and figures of the benchmark of photographs."""

import numpy as np
import pytest

from benchmarks import photo_accuracy
from benchmarks.photographs import camera_roll
from benchmarks.photographs.unwritten import UNWRITTEN
from mnist_app import Recognizer
from mnist_app.photo.picture_ink import PictureInk
from mnist_app.prediction import NumberReading
from mnist_app.training.data.pen_digits import PenDigit, PenDigits
from tests.drawings import DIGITS, drawn

PEN_DIGITS = tuple(
    PenDigit(label, writer, tuple(np.array(stroke, np.float32) * 100 for stroke in strokes))
    for writer in (21, 22)
    for label, strokes in DIGITS.items()
)


def test_numbers_are_by_one_writer_and_in_order(monkeypatch):
    seen = []
    monkeypatch.setattr(camera_roll, "photograph", lambda strokes, random: seen.append(strokes))
    texts = [text for _, text in photo_accuracy.cases(PEN_DIGITS, 30, 4, 0)]
    assert len(set(texts)) > 20
    for strokes, text in zip(seen, texts, strict=True):
        found = [next(d for d in PEN_DIGITS if d.strokes is own) for own in strokes]
        assert "".join(str(digit.label) for digit in found) == text
        assert len({digit.writer for digit in found}) == 1


def test_what_is_counted():
    recognizer = Recognizer.load()
    figures = photo_accuracy.measure(recognizer, PEN_DIGITS, 2, 1, seed=3)
    right = sum(
        recognizer.read_number(scene.picture).text == text
        for scene, text in photo_accuracy.cases(PEN_DIGITS, 2, 1, 3)
    )
    assert figures["right"] == right / 2
    low, high = figures["right_interval"]
    assert low <= figures["right"] <= high
    conditions = sum(
        len(photo.conditions) for photo, _ in photo_accuracy.cases(PEN_DIGITS, 2, 1, 3)
    )
    assert sum(of_all for _, of_all in figures["right_by_kind"].values()) == conditions


class Reader:
    """Reads what it is told to."""

    def __init__(self, texts):
        self.texts = iter(texts)

    def read_number(self, picture):
        text = next(self.texts)
        return type("Reading", (), {"text": text, "digits": tuple(text), "accepted": True})()


def test_readings_are_counted_by_condition(monkeypatch):
    cases = list(photo_accuracy.cases(PEN_DIGITS, 4, 2, 5))
    monkeypatch.setattr(photo_accuracy, "cases", lambda *_, **__: cases)  # a second to make each
    texts = [text for _, text in cases]
    texts[1] = "no"
    figures = photo_accuracy.measure(Reader(texts), PEN_DIGITS, 4, 2, 5)
    assert figures["right"] == 0.75
    assert figures["wrong_but_sure"] == 0.25
    kinds = figures["right_by_kind"]
    for place, (photo, _) in enumerate(cases):
        for kind in photo.conditions:
            right, of_all = kinds[kind]
            same = [i for i, (other, _) in enumerate(cases) if kind in other.conditions]
            assert place in same
            assert [right, of_all] == [len(set(same) - {1}), len(same)]


@pytest.mark.parametrize("kind", UNWRITTEN)
def test_nothing_is_written_and_the_same_seed_gives_the_same_picture(kind):
    one, same, other = (UNWRITTEN[kind](np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.dtype == np.uint8
    assert one.shape[2] == 3
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_digits_found_on_nothing_are_counted(monkeypatch):
    digit = Recognizer.load().read_digit(drawn(2))

    class Sees:
        def find_ink(self, picture):
            return PictureInk(picture[..., 0], is_photograph=True)

        def read_number_in_ink(self, ink):
            return NumberReading(((digit,),) if ink.any() else ())

        def read_digit_in_ink(self, ink, *, is_photograph):
            return None

    blank = np.zeros((9, 9, 3), np.uint8)
    paint = {"dark": lambda _: blank, "light": lambda _: blank + 1}
    monkeypatch.setattr(photo_accuracy, "UNWRITTEN", paint)
    assert photo_accuracy.accepted_on_nothing(Sees(), 2, 0) == {
        "dark": {"pictures": 2, "found": 0, "accepted": 0},
        "light": {"pictures": 2, "found": 2, "accepted": 2},
    }


def test_figures_are_printed(monkeypatch, capsys):
    monkeypatch.setattr(
        photo_accuracy, "load_pen_digits", lambda wish: PenDigits("a test", "", PEN_DIGITS)
    )
    monkeypatch.setattr(photo_accuracy, "milliseconds", lambda *_: {"wall": 9, "process": 8})
    assert photo_accuracy.main(["--singles", "1", "--numbers", "1", "--unwritten", "1"]) == 0
    printed = capsys.readouterr().out
    for words in (
        "single digits",
        "4-digit numbers",
        "95 % interval",
        "fabric",
        "4000×3000",
        "9 ms",
    ):
        assert words in printed


@pytest.mark.parametrize("wrong", [["--writers", "0-3"], ["--singles", "many"], ["--numbers", "0"]])
def test_wrong_usage(wrong):
    with pytest.raises(SystemExit) as caught:
        photo_accuracy.main(wrong)
    assert caught.value.code == 2
