"""Extracts the ink of a drawing of any polarity and colour: white on black, one channel."""

from typing import Final, TypeGuard, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Image
from mnist_app.errors import InvalidImageError

MAXIMUM_PIXELS: Final = 64_000_000
"""Maximum number of pixels of a picture, more than phone cameras take; limits time and memory."""
MINIMUM_CONTRAST: Final = 12
"""Minimum difference of grey levels in a picture with ink; a smaller one is noise on paper."""
SHEET_FILL: Final = 0.9
"""Minimum share of its bounding box that an opaque sheet fills; strokes fill less."""
EDGE_TOLERANCE: Final = 48
"""Maximum difference, in grey levels, of paper along the edge from its median (uneven light)."""
EDGE_MAJORITY: Final = 0.6
"""Minimum share of edge pixels within `EDGE_TOLERANCE` for the edge to give the paper's colour."""

_RGB, _RGBA = 3, 4
_OPAQUE: Final = 255
_Number = TypeVar("_Number", bound=np.number)


def to_ink(image: object) -> Image:
    """Return the ink of ``image``, uint8 (height, width), paper 0, the strongest ink 255.

    ``image`` is uint8 (height, width), (height, width, 3) RGB or (height, width, 4) RGBA, light
    ink on dark or dark on light. Transparent pixels are background. The level of a pixel is the
    distance of its colour from the background's in the channel that differs most: the share of
    the pixel that ink of any colour covers. An image of one colour gives all zeros.

    Raises `InvalidImageError` for any other type, dtype, rank or size.
    """
    pixels = check_image(image)
    if is_opaque(pixels):
        return full_contrast(distance_from_background(pixels))
    return _ink_of_transparent(pixels)


def check_image(image: object) -> Image:
    """Return ``image`` if `to_ink` takes it; raise `InvalidImageError` if not."""
    if not isinstance(image, np.ndarray):
        raise InvalidImageError(
            "An image must be a NumPy array, not {name}. Convert it with numpy.asarray(image).",
            name=type(image).__name__,
        )
    if not _is_uint8(image):
        raise InvalidImageError(
            "An image must have dtype uint8 (0 to 255), not {dtype}. Scale it to 0-255 and "
            "convert it with .astype(numpy.uint8).",
            dtype=image.dtype,
        )
    shape_fits = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (_RGB, _RGBA))  # noqa: PLR2004
    if not shape_fits:
        raise InvalidImageError(
            "An image must have the shape (height, width), (height, width, 3) or (height, width, "
            "4), not {shape}. Pass one image at a time.",
            shape=image.shape,
        )
    height, width = image.shape[:2]
    if height * width == 0:
        raise InvalidImageError(
            "The image is empty: its shape is {shape}.",
            shape=image.shape,
        )
    if height * width > MAXIMUM_PIXELS:
        raise InvalidImageError(
            "The image has {megapixels:.0f} megapixels; at most {maximum:.0f} are read. Make it "
            "smaller first.",
            megapixels=height * width / 1e6,
            maximum=MAXIMUM_PIXELS / 1e6,
        )
    return image


def _is_uint8(array: npt.NDArray[np.generic]) -> TypeGuard[Image]:
    return array.dtype == np.uint8


def is_opaque(pixels: Image) -> bool:
    """Return whether no pixel of a grey, RGB or RGBA image is transparent, not even in part."""
    if pixels.ndim == 2 or pixels.shape[2] == _RGB:  # noqa: PLR2004
        return True
    return bool(cv2.extractChannel(np.ascontiguousarray(pixels), _RGB).min() == _OPAQUE)


def _ink_of_transparent(pixels: Image) -> Image:
    # Contiguous planes, because OpenCV splits a strided view ten times slower.
    colours = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    alpha = np.asarray(cv2.extractChannel(pixels, _RGB), np.uint8)
    if alpha.min() == alpha.max():
        # Uniform transparency separates nothing; a wholly transparent image is blank.
        is_blank = alpha.max() == 0
        return np.zeros_like(alpha) if is_blank else to_ink(colours)
    opaque = alpha == _OPAQUE
    if not _is_sheet(colours, opaque):
        return full_contrast(np.ascontiguousarray(alpha))
    paper = _background(colours[opaque][:, np.newaxis, :])
    share = alpha[..., np.newaxis].astype(np.float32) / _OPAQUE
    blended = colours * share + paper * (1 - share)
    return full_contrast(_distance(_rounded(blended), _rounded(paper)))


def _is_sheet(colours: Image, opaque: npt.NDArray[np.bool_]) -> bool:
    """Return whether the opaque area is a written sheet rather than ink without paper."""
    _, _, width, height = cv2.boundingRect(opaque.view(np.uint8))
    if not width or np.count_nonzero(opaque) < SHEET_FILL * width * height:
        return False
    inside = colours[opaque].astype(np.int16)
    return int(np.ptp(inside, axis=0).max()) >= MINIMUM_CONTRAST


def distance_from_background(pixels: Image) -> Image:
    """Return how far each pixel of an opaque image is from the background's colour.

    ``pixels`` is grey, RGB or RGBA. The distance, uint8 (height, width), is the difference in the
    channel that differs most.
    """
    colours = pixels[..., np.newaxis] if pixels.ndim == 2 else pixels  # noqa: PLR2004
    if colours.shape[2] == _RGBA:
        colours = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGBA2RGB), np.uint8)
    distance = _distance(colours, colours[0, 0])
    if edge(distance).any():  # if not, all of the edge has the colour of the first pixel
        distance = _distance(colours, _rounded(_background(colours)))
    return distance


def edge(pixels: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """Return the pixels along the edges of an image, (2 height + 2 width, ...)."""
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _distance(colours: Image, background: Image) -> Image:
    """Return the largest difference of each pixel (h, w, channels) from a colour (channels,)."""
    planes = cv2.split(colours) if colours.shape[2] > 1 else (colours[..., 0],)
    distance = None
    for plane, level in zip(planes, background, strict=True):
        difference = cv2.absdiff(plane, np.full_like(plane, level)) if level else plane
        distance = difference if distance is None else cv2.max(distance, difference)
    return np.asarray(distance, np.uint8)


def _background(pixels: Image) -> npt.NDArray[np.float32]:
    """Return the paper's colour, float32 (channels,).

    It is the median colour along the image's edge. If less than `EDGE_MAJORITY` of the edge has
    that colour, because ink reaches it, the pixels are split into dark and light ones, and the
    median colour of the larger group is taken.
    """
    around = np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])
    paper = np.median(around, axis=0)
    near = np.abs(around - paper).max(axis=1) <= EDGE_TOLERANCE
    if near.mean() < EDGE_MAJORITY:
        grey = pixels.mean(axis=2)
        light = grey * 2 > grey.min() + grey.max()
        prevailing = light if light.mean() > 0.5 else ~light  # noqa: PLR2004
        paper = np.median(pixels[prevailing], axis=0)
    return np.asarray(paper, np.float32)


def _rounded(levels: Floats | npt.NDArray[np.float64]) -> Image:
    """Return levels from 0 to 255 as uint8; halves are rounded up."""
    return np.asarray(levels + np.float32(0.5), np.uint8)


def full_contrast(levels: Image) -> Image:
    """Return ``levels`` with its peak scaled to 255; all zeros if that is below the noise."""
    peak = int(levels.max())
    if peak < MINIMUM_CONTRAST:
        return np.zeros_like(levels)
    if peak == _OPAQUE:
        return levels
    return _rounded(levels * np.float32(_OPAQUE / peak))
