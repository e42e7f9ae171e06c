"""A class as training data: whole pupils to each part, whichever way it is mixed in."""

import dataclasses

import numpy as np
import pytest

from mnist_app.errors import ClassroomError, DatasetError
from mnist_app.training.data.class_split import load_class
from tests.classroom.class_files import LINE, class_file, packed, small_parts
from tests.lazy_modules import LazyModule

epochs = LazyModule("mnist_app.training.data.epochs")


@pytest.mark.parametrize(("pupils", "counts"), [(3, (1, 1, 1)), (4, (2, 1, 1)), (16, (10, 2, 4))])
def test_every_pupil_is_in_one_part_with_all_drawings(tmp_path, pupils, counts):
    found = load_class(class_file(tmp_path, pupils))
    parts = (found.train, found.validation, found.test)
    assert tuple(len(part.pupils) for part in parts) == counts
    assert sorted(sum((part.pupils for part in parts), ())) == list(range(1, pupils + 1))
    for part in parts:
        assert len(part.images) == len(part.labels) == len(part.pen_digits) == 2 * len(part.pupils)
        assert {digit.writer for digit in part.pen_digits} == set(part.pupils)
        assert [digit.label for digit in part.pen_digits] == part.labels.tolist()
    images = [image.tobytes() for part in parts for image in part.images]
    assert len(set(images)) == len(images)
    again = load_class(class_file(tmp_path, pupils))
    assert again.test.pupils == found.test.pupils
    assert again.sha256 == found.sha256


def test_without_pen_digits_pupils_join_the_images(tmp_path, drawn, tiny):
    found = load_class(class_file(tmp_path, 8))
    alone = epochs.split(tiny, drawn)
    split = epochs.split(tiny, dataclasses.replace(drawn, class_split=found))
    assert np.array_equal(split.train_images[len(alone.train_images) :], found.train.images)
    assert np.array_equal(split.train_labels[len(alone.train_labels) :], found.train.labels)
    held_out = split.validation_images[len(alone.validation_images) :]
    assert np.array_equal(held_out, found.validation.images)
    assert split.checksums == {**alone.checksums, "class": found.sha256}
    assert len(epochs.epoch(tiny, split, 0)[1]) == 540 + 10


def test_with_pen_digits_pupils_join_those(tmp_path, with_pen_digits, written):
    found = load_class(class_file(tmp_path, 8))
    alone = epochs.split(written, with_pen_digits)
    data = dataclasses.replace(with_pen_digits, class_split=found)
    split = epochs.split(written, data)
    assert split.train_pen_digits == alone.train_pen_digits + found.train.pen_digits
    assert np.array_equal(split.train_images, alone.train_images)
    assert len(epochs.epoch(written, split, 0)[1]) == split.images_per_epoch(written)


def test_test_images_that_are_watched_stay_the_test_images(tmp_path, drawn, tiny):
    recipe = dataclasses.replace(tiny, validate_on="test")
    found = load_class(class_file(tmp_path, 3))
    split = epochs.split(recipe, dataclasses.replace(drawn, class_split=found))
    assert np.array_equal(split.validation_images, drawn.test_images)


def test_too_few_pupils_are_refused(tmp_path):
    with pytest.raises(DatasetError, match="drawings of 2 pupils"):
        load_class(class_file(tmp_path, 2))


def test_a_file_that_is_missing_or_no_class_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read"):
        load_class(tmp_path / "nothing.zip")
    (tmp_path / "x.zip").write_bytes(b"PK" * 100)
    with pytest.raises(ClassroomError, match="no whole zip"):
        load_class(tmp_path / "x.zip")


def test_an_empty_drawing_is_refused(tmp_path):
    away = {**LINE, "strokes": []}
    path = tmp_path / "class.zip"
    lines = [{**LINE, "pupil": 1}, {**LINE, "pupil": 2}, away]
    path.write_bytes(packed(small_parts(lines)).getvalue())
    with pytest.raises(DatasetError, match="is empty"):
        load_class(path)
