"""The public API on a shipped bundle."""

import pickle
import shutil
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mnist_app
from mnist_app import BundleError, InvalidImageError, Recognizer
from mnist_app.bundle import shipped_names
from mnist_app.confidence import digit_scores, softmax
from mnist_app.preprocessing.normalize import bounding_box, normalize_digit, steps_of_drawing
from tests.drawings import DIGITS, drawn, on_background, scrawl
from tests.photographs import BOARD, CHALK, photographed, slanted

pytestmark = pytest.mark.skipif(not shipped_names(), reason="no bundle is shipped yet")


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def test_the_public_names():
    for name in mnist_app.__all__:
        assert hasattr(mnist_app, name)


@pytest.mark.parametrize("digit", DIGITS)
def test_a_clearly_drawn_digit_is_read(recognizer, digit):
    prediction = recognizer.read_digit(drawn(digit))
    assert prediction.digit == digit


@pytest.mark.parametrize("digit", DIGITS)
def test_polarity_colour_and_transparency_do_not_change_the_reading(recognizer, digit):
    ink = drawn(digit)
    reference = recognizer.read_digit(ink)
    pictures = [
        255 - ink,
        on_background(ink, (0, 0, 0), (255, 255, 255)),
        on_background(ink, (255, 255, 255), (30, 30, 120)),
        np.dstack([np.zeros_like(ink)] * 3 + [ink]),
        np.dstack([np.full_like(ink, 255)] * 3 + [ink]),
    ]
    for picture in pictures:
        prediction = recognizer.read_digit(picture)
        assert prediction.digit == reference.digit
        assert prediction.confidence == pytest.approx(reference.confidence, abs=0.02)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize(
    "scene", [{"spacing": 60, "squared": True, "shadow": 0.5}, {"paper": BOARD, "pen": CHALK}]
)
def test_photographs_are_cleaned_before_they_are_read(recognizer, digit, scene):
    ink = slanted(drawn(digit, brush=18))
    picture = photographed(ink, **scene)
    prediction = recognizer.read_digit(picture)
    assert prediction.digit == digit
    assert prediction.box is None
    large = picture.repeat(6, axis=0).repeat(6, axis=1)
    (only,) = recognizer.read_number(large).digits
    assert only.digit == digit
    x, y, width, height = only.box
    left, top, wide, high = (6 * side for side in bounding_box(ink))
    assert max(abs(x - left), abs(y - top)) < 130
    assert max(abs(x + width - left - wide), abs(y + height - top - high)) < 130


def test_a_blank_photograph_is_no_digit(recognizer):
    assert recognizer.read_digit(photographed(np.zeros((400, 500), np.uint8))) is None


def test_a_prediction_is_consistent(recognizer):
    ink = scrawl(11)
    prediction = recognizer.read_digit(ink)
    assert prediction.probabilities.dtype == np.float32
    assert prediction.probabilities.shape == (10,)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert prediction.digit == prediction.probabilities.argmax()
    assert prediction.confidence == prediction.probabilities.max()
    settings = recognizer.bundle.settings
    logits = recognizer.logits(prediction.image[np.newaxis])
    (score,) = digit_scores(logits, settings.temperature)
    assert prediction.accepted == (score >= settings.acceptance_threshold)
    np.testing.assert_array_equal(prediction.image, steps_of_drawing(ink).image)
    assert prediction.box is None
    np.testing.assert_array_equal(
        recognizer.predict(prediction.image[np.newaxis])[0], prediction.probabilities
    )


def test_temperature_changes_how_sure_but_not_what(recognizer):
    images = np.stack([normalize_digit(scrawl(seed)) for seed in range(20)])
    cold = softmax(recognizer.logits(images))[:, :10]
    calibrated = recognizer.predict(images)
    np.testing.assert_array_equal(cold.argmax(1), calibrated.argmax(1))
    scaled = softmax(recognizer.logits(images)[:, :10], recognizer.bundle.settings.temperature)
    np.testing.assert_allclose(calibrated, scaled)


@given(st.integers(0, 255), st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=25)
def test_blank_is_never_a_digit(level, height, width):
    assert Recognizer.load().read_digit(np.full((height, width), level, np.uint8)) is None


@given(
    st.sampled_from(sorted(DIGITS)),
    st.floats(1.0, 2.6),
    st.floats(0, 20),
    st.floats(0, 20),
)
@settings(max_examples=40)
def test_scaling_a_drawing_with_its_brush_keeps_the_reading(digit, scale, left, top):
    small = drawn(digit, left=20 + left, top=20 + top, size=90, brush=11)
    large = drawn(digit, left=20, top=20, size=90 * scale, brush=11 * scale)
    recognizer = Recognizer.load()
    one, other = recognizer.read_digit(small), recognizer.read_digit(large)
    assert one.digit == other.digit


def test_predict_takes_none_one_and_many(recognizer):
    assert recognizer.predict(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)
    images = np.stack([normalize_digit(scrawl(seed)) for seed in range(5)])
    together = recognizer.predict(images)
    assert together.dtype == np.float32
    for image, row in zip(images, together, strict=True):
        np.testing.assert_array_equal(recognizer.predict(image[np.newaxis])[0], row)


@pytest.mark.parametrize(
    "method", ["predict", "logits", "read_normalized", "read_normalized_batch"]
)
@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [[0] * 28] * 28,
        np.uint8(0),
        np.zeros(28, np.uint8),
        np.zeros((1, 28, 28), np.float32),
        np.zeros((28, 28), np.float32),
        np.zeros((1, 28, 28, 1), np.uint8),
        np.zeros((1, 27, 28), np.uint8),
        np.zeros((28, 27), np.uint8),
    ],
)
def test_a_wrong_array_is_refused_in_the_name_of_the_method_that_was_called(
    recognizer, method, wrong
):
    with pytest.raises(InvalidImageError, match=rf"^{method} takes .*read_digit"):
        getattr(recognizer, method)(wrong)


def test_one_image_is_no_batch_and_a_batch_no_image(recognizer):
    one = np.zeros((28, 28), np.uint8)
    for method in ("predict", "logits", "read_normalized_batch"):
        with pytest.raises(InvalidImageError, match=rf"^{method} takes .*\(n, 28, 28\), not"):
            getattr(recognizer, method)(one)
    with pytest.raises(InvalidImageError, match=r"^read_normalized takes one .*\(28, 28\), not"):
        recognizer.read_normalized(one[np.newaxis])


def test_the_least_side_of_a_crop_depends_on_the_canvas_of_a_drawing_alone(recognizer):
    """A dot stays small in a drawing; in a photograph, where dots are removed, it is a digit."""
    ink = np.zeros((300, 200), np.uint8)
    ink[100:104, 100:104] = 255
    drawing = recognizer.read_digit_in_ink(ink)
    photograph = recognizer.read_digit_in_ink(ink, is_photograph=True)
    assert drawing.steps.square[2:] == (16, 16)  # 10/128 of the shorter side
    assert photograph.steps.square[2:] == (4, 4)
    for reading in (drawing, photograph):
        np.testing.assert_array_equal(reading.prediction.image, reading.steps.image)
    assert recognizer.read_digit_in_ink(np.zeros_like(ink)) is None


@pytest.mark.parametrize("is_shipped", [True, False])
def test_a_pickled_recognizer_loads_its_bundle_anew(recognizer, tmp_path, monkeypatch, is_shipped):
    if not is_shipped:
        shutil.copytree(recognizer.bundle.folder, tmp_path / "mine")
        monkeypatch.chdir(tmp_path)
        recognizer = Recognizer.load("./mine")
    content = pickle.dumps(recognizer)
    assert len(content) < 1000
    monkeypatch.chdir("/")
    again = pickle.loads(content)
    assert again.bundle.model == recognizer.bundle.model
    ink = drawn(4)
    np.testing.assert_array_equal(
        again.read_digit(ink).probabilities, recognizer.read_digit(ink).probabilities
    )


def test_unpickling_without_the_bundle_says_what_is_missing(recognizer, tmp_path):
    folder = shutil.copytree(recognizer.bundle.folder, tmp_path / "mine")
    content = pickle.dumps(Recognizer.load(folder))
    shutil.rmtree(folder)
    with pytest.raises(BundleError, match="mine"):
        pickle.loads(content)


def test_eight_threads_give_the_sequential_results(recognizer):
    drawings = [scrawl(seed, 120) for seed in range(64)]
    expected = [recognizer.read_digit(drawing).probabilities for drawing in drawings]
    found: list[list[np.ndarray]] = [[] for _ in range(8)]
    start = threading.Barrier(8)

    def read_all(place):
        start.wait()
        for offset in range(len(drawings)):
            drawing = drawings[(offset + 8 * place) % len(drawings)]
            found[place].append(recognizer.read_digit(drawing).probabilities)

    threads = [threading.Thread(target=read_all, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for place, rows in enumerate(found):
        for offset, row in enumerate(rows):
            np.testing.assert_array_equal(row, expected[(offset + 8 * place) % len(drawings)])


def test_probabilities_of_a_prediction_cannot_be_changed(recognizer):
    prediction = recognizer.read_digit(drawn(7))
    with pytest.raises(ValueError, match="read-only"):
        prediction.probabilities[0] = 1


def test_a_model_says_how_probable_a_digit_is_if_it_can(recognizer):
    images = np.stack([normalize_digit(scrawl(seed)) for seed in range(20)])
    for reader, knows in ((recognizer, True), (Recognizer.load("cnn"), False)):
        answers = softmax(reader.logits(images), reader.bundle.settings.temperature)
        for wanted, prediction in zip(answers, reader.read_normalized_batch(images), strict=True):
            np.testing.assert_allclose(prediction.answers, wanted, atol=1e-6)
            assert (prediction.no_digit_probability is not None) == knows
            assert prediction.digit_probability == pytest.approx(wanted[:10].sum(), abs=1e-6)
