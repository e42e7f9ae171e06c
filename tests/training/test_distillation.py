"""Soft labels: which digit an image shows, and whether it still is one when it is rotated."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mnist_app.preprocessing.normalize import normalize_digit
from tests.drawings import scrawl
from tests.lazy_modules import LazyModule

distillation = LazyModule("mnist_app.training.distillation")
inference = LazyModule("mnist_app.training.inference")
networks = LazyModule("mnist_app.training.networks")
special = LazyModule("scipy.special")

RANDOM = np.random.default_rng(0)
IMAGES = np.stack([normalize_digit(scrawl(seed)) for seed in range(3)])
OUTPUTS = st.lists(st.floats(-60, 0, width=32), min_size=33, max_size=33)


def log_softmax(rows):
    return special.log_softmax(np.array(rows, np.float64), axis=1).astype(np.float32)


def teacher_of(own, left, right):
    """A teacher that says ``own`` of images, ``left`` and ``right`` of the rotated copies."""
    answers = iter((own, left, right))
    return lambda _: np.array(next(answers), np.float32)


@given(OUTPUTS)
def test_targets_are_probabilities_and_the_digit_is_that_of_the_image_itself(values):
    own, left, right = (log_softmax([row]) for row in np.split(np.array(values), 3))
    (target,) = distillation.targets(teacher_of(own, left, right), IMAGES[:1])
    assert target.shape == (11,)
    assert target.dtype == np.float32
    assert (target >= 0).all()
    assert target.sum() == pytest.approx(1, abs=1e-5)
    digits = special.softmax(own[0, :10].astype(np.float64))
    np.testing.assert_allclose(target[:10], digits * target[:10].sum(), atol=1e-5)


@given(OUTPUTS)
def test_whether_it_is_a_digit_is_decided_by_rotated_copies_too(values):
    """The oracle is the weighted mean of logits, 0.6 of the image's and 0.2 of each copy's."""
    own, left, right = (log_softmax([row]) for row in np.split(np.array(values), 3))
    (target,) = distillation.targets(teacher_of(own, left, right), IMAGES[:1])
    mean = 0.6 * own.astype(np.float64) + 0.2 * left + 0.2 * right
    assert target[10] == pytest.approx(special.softmax(mean, axis=1)[0, 10], abs=1e-4)


def test_a_shape_that_is_no_digit_when_rotated_is_less_of_a_digit():
    """Three images of a 3: the first stays one when rotated, the others become none."""
    own = log_softmax(np.tile([0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 5], (3, 1)))
    left, right = own.copy(), own.copy()
    left[1:] = right[2:] = log_softmax([[0] * 10 + [12]])
    stays, one_side, both_sides = distillation.targets(teacher_of(own, left, right), IMAGES)
    assert stays == pytest.approx(np.exp(own[0]), abs=1e-5)
    assert stays[:10].sum() > one_side[:10].sum() + 0.2 > both_sides[:10].sum() + 0.4
    assert [int(target[:10].argmax()) for target in (stays, one_side, both_sides)] == [3, 3, 3]


def test_a_teacher_sees_the_images_and_then_their_rotated_copies():
    seen = []
    distillation.targets(
        lambda images: seen.append(images) or log_softmax(np.zeros((len(images), 11))), IMAGES
    )
    np.testing.assert_array_equal(seen, [IMAGES, *distillation.rotated(IMAGES)])


def test_soft_labels_are_those_of_the_mean_probability_of_all_teachers(written):
    """Also where a teacher is so sure that the probability of the others is 0."""
    recipe = dataclasses.replace(written, convolutions=(), hidden=())
    teachers = [networks.build(recipe, 1) for _ in range(2)]
    kernel, biases = teachers[0].get_layer(networks.LOGITS_LAYER).get_weights()
    biases[4] = 1000
    teachers[0].get_layer(networks.LOGITS_LAYER).set_weights([kernel, biases])

    def log_probabilities(images):
        outputs = [inference.logits(teacher, images).astype(np.float64) for teacher in teachers]
        return np.log(np.mean([special.softmax(rows, axis=1) for rows in outputs], axis=0))

    found = distillation.soft_labels(teachers, IMAGES)
    np.testing.assert_allclose(found, distillation.targets(log_probabilities, IMAGES), atol=1e-5)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    sure = distillation.soft_labels(teachers[:1], IMAGES)
    np.testing.assert_allclose(sure, np.eye(11)[[4] * 3], atol=1e-5)


def test_images_are_rotated_to_both_sides_about_their_centre():
    """The oracle is Pillow, whose degrees run counter-clockwise too."""
    found = distillation.rotated(IMAGES)
    assert found.shape == (2, 3, 28, 28)
    assert found.dtype == np.uint8
    for copies, degrees in zip(found, (25.0, -25.0), strict=True):
        for image, copy in zip(IMAGES, copies, strict=True):
            expected = Image.fromarray(image).rotate(degrees, Image.Resampling.BILINEAR)
            difference = np.abs(copy.astype(int) - np.asarray(expected, int))
            assert difference.mean() < 1.5
            assert difference.mean() < 0.1 * np.abs(copy.astype(int) - image).mean()


def test_the_two_sides_mirror_each_other():
    images = RANDOM.integers(0, 256, (2, 28, 28), np.uint8)
    left, right = distillation.rotated(images)
    mirrored = distillation.rotated(images[:, :, ::-1])[1][:, :, ::-1]
    assert np.abs(left.astype(int) - mirrored).max() <= 1
    assert np.abs(left.astype(int) - right).mean() > 10


def test_of_no_images_none_is_rotated():
    assert distillation.rotated(np.zeros((0, 28, 28), np.uint8)).shape == (2, 0, 28, 28)
