"""Small images, enlarged so that every pixel can be seen.

Pictures of drawings go to the browser inside the page (data URLs). Streamlit's media store, which
all sessions of the server share, never holds them.
"""

import base64
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image

GRID_LEVEL: Final = 72
"""Grey level of the lines between enlarged pixels, seen on black and on white alike."""

NOTE_SIZE: Final = 0.6
"""Size of a note over that of a reading."""
NOTE_HEIGHT: Final = 8
"""Height of a note's patch over the width of a box's line."""

BLUE, ORANGE = (0, 114, 178), (230, 159, 0)
"""A pair that colour-blind people can tell apart (Okabe and Ito)."""


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
        colour = BLUE if number else ORANGE
        cv2.rectangle(picture, (x, y), (x + width - 1, y + height - 1), colour, 3)
    return picture


def photo_url(image: Image) -> str:
    """Return a JPEG of ``image``, uint8 (h, w, 3) RGB, as a data URL: a tenth of a PNG."""
    pixels = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 88])
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.tobytes()).decode('ascii')}"


def reduced(image: Image, side: int = 1000) -> Image:
    """Return ``image``, uint8 (h, w), made smaller if it is higher or wider than ``side``."""
    height, width = image.shape
    factor = min(1.0, side / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def with_readings(
    photo: Image,
    readings: Sequence[tuple[tuple[int, int, int, int], str, bool]],
    size: tuple[int, int],
    notes: Sequence[str] = (),
) -> Image:
    """Return ``photo``, uint8 (h, w, 3) RGB, with boxes and what is read in each of them.

    A reading is the box in pixels of a picture of ``size`` (width, height), the sign to write at
    its top left corner, and whether that is sure: blue if so, orange if not. ``notes``, one for
    each box, are written smaller, below it.
    """
    picture = photo.copy()
    scale = np.array([photo.shape[1] / size[0], photo.shape[0] / size[1]] * 2)
    line = max(2, round(max(photo.shape) / 350))
    for place, (box, sign, is_sure) in enumerate(readings):
        x, y, width, height = np.rint(np.array(box) * scale).astype(int).tolist()
        colour = BLUE if is_sure else ORANGE
        frame = ((x - line, y - line), (x + width + line, y + height + line))
        cv2.rectangle(picture, *frame, colour, line)
        _write(picture, sign, (x - line, y - line), colour, line)
        if notes:
            foot = y + height + line + NOTE_HEIGHT * line
            _write(picture, notes[place], (x - line, foot), colour, line, relative_size=NOTE_SIZE)
    return picture


def _write(
    picture: Image,
    sign: str,
    corner: tuple[int, int],
    colour: tuple[int, int, int],
    line: int,
    *,
    relative_size: float = 1.0,
) -> None:
    """Write ``sign`` on a patch of ``colour`` that stands on ``corner``, inside the picture."""
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, 0.42 * line * relative_size
    line = max(1, round(line * relative_size))
    (width, height), _ = cv2.getTextSize(sign, font, scale, line)
    x = min(max(0, corner[0]), max(0, picture.shape[1] - width - 2 * line))
    y = min(max(height + 2 * line, corner[1]), picture.shape[0] - 1)
    patch = ((x, y - height - 2 * line), (x + width + 2 * line, y))
    cv2.rectangle(picture, *patch, colour, cv2.FILLED)
    white_or_black = (255, 255, 255) if colour == BLUE else (0, 0, 0)
    cv2.putText(picture, sign, (x + line, y - line), font, scale, white_or_black, line, cv2.LINE_AA)
