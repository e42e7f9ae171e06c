"""Cases and figures of the benchmark of photographs."""

import numpy as np
import pytest

from benchmarks import photo_accuracy
from benchmarks.photographs.scene import LONG_SIDES, SURFACES, photograph
from mnist_app import Recognizer
from mnist_app.training.data.pen_digits import PenDigit, PenDigits
from tests.drawings import DIGITS

PEN_DIGITS = tuple(
    PenDigit(label, writer, tuple(np.array(stroke, np.float32) * 100 for stroke in strokes))
    for writer in (21, 22)
    for label, strokes in DIGITS.items()
)


def test_a_photograph_is_the_same_for_the_same_seed_and_another_for_another():
    strokes = [digit.strokes for digit in PEN_DIGITS[:4]]
    one, same, other = (photograph(strokes, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.picture, same.picture)
    assert not np.array_equal(one.picture, other.picture)
    assert one.surface in SURFACES
    assert LONG_SIDES[0] <= max(one.picture.shape) <= LONG_SIDES[1]


def test_numbers_are_by_one_writer_and_in_order(monkeypatch):
    seen = []
    monkeypatch.setitem(
        photo_accuracy.SCENES, "usual", lambda strokes, random: seen.append(strokes)
    )
    texts = [text for _, text in photo_accuracy.cases(PEN_DIGITS, 30, 4, 0, scenes="usual")]
    assert len(set(texts)) > 20
    for strokes, text in zip(seen, texts, strict=True):
        found = [next(d for d in PEN_DIGITS if d.strokes is own) for own in strokes]
        assert "".join(str(digit.label) for digit in found) == text
        assert len({digit.writer for digit in found}) == 1


def test_what_is_counted():
    recognizer = Recognizer.load()
    figures = photo_accuracy.measure(recognizer, PEN_DIGITS, 2, 1, seed=3, scenes="usual")
    right = sum(
        recognizer.read_number(scene.picture).text == text
        for scene, text in photo_accuracy.cases(PEN_DIGITS, 2, 1, 3, scenes="usual")
    )
    assert figures["right"] == right / 2
    low, high = figures["right_interval"]
    assert low <= figures["right"] <= high
    assert sum(of_all for _, of_all in figures["right_by_kind"].values()) == 3 * 2


class Reader:
    """Reads what it is told to."""

    def __init__(self, texts):
        self.texts = iter(texts)

    def read_number(self, picture):
        text = next(self.texts)
        return type("Reading", (), {"text": text, "digits": tuple(text), "accepted": True})()


def test_readings_are_counted_by_condition(monkeypatch):
    cases = list(photo_accuracy.cases(PEN_DIGITS, 4, 2, 5, scenes="homework"))
    monkeypatch.setattr(photo_accuracy, "cases", lambda *_, **__: cases)  # a second to make each
    texts = [text for _, text in cases]
    texts[1] = "no"
    figures = photo_accuracy.measure(Reader(texts), PEN_DIGITS, 4, 2, 5, scenes="homework")
    assert figures["right"] == 0.75
    assert figures["wrong_but_sure"] == 0.25
    kinds = figures["right_by_kind"]
    for place, (photo, _) in enumerate(cases):
        for kind in photo.conditions:
            right, of_all = kinds[kind]
            same = [i for i, (other, _) in enumerate(cases) if kind in other.conditions]
            assert place in same
            assert [right, of_all] == [len(set(same) - {1}), len(same)]


def test_figures_are_printed(monkeypatch, capsys):
    monkeypatch.setattr(
        photo_accuracy, "load_pen_digits", lambda wish: PenDigits("a test", "", PEN_DIGITS)
    )
    monkeypatch.setattr(
        photo_accuracy, "milliseconds", lambda digits, seed: {"wall": 9, "process": 8}
    )
    assert photo_accuracy.main(["--singles", "1", "--numbers", "1", "--scenes", "usual"]) == 0
    printed = capsys.readouterr().out
    for words in ("single digits", "4-digit numbers", "95 % interval", "12 megapixels", "9 ms"):
        assert words in printed


@pytest.mark.parametrize("wrong", [["--writers", "0-3"], ["--singles", "many"], ["--numbers", "0"]])
def test_wrong_usage(wrong):
    with pytest.raises(SystemExit) as caught:
        photo_accuracy.main(wrong)
    assert caught.value.code == 2
