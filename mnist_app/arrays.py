"""Types of the NumPy arrays that pass between the packages.

A type checker knows their dtypes alone; shapes, ranges and units are in the docstrings.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

DIGITS: Final = 10
"""Number of digits, which are the first classes of every network; an eleventh is "no digit"."""

Image = npt.NDArray[np.uint8]
"""Pixels: grey levels or ink (height, width), RGB (height, width, 3) or RGBA (height, width, 4).

The level of ink is the share of a pixel that it covers: 0 is paper, 255 the strongest ink.
"""
Images = npt.NDArray[np.uint8]
"""MNIST-style images (n, 28, 28), white ink on black."""
Labels = npt.NDArray[np.uint8]
"""The digit of each image, 0 to 9, (n,)."""
Mask = npt.NDArray[np.bool_]
"""Selected pixels, (height, width)."""
Floats = npt.NDArray[np.float32]
"""Numbers of any shape: logits, probabilities, feature maps, coverage of pixels."""
Points = npt.NDArray[np.float32]
"""Points (n, 2): x to the right, y down."""
