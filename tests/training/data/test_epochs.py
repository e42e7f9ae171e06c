"""What a network is shown in an epoch, and what is held out to judge it."""

import dataclasses

import numpy as np
import pytest

from mnist_app.errors import TrainingError
from tests.drawings import DIGITS
from tests.lazy_modules import LazyModule

epochs = LazyModule("mnist_app.training.data.epochs")


def test_validation_images_are_held_out_evenly_and_for_every_seed(drawn, tiny):
    split = epochs.split(tiny, drawn)
    assert len(split.train_images) == 540
    assert np.bincount(split.validation_labels).tolist() == [6] * 10
    learnt = {image.tobytes() for image in split.train_images}
    held_out = {image.tobytes() for image in split.validation_images}
    assert not learnt & held_out
    assert learnt | held_out == {image.tobytes() for image in drawn.train_images}
    again = epochs.split(dataclasses.replace(tiny, seed=7), drawn)
    assert np.array_equal(again.validation_images, split.validation_images)


def test_the_last_images_are_held_out_as_keras_does(drawn, tiny):
    split = epochs.split(dataclasses.replace(tiny, validate_on="last"), drawn)
    assert np.array_equal(split.train_images, drawn.train_images[:540])
    assert np.array_equal(split.validation_labels, drawn.train_labels[540:])


def test_who_watches_the_test_images_learns_from_all_others(drawn, tiny):
    split = epochs.split(dataclasses.replace(tiny, validate_on="test"), drawn)
    assert np.array_equal(split.train_images, drawn.train_images)
    assert np.array_equal(split.validation_images, drawn.test_images)


def test_too_few_images_to_hold_out_are_refused(drawn, tiny):
    with pytest.raises(TrainingError, match=r"cannot be held out.*--set validation"):
        epochs.split(dataclasses.replace(tiny, validation=0.001), drawn)


def test_an_epoch_shows_images_pens_and_what_is_no_digit(with_pen_digits, written):
    split = epochs.split(written, with_pen_digits)
    images, labels = epochs.epoch(written, split, 0)
    assert images.shape == (len(labels), 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    assert len(labels) == split.images_per_epoch(written)
    counts = np.bincount(labels, minlength=11)
    learners = 18  # of the writers 1 to 20, two are held out
    whole = np.bincount(split.train_labels, minlength=11)
    whole[list(DIGITS)] += 2 * learners
    cut = counts[:10] - whole[:10]
    assert cut.min() >= 0
    assert {int(digit) for digit in np.flatnonzero(cut)} <= set(DIGITS)
    pieces = round(epochs.CUT_SHARE * len(labels)) - cut.sum()
    assert cut.sum() > pieces / 4 > 0
    assert (counts[10] - pieces) / (len(labels) - cut.sum() - pieces) == pytest.approx(
        0.25, abs=0.001
    )


def test_every_epoch_is_another_and_each_can_be_had_again(with_pen_digits, written):
    split = epochs.split(written, with_pen_digits)
    first, labels = epochs.epoch(written, split, 1)
    again, labels_again = epochs.epoch(written, split, 1)
    other, _ = epochs.epoch(written, split, 2)
    assert np.array_equal(first, again)
    assert np.array_equal(labels, labels_again)
    known = {image.tobytes() for image in first} - {image.tobytes() for image in split.train_images}
    assert sum(image.tobytes() in known for image in other) < len(other) / 20


def test_mixing_is_a_weighted_mean_with_the_image_before():
    """The oracle adds pixel by pixel; a third of the images is mixed, with at most half of it."""
    images = np.random.default_rng(0).integers(0, 256, (600, 4, 4), np.uint8)
    found = epochs.mixed(images, np.random.default_rng(1))
    assert (found.shape, found.dtype) == (images.shape, np.uint8)
    shares = []
    for index, image in enumerate(images):
        before, now = images[index - 1].astype(int), image.astype(int)
        difference = found[index].astype(int) - now
        share = (difference * (before - now)).sum() / ((before - now) ** 2).sum()
        expected = (1 - share) * now + share * before
        assert np.abs(found[index] - expected).max() <= 1
        shares.append(share)
    mixed = np.array(shares) > 0.001
    assert mixed.mean() == pytest.approx(1 / 3, abs=0.05)
    assert max(shares) <= 0.51
    assert min(shares) > -0.001
    assert np.mean(np.array(shares)[mixed]) == pytest.approx(0.25, abs=0.03)
    np.testing.assert_array_equal(found[~mixed], images[~mixed])


def test_mixing_leaves_its_argument_alone_and_no_images_as_they_are():
    images = np.random.default_rng(0).integers(0, 256, (50, 28, 28), np.uint8)
    copy = images.copy()
    epochs.mixed(images, np.random.default_rng(1))
    np.testing.assert_array_equal(images, copy)
    assert epochs.mixed(images[:0], np.random.default_rng(1)).shape == (0, 28, 28)


def test_images_are_mixed_for_a_student_only(with_pen_digits, written):
    split = epochs.split(written, with_pen_digits)
    student = dataclasses.replace(
        written, loss="categorical_crossentropy", teacher="teacher", teachers=1
    )
    own, labels = epochs.epoch(written, split, 0)
    mixed, same_labels = epochs.epoch(student, split, 0)
    np.testing.assert_array_equal(labels, same_labels)
    changed = (own != mixed).any(axis=(1, 2))
    assert changed.mean() == pytest.approx(1 / 3, abs=0.08)


def test_half_of_the_images_are_changed_whatever_they_show(with_pen_digits, written, monkeypatch):
    """Whatever an image shows, the blur that changing leaves must not tell what it is."""
    monkeypatch.setattr(epochs, "augment", lambda images, *_: np.zeros_like(images))
    split = epochs.split(written, with_pen_digits)
    images, labels = epochs.epoch(written, split, 3)
    assert len(labels) == split.images_per_epoch(written)
    changed = ~images.any(axis=(1, 2))
    for of_kind in (labels == epochs.NO_DIGIT, labels != epochs.NO_DIGIT):
        assert 0.4 < changed[of_kind].mean() < 0.6


def test_a_share_of_mnist_is_redrawn(with_pen_digits, written, monkeypatch):
    """Only for recipes with pen digits, and only MNIST's images."""
    monkeypatch.setattr(epochs.pen_rendering, "redrawn", lambda image, _: np.full_like(image, 7))
    monkeypatch.setattr(epochs, "augment", lambda images, *_: images)
    split = epochs.split(written, with_pen_digits)
    images, _ = epochs.epoch(written, split, 0)
    redrawn = (images == 7).all(axis=(1, 2)).sum()
    assert redrawn / len(split.train_images) == pytest.approx(epochs.REDRAWN_SHARE, abs=0.06)


def test_strangers_are_never_learned_from(with_pen_digits, written):
    split = epochs.split(written, with_pen_digits)
    assert {digit.writer for digit in split.train_pen_digits} == set(range(1, 21)) - {3, 20}
    assert len(split.validation_pen_labels) == epochs.VALIDATION_RENDERINGS * 2 * len(DIGITS)
    assert sorted(set(split.validation_pen_labels.tolist())) == sorted(DIGITS)
    images, labels = split.validation_set()
    assert (
        len(images)
        == len(labels)
        == len(split.validation_labels) + len(split.validation_pen_labels)
    )


def test_without_pens_an_epoch_is_of_mnist_alone(drawn, tiny):
    split = epochs.split(tiny, drawn)
    images, labels = epochs.epoch(tiny, split, 0)
    assert len(images) == len(split.train_images) == split.images_per_epoch(tiny)
    assert np.bincount(labels).tolist() == np.bincount(split.train_labels).tolist()
    assert len(split.validation_set()[0]) == len(split.validation_images)


def test_a_recipe_with_pens_says_so_when_there_are_none(drawn, written):
    with pytest.raises(TrainingError, match="trains on pen digits"):
        epochs.split(written, drawn)
