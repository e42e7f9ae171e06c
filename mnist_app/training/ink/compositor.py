"""Pictures of handwriting composed at random, with what in them is handwriting.

A picture is painted as it comes to be: a ground with what is printed on it, ink, things on top,
light, camera. What is known only because we painted it is the target.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Floats, Image, Images
from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.ink.camera import THING_SHARE, lay_thing, light_up, take
from mnist_app.training.ink.grounds import lay_ground
from mnist_app.training.ink.handwriting import Random, stuck_ink, write

SIDE: Final = 128
"""Pixels of the sides of a composed picture."""
LEAST_DIFFERENCE: Final = 9
"""Levels by which handwriting and what is around it differ at least, in one colour."""
MARGIN_SHARE: Final = 0.05
"""Share of the pictures that are pasted on a larger one of one colour, or have such a margin."""
LEAST_CONTRAST: Final = 0.16
"""Least difference of paper and ink, as a share of the paper's light, for what must be found."""


def compose(
    hands: Sequence[Sequence[PenDigit]], random: Random, side: int = SIDE
) -> tuple[Image, Image]:
    """Return a picture, uint8 (side, side, 3) RGB, and how much of each pixel is handwriting.

    The second is uint8 (side, side), 0 to 255. Punctuation, print, rulings and what is crossed out
    are none. Where light and camera left nothing to see, another picture is composed.
    """
    while True:
        picture, target = _compose(hands, random, side)
        if _is_legible(picture, target):
            return picture, target


def _is_legible(picture: Image, target: Image) -> bool:
    """Tell whether handwriting differs from what is around it, or there is none."""
    inside = target > 127
    if not inside.any():
        return True
    around = (cv2.dilate(target, np.ones((9, 9), np.uint8)) > 0) & (target == 0)
    if not around.any():
        return False
    difference = picture[inside].mean(axis=0) - picture[around].mean(axis=0)
    return bool(np.abs(difference).max() >= LEAST_DIFFERENCE)


def _compose(hands: Sequence[Sequence[PenDigit]], random: Random, side: int) -> tuple[Image, Image]:
    writing = write(hands, side, random)
    scene, is_dark = lay_ground(writing, side, random)
    target = np.zeros((side, side), np.uint8)
    coarseness = 0.0
    if is_dark or random.random() < 0.35:  # chalk and pencil
        coarseness = random.uniform(0.1, 0.6)
    for wanted, unwanted in writing.covers(side, random):
        cover = stuck_ink(np.maximum(wanted, unwanted), coarseness, random)
        _lay_ink(scene, cover, is_dark, random)
        target = np.maximum(target, wanted)
    if random.random() < THING_SHARE:
        lay_thing(scene, target, random)
    light_up(scene, random)
    if random.random() < MARGIN_SHARE:
        _paste(scene, target, random)
    return take(scene, writing.height, random), target


def composed(
    hands: Sequence[Sequence[PenDigit]], seed: Sequence[int], count: int
) -> tuple[Images, Images]:
    """Return ``count`` pictures and targets; each depends on ``seed`` and its number alone."""
    pictures = np.empty((count, SIDE, SIDE, 3), np.uint8)
    targets = np.empty((count, SIDE, SIDE), np.uint8)
    for index in range(count):
        pictures[index], targets[index] = compose(hands, np.random.default_rng([*seed, index]))
    return pictures, targets


def _lay_ink(scene: Floats, cover: Floats, is_dark: bool, random: Random) -> None:
    """Paint ``cover`` in an ink that differs enough from the ground; ``scene`` is changed."""
    ground = scene[cover > 0.3].mean(axis=0) if (cover > 0.3).any() else scene.mean(axis=(0, 1))
    while True:
        opacity = random.uniform(0.35, 1) if random.random() < 0.5 else random.uniform(0.75, 1)
        if is_dark:
            ink = np.clip(random.uniform(0.3, 0.95) + random.normal(0, 0.1, 3), 0.1, 1)
        else:
            grey = random.uniform(0.01, 0.3) * random.random()
            tint = random.uniform(0, 0.6, 3) * (random.random() < 0.5)
            ink = np.clip(grey + tint, 0.01, 0.8) * (ground if random.random() < 0.5 else 1)
        change = opacity * np.abs(ink - ground) / max(float(ground.max()), float(ink.max()))
        if change.max() >= LEAST_CONTRAST and (ink.mean() > ground.mean()) == is_dark:
            break
    amount = (opacity * cover)[..., None]
    scene += amount * (ink.astype(np.float32) - scene)


def _paste(scene: Floats, target: Image, random: Random) -> None:
    """Leave the ``scene`` only within a rectangle, on a ground of one grey level."""
    side = len(scene)
    inside = np.zeros((side, side), bool)
    left, top = (random.integers(0, side // 4, 2) * (random.random(2) < 0.7)).tolist()
    right, bottom = (side - random.integers(0, side // 4, 2)).tolist()
    inside[top:bottom, left:right] = True
    scene[~inside] = float(random.choice([0.0, 1.0, random.uniform(0, 1)]))
    target[~inside] = 0
