"""Drawings and figures of the benchmark of single digits."""

import numpy as np
import pytest

from benchmarks.canvas_drawings import BRUSHES, CANVAS_SIDE, load_letters, on_canvas
from mnist_app import DatasetError, Recognizer
from mnist_app.preprocessing.normalize import bounding_box, normalize_digit
from mnist_app.training.data.pen_digits import PenDigit
from tests.drawings import DIGITS, drawn
from tests.lazy_modules import LazyModule

digits_accuracy = LazyModule("benchmarks.digits_accuracy")
non_digit_drawings = LazyModule("benchmarks.non_digit_drawings")

PENS = tuple(
    PenDigit(label, 21, tuple(np.array(stroke, np.float32) for stroke in strokes))
    for label, strokes in DIGITS.items()
)


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def test_an_image_lies_whole_on_the_canvas():
    random = np.random.default_rng(0)
    image = np.full((28, 28), 255, np.uint8)
    sides = set()
    for _ in range(12):
        canvas = digits_accuracy.enlarged_on_canvas(image, random)
        assert canvas.shape == (CANVAS_SIDE, CANVAS_SIDE, 4)
        assert canvas[..., 3].min() == 255
        _, _, width, height = bounding_box(canvas[..., 0])
        assert height == width
        assert np.count_nonzero(canvas[..., 0]) == height * width
        sides.add(height)
    assert digits_accuracy.SIDES[0] <= min(sides) < max(sides) <= digits_accuracy.SIDES[1]


@pytest.mark.parametrize("digit", sorted(DIGITS))
def test_strokes_lie_whole_on_the_canvas_in_the_sizes_that_are_named(digit):
    random = np.random.default_rng(digit)
    strokes = [np.array(stroke, np.float32) for stroke in DIGITS[digit]]
    sides = []
    for _ in range(60):
        x, y, width, height = bounding_box(on_canvas(strokes, random)[..., 0])
        assert min(x, y) >= 0
        assert max(x + width, y + height) <= CANVAS_SIDE
        sides.append(max(width, height) / CANVAS_SIDE)
    widest = BRUSHES[1] / CANVAS_SIDE
    assert 0.35 <= min(sides) < 0.55
    assert 0.65 < max(sides) <= 0.8 + widest + 0.01


def test_accuracy_through_the_canvas_is_that_of_the_recogniser(recognizer):
    images = np.stack([normalize_digit(drawn(digit)) for digit in DIGITS])
    labels = recognizer.predict(images).argmax(axis=1)
    blank = np.zeros_like(images[:1])
    found = digits_accuracy.mnist(
        recognizer, np.concatenate([images, blank]), np.append(labels, 0).astype(np.uint8)
    )
    right = len(labels)
    assert found["mnist_test_through_canvas"]["accuracy"] == pytest.approx(right / (right + 1))


def test_acceptance_and_accuracy_are_those_of_the_recogniser(recognizer):
    found = digits_accuracy.held_out_digits(recognizer, PENS)
    random = np.random.default_rng(digits_accuracy.SEED)
    readings = [recognizer.read_digit(on_canvas(pen.strokes, random)) for pen in PENS]
    right = [one.digit == pen.label for one, pen in zip(readings, PENS, strict=True)]
    assert found["accuracy"] == np.mean(right)
    assert found["accepted"] == np.mean([one.accepted for one in readings])
    assert [found["recall"][pen.label] for pen in PENS] == right


@pytest.mark.parametrize("name", [*non_digit_drawings.KINDS, *non_digit_drawings.FOR_INFORMATION])
def test_drawings_of_no_digit_have_ink_and_differ(name):
    kind = {**non_digit_drawings.KINDS, **non_digit_drawings.FOR_INFORMATION}[name]
    random = np.random.default_rng(0)
    drawings = [kind(PENS, random) for _ in range(12)]
    assert len({drawing.tobytes() for drawing in drawings}) == 12
    for drawing in drawings:
        assert drawing.shape == (CANVAS_SIDE, CANVAS_SIDE, 4)
        assert 0 < np.count_nonzero(drawing[..., 0]) < CANVAS_SIDE**2 / 1.5


def test_lines_are_wider_than_high():
    random = np.random.default_rng(0)
    for _ in range(30):
        _, _, width, height = bounding_box(non_digit_drawings.line(PENS, random)[..., 0])
        assert width > height


def test_letters_are_read_stroke_by_stroke(tmp_path):
    np.savez(
        tmp_path / "letters.npz",
        points=np.array([[0, 0], [1, 1], [2, 0], [5, 5], [6, 6]], np.float16),
        points_per_stroke=np.array([2, 1, 2]),
        strokes_per_drawing=np.array([2, 1]),
        alphabet=np.array(["Latin", "Greek"]),
        character=np.array(["character01", "character02"]),
    )
    listed = tmp_path / "letters_shaped_like_digits.txt"
    listed.write_text("# by eye\nGreek/character02\n", encoding="utf-8")
    first, second = load_letters(str(tmp_path))
    assert [stroke.tolist() for stroke in first.strokes] == [[[0, 0], [1, 1]], [[2, 0]]]
    assert (first.name, first.shaped_like_a_digit) == ("Latin/character01", False)
    assert second.shaped_like_a_digit
    with pytest.raises(DatasetError, match="--data"):
        load_letters(str(tmp_path / "nowhere"))


def test_every_figure_has_a_line():
    interval = {"accuracy": 0.9, "accuracy_interval": [0.8, 0.95]}
    figures = {
        "mnist_test": interval,
        "mnist_test_through_canvas": interval,
        "strangers": {
            **interval,
            "accepted": 0.98,
            "accuracy_accepted": None,
            "expected_calibration_error": 0.004,
            "recall": [None] + [1.0] * 8 + [0.57],
        },
        "letters": {"accepted": 0.04, "drawings": 2000, "accepted_of_all": 0.1},
        "non_digits": {"dots": {"accepted": 0.01}, "half digits": {"accepted": 0.3}},
        "model_bytes": 570_000,
        "speed": {
            "read_digit_ms": 1.5,
            "read_digit_p90_ms": 2.25,
            "litert_ms": 0.5,
            "keras_predict_ms": 60.0,
        },
    }
    text = "\n".join(digits_accuracy.lines("some", figures))
    for part in (
        "90.00%",
        "9: 57.00%",
        "4.00%",
        "0.57 MB",
        "3.0 times",
        "2.25 ms",
        "for information",
    ):
        assert part in text
