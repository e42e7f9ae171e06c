"""What happens to training images: within the declared limits, about the right point."""

import dataclasses

import numpy as np
import pytest
from scipy.ndimage import affine_transform

from mnist_app.preprocessing import augment
from mnist_app.training.data import synthetic
from mnist_app.training.recipes import CNN, CNN_REGULARISED

LIMITS = {"turn_degrees": 20.0, "slant": 0.3, "zoom": 0.2, "shift_pixels": 3.0}


def matrices(count=2000, **settings):
    recipe = dataclasses.replace(CNN, **settings)
    return augment.affine_matrices(count, recipe, np.random.default_rng(0))


def test_only_recipes_that_ask_for_it_change_images():
    assert not augment.augments(CNN)
    assert augment.augments(CNN_REGULARISED)
    for name, most in LIMITS.items():
        assert augment.augments(dataclasses.replace(CNN, **{name: most}))


def test_without_settings_nothing_changes():
    images, _ = synthetic.draw(20, seed=0)
    assert np.array_equal(augment.augment(images, CNN, np.random.default_rng(0)), images)


def test_the_middle_moves_by_the_shift_alone():
    middle = np.array([14.0, 14.0, 1.0])
    moved = matrices(**LIMITS) @ middle - 14
    assert np.abs(moved).max() <= 3
    assert np.abs(moved).max(axis=0) == pytest.approx([3, 3], abs=0.05)
    still = matrices(**{**LIMITS, "shift_pixels": 0.0}) @ middle
    assert np.allclose(still, 14)


def test_turning_is_a_rotation_within_the_limit():
    linear = matrices(turn_degrees=20.0)[:, :, :2]
    assert np.allclose(linear @ linear.transpose(0, 2, 1), np.eye(2))
    angle = np.rad2deg(np.arctan2(linear[:, 1, 0], linear[:, 0, 0]))
    assert (angle.min(), angle.max()) == pytest.approx((-20, 20), abs=0.2)


def test_slant_moves_sideways_only():
    linear = matrices(slant=0.3)[:, :, :2]
    assert np.allclose(linear[:, 1], [0, 1])
    assert np.allclose(linear[:, 0, 0], 1)
    slant = linear[:, 0, 1]
    assert (slant.min(), slant.max()) == pytest.approx((-0.3, 0.3), abs=0.01)


def test_zoom_stretches_both_ways_independently():
    linear = matrices(zoom=0.2)[:, :, :2]
    assert np.allclose(linear[:, [0, 1], [1, 0]], 0)
    sides = linear[:, [0, 1], [0, 1]]
    assert (sides.min(), sides.max()) == pytest.approx((0.8, 1.2), abs=0.01)
    assert abs(np.corrcoef(sides.T)[0, 1]) < 0.1


def test_everything_together_is_the_product_of_its_parts():
    found = matrices(**LIMITS)
    random = np.random.default_rng(0)
    turn = np.deg2rad(random.uniform(-20, 20, 2000))
    slant = random.uniform(-0.3, 0.3, 2000)
    wide, high = 1 + random.uniform(-0.2, 0.2, 2000), 1 + random.uniform(-0.2, 0.2, 2000)
    for place in range(0, 2000, 100):
        c, s = np.cos(turn[place]), np.sin(turn[place])
        expected = (
            np.array([[c, -s], [s, c]])
            @ np.array([[1, slant[place]], [0, 1]])
            @ np.diag([wide[place], high[place]])
        )
        assert np.allclose(found[place, :, :2], expected)


def test_the_image_follows_its_matrix():
    """SciPy, which pulls where OpenCV pushes, gives the same image up to OpenCV's rounding."""
    images, _ = synthetic.draw(10, seed=0)
    recipe = dataclasses.replace(CNN, **LIMITS)
    found = augment.augment(images, recipe, np.random.default_rng(5))
    expected_matrices = augment.affine_matrices(10, recipe, np.random.default_rng(5))
    for image, matrix, changed in zip(images, expected_matrices, found, strict=True):
        whole = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
        swapped = whole[[1, 0, 2]][:, [1, 0, 2]]  # SciPy counts rows first
        expected = affine_transform(image.astype(float), swapped, order=1)
        assert np.abs(changed.astype(float) - expected).max() < 12  # 1/32 pixel of OpenCV
        assert np.abs(changed.astype(float) - expected).mean() < 0.5


def test_every_image_and_every_time_is_another():
    images = np.repeat(synthetic.draw(1, seed=0)[0], 50, axis=0)
    random = np.random.default_rng(0)
    first = augment.augment(images, CNN_REGULARISED, random)
    second = augment.augment(images, CNN_REGULARISED, random)
    both = np.concatenate([first, second]).reshape(100, -1)
    assert len(np.unique(both, axis=0)) == 100


def test_bending_moves_ink_smoothly_and_by_what_is_named():
    """Neighbours are pulled alike, and the standard deviation is the recipe's at the knots."""
    random = np.random.default_rng(0)
    bends = np.stack([augment._bends((28, 28), 0.7, random) for _ in range(400)])
    assert 0.5 < bends.std() < 0.9
    assert np.abs(np.diff(bends, axis=3)).mean() < 0.25
    assert np.abs(bends.mean(axis=0)).max() < 0.2


def test_bending_alone_keeps_the_amount_of_ink():
    images, _ = synthetic.draw(40, seed=0)
    recipe = dataclasses.replace(CNN, bend_pixels=0.5)
    bent = augment.augment(images, recipe, np.random.default_rng(0))
    assert augment.augments(recipe)
    assert not np.array_equal(bent, images)
    assert bent.mean() == pytest.approx(images.mean(), rel=0.05)
