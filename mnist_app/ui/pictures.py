"""Small images, enlarged so that every pixel can be seen.

Pictures of drawings go to the browser inside the page (data URLs). Streamlit's media store, which
all sessions of the server share, never holds them.
"""

import base64
from typing import Final

import cv2
import numpy as np

from mnist_app.ink import Image

GRID_LEVEL: Final = 72
"""Grey level of the lines between enlarged pixels, seen on black and on white alike."""


def enlarge(image: Image, scale: int, *, grid: bool = False) -> Image:
    """Return ``image``, uint8 (h, w), with every pixel a square of ``scale`` pixels.

    With ``grid``, a line of one pixel runs between the squares.
    """
    large = image.repeat(scale, axis=0).repeat(scale, axis=1)
    if grid:
        large[::scale] = GRID_LEVEL
        large[:, ::scale] = GRID_LEVEL
    return large


def data_url(image: Image) -> str:
    """Return a PNG of ``image`` as a data URL.

    ``image`` is uint8 (h, w) grey, (h, w, 3) RGB or (h, w, 4) RGBA.
    """
    turned = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}
    pixels = image if image.ndim == 2 else cv2.cvtColor(image, turned[image.shape[2]])  # noqa: PLR2004
    _, png = cv2.imencode(".png", pixels)
    return f"data:image/png;base64,{base64.b64encode(png.tobytes()).decode('ascii')}"


def with_frames(ink: Image, *frames: tuple[int, int, int, int]) -> Image:
    """Return ``ink`` as RGB, uint8 (h, w, 3), with boxes (x, y, width, height) framed.

    The first frame is orange and solid, the others are blue, a colour-blind safe pair.
    """
    picture = np.repeat(ink[..., np.newaxis], 3, axis=2)
    for number, (x, y, width, height) in enumerate(frames):
        colour = (0, 114, 178) if number else (230, 159, 0)
        cv2.rectangle(picture, (x, y), (x + width - 1, y + height - 1), colour, 3)
    return picture
