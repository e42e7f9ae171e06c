"""Bundles: LiteRT says what Keras says, code in model files is refused, nothing is overwritten."""

import dataclasses
import shutil
import zipfile

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from mnist_app.bundle import Bundle, load_bundle, shipped_folder, shipped_names
from mnist_app.confidence import digit_scores
from mnist_app.errors import BundleError, TrainingError
from mnist_app.reading_settings import ReadingSettings
from mnist_app.recognizer import Recognizer
from mnist_app.training.recipes import RECIPES
from tests.lazy_modules import LazyModule

keras = LazyModule("keras")
special = LazyModule("scipy.special")
export = LazyModule("mnist_app.training.export")
inference = LazyModule("mnist_app.training.inference")
networks = LazyModule("mnist_app.training.networks")

LEAST_ACCURACY = {"cnn": 0.992, "cnn-regularised": 0.994, "cnn-tuned": 0.9941}
"""What was promised before they were trained."""


def litert_probabilities(model, images):
    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    (entry,), (exit_,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert entry["shape"].tolist() == [1, 28, 28]
    assert exit_["shape"].tolist() in ([1, 10], [1, 11])
    assert entry["dtype"] == exit_["dtype"] == np.float32
    logits = []
    for image in images:
        interpreter.set_tensor(entry["index"], image[None].astype(np.float32))
        interpreter.invoke()
        logits.append(interpreter.get_tensor(exit_["index"])[0].copy())
    return special.softmax(np.array(logits, np.float64), axis=1)


def keras_probabilities(model, images):
    logits = networks.logits_model(model).predict(images.astype(np.float32), verbose=0)
    return special.softmax(logits.astype(np.float64), axis=1)


def test_litert_equals_keras_on_synthetic_images(bundle_folder, trained, drawn):
    bundle = load_bundle(bundle_folder)
    found = litert_probabilities(bundle.model, drawn.test_images)
    assert np.abs(found - keras_probabilities(trained[0].model, drawn.test_images)).max() < 1e-5
    stored = keras_probabilities(export.load_keras_model(bundle_folder), drawn.test_images)
    assert np.abs(found - stored).max() < 1e-5


@pytest.fixture(params=RECIPES)
def shipped(request):
    """Every bundle that is shipped under a recipe's name."""
    if request.param not in shipped_names():
        pytest.skip(f"no bundle “{request.param}” is shipped in this checkout")
    return load_bundle(request.param)


def test_litert_equals_keras_on_mnist_with_every_shipped_network(shipped, mnist):
    images = mnist.test_images[:500]
    found = litert_probabilities(shipped.model, images)
    expected = keras_probabilities(export.load_keras_model(shipped.folder), images)
    assert np.abs(found - expected).max() < 1e-5


def test_the_report_of_every_shipped_network_says_what_it_does(shipped, mnist):
    report, misread = shipped.report(), shipped.misread()
    found = Recognizer(shipped).predict(mnist.test_images[:1500]).argmax(axis=1)
    wrong = np.flatnonzero(found != mnist.test_labels[:1500])
    assert wrong.tolist() == misread.index[misread.index < 1500].tolist()
    assert report.test.accuracy == pytest.approx(1 - len(misread.index) / 10000)
    assert report.test.accuracy >= LEAST_ACCURACY.get(shipped.name, 0)
    assert report.data.name == "mnist"
    assert report.recipe.name == shipped.recipe == shipped.name
    assert report.seed == 0


def test_a_bundle_with_a_softmax_network_still_gives_logits(tiny, drawn, tmp_path):
    model = networks.build(tiny.__class__("soft", "Soft", hidden=(4,), output="softmax"), 1)
    export.write_models(model, tmp_path)
    found = litert_probabilities((tmp_path / "model.tflite").read_bytes(), drawn.test_images[:20])
    assert np.abs(found - model.predict(drawn.test_images[:20], verbose=0)).max() < 1e-5


@pytest.mark.parametrize(
    ("no_digit", "accepted"), [pytest.param(-5.0, True, marks=pytest.mark.slow), (9.0, False)]
)
def test_the_eleventh_logit_decides_whether_it_is_a_digit(tiny, tmp_path, no_digit, accepted):
    """It changes neither the digit nor its probability among the digits."""
    recipe = dataclasses.replace(
        tiny, pen_renderings=1, validation_writers=(20,), non_digits=0.2, hidden=(4,)
    )
    model = networks.build(recipe, 1)
    logits = np.zeros(11, np.float32)
    logits[[7, 10]] = 5.0, no_digit
    last = model.get_layer(networks.LOGITS_LAYER)
    last.set_weights([np.zeros_like(last.get_weights()[0]), logits])
    export.write_models(model, tmp_path)
    tflite = (tmp_path / "model.tflite").read_bytes()
    recognizer = Recognizer(
        Bundle("eleven", tmp_path, "tiny", ReadingSettings(1.0, 0.6), tflite, b"", b"", b"")
    )
    prediction = recognizer.read_normalized(np.full((28, 28), 128, np.uint8))
    assert prediction.digit == 7
    assert prediction.probabilities == pytest.approx(
        special.softmax(logits[:10].astype(float)), abs=1e-6
    )
    assert prediction.accepted == accepted
    words = "Seven - 94 % sure" if accepted else "That doesn't look like a digit."
    assert prediction.sentence == words
    whole = special.softmax(logits.astype(float))
    assert prediction.answers == pytest.approx(whole, abs=1e-6)


def test_the_report_is_published_with_the_size_of_the_model(bundle_folder, evaluation):
    bundle = load_bundle(bundle_folder)
    assert bundle.report() == evaluation.report.amended(model_bytes=len(bundle.model))
    assert bundle.recipe == "tiny"
    assert bundle.settings.temperature == evaluation.calibration.temperature
    assert bundle.settings.acceptance_threshold == evaluation.calibration.threshold
    assert np.array_equal(bundle.misread().index, evaluation.misread.index)


@pytest.mark.slow
def test_what_reads_accepts_what_was_accepted_in_training(written, with_pen_digits, tmp_path):
    """LiteRT's scores are Keras's."""
    model, temperature = networks.build(written, 1), 4.0  # so warm that scores are spread
    last = model.get_layer(networks.LOGITS_LAYER)
    weights, biases = last.get_weights()
    biases[10] = 20.0
    last.set_weights([80 * weights, biases])
    export.write_models(model, tmp_path)
    images = with_pen_digits.test_images
    scores = digit_scores(inference.logits(model, images), temperature)
    ranked = np.unique(scores[scores > 0])
    widest = int(np.diff(ranked).argmax())  # no rounding leads over this gap
    threshold = float(ranked[widest : widest + 2].mean())
    tflite = (tmp_path / "model.tflite").read_bytes()
    bundle = Bundle(
        "", tmp_path, "", ReadingSettings(temperature, threshold), tflite, b"", b"", b""
    )
    found = Recognizer(bundle).read_normalized_batch(images)
    assert [reading.accepted for reading in found] == (scores >= threshold).tolist()
    assert len({reading.accepted for reading in found}) == 2


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_keras_model_needs_none_of_our_code(name):
    with zipfile.ZipFile(load_bundle(name).folder / "model.keras") as file:
        assert b"mnist_app" not in file.read("config.json")


def test_a_model_with_code_of_its_own_is_refused(tmp_path):
    images = keras.Input((28, 28))
    model = keras.Model(images, keras.layers.Lambda(lambda flow: flow * 2)(images))
    model.save(tmp_path / "model.keras")
    with pytest.raises(BundleError, match=r"model\.keras cannot be loaded safely"):
        export.read_keras_file(tmp_path / "model.keras")


def test_a_damaged_keras_file_is_refused(bundle_folder, tmp_path):
    content = (bundle_folder / "model.keras").read_bytes()
    for number, bad in enumerate((content[:-500], content[: len(content) // 2], b"", b"HDF")):
        path = tmp_path / f"{number}.keras"
        path.write_bytes(bad)
        with pytest.raises(BundleError, match=f"{number}.keras cannot be loaded"):
            export.read_keras_file(path)
    with pytest.raises(BundleError, match="cannot be loaded"):
        export.read_keras_file(tmp_path / "not-there.keras")


@pytest.fixture
def copy(bundle_folder, tmp_path):
    return shutil.copytree(bundle_folder, tmp_path / "copy")


def test_a_bundle_is_replaced_on_request_only(copy, drawn, evaluation):
    with pytest.raises(TrainingError, match=r"--replace.*--output"):
        export.check_destination(copy, drawn, replace=False)
    looks = export.check_destination(copy, drawn, replace=True)
    assert looks == evaluation.report.test_looks


def test_a_damaged_bundle_can_be_replaced(copy, drawn):
    (copy / "model.tflite").write_bytes(b"")
    with pytest.raises(TrainingError, match="--replace"):
        export.check_destination(copy, drawn, replace=False)
    assert export.check_destination(copy, drawn, replace=True) == ()


def test_a_folder_that_is_no_bundle_is_never_replaced(tmp_path, drawn):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").touch()
    with pytest.raises(TrainingError, match="is not a model bundle"):
        export.check_destination(tmp_path / "photos", drawn, replace=True)


def test_self_made_data_never_takes_a_shipped_place(drawn):
    with pytest.raises(TrainingError, match="is for a network trained on MNIST"):
        export.check_destination(shipped_folder() / "cnn", drawn, replace=True)


def test_a_place_that_cannot_be_written_is_refused(tmp_path, drawn):
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match="cannot be written"):
        export.check_destination(tmp_path / "file" / "bundle", drawn, replace=False)


def test_a_free_place_stays_free(tmp_path, drawn):
    assert export.check_destination(tmp_path / "models" / "new", drawn, replace=False) == ()
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("name", ["two words", "-dash", "über"])
def test_a_name_that_makes_no_good_folder_is_refused(tmp_path, drawn, name):
    with pytest.raises(BundleError, match="cannot be the name"):
        export.check_destination(tmp_path / name, drawn, replace=False)


def test_a_full_disk_leaves_the_old_bundle(copy, trained, evaluation, full_disk):
    before = (copy / "bundle.json").read_bytes()
    with full_disk(), pytest.raises(TrainingError, match=r"could not be written.*unchanged"):
        export.publish_bundle(trained[0].model, evaluation, copy)
    assert (copy / "bundle.json").read_bytes() == before
    load_bundle(copy)
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_full_temporary_folder_leaves_the_old_bundle(
    copy, trained, evaluation, full_disk, monkeypatch
):
    """LiteRT's converter works in the temporary folder, and fails in a way of its own."""
    write_models = export.write_models

    def full_for_litert(model, folder, **options):
        monkeypatch.setattr(model, "save", lambda path: path.touch())
        with full_disk():
            write_models(model, folder, **options)

    monkeypatch.setattr(export, "write_models", full_for_litert)
    with pytest.raises(TrainingError, match=r"could not be written.*unchanged"):
        export.publish_bundle(trained[0].model, evaluation, copy)
    load_bundle(copy)
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]
