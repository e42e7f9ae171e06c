"""What the lessons say about the shipped models is true of them.

Each test quotes the sentences of a lesson that it checks, so that neither a new model nor new words
can make them untrue unnoticed. Digits are those of the ready-made class, by twenty people; shapes
stand in `lesson_drawings` with variants. Statements about what usually happens are tested on many.
"""

import json
import math

import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.bundle import KNOWN_LABEL_ERRORS, load_bundle, shipped_names
from mnist_app.classroom.class_drawings import ClassDrawings, halves
from mnist_app.classroom.lesson import teach
from mnist_app.classroom.taught_layer import TeachingOptions
from mnist_app.explain.feature_maps import FeatureMaps, layer_outputs
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.ui.lesson_text import FOLDER
from tests.ui.lesson_drawings import (
    VARIANTS,
    centred,
    ink_of,
    only_shrunk,
    people,
    variants,
)

MODELS = {name: Recognizer.load(name) for name in shipped_names()}
DENSE = [name for name in MODELS if name.startswith("dense")]
CONVOLUTIONAL = [name for name in MODELS if name not in DENSE]
FROM_DIGITS_ALONE = [name for name in MODELS if name != "best"]
LABELS = np.array([drawing.label for drawing in people()])


def says(lesson, *quotes):
    """Assert that the file of the lesson says ``quotes``, wherever its lines end."""
    (path,) = FOLDER.glob(f"{lesson}-*.md")
    text = " ".join(path.read_text(encoding="utf-8").split())
    for quote in quotes:
        assert quote in text


def reports(*names):
    return [load_bundle(name).report() for name in names]


def digits(name, images):
    """Return the accepted digit of each image, None where the model says no."""
    readings = map(MODELS[name].read_normalized, images)
    return [reading.digit if reading.accepted else None for reading in readings]


def share_right(name, images, labels):
    return float((MODELS[name].predict(images).argmax(axis=1) == labels).mean())


def test_there_are_models_of_all_kinds_that_the_lessons_name():
    assert set(CONVOLUTIONAL) >= {"best", "cnn"}
    assert "dense-128" in DENSE


@pytest.fixture(scope="module")
def some():
    """Every fifth of the 600 digits, of all writers."""
    return people()[::5], LABELS[::5]


@pytest.fixture(scope="module")
def whole_class():
    images = np.stack([centred(ink_of(drawing.strokes)) for drawing in people()])
    pupils = np.array([drawing.pupil for drawing in people()])
    return ClassDrawings(images, LABELS.astype(np.uint8), pupils)


def test_1_all_models_agree_on_most_threes():
    says(
        1, "all models read it at the same time. If they don't agree, press Clear and draw another"
    )
    threes = [centred(ink_of(drawing.strokes)) for drawing in people() if drawing.label == 3]
    read = zip(*(digits(name, threes) for name in MODELS), strict=True)
    assert np.mean([set(answers) == {3} for answers in read]) > 0.5


@pytest.mark.slow
def test_1_centred_moving_changes_nothing_and_shrinking_hardly_anything(some):
    says(
        1,
        "Keep it on the canvas",
        "Your 3 travels; the picture stays put",
        "moving a digit changes nothing at all and shrinking it hardly anything",
    )
    drawings, _ = some
    small = [ink_of(drawing.strokes, size=0.6) for drawing in drawings]
    for ink, drawing in zip(small, drawings, strict=True):
        moved = ink_of(drawing.strokes, size=0.6, right=60, down=-40)
        assert (centred(ink) == centred(moved)).all()
    before = np.stack([centred(ink_of(drawing.strokes)) for drawing in drawings])
    after = np.stack([centred(ink) for ink in small])
    for model in MODELS.values():
        same = model.predict(before).argmax(axis=1) == model.predict(after).argmax(axis=1)
        assert same.mean() > 0.9


@pytest.mark.slow
def test_1_without_centring_dense_models_fail_first_and_all_fail_far_enough_out(some):
    says(
        1,
        "Some are lost already",
        "most of the dense ones (`dense-...`) before the convolutional ones (`best`, `cnn...`)",
        "Far enough out, all of them do.",
        "they differ from digit to digit",
    )
    threes = [drawing for drawing in people() if drawing.label == 3][::3]
    read = np.array([digits(name, only_shrunk(threes, right=60)) for name in MODELS])
    assert np.mean((read != 3).any(axis=0)) > 0.9  # the step's check holds
    drawings, labels = some
    away = only_shrunk(drawings, right=60)
    right = {name: share_right(name, away, labels) for name in MODELS}
    weakest = min(right[name] for name in CONVOLUTIONAL)
    assert sum(right[name] < weakest for name in DENSE) > len(DENSE) / 2
    far = only_shrunk(drawings, right=150)
    assert max(share_right(name, far, labels) for name in MODELS) < 0.3


@pytest.mark.slow
def test_1_only_shrunk_size_matters(some):
    says(1, "at which size does each model begin to read it?")
    drawings, labels = some
    sizes = [only_shrunk(drawings, size=size) for size in (0.25, 0.5, 1.0)]
    for name in MODELS:
        smallest, half, whole = (share_right(name, images, labels) for images in sizes)
        assert smallest < half < whole


def test_1_place_and_size_stop_mattering_on_the_way(some):
    says(1, "does it stop mattering where you drew? And how large?")
    for drawing in some[0][:20]:
        here, there, small = (
            steps_of_drawing(ink_of(drawing.strokes, **adjusted))
            for adjusted in ({"size": 0.6}, {"size": 0.6, "right": 50}, {"size": 0.4})
        )
        assert here.box != there.box
        assert (here.crop == there.crop).all()  # from picture 2 to 3
        assert here.crop.shape != small.crop.shape
        assert here.small.shape == small.small.shape == (20, 20)  # from picture 3 to 4


def test_2_a_1_with_a_long_upstroke_makes_cnn_doubt_most():
    says(2, "A 1 with a long upstroke makes it doubt much more often than a plain one")
    plain, foreign = (digits("cnn", variants(f)) for f in ("plain 1", "1 with a long upstroke"))
    assert plain.count(1) == VARIANTS
    assert foreign.count(1) < 0.8 * VARIANTS


def test_2_models_do_better_on_mnist_than_on_strangers():
    says(2, "All models do better on MNIST", "reads 99.47 % of MNIST's test right")
    for report in reports(*MODELS):
        assert report.test.accuracy > report.strangers_accuracy
    (cnn, best) = reports("cnn", "best")
    assert f"{cnn.test.accuracy:.4f}" == "0.9947"
    says(2, "gets digits of people whom it has never seen right far more often")
    assert 1 - best.strangers_accuracy < (1 - cnn.strangers_accuracy) / 2


def test_2_some_of_the_misread_test_images_have_labels_in_doubt():
    says(2, "These labels are in doubt.")
    assert KNOWN_LABEL_ERRORS & set(load_bundle("cnn").misread().index.tolist())


def test_2_models_disagree_about_hard_digits(some):
    says(2, "Can you draw one that they argue about?")
    images = [centred(ink_of(drawing.strokes)) for drawing in some[0]]
    read = zip(*(digits(name, images) for name in MODELS), strict=True)
    assert 0.05 < np.mean([len(set(answers)) > 1 for answers in read]) < 0.5


@pytest.mark.slow
def test_2_and_5_how_cnn_and_best_read_the_ready_made_class(whole_class):
    says(2, "Of 600 digits", "it misreads 26; most often it takes a 1 for a 7 and a 9 for a 3")
    read = MODELS["cnn"].predict(whole_class.images).argmax(axis=1)
    wrong = read != LABELS
    assert (len(LABELS), wrong.sum()) == (600, 26)
    pairs = list(zip(LABELS[wrong].tolist(), read[wrong].tolist(), strict=True))
    assert set(sorted(set(pairs), key=pairs.count)[-2:]) == {(1, 7), (9, 3)}
    says(
        5,
        "reads 574 right, 96 of 100",
        "of two it misreads 4 of 30, of seven none",
        "one more or one less changes the figure by 3 points",
    )
    by_writer = np.bincount(whole_class.pupils[wrong], minlength=21)[1:].tolist()
    assert (by_writer.count(4), by_writer.count(0), max(by_writer)) == (2, 7, 4)
    says(5, "`best` reads 599 of these 600", "it learned from sixteen of these twenty writers")
    best = MODELS["best"].predict(whole_class.images).argmax(axis=1)
    assert (best == LABELS).sum() == 599
    recipe = json.loads(load_bundle("best").report_bytes)["recipe"]
    assert set(whole_class.pupils.tolist()) == set(range(1, 21))
    assert recipe["validation_writers"] == [17, 18, 19, 20]  # it learns from the other sixteen


def test_2_what_chance_does_to_300_digits():
    says(2, "3 mistakes are expected, and 0 to 7 would be no surprise")
    chances = [math.comb(300, n) * 0.01**n * 0.99 ** (300 - n) for n in range(8)]
    assert chances[0] > 0.025
    assert 1 - sum(chances) < 0.025


def test_3_models_that_know_digits_alone_are_fooled_and_best_is_not():
    says(
        3,
        "its ten bars always add up to 100 %",
        "take a heart for a 0, a tree or an M for a 4",
        "refuses nearly all of these",
        "It says no. Can you fool it all the same?",
    )
    for shape, digit in (("heart", 0), ("tree", 4), ("M", 4)):
        for name in FROM_DIGITS_ALONE:
            assert digits(name, variants(shape)).count(digit) > VARIANTS / 2, (shape, name)
        assert digits("best", variants(shape)).count(None) > 0.9 * VARIANTS
    ten, eleven = (
        MODELS[name].read_normalized(variants("heart")[0]).answers for name in ("cnn", "best")
    )
    assert (len(ten), len(eleven)) == (10, 11)
    assert ten.sum() == pytest.approx(1)


def test_3_half_an_8_is_none():
    says(3, "Now it is an 8. What was it before?")
    assert digits("best", variants("half an 8")).count(None) > VARIANTS / 2
    assert digits("best", variants("8")).count(8) > VARIANTS / 2


@pytest.mark.slow
def test_3_letters_shaped_like_digits():
    says(
        3,
        "everybody reads S, O and l as 5, 0 and 1. For Z and B, the models part ways",
        "every model reads them as 5, 0 and 1",
        "a Z for a 2 and a B for an 8",
    )
    for name in MODELS:
        for letter, digit in (("S", 5), ("O", 0), ("l", 1)):
            assert digits(name, variants(letter)).count(digit) > 0.9 * VARIANTS, (letter, name)
        for letter, digit in (("Z", 2), ("B", 8)):
            expected = None if name == "best" else digit
            assert digits(name, variants(letter)).count(expected) > VARIANTS / 2, (letter, name)


def test_3_sure_mistakes_and_honest_bars_of_dense_128():
    says(3, "was at least 90 % sure of every one of these digits, and wrong")
    assert (load_bundle("dense-128").misread().probabilities.max(axis=1) >= 0.9).any()
    says(3, "Where they meet, the model is honest", "Look at the small numbers.")
    (report,) = reports("dense-128")
    assert report.test.expected_calibration_error < 0.02
    off = [
        one.images
        for one in report.test.reliability
        if one.images and abs(one.confidence - one.accuracy) > 0.1
    ]
    assert off
    assert sum(off) < 0.02 * report.test.images


@pytest.fixture(scope="module")
def first_layers():
    """The first layer of dense-128 and those of cnn, by model, for a flat and an upright line."""
    return {
        name: [
            layer_outputs(graph, graph.values(variants(shape)[0]))
            for shape in ("flat line", "upright line")
        ]
        for name in ("dense-128", "cnn")
        for graph in [LiteRTGraph(load_bundle(name))]
    }


def test_4_stencils_are_noise_in_the_corners(first_layers):
    says(4, "In the corners there is nothing but noise.", "a stencil 784", "a filter has 9 numbers")
    weights = first_layers["dense-128"][0][0].weights
    assert weights.shape[1:] == (28, 28)
    assert first_layers["cnn"][0][0].filters.shape[1:] == (3, 3)

    def likeness(part):
        """Return how much neighbours in this part of each stencil are alike: 0 is noise."""
        return float(np.corrcoef(part[:, :, :-1].ravel(), part[:, :, 1:].ravel())[0, 1])

    for rows in (slice(0, 3), slice(25, 28)):
        for columns in (slice(0, 3), slice(25, 28)):
            assert abs(likeness(weights[:, rows, columns])) < 0.2
    assert likeness(weights[:, 10:18, 10:18]) > 0.4


def test_4_filters_tell_flat_lines_from_upright_ones(first_layers):
    says(4, "Some filters answer to flat lines, some to upright ones")
    flat, upright = (layers[0].maps for layers in first_layers["cnn"])
    # A line has ends of another direction: its middle counts.
    flat, upright = flat[:, :, 11:15].max(axis=(1, 2)), upright[:, 11:15].max(axis=(1, 2))
    assert (flat > 2 * upright).any()
    assert (upright > 1.5 * flat).any()
    says(4, "from “Convolution 1” to “Convolution 4”", "ever coarser patterns")
    sides = [len(one.maps[0]) for one in first_layers["cnn"][0] if isinstance(one, FeatureMaps)]
    assert sides == sorted(sides, reverse=True)
    assert sides[-1] < sides[0] / 2


def test_4_convolutional_models_hold_out_longer(some):
    says(
        4,
        "dense networks misread about half of all digits, convolutional ones one in seven or fewer",
        "usually the convolutional models hold out longer",
    )
    drawings, labels = some
    images = only_shrunk(drawings, right=40)
    for name in DENSE:
        assert 0.4 < 1 - share_right(name, images, labels) < 0.65
    for name in CONVOLUTIONAL:
        assert 1 - share_right(name, images, labels) < 1 / 6
    fours = only_shrunk([drawing for drawing in people() if drawing.label == 4], right=40)
    held = {name: share_right(name, fours, 4) for name in MODELS}
    assert min(held[name] for name in CONVOLUTIONAL) > max(held[name] for name in DENSE)


def test_4_the_film_begins_with_guesses_and_is_good_after_a_thousand_images():
    says(
        4,
        "The dense network before its training: all its weights are random numbers, and it guesses",
        "after about 1,000 images it reads more than four of five digits right",
    )
    film = load_bundle("dense-128").film()
    assert film is not None
    share = film.right / film.validation
    assert film.images[0] == 0
    assert 0.05 < share[0] < 0.15
    after = int(np.abs(film.images - 1_000).argmin())
    assert 900 < film.images[after] < 1_100
    assert 0.8 < share[after] < share[-1]
    first, last = (film.weights.at(moment)[0] for moment in (0, film.weights.moments - 1))
    change = np.abs(last - first).reshape(-1, 28, 28).mean(axis=0)
    assert change[0, 0] < change[14, 14] / 10  # nothing is learned where there is no ink


@pytest.mark.slow
def test_6_teaching_helps_pupils_and_rehearsal_keeps_mnist(whole_class):
    says(
        6,
        "lifts the other half above what `cnn` read before",
        "Without rehearsal MNIST gets worse",
        "With rehearsal it keeps more of it",
        "Bent copies without rehearsal make it forget still more",
    )
    teachers, _ = halves(whole_class.pupil_numbers, 0)
    bundle = load_bundle("cnn")
    alone, rehearsed, bent, both = (
        teach(bundle, whole_class, teachers, options=TeachingOptions(rehearse=r, bend=b))
        for r, b in ((False, False), (True, False), (False, True), (True, True))
    )
    for result in (alone, rehearsed, bent, both):
        assert result.after.score.right > result.before.score.right
    before = alone.mnist_before.right
    assert before > rehearsed.mnist_after.right > alone.mnist_after.right > bent.mnist_after.right
    assert both.mnist_after.right > bent.mnist_after.right
    says(6, "which were wrong and are right now?")
    assert len(both.gained)
