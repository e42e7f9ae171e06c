"""A class of mirrored digits teaches cnn: what it gains, forgets, and never looks at."""

import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle
from mnist_app.classroom.class_drawings import ClassDrawings
from mnist_app.classroom.judging import judge, mnist_score
from mnist_app.classroom.lesson import leave_one_out, teach
from mnist_app.classroom.taught_layer import TeachingOptions
from mnist_app.classroom.teaching import Teacher
from mnist_app.errors import BundleError, TeachingError
from tests.classroom.mirrored_class import PUPILS, TEACHERS


@pytest.fixture(scope="module")
def without_rehearsal(cnn, mirrored):
    return teach(cnn, mirrored, TEACHERS, options=TeachingOptions(rehearse=False))


def test_pupils_who_tested_are_read_better(lesson):
    assert lesson.before.score.share < 0.7
    assert lesson.after.score.share > lesson.before.score.share + 0.2
    assert not set(lesson.after.pupils.tolist()) & set(TEACHERS)
    assert lesson.taught.teachers == TEACHERS


def test_rehearsal_keeps_mnist(lesson, without_rehearsal):
    assert lesson.mnist_after.right > without_rehearsal.mnist_after.right + 50
    assert lesson.mnist_before.share - lesson.mnist_after.share < 0.01


def test_before_is_what_the_bundle_reads(lesson, cnn, mirrored):
    judged = judge(Recognizer(cnn), mirrored.selected(lesson.before.index))
    assert lesson.before.read.tolist() == judged.read.tolist()
    assert lesson.before.accepted.tolist() == judged.accepted.tolist()
    assert lesson.mnist_before == mnist_score(cnn)


def test_after_is_what_the_taught_model_reads(lesson, cnn, mirrored):
    judged = judge(lesson.taught.recognizer(cnn), mirrored.selected(lesson.after.index))
    assert lesson.after.read.tolist() == judged.read.tolist()
    assert lesson.after.accepted.tolist() == judged.accepted.tolist()


def test_drawings_that_changed_are_named(lesson):
    assert len(lesson.gained) - len(lesson.lost) == (
        lesson.after.score.right - lesson.before.score.right
    )
    was_right = dict(zip(lesson.before.index.tolist(), lesson.before.right, strict=True))
    assert not any(was_right[index] for index in lesson.gained)
    assert all(was_right[index] for index in lesson.lost)


def test_the_model_depends_on_the_teachers_the_options_and_the_seed_alone(lesson, cnn, mirrored):
    tested = ~mirrored.by(TEACHERS)
    images, labels = mirrored.images.copy(), mirrored.labels.copy()
    images[tested], labels[tested] = 255 - images[tested], 9 - labels[tested]
    others = ClassDrawings(images, labels, mirrored.pupils)
    assert teach(cnn, others, TEACHERS).taught.to_bytes() == lesson.taught.to_bytes()
    other_seed = teach(cnn, mirrored, TEACHERS, options=TeachingOptions(seed=1)).taught
    assert (other_seed.weights != lesson.taught.weights).any()


def test_each_pupil_left_out_is_read_by_what_the_others_teach(cnn, mirrored):
    few, options, shares = (
        mirrored.selected(mirrored.by({1, 2, 3})),
        TeachingOptions(bend=False),
        [],
    )
    found = leave_one_out(cnn, few, options=options, progress=shares.append)
    assert found.after.index.tolist() == list(range(len(few)))
    assert found.taught.teachers == (1, 2, 3)
    alone = teach(cnn, few, (2, 3), options=options)
    assert found.after.read[found.after.pupils == 1].tolist() == alone.after.read.tolist()
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.05
    assert 0.9 < shares[-1] <= 1


def test_an_error_of_the_progress_ends_the_lesson(cnn, mirrored):
    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        teach(cnn, mirrored, TEACHERS, progress=stop)


@pytest.mark.parametrize(
    ("teachers", "testers", "message"),
    [
        (PUPILS, None, "Nobody is left to test"),
        ((1, 2), (99,), "Nobody is left to test"),
        ((99,), (1, 2), "None of the pupils who are to teach"),
        ((1, 2), (2, 3), "cannot both teach and test"),
    ],
)
def test_sides_without_drawings_are_refused(cnn, mirrored, teachers, testers, message):
    with pytest.raises(TeachingError, match=message):
        teach(cnn, mirrored, teachers, testers=testers)


def test_one_pupil_cannot_be_left_out(cnn, mirrored):
    with pytest.raises(TeachingError, match="Nobody is left to test"):
        leave_one_out(cnn, mirrored.selected(mirrored.by({1})))


def test_a_model_without_what_it_takes_is_refused(mirrored):
    with pytest.raises(BundleError, match="“best” cannot be taught by a class"):
        teach(load_bundle("best"), mirrored, TEACHERS)


def test_rehearsal_grows_with_the_class(cnn, mirrored):
    """As far as the bundle has images; few drawings rehearse a minimum."""

    def rehearsed(count):
        index = np.arange(count) % len(mirrored)
        many = ClassDrawings(
            mirrored.images[index], mirrored.labels[index], np.ones(count, np.int64)
        )
        teacher = Teacher(cnn, many, (), TeachingOptions(bend=False))
        return len(teacher._lessons(many.by({1}))[1]) - count

    assert [rehearsed(count) for count in (10, 800)] == [1000, 1600]
