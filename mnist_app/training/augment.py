"""What happens to a training image before the network sees it: another one every epoch.

An image is turned, slanted, enlarged and shifted about the middle of its centre of mass, and bent
like rubber (Simard et al. 2003, “Best Practices for Convolutional Neural Networks Applied to Visual
Document Analysis”), at random and a little, as another hand would have written it.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Images
from mnist_app.preprocessing.normalize import MASS_CENTRE
from mnist_app.training.recipe import Recipe

BEND_KNOTS: Final = 5
"""Rows and columns of points that are pulled at random; what lies between follows smoothly."""


def augments(recipe: Recipe) -> bool:
    """Tell whether ``recipe`` changes its training images at all."""
    changes = (recipe.turn_degrees, recipe.slant, recipe.zoom, recipe.shift_pixels)
    return any((*changes, recipe.bend_pixels))


def augment(images: Images, recipe: Recipe, random: np.random.Generator) -> Images:
    """Return a changed copy of images uint8 (n, 28, 28), each changed in its own way.

    Turn, slant, zoom and shift are drawn evenly from minus to plus what ``recipe`` names;
    ``bend_pixels`` is the standard deviation of what the knots are pulled by.
    """
    changed = np.empty_like(images)
    matrices = affine_matrices(len(images), recipe, random)
    if not recipe.bend_pixels:
        for place, matrix in enumerate(matrices):
            size = images[place].shape[::-1]
            changed[place] = cv2.warpAffine(images[place], matrix, size, flags=cv2.INTER_LINEAR)
        return changed
    height, width = images.shape[1:]
    y, x = np.mgrid[:height, :width]
    grid = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    for place, matrix in enumerate(matrices):
        sources = (cv2.invertAffineTransform(matrix) @ grid).reshape(2, height, width)
        sources += _bends((height, width), recipe.bend_pixels, random)
        across, down = sources.astype(np.float32)
        changed[place] = cv2.remap(images[place], across, down, cv2.INTER_LINEAR)
    return changed


def _bends(
    shape: tuple[int, int], pixels: float, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return by how much each pixel is pulled in x and y, (2, height, width)."""
    knots = random.normal(0, pixels, (BEND_KNOTS, BEND_KNOTS, 2))
    smooth = cv2.resize(knots, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.moveaxis(np.asarray(smooth, np.float64), 2, 0))


def affine_matrices(
    count: int, recipe: Recipe, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return ``count`` random matrices (2, 3) that map a point (x, y) of an image to its new place.

    The point `MASS_CENTRE` moves by the shift alone.
    """

    def drawn(most: float) -> npt.NDArray[np.float64]:
        return random.uniform(-most, most, count)

    turn, slant = np.deg2rad(drawn(recipe.turn_degrees)), drawn(recipe.slant)
    wide, high = 1 + drawn(recipe.zoom), 1 + drawn(recipe.zoom)
    shift = np.stack([drawn(recipe.shift_pixels), drawn(recipe.shift_pixels)], axis=1)
    cosine, sine = np.cos(turn), np.sin(turn)
    # turn · slant · stretch, multiplied out
    linear = np.empty((count, 2, 2))
    linear[:, 0, 0] = cosine * wide
    linear[:, 0, 1] = (cosine * slant - sine) * high
    linear[:, 1, 0] = sine * wide
    linear[:, 1, 1] = (sine * slant + cosine) * high
    middle = np.full(2, float(MASS_CENTRE))
    offset = middle + shift - linear @ middle
    return np.concatenate([linear, offset[:, :, None]], axis=2)
