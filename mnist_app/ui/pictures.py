"""Images prepared for a page: enlarged, with boxes, and encoded as data URLs.

Pictures of drawings travel inside the page as data URLs. Streamlit's media store, which all
sessions of the server share, never holds them.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import Box

GRID_LEVEL: Final = 72
"""Grey level of the lines between enlarged pixels, visible on black and on white."""
MAXIMUM_SIDE: Final = 1000
"""Maximum width and height of a photograph and its ink on a page, in pixels."""
JPEG_QUALITY: Final = 88
"""Quality of photographs on a page, from 0 to 100."""
BLUE, ORANGE, GREY = (0, 114, 178), (230, 159, 0), (167, 173, 181)
"""RGB; blue and orange are a colour-blind safe pair (Okabe and Ito)."""
NOTE_SIZE: Final = 0.6
"""Font size of the note below a box, relative to the text above it."""
NOTE_HEIGHT: Final = 8
"""Height of the note's background, in widths of the box's line."""
_CHANNELS: Final = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}
"""OpenCV's conversion to its own order of channels, by the number of channels."""


@dataclass(frozen=True)
class BoxLabel:
    """A box in a picture and what is written at it.

    ``text`` stands above the box, ``note`` in smaller type below it; an empty note is left out.
    The box is blue if ``is_sure``, otherwise grey.
    """

    box: Box
    text: str
    is_sure: bool
    note: str = ""


def enlarge(image: Image, scale: int, *, grid: bool = False) -> Image:
    """Return ``image``, uint8 (h, w) or (h, w, 3), each pixel a square of ``scale`` pixels.

    With ``grid``, a line of one pixel runs between the squares.
    """
    large = image.repeat(scale, axis=0).repeat(scale, axis=1)
    if grid:
        large[::scale] = GRID_LEVEL
        large[:, ::scale] = GRID_LEVEL
    return large


def reduced(image: Image) -> Image:
    """Return ``image``, uint8 (h, w) or (h, w, n), no larger than `MAXIMUM_SIDE` on each side."""
    height, width = image.shape[:2]
    factor = min(1.0, MAXIMUM_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def to_rgb(image: Image) -> Image:
    """Return a copy of ``image``, uint8 (h, w) or (h, w, 3), as RGB."""
    return image.copy() if image.ndim == 3 else np.repeat(image[..., np.newaxis], 3, axis=2)  # noqa: PLR2004


def data_url(image: Image) -> str:
    """Return a PNG of ``image`` as a data URL.

    ``image`` is uint8 (h, w) grey, (h, w, 3) RGB or (h, w, 4) RGBA.
    """
    return _data_url("png", _encoded(image, "png", []))


def photo_url(image: Image) -> str:
    """Return a JPEG of a photograph, uint8 (h, w, 3) RGB, as a data URL: a tenth of its PNG."""
    return _data_url("jpeg", jpeg(image, JPEG_QUALITY))


def jpeg(image: Image, quality: int) -> bytes:
    """Return ``image``, uint8 (h, w, 3) RGB, as a JPEG of this quality, from 0 to 100."""
    return _encoded(image, "jpeg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def decode_jpeg(content: bytes) -> Image:
    """Return the picture that `jpeg` wrote, uint8 (h, w, 3) RGB."""
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    return np.asarray(pixels, np.uint8)


def _encoded(image: Image, kind: str, options: Sequence[int]) -> bytes:
    pixels = image if image.ndim == 2 else cv2.cvtColor(image, _CHANNELS[image.shape[2]])  # noqa: PLR2004
    return cv2.imencode(f".{kind}", pixels, options)[1].tobytes()


def png_url(png: bytes) -> str:
    """Return the content of a PNG file as a data URL."""
    return _data_url("png", png)


def _data_url(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def with_frames(ink: Image, *frames: Box) -> Image:
    """Return ``ink``, uint8 (h, w), as RGB with boxes framed: the first orange, others blue."""
    picture = to_rgb(ink)
    for index, (x, y, width, height) in enumerate(frames):
        colour = BLUE if index else ORANGE
        cv2.rectangle(picture, (x, y), (x + width - 1, y + height - 1), colour, 3)
    return picture


def with_boxes(image: Image, labels: Sequence[BoxLabel], size: tuple[int, int]) -> Image:
    """Return ``image``, uint8 (h, w) or (h, w, 3), as RGB with labelled boxes.

    ``size`` is width and height of the picture in whose pixels the boxes are given.
    """
    picture = to_rgb(image)
    scale = np.array([picture.shape[1] / size[0], picture.shape[0] / size[1]] * 2)
    line = max(2, round(max(picture.shape) / 350))
    for label in labels:
        x, y, width, height = np.rint(np.array(label.box) * scale).astype(int).tolist()
        colour = BLUE if label.is_sure else GREY
        frame = ((x - line, y - line), (x + width + line, y + height + line))
        cv2.rectangle(picture, *frame, colour, line)
        _write(picture, label.text, (x - line, y - line), colour, line)
        if label.note:
            foot = y + height + line + NOTE_HEIGHT * line
            _write(picture, label.note, (x - line, foot), colour, line, relative_size=NOTE_SIZE)
    return picture


def _write(
    picture: Image,
    text: str,
    corner: tuple[int, int],
    colour: tuple[int, int, int],
    line: int,
    *,
    relative_size: float = 1.0,
) -> None:
    """Write ``text`` on a background of ``colour`` whose lower left corner is ``corner``.

    The background is moved inside the picture where it fits. ``line`` is the width of the box's
    line in pixels; the font grows with it.
    """
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, 0.42 * line * relative_size
    line = max(1, round(line * relative_size))
    (width, height), _ = cv2.getTextSize(text, font, scale, line)
    x = min(max(0, corner[0]), max(0, picture.shape[1] - width - 2 * line))
    y = min(max(height + 2 * line, corner[1]), picture.shape[0] - 1)
    background = ((x, y - height - 2 * line), (x + width + 2 * line, y))
    cv2.rectangle(picture, *background, colour, cv2.FILLED)
    white_or_black = (255, 255, 255) if colour == BLUE else (0, 0, 0)
    cv2.putText(picture, text, (x + line, y - line), font, scale, white_or_black, line, cv2.LINE_AA)
