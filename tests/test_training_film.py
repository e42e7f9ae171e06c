"""A film in a bundle: weights to 8 bits, and refused where it is damaged or foreign."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app import training_film
from mnist_app.errors import BundleError
from mnist_app.training_film import FilmWeights, TrainingFilm

RANDOM = np.random.default_rng(0)
SHAPES = ((3, 2, 2), (3,), (5,))
MOMENTS = [
    [
        RANDOM.normal(0, size, shape).astype(np.float32)
        for size, shape in zip((1, 9, 0), SHAPES, strict=True)
    ]
    for _ in range(4)
]
FILM = TrainingFilm(
    images=np.array([0, 1, 8, 20]),
    right=np.array([3, 0, 7, 9]),
    validation=9,
    weights=FilmWeights.quantised(MOMENTS),
)
CONTENT = FILM.to_bytes()


def test_weights_are_kept_to_half_a_step_and_counts_as_they_are():
    found = TrainingFilm.parse(CONTENT, "mine")
    assert found.images.tolist() == [0, 1, 8, 20]
    assert found.right.tolist() == [3, 0, 7, 9]
    assert found.validation == 9
    assert not found.ends_with_bundle
    for index, weights in enumerate(MOMENTS):
        for array, read, *others in zip(weights, found.weights.at(index), *MOMENTS, strict=True):
            peak = max(np.abs(other).max() for other in others)
            assert read.dtype == np.float32
            assert (np.abs(read - array.ravel()) <= peak / 63 / 2 * 1.001).all()


@given(st.lists(st.integers(-63, 63), min_size=2, max_size=9))
def test_the_largest_changes_are_kept(levels):
    weights = FilmWeights((np.array(levels, np.int8)[:, np.newaxis],), np.ones(1, np.float32))
    count = np.arange(len(levels))
    found = TrainingFilm.parse(TrainingFilm(count, count, 99, weights).to_bytes(), "mine")
    assert found.weights.levels[0].ravel().tolist() == levels


def test_without_the_last_weights_it_ends_with_the_network_of_the_bundle():
    weights = FilmWeights.quantised(MOMENTS[:-1])
    film = TrainingFilm(FILM.images, FILM.right, FILM.validation, weights)
    found = TrainingFilm.parse(film.to_bytes(), "mine")
    assert found.ends_with_bundle
    assert found.weights.moments == 3


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_a_changed_byte_in_a_film_is_refused_or_harmless(place, change):
    damaged = bytearray(CONTENT)
    damaged[place] ^= change
    try:
        found = TrainingFilm.parse(bytes(damaged), "mine")
    except BundleError:
        return
    assert all(np.isfinite(one).all() for one in found.weights.at(found.weights.moments - 1))


def altered(**arrays):
    with np.load(io.BytesIO(CONTENT)) as stored:
        content = io.BytesIO()
        np.savez_compressed(content, **{**dict(stored), **arrays})
    return content.getvalue()


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": np.array([0, 1, 8])},
        {"images": np.array([0, 8, 1, 20])},
        {"images": np.array([1, 2, 8, 20])},
        {"images": np.array([0.0, 1.0, 8.0, 20.0])},
        {"right": np.array([3, 0, 7, 10])},
        {"right": np.array([-3, 0, 7, 9])},
        {"validation": np.array(0)},
        {"steps": np.array([1, np.nan, 1], np.float32)},
        {"steps": np.array([1, 0, 1], np.float32)},
        {"steps": np.ones(3)},
        {"steps": np.ones(4, np.float32)},
        {"changes_1": np.zeros((2, 3), np.int8)},
        {"changes_1": np.zeros((4, 3), np.uint8)},
        {"changes_1": np.zeros(4, np.int8)},
        {"changes_1": np.array({"a": 1}, object)},
    ],
)
def test_impossible_films_are_refused(arrays):
    with pytest.raises(BundleError, match=r"^film\.npz of the bundle “mine” is damaged\. \w"):
        TrainingFilm.parse(altered(**arrays), "mine")


def test_a_film_that_would_unpack_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(training_film, "MAXIMUM_BYTES", 500)
    with pytest.raises(BundleError, match="damaged"):
        TrainingFilm.parse(CONTENT, "mine")
