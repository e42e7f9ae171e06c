"""From what a person made to MNIST-style images. Uses numpy, OpenCV and Pillow only."""

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""Ink, uint8 (height, width): 0 is paper, 255 the strongest ink."""
