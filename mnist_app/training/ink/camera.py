"""Light on a sheet, things that lie on it, and what a camera or a scanner makes of it."""

from typing import Any, Final

import cv2
import numpy as np

from mnist_app.arrays import Floats, Image
from mnist_app.training.ink.grounds import smooth_noise
from mnist_app.training.ink.handwriting import Random

THING_SHARE, SHADOW_SHARE, GREY_SHARE, SMALL_SHARE = 0.1, 0.3, 0.28, 0.3
"""Shares of the pictures with a thing on the sheet, with a shadow, without colour, and taken with
few pixels and enlarged."""
MAXIMUM_BLUR: Final = 0.06
"""Of the height of a digit, standard deviation; what is more out of focus is hard to read."""
FEWEST_PIXELS: Final = 9
"""Height in pixels of a digit in a picture of few pixels, at least."""


def light_up(scene: Floats, random: Random) -> None:
    """Multiply the ``scene`` with uneven light, and often with a shadow."""
    side = len(scene)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side - 0.5
    angle = random.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    light = 1 + random.normal(0, 0.25) * along
    if random.random() < 0.3:
        centre = random.uniform(-0.8, 0.8, 2)
        light -= random.uniform(0, 0.5) * ((x - centre[0]) ** 2 + (y - centre[1]) ** 2)
    if random.random() < SHADOW_SHARE:
        angle = random.uniform(0, 2 * np.pi)
        edge = x * np.cos(angle) + y * np.sin(angle) - random.uniform(-0.4, 0.4)
        edge += random.normal(0, 0.05) * smooth_noise(side, 3, random)
        softness = float(np.exp(random.uniform(np.log(0.006), np.log(0.25))))
        light *= 1 - random.uniform(0.15, 0.75) / (1 + np.exp(-np.clip(edge / softness, -30, 30)))
    if random.random() < 0.04:  # the reflection of a lamp
        centre = random.uniform(-0.5, 0.5, 2)
        far = (x - centre[0]) ** 2 + (y - centre[1]) ** 2
        scene += (random.uniform(0.1, 0.5) * np.exp(-far / random.uniform(0.01, 0.1)))[..., None]
    scene *= np.maximum(light, 0.08)[..., None].astype(np.float32)


def lay_thing(scene: Floats, wanted: Image, random: Random) -> None:
    """Lay a pen, a finger, a ruler or the like on the ``scene``; ink below it is not ``wanted``."""
    side = len(scene)
    mask = np.zeros((side, side), np.uint8)
    angle = random.uniform(0, 2 * np.pi)
    direction = np.array([np.cos(angle), np.sin(angle)])
    start = side / 2 + direction * side * random.uniform(0.25, 0.6)
    start += random.uniform(-0.4, 0.4) * side * direction[::-1] * (-1, 1)
    end = start + direction * side * 1.5
    width = int(side * random.uniform(0.1, 0.5) * random.choice([1, 3]))
    ends = [tuple(int(value) for value in point) for point in (start, end)]
    cv2.line(mask, ends[0], ends[1], 255, max(2, width), cv2.LINE_AA)
    cover = cv2.GaussianBlur(mask, (0, 0), random.uniform(0.4, 1.5)).astype(np.float32) / 255
    shadow = cv2.GaussianBlur(
        np.roll(mask, tuple(random.integers(-6, 7, 2)), axis=(0, 1)), (0, 0), random.uniform(1, 7)
    )
    scene *= 1 - (random.uniform(0, 0.6) * shadow.astype(np.float32) / 255)[..., None]
    colour = random.uniform(0.02, 0.95) + random.normal(0, 0.12, 3)
    shading = 1 + 0.2 * smooth_noise(side, 3, random)
    thing = np.clip(colour, 0.01, 1).astype(np.float32) * shading[..., None]
    scene += cover[..., None] * (thing - scene)
    wanted[mask > 127] = 0


def take(scene: Floats, height: float, random: Random) -> Image:
    """Return the picture, uint8 (side, side, 3) RGB, that a camera or scanner takes.

    ``height`` is that of a digit in pixels: blur and reduction leave it legible.
    """
    side = len(scene)
    # The exposure follows the scene, most often so that paper is bright.
    level = random.uniform(0.1, 0.95) ** random.uniform(0.6, 1.6)
    gain = max(level, 0.06) / max(float(scene.mean()), 0.06)
    scene = scene * (gain * np.exp(random.normal(0, 0.08, 3))).astype(np.float32)
    gamma = random.uniform(0.4, 0.65)
    picture: Any = np.power(np.clip(scene, 0, 1.3), gamma, dtype=np.float32)
    blur = random.uniform(0, MAXIMUM_BLUR) * height * (random.random() < 0.6)
    if blur > 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), blur)
    small = side
    if random.random() < SMALL_SHARE:
        fewest = max(0.12, FEWEST_PIXELS / height)
        small = max(12, round(side * random.uniform(min(fewest, 1), 1)))
        picture = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)
    sigma = random.uniform(0, 0.035) * random.random() + 0.001
    noise: Any = random.standard_normal(picture.shape, np.float32)
    if random.random() < 0.5:
        noise = cv2.GaussianBlur(noise, (0, 0), random.uniform(0.4, 1.2)) * 2
    picture = picture + noise * np.float32(sigma)
    if random.random() < 0.3:
        amount = random.uniform(0.3, 1.5)
        picture = picture * (1 + amount) - cv2.GaussianBlur(picture, (0, 0), 1.2) * amount
    if random.random() < 0.25:  # a scan's or an app's contrast
        low, high = random.uniform(0, 0.3), random.uniform(0.6, 1)
        picture = (picture - low) / (high - low)
    levels = np.clip(picture * 255, 0, 255).astype(np.uint8)
    if random.random() < GREY_SHARE:
        levels = cv2.cvtColor(cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if random.random() < 0.75:
        quality = int(random.integers(25, 96))
        _, packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        levels = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    if small < side:
        how = cv2.INTER_CUBIC if random.random() < 0.6 else cv2.INTER_LINEAR
        levels = cv2.resize(levels, (side, side), interpolation=how)
    return np.asarray(levels, np.uint8)
