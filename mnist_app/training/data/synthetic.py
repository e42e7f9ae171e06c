"""Synthetic digits, with which training can be tried without MNIST.

They are OpenCV's Hershey digits, slanted, rotated, stretched and thickened at random, then made
MNIST-style by the app's own preprocessing. A network trained on them reads printed digits, not
handwriting: it serves for tests and first trials only.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.preprocessing.normalize import normalize_digit

Arrays = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]

FONTS: Final = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
)
CANVAS_SIDE: Final = 112
"""Side of the canvas on which a digit is drawn, in pixels."""
_GLYPH_SCALE: Final = 2.5
"""OpenCV's scale of the font; digits become about half as high as the canvas."""
_CENTRE: Final = CANVAS_SIDE / 2
_MAXIMUM_ROTATION_DEGREES: Final = 12.0
_MAXIMUM_SLANT: Final = 0.25
"""Maximum slant to either side, in pixels to the side per pixel up."""
_STRETCH: Final = (0.75, 1.15)
"""Range of the factors by which width and height are scaled."""
_THICKNESS: Final = (4, 9)
"""Range of the stroke width in pixels; the upper end is excluded."""


def draw(count: int, seed: int) -> Arrays:
    """Return ``count`` images uint8 (count, 28, 28) and their labels uint8 (count,).

    Labels repeat 0 to 9, so that every digit occurs. The same seed gives the same images.
    """
    random = np.random.default_rng(seed)
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = [_digit(int(label), random) for label in labels]
    return np.stack(images), labels


def _digit(digit: int, random: np.random.Generator) -> npt.NDArray[np.uint8]:
    font = FONTS[random.integers(len(FONTS))]
    thickness = int(random.integers(*_THICKNESS))
    (width, height), _ = cv2.getTextSize(str(digit), font, _GLYPH_SCALE, thickness)
    start = (round(_CENTRE - width / 2), round(_CENTRE + height / 2))
    ink = np.zeros((CANVAS_SIDE, CANVAS_SIDE), np.uint8)
    cv2.putText(ink, str(digit), start, font, _GLYPH_SCALE, 255, thickness, cv2.LINE_AA)
    angle = np.deg2rad(random.uniform(-_MAXIMUM_ROTATION_DEGREES, _MAXIMUM_ROTATION_DEGREES))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.array([[1.0, random.uniform(-_MAXIMUM_SLANT, _MAXIMUM_SLANT)], [0.0, 1.0]])
    linear = rotation @ slant @ np.diag(random.uniform(*_STRETCH, size=2))
    centre = np.full(2, _CENTRE)
    matrix = np.column_stack([linear, centre - linear @ centre])
    image = normalize_digit(
        cv2.warpAffine(ink, matrix, (CANVAS_SIDE, CANVAS_SIDE)).astype(np.uint8)
    )
    if image is None:  # unreachable while the glyph is larger than a pixel; mypy cannot know
        raise AssertionError
    return image
