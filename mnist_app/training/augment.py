"""What happens to a training image before the network sees it: another one every epoch.

An image is turned, slanted, enlarged and shifted about the middle of its centre of mass, at
random and a little, as another hand would have written it.
"""

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.ink.mnist_style import MASS_CENTRE
from mnist_app.training.recipes import Recipe

Images = npt.NDArray[np.uint8]


def augments(recipe: Recipe) -> bool:
    """Tell whether ``recipe`` changes its training images at all."""
    return any((recipe.turn_degrees, recipe.slant, recipe.zoom, recipe.shift_pixels))


def augment(images: Images, recipe: Recipe, random: np.random.Generator) -> Images:
    """Return a changed copy of images uint8 (n, 28, 28), each changed in its own way.

    Every change is drawn evenly from minus to plus what ``recipe`` names.
    """
    changed = np.empty_like(images)
    for place, matrix in enumerate(affine_matrices(len(images), recipe, random)):
        size = images[place].shape[::-1]
        changed[place] = cv2.warpAffine(images[place], matrix, size, flags=cv2.INTER_LINEAR)
    return changed


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
